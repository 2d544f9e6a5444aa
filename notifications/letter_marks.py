"""The marks by which a mail names a letter: its Message-ID, and what is left of that where a relay wrote its own."""

from __future__ import annotations

import re
from collections.abc import Mapping

from notifications.mail_headers import OWN_MARK

MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
BARE_ID = re.compile(r"[^<>\s@]{1,200}@[^<>\s@]{1,100}")
KEPT_BY_RELAYS = ("x-microsoft-original-message-id", "x-google-original-message-id")
"""Where relays that give a letter a Message-ID of their own keep the one it came with."""

_XTEXT = re.compile(r"\+([0-9A-F]{2})")


def first_id(text: str) -> str:
    """The first Message-ID in a text; empty where there is none."""
    found = MESSAGE_ID.search(text)
    return found[0] if found else ""


def id_in(said: str) -> str:
    """The Message-ID in a field; some servers leave out its brackets."""
    return first_id(said) or (f"<{said}>" if BARE_ID.fullmatch(said) else "")


def marks_of(letter: Mapping[str, str], report: Mapping[str, str]) -> tuple[str, ...]:
    """The Message-IDs that a report gives a letter, the surest first: ours, before one that a relay put in its place.

    `letter` are the headers that are carried back, `report` is what is said of the letter as a whole.
    """
    said = [letter.get(name, "") for name in (OWN_MARK.lower(), *KEPT_BY_RELAYS, "message-id")]
    said += [report.get("x-original-message-id", ""), _from_xtext(report.get("original-envelope-id", ""))]
    return tuple(one for one in dict.fromkeys(map(id_in, said)) if one)


def _from_xtext(said: str) -> str:
    """A text of the envelope as it was given (RFC 3461): some servers send it back as it went over the wire."""
    return _XTEXT.sub(lambda sign: chr(int(sign[1], 16)), said)

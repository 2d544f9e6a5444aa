"""A channel's answer as one sentence, without what Apprise says about itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What Apprise says of its own work, and what it says when an answer came, or none.
_OWN_WORK = re.compile(r"Notifying \d+ service\(s\)\.?")
_CODE = re.compile(r"(?:(?::|,) *(?P<why>[^:]*?)[.,]* *)?\berror=(?P<code>\d{3})\b")
_UNREACHED = re.compile(r"A Connection error occurred\b", re.IGNORECASE)
_SENT = re.compile(r"Sent .{0,60}notification\b")


def in_a_sentence(service: str, said: Iterable[str]) -> str:
    """What a channel answered, from the lines that Apprise wrote about it; empty where they say nothing of it."""
    told = dict.fromkeys(_plain(service, line.strip()) for line in said if not _OWN_WORK.fullmatch(line.strip()))
    return " ".join(one for one in told if one)


def _plain(service: str, line: str) -> str:
    answered = _CODE.search(line)
    if answered:
        why = (answered["why"] or "").strip()
        return f"The channel {service} answered {answered['code']}{f': {why}' if why else ''}."
    if _UNREACHED.match(line):
        return f"The channel {service} could not be reached."
    return f"The channel {service} accepted it." if _SENT.match(line) else line

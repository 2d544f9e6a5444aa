"""The blocks of fields in the parts of a report, however a server wrote them and the parser took them apart."""

from __future__ import annotations

import re
from email.message import Message
from email.parser import HeaderParser

from notifications.mail_content import decoded, shown, unix

STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")


def blocks_in(part: Message) -> list[dict[str, str]]:
    """The blocks of fields in a part, however the parser took it apart: fields by name in small letters, unfolded."""
    payload = part.get_payload()
    wrapped = str(part.get("Content-Transfer-Encoding", "")).strip().lower() in ("base64", "quoted-printable")
    if isinstance(payload, list) and not wrapped:
        taken = _split if part.get_content_type() in STATUS_PARTS else lambda one: [fields_of(one)]
        found = [block for one in payload if isinstance(one, Message) for block in [*taken(one), *_more(one)]]
    else:
        found = _blocks_of(_unwrapped(part) if isinstance(payload, list) else decoded(part))
    return [block for block in found if block] or [{}]


def _unwrapped(part: Message) -> str:
    """The text of a carried mail or report that is encoded, which it should not be: the parser leaves it as it is."""
    content = part.get_payload()
    inside = "\n\n".join(one.as_string() for one in content if isinstance(one, Message))
    plain = Message()
    plain.set_payload(inside.strip())
    plain["Content-Transfer-Encoding"] = str(part["Content-Transfer-Encoding"])
    return decoded(plain)


def _more(block: Message) -> list[dict[str, str]]:
    """What follows a block as its text, where the parser took the whole part for one mail."""
    rest = decoded(block)
    return _blocks_of(rest) if rest.strip() and "content-type" not in {name.lower() for name in block} else []


def _blocks_of(text: str) -> list[dict[str, str]]:
    return [fields_in(block) for block in re.split(r"\n[ \t]*\n", unix(text).strip("\n"))]


def _split(block: Message) -> list[dict[str, str]]:
    """The fields of a block; of several that only lines of blanks set apart, which the parser takes for one."""
    found = [Message()]
    for name, value in block.raw_items():
        if name.lower() == "final-recipient" and name in found[-1]:
            found.append(Message())
        found[-1].set_raw(name, value)
        lines = str(value).splitlines()
        if len(lines) > 1 and not lines[-1].strip():
            found.append(Message())
    return [fields_of(one) for one in found]


def fields_in(text: str) -> dict[str, str]:
    """The fields of a block of text, as those of a parsed one."""
    return fields_of(HeaderParser().parsestr(text))


def fields_of(block: Message) -> dict[str, str]:
    """The fields of a block, the first of each name, by name in small letters."""
    found: dict[str, str] = {}
    for name, value in block.raw_items():
        found.setdefault(name.lower(), shown(value))
    return found

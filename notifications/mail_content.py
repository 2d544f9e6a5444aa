"""Reads what a mail holds: its words for people, its files, and a header as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from mimetypes import guess_extension

from notifications.html_words import words_of
from notifications.redaction import one_line

RETURNED_PARTS = (
    *("message/rfc822", "message/global", "text/rfc822-headers", "text/rfc822", "message/global-headers"),
    *("message/rfc822-headers",),
)
ENDINGS = {**dict.fromkeys(RETURNED_PARTS, ".eml"), "text/calendar": ".ics"}
MOST_HEADER = 8_000
WINDOWS = "cp1252"
CALLED_LATIN_1 = frozenset({"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"})
AS_IT_CAME = compat32.clone(mangle_from_=False)


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail: its name as the sender wrote it, its type, its bytes."""

    name: str
    kind: str
    content: bytes = field(repr=False)


def words_in(part: Message) -> str:
    """What a mail says to people: all its texts, of those that say the same the first, of a report the one above it."""
    return _legible(_said_in(part).strip())


def _said_in(part: Message) -> str:
    inside = part.get_payload()
    if part.get_content_maintype() == "multipart" and isinstance(inside, list):
        texts = [text for one in inside if isinstance(one, Message) and (text := _said_in(one).strip())]
        says_one = part.get_content_type() in ("multipart/alternative", "multipart/report")
        return "\n\n".join(texts[:1] if says_one else texts)
    if _is_file(part):
        return ""
    text = unix(decoded(part))
    return words_of(text) if part.get_content_type() == "text/html" else text


def attachments_in(parts: list[Message]) -> Iterator[Attachment]:
    """Every file of a mail; one without a name is called by its type, a mail that was attached is one too."""
    for part in parts:
        kind = part.get_content_type()
        if _is_file(part):
            named = shown(part.get_filename() or "")
            ending = ENDINGS.get(kind) or guess_extension(kind) or ""
            yield Attachment(named or f"unnamed{ending}", kind, _bytes_of(part))


def _is_file(part: Message) -> bool:
    """Whether a part is to be handed out as a file, for its words are not shown: named, attached, or no text."""
    named = part.get_filename() or part.get_content_disposition() == "attachment"
    return bool(named) or part.get_content_type() not in ("text/plain", "text/html")


def _bytes_of(part: Message) -> bytes:
    inside = part.get_payload()
    if isinstance(inside, list):
        return b"\n".join(one.as_bytes(policy=AS_IT_CAME) for one in inside if isinstance(one, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def decoded(part: Message) -> str:
    """The text of a part in the alphabet that it names, or else in one in which every byte is a letter."""
    content = part.get_payload(decode=True)
    return _in_letters(content, part.get_content_charset() or "utf-8") if isinstance(content, bytes) else ""


def _in_letters(content: bytes, charset: str) -> str:
    """Bytes as text. What is called Latin-1 is what Windows means by it: its quotation marks and dashes are others'."""
    for named in (WINDOWS if charset.lower() in CALLED_LATIN_1 else charset, WINDOWS):
        try:
            return content.decode(named)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1")


def shown(header: object) -> str:
    """A header as a person reads it, on one line."""
    return one_line(_readable(str(header)[:MOST_HEADER]))


def _readable(raw: str) -> str:
    """The text of a header: encoded words decoded, stray bytes read as UTF-8 or else as Latin-1."""
    content = raw.encode("utf-8", "surrogateescape")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if "=?" not in text:
        return text
    try:
        pieces = [(part, charset) for part, charset in decode_header(text)]
        return "".join(p if isinstance(p, str) else _in_letters(p, c or "latin-1") for p, c in pieces)
    except (LookupError, ValueError, MessageError):
        return text


def _legible(text: str) -> str:
    """Words of several lines without the signs that nobody sees, and that turn text, hide it or drive a terminal."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else " " for sign in text.replace("\u00ad", ""))


def unix(text: str) -> str:
    """A text whose lines end in one sign."""
    return text.replace("\r\n", "\n").replace("\r", "\n")

"""What came back by mail: a report about a letter, a machine's reply, or a person's answer. Read, never executed.

A mail is tied to the letter it is about by the Message-ID of the letter it carries (the third part of a report), by
Original-Message-ID, In-Reply-To or References: never by searching the raw mail, which also quotes earlier letters.
Sources: RFC 3464 (delivery status), RFC 8098 (disposition), RFC 3834 (automatic replies), and what real servers send.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import HeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import Literal

from notifications.auto_replies import nobody_reads
from notifications.delivery_status import Report, address_in, report_of
from notifications.html_words import words_of
from notifications.plain_report import copy_below, reports_in
from notifications.redaction import one_line

Kind = Literal["failed", "delayed", "arrived", "auto_reply", "answer", "unsorted"]

MOST_BYTES = 25 * 1024 * 1024
"""A larger mail is not read: a person opens it where it lies."""

MOST_PARTS = 200
MOST_REPORTS = 100
MOST_HEADER = 8_000
MOST_TEXT = 20_000
"""Characters of a mail's words that are kept to be read."""

MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
BARE_ID = re.compile(r"[^<>\s@]{1,200}@[^<>\s@]{1,100}")
REFERENCE = re.compile(r"\b[A-Z]{2,6}-\d{4}-\d{4,}\b")
STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
RETURNED_PARTS = (
    *("message/rfc822", "message/global", "text/rfc822-headers", "text/rfc822", "message/global-headers"),
    *("message/rfc822-headers",),
)
DISPOSITION_PARTS = ("message/disposition-notification", "message/global-disposition-notification")
THROWN_AWAY = ("deleted", "denied", "failed", "error")
WORST_FIRST = ("failed", "delayed", "arrived")
SERVERS = ("mailer-daemon", "mail-daemon", "mailerdaemon", "postmaster", "mdaemon")
MACHINES = ("bulk", "junk", "auto_reply", "auto-reply")


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail: its name as the sender wrote it, its type, its bytes."""

    name: str
    kind: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class IncomingMail:
    """A mail that came back, as it is to be understood.

    `letter` is the Message-ID of the letter it is about, empty where no field tells; `earlier` are those it refers to
    besides, the latest first: of a reply to somebody's reply the letter is one of these. `reference` is a case's
    reference from the Subject, for a person who sorts it. `reports` are what a server says of each address; `forwarded`
    says that they speak of an address the letter was passed on to and not of the one it was written to. `nobody_reads`:
    a machine of the reader's says that the letter is held back, or that nobody reads it there. `text` is what a person
    or a machine wrote.
    """

    kind: Kind
    letter: str = ""
    earlier: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()
    forwarded: bool = False
    nobody_reads: bool = False
    reference: str = ""
    message_id: str = ""
    sender: str = ""
    subject: str = ""
    sent_at: datetime | None = None
    text: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)


def read(raw: bytes) -> IncomingMail:
    """Understand one mail, whatever it is. What cannot be understood is unsorted, for a person; nothing is raised."""
    if len(raw) > MOST_BYTES:
        return _unreadable(raw[:MOST_TEXT], "It is larger than what is read here.")
    try:
        mail = message_from_bytes(raw)
        parts = _parts(mail)
        return _understood(mail, parts)
    except (MessageError, RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError):
        return _unreadable(raw[:MOST_TEXT], "It cannot be read as mail.")


def _understood(mail: Message, parts: list[Message]) -> IncomingMail:
    reports, disposition, returned = _reports(parts), _disposition(parts), _returned(parts)
    named = [*_named(mail, "In-Reply-To"), *reversed(_named(mail, "References"))][: 2 * MOST_REPORTS]
    answered = next(iter(named), "")
    carried = _id_of(returned)
    plain = _as_written(mail, parts)
    if reports and _is_a_servers(mail) and not _is_a_readers_machine(mail, reports):
        kind = min((one.kind for one in reports), key=WORST_FIRST.index)
        passed_on = _forwarded(returned, reports)
        return replace(plain, kind=kind, letter=carried or answered, reports=reports, forwarded=passed_on)
    if disposition:
        thrown = _thrown_away(disposition)
        letter = _first_id(disposition.get("original-message-id", "")) or carried or answered
        return replace(plain, kind="failed" if thrown else "arrived", letter=letter, reports=thrown)
    if _by_a_server(mail) and (in_words := _reports_in_words(mail, parts)):
        reports, letter = in_words
        kind = min((one.kind for one in reports), key=WORST_FIRST.index)
        return replace(plain, kind=kind, letter=letter or answered, reports=reports)
    earlier = tuple(one for one in dict.fromkeys(named) if one != answered)[:MOST_REPORTS]
    read_as, files = _kind(mail, answered), tuple(_attachments(parts))
    unread = read_as == "auto_reply" and nobody_reads(plain.subject, plain.text)
    return replace(plain, kind=read_as, letter=answered, earlier=earlier, nobody_reads=unread, attachments=files)


def _as_written(mail: Message, parts: list[Message]) -> IncomingMail:
    """What a mail says of itself, before it is sorted."""
    reference = REFERENCE.search(_said(mail, "Subject"))
    return IncomingMail(
        kind="unsorted",
        reference=reference[0] if reference else "",
        message_id=_first_id(_said(mail, "Message-ID")),
        sender=_address(_said(mail, "From")),
        subject=_said(mail, "Subject")[:300],
        sent_at=_moment(_said(mail, "Date")),
        text=_words(parts)[:MOST_TEXT],
    )


def _kind(mail: Message, answered: str) -> Kind:
    """Whether a machine wrote it, by RFC 3834 and its neighbours, or a person, or no field tells."""
    submitted = _submitted(mail)
    if _by_a_server(mail):  # a report in a form nobody here knows: its words say what became of the letter
        return "unsorted"
    no_sender = _said(mail, "Return-Path").strip() == "<>"
    marks = (_said(mail, name).strip().lower() for name in ("X-Autoreply", "X-Autorespond"))
    marked = submitted == "auto-replied" or any(one not in ("", "no", "false") for one in marks)
    by_machine = submitted not in ("", "no") or no_sender or _precedence(mail) in MACHINES
    if marked or (by_machine and answered):
        return "auto_reply"
    return "answer" if answered and not by_machine else "unsorted"


def _by_a_server(mail: Message) -> bool:
    """Whether a mail server wrote it, and not a machine of the reader's."""
    return _address(_said(mail, "From")).partition("@")[0].lower().replace("_", "-") in SERVERS


def _is_a_servers(mail: Message) -> bool:
    """Whether a report in a mail is the mail's own, and not one that a person encloses in an answer."""
    is_report = mail.get_content_type() == "multipart/report"
    return is_report or _by_a_server(mail) or _said(mail, "Return-Path").strip() == "<>"


def _precedence(mail: Message) -> str:
    """What Precedence says; of what came over a mailing list, which marks a person's mail so too, nothing."""
    through_a_list = _said(mail, "List-Id") and not _said(mail, "X-List-Administrivia")
    return "" if through_a_list else _said(mail, "Precedence").strip().lower()


def _reports_in_words(mail: Message, parts: list[Message]) -> tuple[tuple[Report, ...], str] | None:
    """What a server says in words alone, and the Message-ID of the letter it copied below; None in any other form."""
    said, copy = copy_below(_words(parts))
    if not copy:
        return None
    found = reports_in(said, _said(mail, "X-Failed-Recipients"), _said(mail, "Subject"))
    letter = _id_of(_fields(HeaderParser().parsestr(copy.partition("\n\n")[0])))
    return (found, letter) if found else None


def _submitted(mail: Message) -> str:
    """What Auto-Submitted says, without the comment or parameter behind it."""
    return _said(mail, "Auto-Submitted").partition("(")[0].partition(";")[0].strip().lower()


def _is_a_readers_machine(mail: Message, reports: tuple[Report, ...]) -> bool:
    """A reader's own reply in the form of a report of success, as mailbot of maildrop 2.9 writes it."""
    marked = _submitted(mail) == "auto-replied" or _precedence(mail) in MACHINES
    return marked and bool(_said(mail, "In-Reply-To")) and all(one.kind == "arrived" for one in reports)


def _parts(mail: Message) -> list[Message]:
    """The parts of a mail, in order, without those of a mail it carries."""
    found: list[Message] = []
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting.extend(one for one in reversed(inside) if isinstance(one, Message))
        else:
            found.append(part)
        if len(found) > MOST_PARTS:
            raise ValueError("too many parts")
    return found


def _reports(parts: list[Message]) -> tuple[Report, ...]:
    """What a report says of each address, where the mail is one."""
    part = next((one for one in parts if one.get_content_type() in STATUS_PARTS), None)
    if part is None:
        return ()
    first, *blocks = _blocks(part)
    one_notice_only = first.get("reporting-mta", "").strip().lower().startswith("x-local-hostname")  # nullmailer
    if "final-recipient" in first or "action" in first:
        blocks = [first, *blocks]
    words = _words(parts)[:MOST_TEXT]
    wanted = [block for block in blocks if "action" in block or "status" in block][:MOST_REPORTS]
    return tuple(report_of(block, words, only_notice=one_notice_only) for block in wanted)


def _disposition(parts: list[Message]) -> dict[str, str]:
    part = next((one for one in parts if one.get_content_type() in DISPOSITION_PARTS), None)
    return _blocks(part)[0] if part is not None else {}


def _thrown_away(disposition: dict[str, str]) -> tuple[Report, ...]:
    what = disposition.get("disposition", "").rpartition(";")[2].partition("/")[0].strip().lower()
    if what not in THROWN_AWAY:
        return ()
    return (Report("failed", address_in(disposition.get("final-recipient", "")), "", f"The reader's rule: {what}."),)


def _forwarded(returned: dict[str, str], reports: tuple[Report, ...]) -> bool:
    """Whether none of the addresses reported on is one that the letter itself was written to."""
    written_to = {address.lower() for _, address in getaddresses([returned.get("to", "")]) if address}
    return bool(written_to) and not any(one.recipient.lower() in written_to for one in reports)


def _returned(parts: list[Message]) -> dict[str, str]:
    """The headers of the letter that a report carries back, by name in small letters."""
    named = [_blocks(one)[0] for one in parts if one.get_content_type() in RETURNED_PARTS]
    last = [_blocks(one)[0] for one in parts[2:] if one.get_content_maintype() == "text"]  # some call it plain text
    return next((one for one in (*named, *last) if "message-id" in one), next(iter(named), {}))


def _blocks(part: Message) -> list[dict[str, str]]:
    """The blocks of fields in a part, however the parser took it apart: fields by name in small letters, unfolded."""
    payload = part.get_payload()
    wrapped = str(part.get("Content-Transfer-Encoding", "")).strip().lower() in ("base64", "quoted-printable")
    if isinstance(payload, list) and not wrapped:
        taken = _split if part.get_content_type() in STATUS_PARTS else lambda one: [_fields(one)]
        found = [block for one in payload if isinstance(one, Message) for block in [*taken(one), *_more(one)]]
    else:
        text = _unwrapped(part) if isinstance(payload, list) else _decoded(part)
        found = [_fields(HeaderParser().parsestr(block)) for block in re.split(r"\n[ \t]*\n", _unix(text).lstrip("\n"))]
    return [block for block in found if block] or [{}]


def _unwrapped(part: Message) -> str:
    """The text of a carried mail or report that is encoded, which it should not be: the parser leaves it as it is."""
    content = part.get_payload()
    inside = "\n\n".join(one.as_string() for one in content if isinstance(one, Message))
    plain = Message()
    plain.set_payload(inside.strip())
    plain["Content-Transfer-Encoding"] = str(part["Content-Transfer-Encoding"])
    return _decoded(plain)


def _more(block: Message) -> Iterator[dict[str, str]]:
    """What follows a block as its text, where the parser took the whole part for one mail."""
    rest = block.get_payload()
    if isinstance(rest, str) and rest.strip() and "content-type" not in {name.lower() for name in block}:
        for text in re.split(r"\n[ \t]*\n", _unix(rest).strip("\n")):
            yield _fields(HeaderParser().parsestr(text))


def _split(block: Message) -> list[dict[str, str]]:
    """The fields of a block; of several that only lines of blanks set apart, which the parser takes for one."""
    found = [Message()]
    for name, value in block.raw_items():
        found[-1].set_raw(name, value)
        lines = str(value).splitlines()
        if len(lines) > 1 and not lines[-1].strip():
            found.append(Message())
    return [_fields(one) for one in found]


def _fields(block: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in block.raw_items():
        found.setdefault(name.lower(), _shown(value))
    return found


def _words(parts: list[Message]) -> str:
    """What the first part for people says."""
    unnamed = [one for one in parts if not one.get_filename()]
    plain = _first_of("text/plain", unnamed)
    words = _unix(_decoded(plain)).strip() if plain is not None else ""
    page = None if words else _first_of("text/html", unnamed)
    return _legible(words_of(_unix(_decoded(page))) if page is not None else words)


def _first_of(kind: str, parts: list[Message]) -> Message | None:
    return next((one for one in parts if one.get_content_type() == kind), None)


def _attachments(parts: list[Message]) -> Iterator[Attachment]:
    for part in parts:
        name = part.get_filename()
        if name:
            content = part.get_payload(decode=True)
            yield Attachment(one_line(name), part.get_content_type(), content if isinstance(content, bytes) else b"")


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset() or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return content.decode("latin-1")


def _said(mail: Message, name: str) -> str:
    """The first header of a name as a person reads it, on one line; empty where there is none."""
    return next(_every(mail, name), "")


def _every(mail: Message, name: str) -> Iterator[str]:
    """Every header of a name as a person reads it, in order."""
    return (_shown(value) for key, value in mail.raw_items() if key.lower() == name.lower())


def _shown(header: object) -> str:
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
        return "".join(p if isinstance(p, str) else p.decode(c or "latin-1", "replace") for p, c in pieces)
    except (LookupError, ValueError, MessageError):
        return text


def _legible(text: str) -> str:
    """Words of several lines without the signs that nobody sees, and that turn text, hide it or drive a terminal."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else " " for sign in text)


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _first_id(text: str) -> str:
    found = MESSAGE_ID.search(text)
    return found[0] if found else ""


def _named(mail: Message, name: str) -> list[str]:
    """The Message-IDs in every header of a name, in order; some programs leave out the brackets of a single one."""
    said = list(_every(mail, name))
    bare = [f"<{one}>" for one in said if BARE_ID.fullmatch(one)]
    return [*(one for text in said for one in MESSAGE_ID.findall(text)), *bare]


def _id_of(letter: dict[str, str]) -> str:
    """The Message-ID of a letter that is carried back; some servers leave out its brackets."""
    said = letter.get("message-id", "")
    return _first_id(said) or (f"<{said}>" if BARE_ID.fullmatch(said) else "")


def _address(text: str) -> str:
    return next((address for _, address in getaddresses([text]) if address), "")


def _moment(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError, OverflowError):
        return None


def _unreadable(beginning: bytes, why: str) -> IncomingMail:
    subject = re.search(rb"(?im)^subject:([^\r\n]{0,300})", beginning)
    shown = one_line(subject[1].decode("utf-8", "replace")) if subject else ""
    return IncomingMail("unsorted", subject=shown, text=why)

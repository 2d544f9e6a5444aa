"""Reads what comes back by mail: reports are recorded with their letter; the rest is for a person to sort.

The mailboxes stay as they are: what is kept is what each mail was read as and where it lies, none of its words. Nothing
that a mail says is ever carried out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping
from sqlalchemy.exc import SQLAlchemyError

from notifications.inbox_source import BadInbox, FoundMail, Inbox, address, opened
from notifications.incoming_mail import IncomingMail, Kind, read
from records import cases, contacts, heartbeats, incoming, mails, outbox
from records.database import GROWS, reading, transaction
from records.outbox import Owing
from states.errors import Refused, StorageTrouble
from states.moments import local_day
from states.words import counted, full_weekday
from workflows.messages.bounce import reported

BEAT = "inbox"
ANSWERED, UNSORTED = "mail_answered", "mail_unsorted"
"""The kinds of task: an answer by mail on a case; mails that nothing ties to a letter, one task for all of them."""

TO_SEE = {
    "answer": "An answer came by mail to the letter of {day}{whom}",
    "not_read": "A machine of the reader's says of the letter of {day}{whom} that it is held back or nobody reads it",
}
"""What is said of a mail that has a task of its own, by the kind it is filed as."""

Row = dict[str, Any]

MOST_NAMES = 20
"""Of the Message-IDs that a mail names, those that are looked for among the answers of relays."""

LONGEST_ROUND = timedelta(minutes=5)
"""How long one mailbox is read in a round: of one that is full, or was numbered anew, the rest comes in the next."""

NOT_FILED = "One mail could not be filed with its letter: it waits to be sorted."


@dataclass
class InboxReport:
    """What a round of reading met: how many mails of each kind, and each trouble as a sentence.

    `asked` are the services that were asked what became of letters, as they send no report by mail.
    """

    mailboxes: int = 0
    asked: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)

    @property
    def mails(self) -> int:
        """How many mails were read that had not been met before."""
        return self.kinds.total()


def read_inboxes(
    engine: Engine, written: Sequence[str], roles: Sequence[str], clock: Callable[[], datetime]
) -> InboxReport:
    """Read every mailbox from where it was left; a mailbox or a mail that cannot be read stops none of the others.

    `written` are the addresses of the mailboxes, `roles` who sorts what no field ties to a letter. `clock` gives the
    time in UTC for each mail.
    """
    report = InboxReport()
    for one in written:
        try:
            place = address(one)
            with opened(place) as inbox:
                _read(engine, place.name, inbox, roles, clock, report)
            report.mailboxes += 1
        except BadInbox as trouble:
            report.troubles.append(str(trouble))
    if written and report.mailboxes == len(written):
        with transaction(engine) as tx:
            heartbeats.beat(tx, BEAT, clock(), f"{counted(report.mails, 'mail')} read")
    return report


def _read(
    engine: Engine,
    mailbox: str,
    inbox: Inbox,
    roles: Sequence[str],
    clock: Callable[[], datetime],
    report: InboxReport,
) -> None:
    """Read a mailbox some mails at a time, until none is new, or for as long as a round may take."""
    begun, before = clock(), None
    while clock() - begun < LONGEST_ROUND:
        with reading(engine) as tx:
            after = incoming.position(tx, mailbox)
        if after == before:
            return
        _read_some(engine, mailbox, inbox.mails(after), roles, clock, report)
        before = after


def _read_some(
    engine: Engine,
    mailbox: str,
    mails_found: Iterable[FoundMail],
    roles: Sequence[str],
    clock: Callable[[], datetime],
    report: InboxReport,
) -> None:
    for found in mails_found:
        mail = _understood(found)
        row = _row(mailbox, found, mail, clock())
        try:
            with transaction(engine) as tx:
                if found.fate != "gone" and _file(tx, row, mail, roles):
                    report.kinds[row["kind"]] += 1
                incoming.went_to(tx, mailbox, found.position, row["read_at"])
        except (Refused, SQLAlchemyError) as trouble:
            if isinstance(trouble, StorageTrouble) and GROWS not in trouble.obstacles:
                raise  # the database is busy or away: the mail is read again in the next round
            _set_aside(engine, row, found, roles)
            report.troubles.append(NOT_FILED)


def _understood(found: FoundMail) -> IncomingMail:
    """A mail as what it is; of one that is too large by its headers alone, so that its answer is a task of its case."""
    if found.raw is not None:
        return read(found.raw)
    mail = read(found.head + b"\n\n")
    kind: Kind = "answer" if mail.letter and mail.kind in ("answer", "auto_reply") else "unsorted"
    return replace(mail, kind=kind, reports=(), nobody_reads=False)


def _set_aside(engine: Engine, row: Row, found: FoundMail, roles: Sequence[str]) -> None:
    """A mail whose letter or case cannot be worked on is left to a person, and the next one is read."""
    with transaction(engine) as tx:
        plain = {**row, "kind": "unsorted", "mail_id": None, "case_id": None}
        if incoming.keep(tx, plain):
            _ask_to_sort(tx, roles, row["read_at"])
        incoming.went_to(tx, row["mailbox"], found.position, row["read_at"])


def _row(mailbox: str, found: FoundMail, mail: IncomingMail, now: datetime) -> Row:
    """What is kept of a mail: none of its words."""
    place = f"{mailbox} {found.position} {found.size} {found.file}".encode()
    raw = found.raw if found.raw is not None else found.head + str(found.size).encode() if found.head else place
    worst = mail.reports[0] if mail.reports else None
    return {
        "id": hashlib.sha256(raw).hexdigest(),
        "mailbox": mailbox,
        "validity": found.position.validity,
        "uid": found.position.uid,
        "file": found.file.name if found.file else "",
        "size": found.size,
        "read_at": now,
        "kind": mail.kind,
        "reference": mail.reference,
        "code": worst.code if worst else "",
        "doubtful": any(one.doubtful for one in mail.reports),
        "forwarded": mail.forwarded,
        "files": len(mail.attachments),
        "mail_id": None,
        "case_id": None,
        "seen_to_by": "",
    }


def _file(tx: Connection, row: Row, mail: IncomingMail, roles: Sequence[str]) -> bool:
    """File a mail with its letter, and do what follows from it; False where it was filed before."""
    letter = _letter_of(tx, mail)
    about = _cases_of(tx, letter) if letter else []
    kind = ("not_read" if mail.nobody_reads else mail.kind) if letter else "unsorted"
    row |= {"kind": kind, "mail_id": letter["id"] if letter else None, "case_id": about[0] if about else None}
    if not incoming.keep(tx, row):
        incoming.lies_now(tx, row)
        return False
    if letter is None or (kind in TO_SEE and not about) or kind == "unsorted":
        _ask_to_sort(tx, roles, row["read_at"])
    elif kind in TO_SEE:
        for case_id in about:
            _tell_of_mail(tx, case_id, letter, row)
    if letter is not None:
        for report in mail.reports:
            reported(tx, letter["id"], report, row["read_at"], forwarded=mail.forwarded)
    return True


def _letter_of(tx: Connection, mail: IncomingMail) -> RowMapping | None:
    """The letter that a mail names: by the Message-ID we gave it, or by one that a relay put in its place."""
    names = [one for one in (mail.letter, *mail.earlier) if one]
    known = (mails.with_message_id(tx, one) for one in names)
    return next((one for one in known if one is not None), None) or mails.named_by_relay(tx, names[:MOST_NAMES])


def _cases_of(tx: Connection, letter: RowMapping) -> list[int]:
    """The cases that a letter speaks of, the oldest first."""
    return sorted({one["case_id"] for one in mails.messages_in(tx, letter["id"])} - {None})


def _tell_of_mail(tx: Connection, case_id: int, letter: RowMapping, row: Row) -> None:
    """A task for the lead officer: what came by mail, from whom, to the letter of which day."""
    who = contacts.get(tx, letter["contact_id"])
    case = cases.find_by_id(tx, case_id)
    facts = {
        "problem": TO_SEE[row["kind"]].format(
            day=full_weekday(local_day(letter["created_at"])), whom=f" to {who.agency}" if who.agency else ""
        ),
        "agency": who.agency,
        "contact": who.role,
        "mail": row["id"][:8],
        "files": row["files"],
    }
    owing = Owing(case_id, case.ref, 0, ANSWERED, facts, beside=row["id"])
    outbox.ask(tx, owing, ANSWERED, "lead_officer", row["read_at"])


def _ask_to_sort(tx: Connection, roles: Sequence[str], now: datetime) -> None:
    """One task, open until a person has sorted what waits: mails that no field ties to a letter."""
    if outbox.open_tasks(tx, UNSORTED):
        return
    facts = {"problem": "Mail came back that nothing ties to a letter, and waits to be sorted"}
    role = roles[0] if roles else "lead_officer"
    outbox.ask(tx, Owing(None, UNSORTED, 0, UNSORTED, facts, beside=now.isoformat()), UNSORTED, role, now)

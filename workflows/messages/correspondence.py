"""What was sent about a date, for those who must decide what to do about a silence."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, or_, select

from records import history
from records.cases import Case
from records.contacts import CONTACTS
from records.hot_statements import Hot
from records.mails import MAILS
from records.outbox import MESSAGES, TASKS, facts_in
from records.unreached import UNREACHED
from states.dossier import Deadline, Quiet
from states.entry import Entry
from states.moments import local_day
from states.words import ended, full_weekday
from workflows.messages.notices import more_words
from workflows.messages.unreachable import named
from workflows.views.message_fates import fate_of


class SentMessage(NamedTuple):
    """A message about a date: which entry owed it, what became of it, and whose contact it was for."""

    created_at: datetime
    sequence: int
    kind: str
    channel: str
    status: str
    agency: str
    role: str
    ended_at: datetime | None


def of_date(rows: Table, agency: ColumnElement[str]) -> ColumnElement[bool]:
    """What is on record about a date, or was owed to its agency by the entry that began it."""
    since = and_(rows.c.sequence == bindparam("since"), agency == bindparam("agency"))
    return and_(rows.c.case_id == bindparam("of_case"), or_(rows.c.deadline_key == bindparam("about"), since))


SENT = Hot(
    select(
        MESSAGES.c.created_at,
        MESSAGES.c.sequence,
        MESSAGES.c.kind,
        MESSAGES.c.channel,
        MESSAGES.c.status,
        CONTACTS.c.agency,
        CONTACTS.c.role,
        MAILS.c.ended_at,
    )
    .join(CONTACTS, CONTACTS.c.id == MESSAGES.c.contact_id)
    .join(MAILS, MAILS.c.id == MESSAGES.c.mail_id, isouter=True)
    .where(of_date(MESSAGES, CONTACTS.c.agency))
    .order_by(MESSAGES.c.created_at, MESSAGES.c.id)
)
REACHED_NOBODY = Hot(
    select(UNREACHED.c.at, UNREACHED.c.sequence, UNREACHED.c.message, TASKS.c.facts)
    .join(TASKS, TASKS.c.id == UNREACHED.c.task_id)
    .where(of_date(UNREACHED, UNREACHED.c.agency))
)
ONLY_DRAFTED = frozenset({"held", "withdrawn"})
ENDED = frozenset({"sent", "failed", "bounced"})


def evidence(tx: Connection, case: Case, key: str, *, drafts: bool = True) -> list[str]:
    """What was sent about a date, to whom and when, what could not be, and what the agency said. The oldest first.

    For those who must decide what to do about a silence. What a channel accepted stands under the day it did. Without
    `drafts` what waits for somebody's yes, or never had it, is left out.
    """
    deadline = case.dossier.deadlines[key]
    of_date = {"of_case": case.id, "about": key, "since": deadline.since, "agency": deadline.agency or None}
    known = (SentMessage(*row) for row in SENT.rows(tx, of_date))
    rows = [one for one in known if drafts or one.status not in ONLY_DRAFTED]
    tried = {(row.sequence, row.kind) for row in rows}
    sent, asked = [(_day(row), _sent(row)) for row in rows], _time_asked(tx, case, deadline)
    unsent = _unsent(tx, of_date, tried)
    found = sorted([*sent, *unsent, *map(_heard, deadline.quiets), *asked], key=lambda one: one[0])
    return list(dict.fromkeys(f"{full_weekday(day)}: {words}" for day, words in found))


def _day(row: SentMessage) -> date:
    """The day it was accepted or given up; of what still waits, the day since which it is owed."""
    return local_day(row.ended_at if row.status in ENDED and row.ended_at else row.created_at)


def _unsent(
    tx: Connection, of_date: Mapping[str, Any], tried: Container[tuple[int, str]]
) -> Iterator[tuple[date, str]]:
    for at, sequence, message, facts in REACHED_NOBODY.rows(tx, of_date):
        if (sequence, message) not in tried:
            problem = facts_in(facts).get("problem") or "and what became of it cannot be read"
            yield local_day(at), f"nothing sent, {problem[:1].lower()}{problem[1:]}"


def _heard(quiet: Quiet) -> tuple[date, str]:
    if quiet.acknowledged:
        return quiet.start, "acknowledged"
    counts = "" if quiet.is_promise else ", which counts no more as more time was refused"
    return quiet.start, f"promised for {full_weekday(quiet.until)}{counts}"


def more_time(tx: Connection, case: Case, deadline: Deadline) -> list[str]:
    """What became of more time asked for on a date that is owed, a sentence each.

    Nothing of what was granted and stands, or of what whoever asked took back before anybody had decided.
    """
    said: list[str] = []
    if not deadline.open:
        return said
    for number, entries in _of_extensions(tx, case, deadline).items():
        extension, asked = case.dossier.extensions[number], entries[0]
        more, last = more_words(case, deadline, extension.count), entries[-1]
        if extension.status == "asked" and not case.dossier.lapsed(extension):
            said.append(f"{more} more were asked for on {full_weekday(asked.happened_on)}. This is not decided yet.")
        elif extension.status in {"refused", "withdrawn"} and not last.data.get("undecided"):
            fate = "refused" if extension.status == "refused" else "taken back"
            asked_on = f"{more} more were asked for on {full_weekday(asked.happened_on)}"
            said.append(
                f"{asked_on}. This was {fate} on {full_weekday(last.happened_on)}. The reason: {ended(last.reason)}"
            )
    return said


def _time_asked(tx: Connection, case: Case, deadline: Deadline) -> Iterator[tuple[date, str]]:
    for entries in _of_extensions(tx, case, deadline).values():
        for entry in entries:
            yield entry.happened_on, f"more time {entry.kind.removeprefix('extension_')}"


def _of_extensions(tx: Connection, case: Case, deadline: Deadline) -> dict[str, list[Entry]]:
    """The entries about each extension of a date, the first of them its asking."""
    mine: dict[str, list[Entry]] = {
        one.id: [] for one in case.dossier.extensions.values() if one.deadline == deadline.key
    }
    for entry in history.entries(tx, case.id) if mine else ():
        if entry.kind.startswith("extension_"):
            number = entry.data.get("id") or entry.data["extension"]["id"]
            mine.get(number, []).append(entry)
    return mine


def _sent(row: SentMessage) -> str:
    role = row.role.replace("_", " ")
    who = f"{role} contact of {row.agency}" if row.agency else role
    return f"{named(row.kind)} to the {who} by {row.channel}, {fate_of(row.status).told}"

"""The questions people ask across cases, answered by the indexes: what is urgent, who is told, what waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, or_, select, true

from records.cases import CASES
from records.contacts import ABSENCES, CONTACTS
from records.diary import DEADLINES
from records.mails import ATTEMPTS, MAILS
from records.outbox import MESSAGES, TASKS
from records.recommendations import KIND as RECOMMENDATION
from states.dossier import Dossier
from states.moments import local_day

URGENCY = select(
    CASES.c.ref, CASES.c.digest, CASES.c.state, CASES.c.phase, CASES.c.lead, CASES.c.next_due_on, CASES.c.dossier
)
OWED = ("running", "held", "unset")


@dataclass(frozen=True)
class Wanted:
    """Which cases are asked for. `due_by` is a day; with `overdue_at` only those with a date gone by at that instant.

    `waiting_on` is an agency, or something outside the committee. The files of recommendations are of another `kind`.
    """

    due_by: date | None = None
    overdue_at: datetime | None = None
    waiting_on: str = ""
    phase: str = ""
    lead: str = ""
    which: Literal["open", "closed", "all"] = "open"
    kind: Literal["case", "recommendation", "all"] = "case"

    def conditions(self) -> list[ColumnElement[bool]]:
        """What a case must be like, of whatever kind, for the database."""
        found: list[ColumnElement[bool]] = []
        if self.which != "all":
            found.append(CASES.c.closed_on.is_(None) if self.which == "open" else CASES.c.closed_on.is_not(None))
        if self.due_by is not None:
            found.append(CASES.c.next_due_on <= self.due_by)
        if self.overdue_at is not None:
            found.append(CASES.c.next_due_on <= local_day(self.overdue_at))
        if self.waiting_on.strip():
            found.append(_waits_for(self.waiting_on.strip()))
        if self.phase:
            found.append(CASES.c.phase == self.phase)
        if self.lead:
            found.append(func.lower(CASES.c.lead) == self.lead.lower())
        return found


@dataclass(frozen=True)
class Found:
    """The most urgent cases, how many there are in all, and how many files of recommendations were left out."""

    rows: list[RowMapping]
    all: int
    recommendations: int


def by_urgency(tx: Connection, wanted: Wanted, most: int) -> Found:
    """The most urgent cases, soonest date first and those without a date last."""
    asked = and_(true(), *wanted.conditions(), *_gone_by(tx, wanted))
    ours = _of_kind(wanted.kind)
    dated = URGENCY.where(asked, ours, CASES.c.next_due_on.is_not(None)).order_by(CASES.c.next_due_on, CASES.c.id)
    found = list(tx.execute(dated.limit(most)).mappings())
    if len(found) < most:
        undated = URGENCY.where(asked, ours, CASES.c.next_due_on.is_(None)).order_by(CASES.c.id.desc())
        found += tx.execute(undated.limit(most - len(found))).mappings()
    theirs = func.count().filter(CASES.c.kind == RECOMMENDATION)
    every, recommendations = tx.execute(select(func.count(), theirs).select_from(CASES).where(asked)).one()
    of_kind = {"case": every - recommendations, "recommendation": recommendations, "all": every}
    return Found(found, of_kind[wanted.kind], recommendations if wanted.kind == "case" else 0)


def _of_kind(kind: str) -> ColumnElement[bool]:
    if kind == "all":
        return true()
    return CASES.c.kind == RECOMMENDATION if kind == "recommendation" else CASES.c.kind != RECOMMENDATION


def _waits_for(whom: str) -> ColumnElement[bool]:
    """Cases that wait for an agency or for something outside the committee, and those with a date an agency owes."""
    named = select(DEADLINES.c.agency).where(func.lower(DEADLINES.c.agency) == whom.lower())
    owes = select(DEADLINES.c.case_id).where(DEADLINES.c.agency.in_(named), DEADLINES.c.status.in_(OWED))
    return or_(CASES.c.id.in_(owes), CASES.c.waits_for.contains(f"\n{whom.casefold()}\n", autoescape=True))


def _gone_by(tx: Connection, wanted: Wanted) -> list[ColumnElement[bool]]:
    """A date of an earlier day has gone by; of those of today only a limit in hours can have, and is looked into."""
    now = wanted.overdue_at
    if now is None:
        return []
    today = local_day(now)
    in_hours = (CASES.c.next_due_on == today, CASES.c.dossier.contains('"due_at":"'))
    rows = tx.execute(select(CASES.c.id, CASES.c.dossier).where(*wanted.conditions(), *in_hours))
    gone = [row.id for row in rows if _is_overdue(Dossier.model_validate_json(row.dossier), now)]
    return [or_(CASES.c.next_due_on < today, CASES.c.id.in_(gone))]


def _is_overdue(dossier: Dossier, now: datetime) -> bool:
    return any(one.is_overdue(now, local_day(now)) for one in dossier.deadlines.values())


def told_by(tx: Connection, case_id: int, sequence: int) -> list[RowMapping]:
    """The messages one entry of a history owes, each with whom it goes to, oldest contact first."""
    return _all(tx, _messages().where(MESSAGES.c.case_id == case_id, MESSAGES.c.sequence == sequence))


def held(tx: Connection, case_id: int) -> list[RowMapping]:
    """The messages of a case that wait for somebody's yes, each with whom it would go to."""
    return _all(tx, _messages().where(MESSAGES.c.case_id == case_id, MESSAGES.c.status == "held"))


def messages_called(tx: Connection, ids: Sequence[str]) -> list[RowMapping]:
    """The messages with these identities, each with whom it goes to."""
    return _all(tx, _messages().where(MESSAGES.c.id.in_(ids)))


def messages(tx: Connection, case_id: int | None, status: Sequence[str], most: int) -> list[RowMapping]:
    """Messages with what became of their letters, newest first; of one case, or of all."""
    wanted = _messages().order_by(None).order_by(MESSAGES.c.created_at.desc(), MESSAGES.c.id)
    if case_id is not None:
        wanted = wanted.where(MESSAGES.c.case_id == case_id)
    if status:
        wanted = wanted.where(or_(MESSAGES.c.status.in_(status), MAILS.c.status.in_(status)))
    return _all(tx, wanted.limit(most))


def attempts(tx: Connection, mail_ids: Sequence[str]) -> dict[str, list[RowMapping]]:
    """Every try at these letters, and what the channel answered, in the order they were made."""
    wanted = select(ATTEMPTS).where(ATTEMPTS.c.mail_id.in_(mail_ids)).order_by(ATTEMPTS.c.mail_id, ATTEMPTS.c.number)
    found: dict[str, list[RowMapping]] = {}
    for row in tx.execute(wanted).mappings():
        found.setdefault(row["mail_id"], []).append(row)
    return found


def tasks(tx: Connection, *, case_id: int | None = None, role: str = "", done: bool = False) -> list[RowMapping]:
    """What waits for a person, oldest first; with `done` what was seen to as well."""
    wanted = select(TASKS, CASES.c.ref).join_from(TASKS, CASES, isouter=True).order_by(TASKS.c.created_at, TASKS.c.id)
    if case_id is not None:
        wanted = wanted.where(TASKS.c.case_id == case_id)
    if role:
        wanted = wanted.where(TASKS.c.role == role)
    return _all(tx, wanted if done else wanted.where(TASKS.c.done_at.is_(None)))


def tasks_called(tx: Connection, beginning: str) -> list[str]:
    """The numbers of the tasks that begin like this: people type the first few letters."""
    return list(tx.execute(select(TASKS.c.id).where(TASKS.c.id.startswith(beginning, autoescape=True))).scalars())


def contacts(tx: Connection) -> list[RowMapping]:
    """Everybody we still write to, with the mark of those who could not be reached."""
    order = (CONTACTS.c.agency, CONTACTS.c.role, CONTACTS.c.id)
    return _all(tx, select(CONTACTS).where(CONTACTS.c.active).order_by(*order))


def absences(tx: Connection, today: date) -> dict[int, list[RowMapping]]:
    """Who is away, or will be, by the number of the contact."""
    wanted = select(ABSENCES).where(ABSENCES.c.ends >= today).order_by(ABSENCES.c.contact_id, ABSENCES.c.starts)
    found: dict[int, list[RowMapping]] = {}
    for row in tx.execute(wanted).mappings():
        found.setdefault(row["contact_id"], []).append(row)
    return found


def _messages() -> Select[Any]:
    who = (CONTACTS.c.name, CONTACTS.c.role, CONTACTS.c.agency)
    letter = (MAILS.c.attempts, MAILS.c.next_attempt_at, MAILS.c.ended_at, MAILS.c.message_id)
    wanted = select(MESSAGES, *who, *letter, CASES.c.ref)
    joined = wanted.join_from(MESSAGES, CONTACTS, MESSAGES.c.contact_id == CONTACTS.c.id)
    joined = joined.join(MAILS, MESSAGES.c.mail_id == MAILS.c.id, isouter=True)
    joined = joined.join(CASES, MESSAGES.c.case_id == CASES.c.id, isouter=True)
    return joined.order_by(MESSAGES.c.created_at, MESSAGES.c.contact_id, MESSAGES.c.channel, MESSAGES.c.id)


def _all(tx: Connection, wanted: Select[Any]) -> list[RowMapping]:
    return list(tx.execute(wanted).mappings())

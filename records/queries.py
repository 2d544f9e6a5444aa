"""Queries across cases, answered by the indexes: what is urgent, who is told, what waits for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, literal, or_, select, union_all

from records.cases import CASES
from records.contacts import ABSENCES, CONTACTS
from records.hot_statements import Hot
from records.mails import ATTEMPTS, MAILS
from records.need_to_know import about_none
from records.outbox import MESSAGES, TASKS
from records.unreached import UNREACHED


def told_by(tx: Connection, case_id: int, sequence: int) -> list[RowMapping]:
    """The messages one entry of a history owes, each with whom it goes to, oldest contact first."""
    return list(tx.execute(TOLD_BY, {"of_case": case_id, "number": sequence}).mappings())


def held(tx: Connection, case_id: int) -> list[RowMapping]:
    """The messages of a case that wait for somebody's yes, each with whom it would go to."""
    return _all(tx, _messages().where(MESSAGES.c.case_id == case_id, MESSAGES.c.status == "held"))


def messages_called(tx: Connection, ids: Sequence[str]) -> list[RowMapping]:
    """The messages with these identities, each with whom it goes to."""
    return _all(tx, _messages().where(MESSAGES.c.id.in_(ids)))


def messages(
    tx: Connection,
    case_id: int | None,
    status: Sequence[str],
    most: int,
    start: int = 0,
    *,
    hidden: frozenset[str],
) -> list[RowMapping]:
    """Messages with what became of their letters, newest first, from a place on; of one case, or of all seen."""
    wanted = _messages().order_by(None).order_by(MESSAGES.c.created_at.desc(), MESSAGES.c.id)
    wanted = wanted.where(about_none(MESSAGES.c.case_id, hidden))
    if case_id is not None:
        wanted = wanted.where(MESSAGES.c.case_id == case_id)
    if status:
        wanted = wanted.where(or_(MESSAGES.c.status.in_(status), MAILS.c.status.in_(status)))
    return _all(tx, wanted.limit(most).offset(start))


def attempts(tx: Connection, mail_ids: Sequence[str]) -> dict[str, list[RowMapping]]:
    """Every try at these letters, and what the channel answered, in the order they were made."""
    wanted = select(ATTEMPTS).where(ATTEMPTS.c.mail_id.in_(mail_ids)).order_by(ATTEMPTS.c.mail_id, ATTEMPTS.c.number)
    found: dict[str, list[RowMapping]] = {}
    for row in tx.execute(wanted).mappings():
        found.setdefault(row["mail_id"], []).append(row)
    return found


def tasks(tx: Connection, *, done: bool = False) -> list[RowMapping]:
    """What waits for a person, oldest first; with `done` what was seen to as well."""
    return _all(tx, EVERY_TASK if done else EVERY_TASK.where(TASKS.c.done_at.is_(None)))


def tasks_on(tx: Connection, case_id: int) -> list[RowMapping]:
    """What waits for a person about one case, oldest first."""
    return list(tx.execute(OPEN_ON_CASE, {"of_case": case_id}).mappings())


def tasks_called(tx: Connection, beginning: str) -> list[RowMapping]:
    """The tasks whose number begins like this, each with its case: people type the first few letters."""
    return _all(tx, EVERY_TASK.where(TASKS.c.id.startswith(beginning, autoescape=True)))


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


TOLD_BY = _messages().where(MESSAGES.c.case_id == bindparam("of_case"), MESSAGES.c.sequence == bindparam("number"))


EVERY_TASK = (
    select(TASKS, CASES.c.ref, CASES.c.digest)
    .join_from(TASKS, CASES, isouter=True)
    .order_by(TASKS.c.created_at, TASKS.c.id)
)
OPEN_ON_CASE = EVERY_TASK.where(TASKS.c.case_id == bindparam("of_case"), TASKS.c.done_at.is_(None))
OF_NOBODY = select(UNREACHED.c.task_id).where(
    UNREACHED.c.case_id == bindparam("of_case"), UNREACHED.c.sequence == bindparam("number")
)
WAITS_FOR_A_PERSON = or_(TASKS.c.created_at == bindparam("since"), TASKS.c.id.in_(OF_NOBODY))


@dataclass(frozen=True)
class Consequences:
    """What an entry led to: the letters it owes, and the tasks opened since, each in order."""

    letters: list[Mapping[str, Any]]
    tasks: list[Mapping[str, Any]]


def told(tx: Connection, case_id: int, sequence: int, now: datetime) -> Consequences:
    """What an entry owes, and the tasks of its case opened since `now` (UTC) or because a message reached nobody.

    Of a letter its kind, status, channel and moment are read, and whom it goes to; of a task its role and facts.
    """
    found = TELLING.rows(tx, {"of_case": case_id, "number": sequence, "since": now})
    rows = [dict(zip(AS_TOLD, row, strict=True)) for row in found]
    return Consequences([row for row in rows if not row["waits"]], [row for row in rows if row["waits"]])


NONE = literal("")
LETTER_TOLD = (
    select(
        *(literal(0).label("waits"), NONE.label("facts"), CONTACTS.c.name, CONTACTS.c.role),
        *(MESSAGES.c[name] for name in ("id", "kind", "created_at", "status", "agency", "contact_id", "channel")),
        *(MESSAGES.c[name] for name in ("deliver_after", "gathered")),
    )
    .join_from(MESSAGES, CONTACTS, MESSAGES.c.contact_id == CONTACTS.c.id)
    .where(MESSAGES.c.case_id == bindparam("of_case"), MESSAGES.c.sequence == bindparam("number"))
)
TASK_TOLD = select(
    *(literal(1), TASKS.c.facts, NONE, TASKS.c.role),
    *(TASKS.c.id, TASKS.c.kind, TASKS.c.created_at, NONE, NONE, literal(0), NONE),
    *(TASKS.c.created_at, NONE),
).where(TASKS.c.case_id == bindparam("of_case"), TASKS.c.done_at.is_(None), WAITS_FOR_A_PERSON)
TOLD = union_all(LETTER_TOLD, TASK_TOLD).order_by("waits", "created_at", "contact_id", "channel", "id")
TELLING, AS_TOLD = Hot(TOLD), tuple(TOLD.exported_columns.keys())
"""Both in one question, as each verb that is told asks it; put together once."""

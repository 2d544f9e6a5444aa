"""The audit log: who did what that belongs to no case, such as a contact entered, a task settled or a backup made.

There is one log for each register ("contacts", "accounts", "upkeep", ...). Its entries are numbered from 1 and each is
sealed over the one before, like the history of a case; a checkpoint signs where every log ends. An entry is kept for
ever and cannot be edited, so it holds no address and no name of a person it is about: a number, or a fingerprint of
what is kept encrypted elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, insert, select, update

from records.audit_tables import AuditRow
from records.chain import seal
from records.database import insert_counting, insert_once
from records.history_tables import Numbering
from records.hot_statements import Hot
from records.metadata import table_of
from records.plain_rows import plain_rows
from records.subset import Subset
from states.canonical_json import canonical
from states.entry import Actor
from states.moments import local_day
from states.values import Value

AUDIT_LOG = table_of(AuditRow)
NUMBERS = table_of(Numbering)
SERIES = "audit "
"""What the number of the last entry of a log is kept under: this, and the name of the log."""


class AuditEntry(Value):
    """One thing that was done: by whom, about what (`subject`), in words of one kind, with what (`data`).

    `happened_on` is a date in Europe/London, `recorded_at` an instant in UTC.
    """

    log: str
    sequence: int
    subject: str
    kind: str
    actor: Actor
    happened_on: date
    recorded_at: datetime
    reason: str = ""
    data: dict[str, Any] = {}


class LogRow(NamedTuple):
    """An entry as it is kept: its lookup columns, the text that is sealed, and the seal."""

    sequence: int
    subject: str
    kind: str
    actor: str
    happened_on: date
    recorded_at: datetime
    body: str
    seal: str


LAST_OF = Hot(
    select(AUDIT_LOG.c.sequence, AUDIT_LOG.c.seal)
    .where(AUDIT_LOG.c.log == bindparam("of"))
    .order_by(AUDIT_LOG.c.sequence.desc())
    .limit(1)
)
ADD = Hot(insert(AUDIT_LOG), *LogRow._fields, "log")
COLUMNS = tuple(AUDIT_LOG.c[name] for name in LogRow._fields)


def hold(tx: Connection, log: str) -> None:
    """Have whoever else writes in a log wait for this transaction."""
    series = SERIES + log
    insert_once(tx, NUMBERS, {"series": series, "last": 0})
    tx.execute(select(NUMBERS.c.last).where(NUMBERS.c.series == series).with_for_update()).all()


def append(
    tx: Connection,
    log: str,
    subject: str,
    kind: str,
    actor: Actor,
    now: datetime,
    *,
    on: date | None = None,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Add an entry to the end of a log. `now` is in UTC; `on` is the day it happened, today in Scotland unless said.

    The number is given by the database: on PostgreSQL whoever adds to the same log next waits for this transaction.
    """
    sequence, before = _next(tx, log)
    days = {"happened_on": on or local_day(now), "recorded_at": now}
    about = {"log": log, "sequence": sequence, "subject": subject, "kind": kind, "actor": actor, **days}
    entry = AuditEntry(**about, reason=reason, data=dict(data or {}))
    body = body_of(entry)
    row = {**about, "actor": actor.name[:200], "body": body, "seal": seal(before, body)}
    ADD.run(tx, row)
    return entry


def _next(tx: Connection, log: str) -> tuple[int, str]:
    """The number of the next entry of a log, and the seal before it.

    Where somebody has set the count of numbers back, it goes on after the last entry: nothing waits for a repair.
    """
    sequence = insert_counting(tx, SERIES + log)
    ends_at, before = LAST_OF.first(tx, {"of": log}) or (0, "")
    if ends_at >= sequence:
        sequence = ends_at + 1
        tx.execute(update(NUMBERS).where(NUMBERS.c.series == SERIES + log).values(last=sequence))
    if sequence == 1:
        return 1, beginning(log)
    return sequence, before if ends_at == sequence - 1 else ""


def entries(tx: Connection, log: str, *, subject: str | None = None) -> tuple[AuditEntry, ...]:
    """The entries of a log (about one thing), oldest first."""
    wanted = select(AUDIT_LOG.c.body).where(AUDIT_LOG.c.log == log).order_by(AUDIT_LOG.c.sequence)
    if subject is not None:
        wanted = wanted.where(AUDIT_LOG.c.subject == subject)
    return tuple(AuditEntry.model_validate_json(body) for body in tx.execute(wanted).scalars())


def lines(tx: Connection, log: str, *conditions: ColumnElement[bool]) -> Iterator[LogRow]:
    """The entries of a log (those that meet the conditions) as they are kept, oldest first."""
    mine = (AUDIT_LOG.c.log == log, *conditions)

    def in_order(asked: Select[Any]) -> Select[Any]:
        return asked.where(*mine).order_by(AUDIT_LOG.c.sequence)

    for row in plain_rows(tx, COLUMNS, in_order, at_a_time=500):
        yield LogRow(*row)


def texts(tx: Connection, log: str, about: Subset) -> Iterator[list[Any]]:
    """The entries of a log about some of its subjects, oldest first: the subject of each, and its exact text."""
    mine = (AUDIT_LOG.c.log == log, about.has(AUDIT_LOG.c.subject))
    columns = (AUDIT_LOG.c.subject, AUDIT_LOG.c.body)
    return plain_rows(tx, columns, lambda asked: asked.where(*mine).order_by(AUDIT_LOG.c.sequence), at_a_time=500)


def seal_at(tx: Connection, log: str, sequence: int) -> str | None:
    """The seal of one entry of a log; None where there is none of that number."""
    mine = (AUDIT_LOG.c.log == log, AUDIT_LOG.c.sequence == sequence)
    return tx.execute(select(AUDIT_LOG.c.seal).where(*mine)).scalar()


def ends(tx: Connection) -> dict[str, tuple[int, str]]:
    """Where every log ends: the number and the seal of its last entry."""
    newest = select(AUDIT_LOG.c.log, func.max(AUDIT_LOG.c.sequence).label("sequence")).group_by(AUDIT_LOG.c.log)
    last = newest.subquery()
    wanted = select(AUDIT_LOG.c.log, AUDIT_LOG.c.sequence, AUDIT_LOG.c.seal).join(
        last, (AUDIT_LOG.c.log == last.c.log) & (AUDIT_LOG.c.sequence == last.c.sequence)
    )
    return {log: (sequence, seal) for log, sequence, seal in tx.execute(wanted.order_by(AUDIT_LOG.c.log))}


def counted(tx: Connection) -> dict[str, int]:
    """How many entries every log has been given, by the numbers handed out."""
    rows = tx.execute(select(NUMBERS.c.series, NUMBERS.c.last).where(NUMBERS.c.series.startswith(SERIES)))
    return {series.removeprefix(SERIES): last for series, last in rows}


def beginning(log: str) -> str:
    """The seal before the first entry of a log."""
    return hashlib.sha256(f"cairn log {log}".encode()).hexdigest()


def body_of(entry: AuditEntry) -> str:
    """An entry as one line of JSON, always the same letters for the same entry; times are UTC in ISO 8601."""
    told = entry.model_dump(mode="json", exclude_defaults=True)
    return canonical(told)

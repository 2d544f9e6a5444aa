"""Messages owed: written in the transaction that owes them, one row a recipient and channel, each with one identity."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from records.contacts import Reach
from records.database import insert_all_once, insert_once
from records.tables import MessageRow, Task, table_of
from states.calendars import Calendar
from states.entry import local_moment
from states.moments import local_day

MESSAGES = table_of(MessageRow)
TASKS = table_of(Task)


@dataclass(frozen=True)
class Owing:
    """Why a message is owed: the case and entry, the date it is about (if any), and who must say yes first (if anyone).

    `beside` keeps apart two messages of one kind that one entry owes to the same person.
    """

    case_id: int | None
    ref: str
    sequence: int
    kind: str
    facts: Mapping[str, Any]
    deadline_key: str = ""
    deadline_due_on: date | None = None
    confirm_role: str = ""
    confirm_by: datetime | None = None
    beside: str = ""


written = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
"""Facts as they are kept: always the same letters for the same facts."""

Letter = dict[str, Any]
"""A message as its row."""


def letters(
    owing: Owing, to: Reach, calendar: Calendar, now: datetime, channels: Container[str] | None = None
) -> list[Letter]:
    """What is owed to one contact: a message on each of their channels (of those asked for), in their working hours."""
    facts = written(owing.facts)
    after = in_hours(now, to.hours, calendar)
    same = (owing.ref, owing.sequence, owing.kind, owing.deadline_key, owing.beside, to.id)
    return [
        {
            "id": _identity(*same, channel),
            "case_id": owing.case_id,
            "sequence": owing.sequence,
            "kind": owing.kind,
            "facts": facts,
            "contact_id": to.id,
            "channel": channel,
            "status": "held" if owing.confirm_role else "owed",
            "created_at": now,
            "deliver_after": after,
            "deadline_key": owing.deadline_key,
            "deadline_due_on": owing.deadline_due_on,
            "confirm_role": owing.confirm_role,
            "confirm_by": owing.confirm_by,
        }
        for channel in to.channels
        if channels is None or channel in channels
    ]


def owe(tx: Connection, owed: list[Letter]) -> int:
    """Owe messages; how many were given. One that is owed already is the same message."""
    insert_all_once(tx, MESSAGES, owed)
    return len(owed)


def ask(tx: Connection, owing: Owing, kind: str, role: str, now: datetime) -> str | None:
    """Leave a task for somebody: what the system cannot do by itself.

    Returns its number, None when it was there already.
    """
    identity = task_id(owing, kind, role)
    row = {
        "id": identity,
        "case_id": owing.case_id,
        "kind": kind,
        "role": role,
        "facts": written(owing.facts),
        "created_at": now,
    }
    return identity if insert_once(tx, TASKS, {**row, "done_by": ""}) else None


def task_id(owing: Owing, kind: str, role: str) -> str:
    """The identity of a task: the same for the same thing asked of the same role."""
    return _identity(owing.ref, owing.sequence, kind, owing.deadline_key, owing.kind, owing.beside, role)


def settle(tx: Connection, task_id: str, by: str, now: datetime) -> bool:
    """Mark a task as seen to; False when it is not there or was seen to before."""
    done = update(TASKS).where(TASKS.c.id == task_id, TASKS.c.done_at.is_(None)).values(done_at=now, done_by=by)
    return tx.execute(done).rowcount == 1


def held_for(tx: Connection, case_id: int) -> list[RowMapping]:
    """The messages of a case that wait for somebody's yes."""
    wanted = select(MESSAGES).where(MESSAGES.c.case_id == case_id, MESSAGES.c.status == "held")
    return list(tx.execute(wanted.order_by(MESSAGES.c.created_at, MESSAGES.c.id)).mappings())


def decide(tx: Connection, message_ids: list[str], status: str, after: datetime) -> int:
    """Let held messages go (`owed`, from `after` on) or keep them back (`withheld`); how many were still held."""
    change = update(MESSAGES).where(MESSAGES.c.id.in_(message_ids), MESSAGES.c.status == "held")
    return tx.execute(change.values(status=status, deliver_after=after)).rowcount


def in_hours(now: datetime, hours: str, calendar: Calendar) -> datetime:
    """The first instant, from `now` on, in somebody's working hours (UTC).

    What is owed is not changed by it, only when it is delivered.
    """
    start, _, end = hours.partition("-")
    day = local_day(now)
    while True:
        if calendar.is_working(day):
            opens = local_moment(day, start)
            closes = local_moment(day, end) if end != "24:00" else local_moment(day, "23:59")
            if now <= closes:
                return max(now, opens)
        day = date.fromordinal(day.toordinal() + 1)


def _identity(*parts: object) -> str:
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:40]

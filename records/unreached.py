"""Messages that reached nobody: one row for each that an entry owed to a place."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, exists, or_, select, true, update

from records.database import insert_once
from records.metadata import table_of
from records.outbox import MESSAGES, TASKS
from records.post_tables import UnreachedRow
from states.letters import ON_THE_WAY

UNREACHED = table_of(UnreachedRow)

KIND = "unreachable"
"""The kind of a task that says that nobody can be reached: one open at a time for each place of a case."""

REFUSED = "undelivered"
"""The kind of a task that says that a mailbox took nothing: one open at a time for each address."""

SAME = ("case_id", "sequence", "message", "agency", "place")
"""What makes two rows the same thing owed."""

IN_OTHER_WORDS = ("silence", "promise_passed")
"""What is said to the committee where an agency is reminded: of one entry and place there is one of them."""

ON_ITS_WAY = exists().where(
    MESSAGES.c.case_id == UNREACHED.c.case_id,
    MESSAGES.c.sequence == UNREACHED.c.sequence,
    MESSAGES.c.agency == UNREACHED.c.agency,
    MESSAGES.c.place == UNREACHED.c.place,
    or_(MESSAGES.c.kind == UNREACHED.c.message, MESSAGES.c.kind.in_(IN_OTHER_WORDS)),
    MESSAGES.c.status.in_({*ON_THE_WAY, "sent"}),
)
"""What reached nobody at one address is with somebody all the same: another message carries it."""

LEFT = (
    select(UNREACHED)
    .join(TASKS, TASKS.c.id == UNREACHED.c.task_id)
    .where(TASKS.c.done_at.is_(None), UNREACHED.c.reason == "", ~ON_ITS_WAY)
    .order_by(UNREACHED.c.case_id, UNREACHED.c.sequence, UNREACHED.c.message, UNREACHED.c.agency, UNREACHED.c.place)
)
"""What is still in a task: neither on its way again nor withdrawn."""


def note(tx: Connection, row: dict[str, Any]) -> bool:
    """Record that a message reached nobody; False when its task says so already.

    What reached nobody again, after it had been made good, is in the task of the newer trouble.
    """
    if insert_once(tx, UNREACHED, {**row, "reason": ""}):
        return True
    same = and_(*(UNREACHED.c[name] == row[name] for name in SAME))
    moved = update(UNREACHED).where(same, UNREACHED.c.task_id != row["task_id"])
    return tx.execute(moved.values(task_id=row["task_id"], at=row["at"], reason="")).rowcount == 1


def left(tx: Connection, task_id: str = "") -> list[RowMapping]:
    """Messages that reached nobody and are in an open task (in this one), by case and entry."""
    wanted = LEFT.where(UNREACHED.c.task_id == task_id) if task_id else LEFT
    return list(tx.execute(wanted).mappings())


def of_task(tx: Connection, task_id: str) -> list[RowMapping]:
    """Everything that a task stands for."""
    return list(tx.execute(select(UNREACHED).where(UNREACHED.c.task_id == task_id)).mappings())


def is_on_its_way(tx: Connection, message: RowMapping) -> bool:
    """Whether another message carries the same thing to the same place."""
    same = ("case_id", "sequence", "kind", "deadline_key", "agency", "place")
    others = select(MESSAGES.c.id).where(
        *(MESSAGES.c[name] == message[name] for name in same), MESSAGES.c.status.in_({*ON_THE_WAY, "sent"})
    )
    return tx.execute(others).first() is not None


def task_about(tx: Connection, message: RowMapping) -> str:
    """The task that says that a message reached nobody; empty where there is none."""
    same = ("case_id", "sequence", "agency", "place")
    wanted = select(UNREACHED.c.task_id).where(
        *(UNREACHED.c[name] == message[name] for name in same), UNREACHED.c.message == message["kind"]
    )
    return str(tx.execute(wanted).scalar() or "")


def withdraw(tx: Connection, row: RowMapping, reason: str) -> None:
    """Record why something that reached nobody need not be said any more."""
    same = and_(*(UNREACHED.c[name] == row[name] for name in SAME))
    tx.execute(update(UNREACHED).where(same).values(reason=reason))


def one_case(tx: Connection, task_id: str, cases: Collection[int | None]) -> None:
    """Detach an address's task from its case once it holds messages of several cases."""
    other = or_(TASKS.c.case_id.is_(None), TASKS.c.case_id.not_in([one for one in cases if one is not None]))
    if len(cases) > 1:
        other = true()
    tx.execute(update(TASKS).where(TASKS.c.id == task_id, other).values(case_id=None))

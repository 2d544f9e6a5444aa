"""What nobody could be given: one row for each message that an entry owed to a place where nobody can be reached."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from records.database import insert_once
from records.outbox import MESSAGES, TASKS, settle, written
from records.tables import UnreachedRow, table_of

UNREACHED = table_of(UnreachedRow)

KIND = "unreachable"
"""The kind of a task that says so: one open at a time for each place of a case."""


def note(tx: Connection, row: dict[str, Any]) -> bool:
    """Put on record that a message reached nobody; False when that is on record already."""
    return insert_once(tx, UNREACHED, row)


def open_tasks(tx: Connection, case_id: int | None = None) -> dict[str, dict[str, Any]]:
    """The open tasks about places where nobody can be reached, of one case or of all: number and facts."""
    wanted = select(TASKS.c.id, TASKS.c.facts).where(TASKS.c.kind == KIND, TASKS.c.done_at.is_(None))
    if case_id is not None:
        wanted = wanted.where(TASKS.c.case_id == case_id)
    return {row.id: json.loads(row.facts) for row in tx.execute(wanted.order_by(TASKS.c.created_at, TASKS.c.id))}


def say(tx: Connection, task_id: str, facts: dict[str, Any]) -> None:
    """Bring what a task says up to date."""
    tx.execute(update(TASKS).where(TASKS.c.id == task_id).values(facts=written(facts)))


def settled(tx: Connection, task_id: str, by: str, now: datetime) -> bool:
    """Settle a task because its place can be reached again; a letter about it that has not left is not wanted."""
    if not settle(tx, task_id, by, now):
        return False
    case_id, facts = tx.execute(select(TASKS.c.case_id, TASKS.c.facts).where(TASKS.c.id == task_id)).one()
    letter = update(MESSAGES).where(
        MESSAGES.c.case_id == case_id,
        MESSAGES.c.kind == "task",
        MESSAGES.c.status == "owed",
        MESSAGES.c.facts.contains(written({"problem": json.loads(facts)["problem"]})[1:-1], autoescape=True),
    )
    tx.execute(letter.values(status="overtaken"))
    return True


def tasks_of(tx: Connection, case_id: int, sequence: int) -> set[str]:
    """The tasks that an entry gave rise to, or brought up to date, because it reached somebody nowhere."""
    wanted = select(UNREACHED.c.task_id).where(UNREACHED.c.case_id == case_id, UNREACHED.c.sequence == sequence)
    return set(tx.execute(wanted).scalars())

"""Verifies tasks that a person closed against the history, or the log of tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection, select

from records import audit_log, chain
from records.bulk_reading import EntryRow
from records.outbox import TASKS
from states.entry import CAIRN
from states.errors import DAMAGED, StorageTrouble
from workflows.verification.replay import Discrepancy

AT_ONCE = 500
LOG = "tasks"
KIND = "task_done"
"""The kind of entry of a case that says that somebody closed a task about it."""


class Closed(NamedTuple):
    """What is on record of a task that was closed: in which case and entry (empty and 0: in the log), by whom, how."""

    ref: str
    sequence: int
    task: str
    by: str
    did: str


def closed_in_log(tx: Connection) -> Iterator[Closed]:
    """The tasks about no case that somebody closed; none where the log cannot be read, which is named elsewhere."""
    try:
        entries = audit_log.entries(tx, LOG)
    except ValidationError:
        return
    yield from (Closed("", 0, one.subject, one.actor.name, one.reason) for one in entries)


def closed_in(ref: str, lines: Iterable[EntryRow]) -> Iterator[Closed]:
    """The tasks that a history says somebody closed; an entry that cannot be read is named elsewhere."""
    for line in (one for one in lines if one.kind == KIND):
        try:
            entry = chain.kept_of(line.body)
            yield Closed(ref, line.sequence, entry.data["task"], entry.actor.name, entry.reason)
        except StorageTrouble:
            raise
        except DAMAGED:
            continue


def task_faults(tx: Connection, closed: Sequence[Closed]) -> Iterator[Discrepancy]:
    """Every task that is gone, or does not say what its closing on record says."""
    columns = (TASKS.c.id, TASKS.c.done_at, TASKS.c.done_by, TASKS.c.did)
    for some in (closed[start : start + AT_ONCE] for start in range(0, len(closed), AT_ONCE)):
        wanted = select(*columns).where(TASKS.c.id.in_([one.task for one in some]))
        rows = {row.id: row for row in tx.execute(wanted)}
        for one in some:
            row, named = rows.get(one.task), f"the task {one.task[:12]}"
            if row is None:
                yield Discrepancy(one.ref, one.sequence, f"{named} is gone, and was closed", "a closed task is gone")
            elif row.done_at is None or (row.done_by, row.did) not in {(one.by, one.did), (CAIRN.name, row.did)}:
                what = "does not say who closed it and how, as it is on record"
                yield Discrepancy(one.ref, one.sequence, f"{named} {what}", f"a task {what}")

"""Which cases matter for a period: those open in it, closed since it began, or written in since then.

No day of a file lies after the day its last entry was recorded: nothing is recorded before it happens, and what is
planned ahead ends with the file or is still owed. So the others need not be read, however many there are.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, CompoundSelect, Connection, select, text, union

from records.case_tables import AT_WORK
from records.cases import CASES
from records.history import HISTORY
from states.as_at import end_of

FURTHEST = timedelta(days=2)
"""How far the day at a place can be from that of an instant (UTC), and a day to spare."""


def recorded_since(first: date) -> ColumnElement[bool]:
    """Entries recorded since a day began, wherever that was: all that happened since then are among them."""
    return HISTORY.c.recorded_at >= end_of(first - FURTHEST)


def told_since(tx: Connection, first: date) -> list[int]:
    """The numbers of the files that may tell something of the time from a day on, the oldest first."""
    return sorted(tx.execute(telling_since(first)).scalars())


def telling_since(first: date) -> CompoundSelect[int]:
    """The question for the numbers of the files that may tell something of the time from a day on."""
    at_work = select(CASES.c.id).where(text(AT_WORK))
    closed = select(CASES.c.id).where(CASES.c.closed_on >= first)
    return union(at_work, closed, select(HISTORY.c.case_id).where(recorded_since(first)))

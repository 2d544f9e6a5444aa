"""The history of a case: adding an entry, reading the entries, and what was known on a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import takewhile

from sqlalchemy import Connection, bindparam, insert, select

from records import chain
from records.chain import Sealed
from records.history_tables import HistoryRow
from records.hot_statements import Hot
from records.metadata import table_of
from states.entry import Entry

HISTORY = table_of(HistoryRow)
ADD = Hot(insert(HISTORY), *HISTORY.c.keys())
READ = (
    select(HISTORY.c.sequence, HISTORY.c.body, HISTORY.c.seal)
    .where(HISTORY.c.case_id == bindparam("case_id"))
    .order_by(HISTORY.c.sequence)
)
READ_LAST = (
    select(HISTORY.c.body).where(HISTORY.c.case_id == bindparam("case_id")).order_by(HISTORY.c.sequence.desc()).limit(1)
)

READ_ONE = select(HISTORY.c.body).where(
    HISTORY.c.case_id == bindparam("case_id"), HISTORY.c.sequence == bindparam("number")
)

READ_KINDS = READ.where(HISTORY.c.kind.in_(bindparam("kinds", expanding=True)))


def append(tx: Connection, case_id: int, ref: str, head: str, entry: Entry) -> str:
    """Append an entry to a case's history; returns its seal. The primary key refuses a second one of that number."""
    body = chain.body_of(ref, entry)
    seal = chain.seal(head, body)
    ADD.run(
        tx,
        {
            "case_id": case_id,
            "sequence": entry.sequence,
            "kind": entry.kind,
            "recorded_at": entry.recorded_at,
            "happened_on": entry.happened_on,
            "body": body,
            "seal": seal,
        },
    )
    return seal


def rows(tx: Connection, case_id: int) -> Iterator[Sealed]:
    """The entries of a case as they are kept, oldest first."""
    for row in tx.execute(READ, {"case_id": case_id}).all():
        yield Sealed(row.sequence, row.body, row.seal)


def last(tx: Connection, case_id: int) -> Entry:
    """The newest entry of a case, without reading the rest of its history."""
    return chain.entry_of(tx.execute(READ_LAST, {"case_id": case_id}).one().body)


def one(tx: Connection, case_id: int, sequence: int) -> Entry | None:
    """One entry of a case by its number; None where there is none of it."""
    row = tx.execute(READ_ONE, {"case_id": case_id, "number": sequence}).first()
    return chain.entry_of(row.body) if row is not None else None


def of_kinds(tx: Connection, case_id: int, kinds: Sequence[str]) -> tuple[Entry, ...]:
    """The entries of a case of some kinds, oldest first."""
    found = tx.execute(READ_KINDS, {"case_id": case_id, "kinds": kinds})
    return tuple(chain.entry_of(row.body) for row in found)


def entries(tx: Connection, case_id: int, *, known_at: datetime | None = None) -> tuple[Entry, ...]:
    """The entries of a case, oldest first; with `known_at` (UTC) only those that had been recorded by then.

    An entry is known only with all before it, whatever the clock of the machine said when it was recorded.
    """
    found = (chain.entry_of(row.body) for row in rows(tx, case_id))
    return tuple(takewhile(lambda entry: known_at is None or entry.recorded_at <= known_at, found))

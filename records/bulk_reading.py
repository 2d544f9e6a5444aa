"""Reads what is kept about many cases in one statement each, for verification and whole-record work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, Table, func, select

from records import snapshots
from records.cases import CASES
from records.children import CHILD, KEY
from records.database import reading
from records.diary import DEADLINES
from records.history import HISTORY
from records.history_tables import RungClimbed
from records.metadata import table_of
from records.outbox import MESSAGES, TASKS
from records.plain_rows import plain_rows
from records.subset import Subset
from records.unreached import UNREACHED
from states.entry import BY_THE_CLOCK

RUNGS = table_of(RungClimbed)
AT_ONCE = 100
"""How many cases are read at once, at most."""
ENTRIES_AT_ONCE = 2000
"""How many entries of cases are read at once, about: one case is always read whole."""


class EntryRow(NamedTuple):
    """An entry as it is kept: its lookup columns, the text that is sealed, and the seal."""

    sequence: int
    kind: str
    recorded_at: datetime
    happened_on: date
    body: str
    seal: str


class Dated(NamedTuple):
    """A row of the diary."""

    key: str
    timescale: str
    agency: str
    status: str
    due_on: date | None
    next_action_at: datetime | None


class ClimbRow(NamedTuple):
    """A rung that was climbed or passed over, as its row says."""

    key: str
    due_on: date
    rung: int
    again: int
    passed: bool
    late: bool
    at: datetime
    sequence: int


class MessageTold(NamedTuple):
    """A message as far as it shows who was told of what by which entry, and about which date."""

    sequence: int
    kind: str
    contact_id: int
    id: str
    status: str
    created_at: datetime
    deadline_key: str
    deadline_due_on: date | None
    agency: str
    place: str
    reason: str
    confirm_role: str
    confirm_by: datetime | None


class Unreached(NamedTuple):
    """A message that reached nobody: which entry owed it and to which place, and what became of its task."""

    sequence: int
    message: str
    agency: str
    place: str
    reason: str
    task_id: str
    done_at: datetime | None
    done_by: str
    did: str

    @property
    def is_open(self) -> bool:
        """Whether its task still waits for a person."""
        return self.done_at is None


@dataclass(frozen=True)
class CaseKept:
    """All that is kept of one case: its row and the rows that belong to it.

    `children` are its children as they are kept encrypted, by number; `wrapped` is the key to them, encrypted too.
    `snapshot` is the text of the snapshot that the row names.
    """

    row: RowMapping
    lines: Sequence[EntryRow]
    dates: Sequence[Dated]
    climbs: Sequence[ClimbRow]
    told: Sequence[MessageTold]
    unreached: frozenset[Unreached]
    children: Mapping[int, str] = field(default_factory=dict)
    wrapped: str | None = None
    snapshot: str | None = None


@contextmanager
def one_view(engine: Engine, name: str = "") -> Iterator[Connection]:
    """One view of the record from beginning to end, whatever is written meanwhile; nothing is changed through it.

    With the `name` of a view that another process of the same server has, it is the same view.
    """
    if engine.dialect.name != "sqlite":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with reading(engine) as tx:
        if name:
            tx.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{name}'")
        tx.execute(select(CASES.c.id).limit(1)).all()  # with this the view begins
        yield tx


def name_of_view(tx: Connection) -> str:
    """By what name another process has the same view of a server; a SQLite file has none: views begin together."""
    return "" if tx.dialect.name == "sqlite" else str(tx.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one())


def how_many(tx: Connection, ref: str | None = None) -> int:
    """The number of cases there are (of that reference)."""
    wanted = select(func.count()).select_from(CASES)
    return int(tx.execute(wanted if ref is None else wanted.where(CASES.c.ref == ref)).scalar_one())


def how_many_entries(tx: Connection) -> int:
    """The number of entries there are, as the cases say."""
    return int(tx.execute(select(func.coalesce(func.sum(CASES.c.sequence), 0))).scalar_one())


def cases_kept(tx: Connection, ref: str | None = None) -> Iterator[CaseKept]:
    """Every case (or the one of that reference), in the order in which they were opened."""
    for among, _ in portions(tx, ref):
        yield from cases_among(tx, among)


def portions(tx: Connection, ref: str | None = None) -> Iterator[tuple[Subset, int]]:
    """All cases (or the one of that reference) in portions that can be held in memory, each with how many it has."""
    wanted = select(CASES.c.id, CASES.c.sequence).order_by(CASES.c.id)
    wanted = wanted if ref is None else wanted.where(CASES.c.ref == ref)
    rows = tx.execute(wanted, execution_options={"yield_per": 1000})
    return in_portions((number, length if isinstance(length, int) else 0) for number, length in rows)


def in_portions(cases: Iterable[tuple[int, int]], *, whole: bool = True) -> Iterator[tuple[Subset, int]]:
    """Cases, by number and how many entries they have, in portions; not `whole` where others lie between them."""
    held, entries = list[int](), 0
    for number, length in cases:
        if held and (len(held) == AT_ONCE or entries + length > ENTRIES_AT_ONCE):
            yield _portion(held, whole=whole), len(held)
            held, entries = [], 0
        held.append(number)
        entries += length
    if held:
        yield _portion(held, whole=whole), len(held)


def _portion(numbers: Sequence[int], *, whole: bool) -> Subset:
    return Subset(numbers[0], numbers[-1] + 1, None if whole else tuple(numbers))


def _lines_among(tx: Connection, among: Subset) -> dict[int, list[EntryRow]]:
    return _by_case(tx, HISTORY, [HISTORY.c[name] for name in EntryRow._fields], EntryRow, among)


def histories(tx: Connection, kind: str) -> Iterator[tuple[RowMapping, Sequence[EntryRow]]]:
    """The files of a kind (number, reference), each with its history but for what the sweep wrote; oldest first."""
    last, history = 0, HISTORY.c
    columns = (history.sequence, history.kind, history.recorded_at, history.happened_on, history.body, history.seal)
    while True:
        wanted = select(CASES.c.id, CASES.c.ref).where(CASES.c.kind == kind, CASES.c.id > last)
        rows = tx.execute(wanted.order_by(CASES.c.id).limit(AT_ONCE)).mappings().all()
        if not rows:
            return
        facts = history.kind.not_in(BY_THE_CLOCK)
        lines = _by_case(tx, HISTORY, columns, EntryRow, Subset(rows[0]["id"], rows[-1]["id"] + 1), facts)
        yield from ((row, lines[row["id"]]) for row in rows)
        last = rows[-1]["id"]


def cases_among(tx: Connection, among: Subset) -> Iterator[CaseKept]:
    """Some of the cases, in the order in which they were opened."""
    rows = tx.execute(select(CASES).where(among.has(CASES.c.id)).order_by(CASES.c.id)).mappings().all()
    lines = _lines_among(tx, among)
    dates = _by_case(tx, DEADLINES, [DEADLINES.c[name] for name in Dated._fields], Dated, among)
    climbs = _by_case(tx, RUNGS, [RUNGS.c[name] for name in ClimbRow._fields], ClimbRow, among)
    told = _by_case(tx, MESSAGES, [MESSAGES.c[name] for name in MessageTold._fields], MessageTold, among)
    unreached = _unreached(tx, among)
    names = _by_case(tx, CHILD, [CHILD.c.number, CHILD.c.sealed], lambda *pair: pair, among)
    wrapped = tx.execute(select(KEY.c.case_id, KEY.c.wrapped).where(among.has(KEY.c.case_id)))
    keys = {row.case_id: row.wrapped for row in wrapped}
    bodies = snapshots.bodies(tx, {row["snapshot"] for row in rows})
    for row in rows:
        of_it = row["id"]
        mine = (lines[of_it], dates[of_it], climbs[of_it], told[of_it], frozenset(unreached[of_it]))
        yield CaseKept(row, *mine, dict(names[of_it]), keys.get(of_it), bodies.get(row["snapshot"]))


def _unreached(tx: Connection, among: Subset) -> dict[int, list[Unreached]]:
    joined = UNREACHED.join(TASKS, TASKS.c.id == UNREACHED.c.task_id)
    columns = [(UNREACHED if name in UNREACHED.c else TASKS).c[name] for name in Unreached._fields]
    wanted = select(UNREACHED.c.case_id, *columns).select_from(joined).where(among.has(UNREACHED.c.case_id))
    found: dict[int, list[Unreached]] = defaultdict(list)
    for case_id, *rest in tx.execute(wanted.order_by(UNREACHED.c.case_id, UNREACHED.c.sequence)):
        found[case_id].append(Unreached(*rest))
    return found


def _by_case(
    tx: Connection,
    table: Table,
    columns: Sequence[ColumnElement[Any]],
    make: Callable[..., Any],
    among: Subset,
    *conditions: ColumnElement[bool],
) -> dict[int, list[Any]]:
    mine, found = (among.has(table.c.case_id), *conditions), defaultdict[int, list[Any]](list)
    order = (table.c.case_id, columns[0])
    for case_id, *rest in plain_rows(tx, [table.c.case_id, *columns], lambda q: q.where(*mine).order_by(*order)):
        found[case_id].append(make(*rest))
    return found

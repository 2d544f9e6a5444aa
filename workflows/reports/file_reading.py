"""Reading the files of a committee: all of a kind, some, or those that tell of a time; a few hundred at once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, partial

from sqlalchemy import ColumnElement, Connection, RowMapping, select
from sqlalchemy import Row as SqlRow

from records import history, snapshots
from records.case_rows import as_in_rows, damaged, no_such_case
from records.case_years import told_since
from records.cases import CASES
from records.chain import entry_of
from records.editions import EditionLibrary
from records.history import HISTORY
from states.as_at import known_by, stood
from states.dossier import Dossier
from states.entry import Entry
from states.errors import DamagedRecord
from workflows.reports.case_files import STEPS, AsAt, EditionReading, Facts, File, FileLine

Row = SqlRow[int, int, str, str]

AT_A_TIME = 500
KEPT = tuple(CASES.c[name] for name in ("id", "ref", "kind", "edition", "digest", "dossier", "snapshot"))


def files(tx: Connection, *kinds: str, as_at: AsAt | None = None) -> Iterator[File]:
    """The files of these kinds, oldest first: as they stand, or those there were on a day as they then stood."""
    return files_of(tx, CASES.c.kind.in_(kinds), as_at=as_at)


def files_since(tx: Connection, first: date, *kinds: str, as_at: AsAt) -> Iterator[File]:
    """The files of these kinds that may tell something of the time from a day on, as they stood on another."""
    reader = _Reader(tx, as_at)
    wanted = told_since(tx, min(first, as_at.first))
    for begin in range(0, len(wanted), AT_A_TIME):
        those = (CASES.c.id.in_(wanted[begin : begin + AT_A_TIME]), CASES.c.kind.in_(kinds))
        yield from reader.files(tx.execute(select(*KEPT).where(*those).order_by(CASES.c.id)).mappings().all())


def files_of(
    tx: Connection,
    *conditions: ColumnElement[bool],
    as_at: AsAt | None = None,
    aside: Callable[[DamagedRecord], None] | None = None,
) -> Iterator[File]:
    """The files of which these conditions hold, oldest first; a few hundred are in memory at a time.

    `aside` is told of each file that cannot be read, and the others are given; without it DamagedRecord is raised, for
    a figure that leaves a file out is a wrong figure.
    """
    reader, last = _Reader(tx, as_at, aside), 0
    while True:
        wanted = select(*KEPT).where(CASES.c.id > last, *conditions).order_by(CASES.c.id).limit(AT_A_TIME)
        rows = tx.execute(wanted).mappings().all()
        if not rows:
            return
        yield from reader.files(rows)
        last = rows[-1]["id"]


def file_of(tx: Connection, ref: str, as_at: AsAt | None = None) -> File:
    """The file of that reference. Raises NotFound when there is none, or was none on that day."""
    found = list(files_of(tx, CASES.c.ref == as_in_rows(ref), as_at=as_at))
    if found:
        return found[0]
    raise no_such_case(ref)


class _Reader:
    """Reads files as they stood: from their rows, or replayed where their history went on after the day."""

    def __init__(
        self, tx: Connection, as_at: AsAt | None, aside: Callable[[DamagedRecord], None] | None = None
    ) -> None:
        self.tx, self.as_at, self.library, self.aside = tx, as_at, EditionLibrary(tx), aside
        self.reading = cache(lambda digest: EditionReading(self.library.procedure(digest)))
        later = tx.execute(select(HISTORY.c.case_id).where(as_at.later()).distinct()) if as_at else None
        self.went_on = set(later.scalars()) if later else set[int]()

    def files(self, rows: Sequence[RowMapping]) -> Iterator[File]:
        """The files of some rows; what moved them is read for all of them at once, when it is first asked for."""
        moves = cache(partial(_rows_of, self.tx, [row["id"] for row in rows]))
        bodies = snapshots.bodies(self.tx, {row["snapshot"] for row in rows if row["id"] not in self.went_on})
        for row in rows:
            try:
                found = self._file(row, bodies.get(row["snapshot"]), moves)
            except DamagedRecord as damage:
                if self.aside is None:
                    raise
                self.aside(damage)
                continue
            if found is None or found.dossier.get("taken_back"):
                continue
            if self.as_at is None or found.opened_on <= self.as_at.day:
                yield found

    def _file(self, row: RowMapping, body: str | None, moves: Callable[[], dict[int, list[Row]]]) -> File | None:
        if row["id"] in self.went_on:
            return self._replayed(row)
        return self._made(row, _facts(row, body), _of_one(moves, row["id"]))

    def _replayed(self, row: RowMapping) -> File | None:
        assert self.as_at is not None
        entries = known_by(history.entries(self.tx, row["id"]), self.as_at.known_on)
        blank = Dossier(ref=row["ref"], edition=row["edition"], digest=row["digest"])
        dossier, counted = stood(blank, entries, self.library, self.as_at.day)
        facts = json.loads(dossier.model_dump_json(exclude_defaults=True))
        lines = [FileLine(entry.sequence, entry.kind, partial(_itself, entry)) for entry in counted]
        return self._made(row, facts, lambda: lines) if counted else None

    def _made(self, row: RowMapping, dossier: Facts, lines: Callable[[], Sequence[FileLine]]) -> File:
        closed = dossier.get("closed_on")
        return File(
            id=row["id"],
            ref=row["ref"],
            kind=row["kind"],
            state=dossier["state"],
            opened_on=date.fromisoformat(dossier["opened_on"]),
            closed_on=date.fromisoformat(closed) if closed else None,
            reading=self.reading(dossier["digest"]),
            dossier=dossier,
            lines=lines,
        )


def _facts(row: RowMapping, body: str | None) -> Facts:
    """What a file adds up to. Raises DamagedRecord, for a figure that leaves a file out is a wrong figure."""
    try:
        facts = snapshots.facts(row, body)
    except (ValueError, TypeError, AttributeError):
        facts = {}
    if not {"state", "opened_on", "digest"} <= facts.keys():
        raise damaged(row["ref"])
    return facts


def _of_one(read: Callable[[], dict[int, list[Row]]], case_id: int) -> Callable[[], Sequence[FileLine]]:
    return cache(
        lambda: [FileLine(row.sequence, row.kind, partial(entry_of, row.body)) for row in read().get(case_id, ())]
    )


def _rows_of(tx: Connection, ids: Sequence[int]) -> dict[int, list[Row]]:
    """What moved these files, by number; oldest entry first."""
    entry, found = HISTORY.c, defaultdict[int, list[Row]](list)
    wanted = select(entry.case_id, entry.sequence, entry.kind, entry.body)
    wanted = wanted.where(entry.case_id.in_(ids), entry.kind.in_(STEPS))
    for row in tx.execute(wanted.order_by(entry.case_id, entry.sequence)).all():
        found[row[0]].append(row)
    return found


def _itself(entry: Entry) -> Entry:
    return entry

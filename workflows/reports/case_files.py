"""The files of a committee as they stood on a day, read quickly: for what is counted across all of them.

A file is read as plain JSON, not as a checked dossier: it was checked when it was written, and a year is counted over
thousands of them. One whose history went on after the day is replayed up to it, so that nothing recorded or done later
colours what is told of an earlier time.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, or_, select

from config.bodies import body_of
from records import history
from records.case_rows import damaged, no_such_case
from records.cases import CASES
from records.chain import entry_of
from records.editions import EditionLibrary
from records.history import HISTORY
from states.as_at import days_of, end_of, fields_of, known_by, stood
from states.dossier import DUPLICATE_OF, Dossier
from states.entry import BY_THE_CLOCK, Entry
from states.errors import BadAnswer, DamagedRecord
from states.procedure import Procedure
from states.steps import Field, Transition

Facts = dict[str, Any]

AT_A_TIME = 500
EARLIEST, LATEST = 1990, 9000
WRITTEN = re.compile(r"(\d{4})\s*[-/]\s*(\d{2}|\d{4})")
STEPS = ("opened", "advanced", "moved_edition", "corrected", "imported")
"""The kinds of entry that say where a file stood and what was recorded with each step."""
TAKEN = frozenset({"opened", "advanced", "imported"})
"""The kinds of entry that may be a step; of what was imported those that name one."""


@dataclass(frozen=True)
class Year:
    """A financial year in Scotland: 1 April to 31 March."""

    first: date
    last: date

    @property
    def name(self) -> str:
        """The year as it is written: 2025-26."""
        return f"{self.first.year}-{self.last.year % 100:02}"

    def holds(self, day: str | date | None) -> bool:
        """Whether a day, which may be written as in JSON, lies in the year."""
        found = date.fromisoformat(day) if isinstance(day, str) else day
        return found is not None and self.first <= found <= self.last

    def as_at(self, today: date) -> date:
        """The day the year is told as at: its last, or today while it has not ended."""
        return min(self.last, today)


def year_of(written: str) -> Year:
    """Read a financial year such as 2025-26. Raises BadAnswer for anything else, in one sentence."""
    found = WRITTEN.fullmatch(written.strip())
    begins = int(found[1]) if found else 0
    if not found or not EARLIEST <= begins <= LATEST or int(found[2]) not in {(begins + 1) % 100, begins + 1}:
        raise BadAnswer(f"Write the year like 2025-26 (1 April 2025 to 31 March 2026), not {written[:40]!r}.")
    return Year(date(begins, 4, 1), date(begins + 1, 3, 31))


@dataclass(frozen=True)
class Reading:
    """An edition, as it is read for counting."""

    procedure: Procedure

    @cached_property
    def decisions(self) -> dict[str, Transition]:
        """The steps that decide what becomes of a case that is considered, by trigger.

        Those the edition names (`[figures]`); where it names none, decisions out of the phase of decision, unless they
        send the case back, and ends of a case that never came that far. An edition that words the outcomes of its
        decisions has no others.
        """
        if named := self.procedure.figures.deciding:
            return {move.trigger: move for move in self.procedure.transitions if move.trigger in named}
        found = [move for move in self.procedure.transitions if not move.reopens and self._decides(move)]
        worded = [move for move in found if move.outcome]
        return {move.trigger: move for move in worded or found}

    def leads_on(self, move: Transition) -> bool:
        """Whether a review, or other learning, follows a decision."""
        if self.procedure.figures.deciding:
            return move.trigger in self.procedure.figures.leading_on
        return self.procedure.states[move.dest].phase in {"review", "decision"}

    @cached_property
    def body(self) -> str:
        """What the body that decides is called, at the head of a paper."""
        return body_of(self.procedure)

    @cached_property
    def reopenings(self) -> frozenset[str]:
        """The steps that open a closed case again."""
        return frozenset(move.trigger for move in self.procedure.transitions if move.reopens)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field that a step records, by its name."""
        return self.procedure.recordable

    def choice(self, field: str, name: str, register: str = "") -> str:
        """The words of a choice; a name without words is shown as it is."""
        kept = self.procedure.registers.get(register)
        known = {one.name: one for one in kept.all_fields} if kept else self.fields
        offered = known[field].choices if field in known else ()
        return next((one.label for one in offered if one.name == name), str(name).replace("_", " "))

    def _decides(self, move: Transition) -> bool:
        phases = {self.procedure.states[source].phase for source in move.source}
        leads = self.procedure.states[move.dest]
        if "decision" in phases:
            return move.act == "decide" and leads.phase != "referral"
        return phases == {"referral"} and leads.final


@dataclass(frozen=True)
class File:
    """A case, a recommendation or the committee's own file as it stood on a day.

    `steps` reads the entries that moved it or put something right, oldest first.
    """

    id: int
    ref: str
    kind: str
    state: str
    opened_on: date
    closed_on: date | None
    reading: Reading
    dossier: Facts
    steps: Callable[[], Sequence[Entry]] = tuple

    @property
    def procedure(self) -> Procedure:
        """The edition it goes by."""
        return self.reading.procedure

    @property
    def duplicate_of(self) -> str:
        """The case it is closed as a duplicate of; empty for any other."""
        return next((ref for ref, link in self.dossier.get("links", {}).items() if link == DUPLICATE_OF), "")

    @property
    def stands(self) -> str:
        """Where it stands, in words."""
        if self.duplicate_of:
            return f"Closed as a duplicate of {self.duplicate_of}"
        return self.procedure.label_of("states", self.state)

    @property
    def fields(self) -> Facts:
        """What was recorded on it."""
        found: Facts = self.dossier.get("fields", {})
        return found

    def done(self, trigger: str) -> date | None:
        """The day a step was last taken."""
        mark = self.dossier.get("done", {}).get(trigger)
        return date.fromisoformat(mark["on"]) if mark else None

    def done_by(self, trigger: str) -> int:
        """The entry of the last time a step was taken; 0 where it was not."""
        mark = self.dossier.get("done", {}).get(trigger)
        return int(mark["sequence"]) if mark else 0

    def recorded_with(self, sequence: int) -> Facts:
        """What was recorded with one entry, put right where it was corrected: nothing that was recorded elsewhere."""
        came_from: dict[str, int] = self.dossier.get("recorded_by", {})
        newest = {name: value for name, value in self.fields.items() if came_from.get(name) == sequence}
        return {**fields_of(self.steps(), sequence), **newest}

    def reason_of(self, sequence: int) -> str:
        """Why a step was taken, in the words of its entry."""
        return next((entry.reason.strip() for entry in self.steps() if entry.sequence == sequence), "")

    def went(self) -> list[tuple[int, date, Entry]]:
        """Every step that was taken, with its number and its day as corrections have put it right; oldest first."""
        days = days_of(self.steps())
        taken = (entry for entry in self.steps() if entry.trigger and entry.kind in TAKEN)
        return [(entry.sequence, days[entry.sequence], entry) for entry in taken]

    def items(self, *registers: str) -> Iterator[Facts]:
        """What its lists hold, in the order it was entered."""
        return (one for one in self.dossier.get("items", {}).values() if one["kept_in"] in registers)

    def words(self, field: str) -> str:
        """A recorded choice in words, several with commas; nothing where it is not recorded."""
        return self.spoken(field, self.fields.get(field))

    def spoken(self, field: str, value: Any, register: str = "") -> str:
        """An answer as it is read."""
        if isinstance(value, list):
            return ", ".join(self.spoken(field, one, register) for one in value)
        if isinstance(value, dict) and "answer" in value:
            return f"{value['answer']} ({value['reason']})" if value.get("reason") else str(value["answer"])
        if isinstance(value, dict):
            return "; ".join(f"{name}: {self.spoken(name, one)}" for name, one in value.items() if one)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "" if value is None else self.reading.choice(field, str(value), register)


@dataclass(frozen=True)
class AsAt:
    """As things stood at the end of a day: what had happened by `day`, as far as it was recorded by `known_on`.

    That is the end of a day, or a moment.
    """

    day: date
    known_on: date

    def later(self) -> ColumnElement[bool]:
        """Entries that happened, or were recorded, too late to count; those of the sweep change nothing."""
        entry = HISTORY.c
        late = or_(entry.happened_on > self.day, entry.recorded_at >= end_of(self.known_on))
        return and_(entry.kind.not_in(BY_THE_CLOCK), late)


def files(tx: Connection, *kinds: str, as_at: AsAt | None = None) -> Iterator[File]:
    """The files of these kinds, oldest first: as they stand, or those there were on a day as they then stood."""
    return files_of(tx, CASES.c.kind.in_(kinds), as_at=as_at)


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
        wanted = select(CASES).where(CASES.c.id > last, *conditions).order_by(CASES.c.id).limit(AT_A_TIME)
        rows = tx.execute(wanted).mappings().all()
        if not rows:
            return
        yield from reader.files(rows)
        last = rows[-1]["id"]


def file_of(tx: Connection, ref: str, as_at: AsAt | None = None) -> File:
    """The file of that reference. Raises NotFound when there is none, or was none on that day."""
    found = list(files_of(tx, CASES.c.ref == (ref.strip().upper() if ref.isprintable() else ""), as_at=as_at))
    if found:
        return found[0]
    raise no_such_case(ref)


class _Reader:
    """Reads files as they stood: from their rows, or replayed where their history went on after the day."""

    def __init__(
        self, tx: Connection, as_at: AsAt | None, aside: Callable[[DamagedRecord], None] | None = None
    ) -> None:
        self.tx, self.as_at, self.shelf, self.aside = tx, as_at, EditionLibrary(tx), aside
        self.reading = cache(lambda digest: Reading(self.shelf.procedure(digest)))
        later = tx.execute(select(HISTORY.c.case_id).where(as_at.later()).distinct()) if as_at else None
        self.went_on = set(later.scalars()) if later else set[int]()

    def files(self, rows: Sequence[RowMapping]) -> Iterator[File]:
        """The files of some rows; what moved them is read for all of them at once, when it is first asked for."""
        steps = cache(partial(_steps_of, self.tx, rows[0]["id"], rows[-1]["id"]))
        for row in rows:
            try:
                found = self._file(row, steps)
            except DamagedRecord as damage:
                if self.aside is None:
                    raise
                self.aside(damage)
                continue
            if found is None or found.dossier.get("taken_back"):
                continue
            if self.as_at is None or found.opened_on <= self.as_at.day:
                yield found

    def _file(self, row: RowMapping, steps: Callable[[], dict[int, list[Entry]]]) -> File | None:
        if row["id"] in self.went_on:
            return self._replayed(row)
        return self._made(row, _facts(row), _of_one(steps, row["id"]))

    def _replayed(self, row: RowMapping) -> File | None:
        assert self.as_at is not None
        entries = known_by(history.entries(self.tx, row["id"]), self.as_at.known_on)
        blank = Dossier(ref=row["ref"], edition=row["edition"], digest=row["digest"])
        dossier, counted = stood(blank, entries, self.shelf, self.as_at.day)
        facts = json.loads(dossier.model_dump_json(exclude_defaults=True))
        return self._made(row, facts, lambda: counted) if counted else None

    def _made(self, row: RowMapping, dossier: Facts, steps: Callable[[], Sequence[Entry]]) -> File:
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
            steps=steps,
        )


def _facts(row: RowMapping) -> Facts:
    """What a file adds up to. Raises DamagedRecord, for a figure that leaves a file out is a wrong figure."""
    try:
        facts = json.loads(row["dossier"])
    except ValueError:
        facts = None
    if not isinstance(facts, dict) or not {"state", "opened_on", "digest"} <= facts.keys():
        raise damaged(row["ref"])
    return facts


def _of_one(steps: Callable[[], dict[int, list[Entry]]], case_id: int) -> Callable[[], Sequence[Entry]]:
    return lambda: steps().get(case_id, ())


def _steps_of(tx: Connection, first: int, last: int) -> dict[int, list[Entry]]:
    """What moved the files whose numbers lie between two, by number; oldest entry first."""
    entry, found = HISTORY.c, defaultdict[int, list[Entry]](list)
    wanted = select(entry.case_id, entry.body).where(entry.case_id.between(first, last), entry.kind.in_(STEPS))
    for case_id, body in tx.execute(wanted.order_by(entry.case_id, entry.sequence)):
        found[case_id].append(entry_of(body))
    return found

"""All cases as they stood on a day, read quickly, for counting across them.

A file is read as plain JSON, not as a checked dossier: it was checked when it was written, and a year is counted over
thousands of them. One whose history went on after the day is replayed up to it, so that nothing recorded or done later
colours what is told of an earlier time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from config.bodies import body_of
from records.case_years import recorded_since
from records.history import HISTORY
from states.as_at import days_of, end_of, fields_of
from states.dossier import DUPLICATE_OF
from states.entry import BY_THE_CLOCK, Entry
from states.errors import BadAnswer
from states.moments import local_day
from states.procedure import Procedure
from states.steps import Field, Transition

Facts = dict[str, Any]

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
class EditionReading:
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
        offered = self.offered.get(register, self.offered[""]).get(field, {})
        return offered[name] if name in offered else str(name).replace("_", " ")

    @cached_property
    def offered(self) -> dict[str, dict[str, dict[str, str]]]:
        """The words of each choice, by register (empty: what a step records), field and name."""
        kept = {name: {one.name: one for one in of.all_fields} for name, of in self.procedure.registers.items()}
        fields = {"": self.fields, **kept}
        return {name: {one: _labels(field) for one, field in of.items()} for name, of in fields.items()}

    def _decides(self, move: Transition) -> bool:
        phases = {self.procedure.states[source].phase for source in move.source}
        leads = self.procedure.states[move.dest]
        if "decision" in phases:
            return move.act == "decide" and leads.phase != "referral"
        return phases == {"referral"} and leads.final


@dataclass(frozen=True)
class FileLine:
    """An entry, by its number and its kind; it is read when it is asked for, for most are not."""

    sequence: int
    kind: str
    read: Callable[[], Entry]

    @cached_property
    def entry(self) -> Entry:
        """The entry."""
        return self.read()


@dataclass(frozen=True)
class File:
    """A case, a recommendation or the committee's own file as it stood on a day.

    `lines` are the entries that moved it or put something right, oldest first.
    """

    id: int
    ref: str
    kind: str
    state: str
    opened_on: date
    closed_on: date | None
    reading: EditionReading
    dossier: Facts
    lines: Callable[[], Sequence[FileLine]] = tuple

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

    def about(self, sequence: int) -> list[Entry]:
        """An entry that moved it, and what may have put it right."""
        return [one.entry for one in self.lines() if one.sequence == sequence or one.kind == "corrected"]

    def recorded_with(self, sequence: int) -> Facts:
        """What was recorded with one entry, put right where it was corrected: nothing that was recorded elsewhere."""
        came_from: dict[str, int] = self.dossier.get("recorded_by", {})
        newest = {name: value for name, value in self.fields.items() if came_from.get(name) == sequence}
        return {**fields_of(self.about(sequence), sequence), **newest}

    def reason_of(self, sequence: int) -> str:
        """Why a step was taken, in the words of its entry."""
        return next((entry.reason.strip() for entry in self.about(sequence) if entry.sequence == sequence), "")

    def went(self) -> list[tuple[int, date, Entry]]:
        """Every step that was taken, with its number and its day as corrections have put it right; oldest first."""
        entries = [one.entry for one in self.lines()]
        days = days_of(entries)
        taken = (entry for entry in entries if entry.trigger and entry.kind in TAKEN)
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
        return and_(entry.kind.not_in(BY_THE_CLOCK), late, recorded_since(self.first))

    @property
    def first(self) -> date:
        """The earlier of both: what was recorded before it counts as it stands."""
        return min(self.day, local_day(self.known_on))


def _labels(field: Field) -> dict[str, str]:
    """The words of each choice of a field; of two with one name, those of the first."""
    return {one.name: one.label for one in reversed(field.choices)}

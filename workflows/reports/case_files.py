"""The files of a committee as they stand, read quickly: for what is counted across all of them.

A file is read as plain JSON, not as a checked dossier: it was checked when it was written, and a year is counted over
thousands of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from records.cases import CASES
from records.editions import Shelf
from states.errors import BadAnswer, NotFound
from states.procedure import Procedure
from states.steps import Field, Transition

Facts = dict[str, Any]

AT_A_TIME = 500
EARLIEST, LATEST = 1990, 9000
WRITTEN = re.compile(r"(\d{4})\s*[-/]\s*(\d{2}|\d{4})")
READ = select(
    CASES.c.id, CASES.c.ref, CASES.c.kind, CASES.c.digest, CASES.c.state, CASES.c.opened_on, CASES.c.closed_on
).add_columns(CASES.c.dossier)


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

        Decisions out of the phase of decision, unless they send the case back, and ends of a case that never came that
        far. An edition that words the outcomes of its decisions has no others.
        """
        found = [move for move in self.procedure.transitions if not move.reopens and self._decides(move)]
        worded = [move for move in found if move.outcome]
        return {move.trigger: move for move in worded or found}

    @cached_property
    def reopenings(self) -> frozenset[str]:
        """The steps that open a closed case again."""
        return frozenset(move.trigger for move in self.procedure.transitions if move.reopens)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field that a step records, by its name."""
        return {field.name: field for move in self.procedure.transitions for field in move.fields}

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
    """A case, a recommendation or the committee's own file as it stands."""

    id: int
    ref: str
    kind: str
    state: str
    opened_on: date
    closed_on: date | None
    reading: Reading
    dossier: Facts

    @property
    def procedure(self) -> Procedure:
        """The edition it goes by."""
        return self.reading.procedure

    @property
    def stands(self) -> str:
        """Where it stands, in words."""
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


def files(tx: Connection, *kinds: str, until: date | None = None) -> Iterator[File]:
    """The files of these kinds that were opened by a day, oldest first, a few hundred in memory at a time."""
    conditions = [CASES.c.kind.in_(kinds), *([CASES.c.opened_on <= until] if until is not None else [])]
    return files_of(tx, *conditions)


def files_of(tx: Connection, *conditions: ColumnElement[bool]) -> Iterator[File]:
    """The files of which these conditions hold, oldest first."""
    return _read(tx, READ.where(*conditions).order_by(CASES.c.id))


def file_of(tx: Connection, ref: str) -> File:
    """The file of that reference. Raises NotFound when there is none."""
    found = list(files_of(tx, CASES.c.ref == (ref.strip().upper() if ref.isprintable() else "")))
    if found:
        return found[0]
    raise NotFound(f"There is no case {ref[:40]!r}: cairn list shows the cases there are.")


def _read(tx: Connection, wanted: Select[Any]) -> Iterator[File]:
    shelf, readings = Shelf(tx), dict[str, Reading]()
    with closing(tx.execute(wanted, execution_options={"yield_per": AT_A_TIME})) as rows:
        for row in rows:
            if row.digest not in readings:
                readings[row.digest] = Reading(shelf.procedure(row.digest))
            facts = row.kind, row.state, row.opened_on, row.closed_on, readings[row.digest], json.loads(row.dossier)
            yield File(row.id, row.ref, *facts)

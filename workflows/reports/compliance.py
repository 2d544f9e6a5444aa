"""Time limits kept: the steps of a year, counted as in its summary, by quarter, time limit and agency."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from states.suppression import gridded
from states.words import long_day
from workflows.papers.charts import DaysSpan, Drawing, parts, spans
from workflows.papers.paper import Paper, Row, Table
from workflows.reports.annual_summary import Summary
from workflows.reports.annual_summary_public import (
    DAYS_FROM_TO,
    KEPT_BACK,
    LATE,
    ON_TIME,
    PUNCTUAL,
    SMALL_YEAR,
    STEPS,
    shown_steps,
)
from workflows.reports.case_figures import CALENDAR, EXTENSION, HOLD, Step
from workflows.reports.case_files import Year

IN_TIME, EXPLAINED, UNEXPLAINED, OWED = "in_time", "explained", "unexplained", "owed"
FATES: Mapping[str, str] = {
    IN_TIME: "Met in time",
    EXPLAINED: "Late, with a reason",
    UNEXPLAINED: "Late, without a reason",
    OWED: "Late, and not met yet",
    HOLD: "Moved by a hold",
    EXTENSION: "Moved by an extension",
    CALENDAR: "Moved by a changed calendar",
}
"""What became of a step. The first three add up to all; those not met yet are among the late."""

PARTS = (IN_TIME, EXPLAINED, UNEXPLAINED)
"""Those that add up to all."""

QUARTERS = ("April to June", "July to September", "October to December", "January to March")
COMMITTEE = "The committee"
"""Who owed a step that no agency owed."""


@dataclass(frozen=True)
class Group:
    """Steps counted together: how many of each fate, and the days of those that were measured."""

    all: int
    fates: Mapping[str, int]
    measured: int
    middle: float | None
    shortest: int | None
    longest: int | None

    @property
    def late(self) -> int:
        """How many were late, with a reason or without."""
        return self.fates[EXPLAINED] + self.fates[UNEXPLAINED]


@dataclass(frozen=True)
class Compliance:
    """The steps of a year (or of a part of them)."""

    year: Year
    steps: tuple[Step, ...]

    def where(self, quarter: str = "", step: str = "", agency: str = "", fate: str = "") -> Compliance:
        """Those of a quarter, a time limit, an agency and a fate; what is empty narrows nothing."""
        asked = ((QUARTER, quarter), (LABEL, step), (AGENCY, agency))
        found = (one for one in self.steps if all(not said or of(self.year, one) == said for of, said in asked))
        return Compliance(self.year, tuple(one for one in found if not fate or fate in fates_of(one)))

    def by(self, part: Part) -> dict[str, Group]:
        """The steps in groups, in the order of time or of the alphabet."""
        found: dict[str, list[Step]] = {}
        for one in self.steps:
            found.setdefault(part(self.year, one), []).append(one)
        names = [name for name in QUARTERS if name in found] if part is QUARTER else sorted(found)
        return {name: group_of(found[name]) for name in names}

    @property
    def whole(self) -> Group:
        """All of them."""
        return group_of(self.steps)


Part = Callable[[Year, Step], str]


def _quarter(year: Year, step: Step) -> str:
    """The quarter in which a step ended; one that is still owed stands where it fell due."""
    day = max(step.ended_on or step.due_on or year.first, year.first)
    return QUARTERS[(day.month - 4) % 12 // 3]


def _agency(_: Year, step: Step) -> str:
    return step.agency or COMMITTEE


def _label(_: Year, step: Step) -> str:
    return step.label


QUARTER, LABEL, AGENCY = _quarter, _label, _agency


def fates_of(step: Step) -> tuple[str, ...]:
    """Everything that is said of a step."""
    first = IN_TIME if not step.late else EXPLAINED if step.reason else UNEXPLAINED
    return (first, *((OWED,) if step.ended_on is None else ()), *step.moved)


def group_of(steps: Iterable[Step]) -> Group:
    """Steps counted together."""
    every = tuple(steps)
    said = [fate for one in every for fate in fates_of(one)]
    days = [one.days for one in every if one.days is not None]
    spread = (median(days), min(days), max(days)) if days else (None, None, None)
    return Group(len(every), {fate: said.count(fate) for fate in FATES}, len(days), *spread)


# ------------------------------------------------------------------------------------------------------ as it is kept


def facts_of(steps: Iterable[Step]) -> list[list[Any]]:
    """Steps as JSON keeps them."""
    return [[_plain(part) for part in vars(one).values()] for one in steps]


def steps_of(facts: Iterable[Sequence[Any]]) -> tuple[Step, ...]:
    """Steps as they were kept."""
    return tuple(map(_step, facts))


def _plain(part: Any) -> Any:
    return part.isoformat() if isinstance(part, date) else list(part) if isinstance(part, tuple) else part


def _step(facts: Sequence[Any]) -> Step:
    ref, label, agency, due, ended, days, late, reason, key, sequence, moved = facts
    due_on, ended_on = (date.fromisoformat(one) if one else None for one in (due, ended))
    return Step(ref, label, agency, due_on, ended_on, days, late, reason, key, sequence, tuple(moved))


# --------------------------------------------------------------------------------------------------- what is published


def published(summary: Summary, committee: str) -> Paper:
    """What of the steps of a year may be published, by the rules of its summary and never against it.

    The table of steps is the summary's own. Quarters add up to it, so they stand only where none of it is kept back.
    """
    year = summary.year
    steps, whole = ((), False) if len(summary.cases) < SMALL_YEAR else shown_steps(summary)
    found = Compliance(year, tuple(summary.steps)).by(QUARTER) if whole else {}
    tables = {"steps": Table(STEPS, PUNCTUAL, steps, DAYS_FROM_TO), "quarters": _quarters(found)}
    return Paper(
        title=f"Time limits kept, {year.name}",
        committee=committee,
        about=f"{long_day(year.first)} to {long_day(year.last)}",
        made_on=summary.made_on,
        opening=(KEPT_BACK,),
        tables={name: table for name, table in tables.items() if table.rows},
    )


def _quarters(groups: Mapping[str, Group]) -> Table:
    shown = gridded({name: {ON_TIME: one.fates[IN_TIME], LATE: one.late} for name, one in groups.items()})
    rows = tuple(Row(name, (*cells.values(), shown.rows[name])) for name, cells in shown.counts.items())
    return Table("Steps by quarter", ("Quarter", ON_TIME, LATE, "All"), rows)


def drawn(groups: Mapping[str, Group]) -> Drawing:
    """How long steps took, from the shortest to the longest."""
    measured = {name: one for name, one in groups.items() if one.measured}
    rows = [DaysSpan(name, one.shortest, one.middle, one.longest) for name, one in measured.items()]
    return spans("How many days each step took", rows)


def drawn_by_quarter(groups: Mapping[str, Group]) -> Drawing:
    """What became of the steps of each quarter: a bar of three parts, with the numbers beside it."""
    rows = [(name, [one.fates[fate] for fate in PARTS]) for name, one in groups.items()]
    return parts("What became of the steps", rows, tuple(FATES[fate] for fate in PARTS))

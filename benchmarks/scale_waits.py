"""What somebody waits for, whatever else there is: a list, a case, a search, and a sweep that finds nothing to do."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from benchmarks.figures import timed
from benchmarks.learning import FORMS
from benchmarks.scale_stock import PAST, PRESENT, YEARS
from benchmarks.stock import NOW, Stock
from records import cases, references
from records.case_list import CaseFilter
from records.database import reading
from states.entry import Actor
from workflows.messages.chase import sweep
from workflows.reports.annual_summary import summary_of
from workflows.reports.annual_summary_paper import paper
from workflows.reports.case_files import year_of
from workflows.views.case_list import listing
from workflows.views.case_page import case_page
from workflows.views.search import search_everything
from workflows.views.viewer import Viewer
from workflows.views.work_list import WorkWanted, work_list

SITTINGS, ROUNDS, SUMMARIES = 3, 25, 1
VIEWER = Viewer(Actor(name="lead_officer", role="lead_officer"), NOW)
LAST_YEAR = f"{YEARS[-1]}-{(YEARS[-1] + 1) % 100:02}"
SUMMARY = "the year's summary of 20,000 cases"


@dataclass(frozen=True)
class Row:
    """A line of the table: what is measured, in which unit, and what is to be reached.

    At most so much at the most cases, at most so many times as much as at the fewest, or at least so much.
    """

    what: str
    unit: str
    at_most: float | None = None
    times: float | None = None
    at_least: float | None = None

    def verdict(self, few: float, many: float) -> str:
        """Whether what is to be reached was reached."""
        if not self.mark:
            return ""
        reached = (
            self.at_most is None or many <= self.at_most,
            self.times is None or many <= few * self.times,
            self.at_least is None or many >= self.at_least,
        )
        return "reached" if all(reached) else "not reached"

    @property
    def mark(self) -> str:
        """What is to be reached, in words."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}{self.unit}"
        most = f"{self.at_most:g} {self.unit}" if self.at_most is not None else ""
        times = f"{self.times:g}x" if self.times is not None else ""
        return f"at most {' and '.join(filter(None, (most, times)))}" if most or times else ""


WAITS: dict[Row, tuple[Callable[[Stock], object], int]] = {}
"""What is measured, with how often: the median stands."""


def waited_for(
    what: str, *, rounds: int = ROUNDS, unit: str = "ms", **reach: float
) -> Callable[[Callable[[Stock], object]], Callable[[Stock], object]]:
    """Something a person waits for."""

    def add(work: Callable[[Stock], object]) -> Callable[[Stock], object]:
        WAITS[Row(what, unit, **reach)] = (work, rounds)
        return work

    return add


def in_turn(row: Row, sizes: dict[int, Stock]) -> dict[int, float]:
    """The medians of some rounds, in each of which every size has its turn: what else the machine does falls on all.

    They are taken in sittings, each with connections of its own: where a server's process happens to run tells as well.
    """
    work, rounds = WAITS[row]
    taken: dict[int, list[float]] = {size: [] for size in sizes}
    for number in range(SITTINGS * (rounds + 1)):
        if number % (rounds + 1) == 0:
            for filled in sizes.values():
                filled.engine.dispose()
        for size in sorted(sizes, reverse=bool(number % 2)):
            seconds = timed(lambda size=size: work(sizes[size]) and None)  # type: ignore[misc]
            taken[size] += [seconds] if number % (rounds + 1) else []  # the first of a sitting is not counted
    return {size: statistics.median(times) * (1000 if row.unit == "ms" else 1) for size, times in taken.items()}


@waited_for("sweep, nothing due", at_most=5, times=1.3)
def swept(filled: Stock) -> None:
    asked: list[str] = []

    def hear(*heard: Any) -> None:
        asked.append(heard[2])

    event.listen(filled.engine, "before_cursor_execute", hear)
    sweep(filled.engine, NOW)
    event.remove(filled.engine, "before_cursor_execute", hear)
    assert sum(one.startswith("SELECT") for one in asked) == 1, "it asks more than one question"


@waited_for("cairn list", times=1.3)
def listed(filled: Stock) -> None:
    with reading(filled.engine) as tx:
        assert listing(tx, CaseFilter(), NOW, hidden=frozenset()).lines


@waited_for("cairn list --closed", times=1.3)
def listed_closed(filled: Stock) -> None:
    with reading(filled.engine) as tx:
        assert listing(tx, CaseFilter(which="closed"), NOW, hidden=frozenset()).lines


@waited_for("My work", times=1.3)
def worked(filled: Stock) -> None:
    with reading(filled.engine) as tx:
        assert work_list(tx, VIEWER, WorkWanted(everybody=True)).groups


@waited_for("cairn show, an open case", times=1.3)
def shown(filled: Stock) -> None:
    _shown(filled, f"{PRESENT}-1000")


@waited_for("cairn show, a closed case by a short reference", times=1.3)
def shown_closed(filled: Stock) -> None:
    _shown(filled, f"{YEARS[-1]}-17777")


def _shown(filled: Stock, typed: str) -> None:
    with reading(filled.engine) as tx:
        ref = references.whole_reference(tx, typed, "all", frozenset())
        assert case_page(tx, cases.find(tx, ref, to_change=False), VIEWER).ref == ref


@waited_for("search, a whole reference", times=1.3)
def searched_reference(filled: Stock) -> None:
    _searched(filled, f"{PAST}-{YEARS[-1]}-17777")


@waited_for("search, a number", times=1.3)
def searched_number(filled: Stock) -> None:
    _searched(filled, "17777")


@waited_for("search, an officer", times=1.3)
def searched_officer(filled: Stock) -> None:
    _searched(filled, "Officer 07 of the north")


@waited_for("search, words", times=1.3)
def searched_words(filled: Stock) -> None:
    _searched(filled, "papers")


def _searched(filled: Stock, words: str) -> None:
    with reading(filled.engine) as tx:
        assert search_everything(tx, words, hidden=frozenset()).count


@waited_for(SUMMARY, rounds=SUMMARIES, unit="s", at_most=10)
def summed(filled: Stock) -> None:
    """The year's summary, counted and published in every form."""
    year = year_of(LAST_YEAR)
    with reading(filled.engine) as tx:
        summary = summary_of(tx, year, year.last)
    assert len(summary.cases) >= 20_000, len(summary.cases)
    made = paper(summary, "Example Committee")
    for form in FORMS.values():
        form(made)

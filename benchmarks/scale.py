"""`make scale`: a million cases on each database, and what they cost beside a tenth of them; writes scale.md.

Outside `make bench`, for it takes long. ARGS="--cases 100000 --database postgresql" makes fewer, or one database alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event

from benchmarks.__main__ import processors, today
from benchmarks.figures import most_held, timed
from benchmarks.learning import FORMS
from benchmarks.scale_stock import PAST, PRESENT, YEARS, begun
from benchmarks.stock import KEYS, NOW, Stock
from records import backup, cases, references
from records.case_list import Wanted
from records.database import connect, reading
from states.entry import Actor
from tests import postgres
from workflows.messages.chase import sweep
from workflows.reports.annual_summary import summary_of
from workflows.reports.annual_summary_paper import paper
from workflows.reports.case_files import year_of
from workflows.verification.verify import verify
from workflows.views.case_list import listing
from workflows.views.case_page import case_page
from workflows.views.everywhere import everywhere
from workflows.views.viewer import Viewer
from workflows.views.work_list import WorkWanted, work_list

RESULTS = Path(__file__).parent / "scale.md"
MANY, PART, LEAST, ROUNDS = 1_000_000, 10, 25_000, 30
VIEWER = Viewer(Actor(name="lead_officer", role="lead_officer"), NOW)
LAST_YEAR = f"{YEARS[-1]}-{(YEARS[-1] + 1) % 100:02}"


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, in which unit, at how many cases what, and what is to be reached."""

    what: str
    unit: str
    at_most: float | None = None
    times: float | None = None
    note: str = ""
    taken: dict[int, float] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """Whether what is to be reached was reached: at the most cases, and beside the fewest."""
        if self.at_most is None and self.times is None:
            return ""
        few, many = self.taken[min(self.taken)], self.taken[max(self.taken)]
        well = many <= (self.at_most or many) and many <= few * (self.times or many / few)
        return "reached" if well else "not reached"

    @property
    def mark(self) -> str:
        """What is to be reached, in words."""
        most = f"{self.at_most:g} {self.unit}" if self.at_most is not None else ""
        times = f"{self.times:g}x" if self.times is not None else ""
        return f"at most {' and '.join(filter(None, (most, times)))}" if most or times else ""


QUICK: dict[str, tuple[Row, Callable[[Stock], object]]] = {}


def quick(what: str, **more: Any) -> Callable[[Callable[[Stock], object]], Callable[[Stock], object]]:
    """Something a person waits for: measured in milliseconds, the median of some rounds."""

    def add(work: Callable[[Stock], object]) -> Callable[[Stock], object]:
        QUICK[what] = (Row(what, "ms", **more), work)
        return work

    return add


def main() -> None:
    """Make the cases, measure on the way and at the end, show the table and write it down."""
    told = argparse.ArgumentParser(prog="make scale", description=__doc__)
    told.add_argument("--cases", type=int, default=MANY)
    told.add_argument("--database", choices=("postgresql", "sqlite"), action="append")
    told.add_argument("--no-upkeep", action="store_true", help="without backup, restore and verify")
    asked = told.parse_args()
    lines = []
    for name in asked.database or ("postgresql", "sqlite"):
        with tempfile.TemporaryDirectory() as folder, DATABASES[name](Path(folder)) as fresh:
            rows = measured(fresh, Path(folder), asked.cases, upkeep=not asked.no_upkeep)
            lines += written(name, rows, asked.cases)
            print("\n".join(lines))
    if asked.cases == MANY and not asked.no_upkeep:
        RESULTS.write_text("\n".join([*heading(), *lines]) + "\n")


@contextmanager
def on_postgresql(_: Path) -> Iterator[Callable[[], str]]:
    """Addresses of empty databases on a server of our own."""
    postgres.make_folder()
    try:
        yield lambda: postgres.make_copy("template1")
    finally:
        postgres.stop()


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Callable[[], str]]:
    """Addresses of files that are not there yet."""
    names = iter(range(9))
    yield lambda: f"sqlite:///{folder / f'{next(names)}.db'}"


DATABASES = {"postgresql": on_postgresql, "sqlite": on_sqlite}


def measured(fresh: Callable[[], str], folder: Path, count: int, *, upkeep: bool) -> list[Row]:
    """The rows for one database, at a tenth of the cases and at all of them."""
    url = fresh()
    decades = begun(url)
    making, spent = Row("all cases made", "min", at_most=20), 0.0
    summing = Row("the year's summary of 20,000 cases", "s", at_most=10)
    rows = [making, *(row for row, _ in QUICK.values()), summing]
    kept = {name: (Row(f"{name}, all of it", "s"), memory) for name, memory in memories().items()} if upkeep else {}
    for number in (few_of(count), count):
        spent += timed(partial(decades.grow, number)) / 60
        making.taken[number] = spent
        for row, work in QUICK.values():
            one = partial(work, decades.filled)
            row.taken[number] = statistics.median(timed(one) for _ in range(ROUNDS)) * 1000
        summing.taken[number] = timed(partial(summed, decades.filled))
        decades.filled.engine.dispose()
        for name, (row, memory) in kept.items():
            asked = {"backup": (url, folder / f"{number}.backup"), "restore": (fresh(), folder / f"{number}.backup")}
            said = elsewhere(name, *asked.get(name, (url,)))
            row.taken[number], memory.taken[number] = said["seconds"], said["megabytes"]
        print(f"{number:,} cases made in {spent:.1f} min, and measured", file=sys.stderr)
    return [*rows, *(one for pair in kept.values() for one in pair)]


def few_of(count: int) -> int:
    """How many cases it is held against: a tenth, and no fewer than the last year and the open ones need."""
    return max(count // PART, LEAST)


def memories() -> dict[str, Row]:
    """What the upkeep may take of memory: the whole process, at its most."""
    flat: dict[str, Any] = {"at_most": 300, "times": 1.1}
    return {
        name: Row(f"{name}, memory of its process", "MB", **(flat if name != "verify" else {"at_most": 300}))
        for name in ("backup", "restore", "verify")
    }


@quick("sweep, nothing due", at_most=5, times=1.3)
def swept(filled: Stock) -> None:
    asked: list[str] = []

    def hear(*heard: Any) -> None:
        asked.append(heard[2])

    event.listen(filled.engine, "before_cursor_execute", hear)
    sweep(filled.engine, NOW)
    event.remove(filled.engine, "before_cursor_execute", hear)
    assert sum("FROM deadline" in one for one in asked) == 1, "the diary is asked more than once"


@quick("cairn list", times=1.3)
def listed(filled: Stock) -> None:
    with reading(filled.engine) as tx:
        assert listing(tx, Wanted(), NOW).lines


@quick("cairn list --closed, which counts them all")
def listed_closed(filled: Stock) -> None:
    with reading(filled.engine) as tx:
        assert listing(tx, Wanted(which="closed"), NOW).lines


@quick("My work", times=1.3)
def worked(filled: Stock) -> None:
    with reading(filled.engine) as tx:
        assert work_list(tx, VIEWER, WorkWanted(everybody=True)).groups


@quick("cairn show, an open case", times=1.3)
def shown(filled: Stock) -> None:
    _shown(filled, f"{PRESENT}-1000")


@quick("cairn show, a closed case by a short reference", times=1.3)
def shown_closed(filled: Stock) -> None:
    _shown(filled, f"{YEARS[-1]}-17777")


def _shown(filled: Stock, typed: str) -> None:
    with reading(filled.engine) as tx:
        ref = references.whole_reference(tx, typed)
        assert case_page(tx, cases.find(tx, ref, to_change=False), VIEWER).ref == ref


@quick("search, a whole reference", times=1.3)
def searched_reference(filled: Stock) -> None:
    _searched(filled, f"{PAST}-{YEARS[-1]}-17777")


@quick("search, a number", times=1.3)
def searched_number(filled: Stock) -> None:
    _searched(filled, "17777")


@quick("search, an officer", times=1.3)
def searched_officer(filled: Stock) -> None:
    _searched(filled, "Officer 07 of the north")


@quick("search, words", times=1.3)
def searched_words(filled: Stock) -> None:
    _searched(filled, "papers")


def _searched(filled: Stock, words: str) -> None:
    with reading(filled.engine) as tx:
        assert everywhere(tx, words).count


def summed(filled: Stock) -> None:
    """The year's summary, counted and published in every form."""
    year = year_of(LAST_YEAR)
    with reading(filled.engine) as tx:
        summary = summary_of(tx, year, year.last)
    assert len(summary.cases) >= 20_000, len(summary.cases)
    made = paper(summary, "Example Committee")
    for form in FORMS.values():
        form(made)


def elsewhere(name: str, *words: object) -> dict[str, float]:
    """A piece of upkeep in a process of its own: how long it took, and its memory at the most."""
    command = [sys.executable, "-c", f"from benchmarks import scale; scale.{name}_alone()", *map(str, words)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def backup_alone() -> None:
    """Back up a database into a file."""
    url, to = sys.argv[1:]
    _alone(lambda: backup.backup(connect(url), Path(to), NOW, {}))


def restore_alone() -> None:
    """Restore a file into an empty database."""
    url, source = sys.argv[1:]
    _alone(lambda: backup.restore(connect(url), Path(source), NOW, {}))


def verify_alone() -> None:
    """Verify all there is."""
    _alone(lambda: _whole(connect(sys.argv[1])))


def _whole(engine: Any) -> None:
    verdict = verify(engine, keys=KEYS, now=NOW)
    assert verdict.ok, [str(one) for one in verdict.places[:5]]


def _alone(work: Callable[[], object]) -> None:
    seconds = timed(lambda: work() and None)
    print(json.dumps({"seconds": seconds, "megabytes": most_held(os.getpid())}))


def heading() -> list[str]:
    """What stands above the tables: the machine and the day."""
    return [
        "# A million cases",
        "",
        (
            f"On {today():%-d %B %Y}, {platform.machine()}, {processors()}, {platform.system()}, "
            f"Python {platform.python_version()}. Written by `make scale`: medians of {ROUNDS} rounds of what a person "
            "waits for, single runs of the rest."
        ),
        "Closed cases of sixteen years (20,000 in the last) and 2,000 open ones, each copied from a story that was",
        "recorded entry by entry, under a reference of its own and sealed anew: `benchmarks/scale_stock.py`.",
        "",
    ]


def written(name: str, rows: list[Row], count: int) -> list[str]:
    """One database as a table."""
    few = few_of(count)
    return [
        f"## {name}",
        "",
        f"| what | at {few:,} | at {count:,} | ratio | to reach | |",
        "|---|---|---|---|---|---|",
        *(
            f"| {one.what} | {one.taken[few]:,.2f} {one.unit} | {one.taken[count]:,.2f} {one.unit} "
            f"| {one.taken[count] / one.taken[few]:.2f}x | {one.mark} | {one.verdict} |"
            for one in rows
        ),
        "",
    ]


if __name__ == "__main__":
    main()

"""A committee's decades: some stories of each year, and as many copies of them as the years shall hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice, product
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from benchmarks.bulk import Told, put_in, told
from benchmarks.stock import NOW, Stock, stock, stocked
from config import procedures
from records import cases, editions
from records.audit_log import NUMBERS
from records.cases import CASES
from records.database import reading, transaction
from states.procedure import Procedure
from tests.walking import CALENDARS, Walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

PAST, PRESENT = "SCR", f"SCR-{NOW.year}"
YEARS = range(2010, 2026)
OPEN, OF_THE_LAST_YEAR, OF_OPEN_ONES = 2_000, 20_000, 20
LEADS = tuple(f"Officer {number:02} of {place}" for number in range(20) for place in ("the north", "the south"))
STARTS = tuple(timedelta(days=7 + 14 * number) for number in range(20))
PATHS = (
    (("identify", 0), ("report_case", 1), ("consider", 3), ("decide_no_review", 7), ("record_decision_told", 9)),
    (
        *(("identify", 0), ("report_case", 1), ("consider", 3), ("want_more_information", 5)),
        *(("further_information_in", 8), ("decide_no_review", 12), ("record_decision_told", 14)),
    ),
    (
        *(("identify", 0), ("report_case", 1), ("consider", 3), ("decide_follow_up", 7)),
        *(("record_decision_told", 8), ("close_case", 20)),
    ),
    (("discuss", 0), ("drop_concern", 6)),
)
"""Ways to an end under two editions, each step with its day: of five, seven, six and two entries."""


def quiet(name: str) -> Procedure:
    """An edition whose steps tell nobody: what its cases would have been told is long past."""
    whole = procedures.load(name).model_dump(by_alias=True)
    return Procedure.model_validate({**whole, "transitions": [{**move, "notify": []} for move in whole["transitions"]]})


EDITIONS = {"identify": quiet("scotland-scr-2007"), "discuss": quiet("scotland-learning-review-2024")}


@dataclass(frozen=True)
class Decades:
    """A database that grows: its stories by the series of their references, each to be copied."""

    filled: Stock
    stories: dict[str, list[Told]]

    def grow(self, most: int) -> None:
        """Copies until there are so many cases: the open ones and those of the last year first, all others since.

        Broken off, it goes on with the numbers that were not given yet.
        """
        self._fill(PRESENT, OPEN - self._there(PRESENT))
        self._fill(f"{PAST}-{YEARS[-1]}", OF_THE_LAST_YEAR - self._there(f"{PAST}-{YEARS[-1]}"))
        for place, year in enumerate(YEARS[:-1]):
            self._fill(f"{PAST}-{year}", (most - self.cases) // (len(YEARS) - 1 - place))
        self._settle()

    @property
    def cases(self) -> int:
        """How many cases there are."""
        with reading(self.filled.engine) as tx:
            return int(tx.execute(select(func.count()).select_from(CASES)).scalar_one())

    def _there(self, series: str) -> int:
        return len(_numbers(self.filled.engine, series))

    def _fill(self, series: str, more: int) -> None:
        """So many copies under the next numbers of a series, which says so afterwards."""
        engine, there = self.filled.engine, _numbers(self.filled.engine, series)
        numbers = list(islice((number for number in count(1) if number not in there), max(more, 0)))
        if not numbers:
            return
        with transaction(engine) as tx:
            first = int(tx.execute(select(func.max(CASES.c.id))).scalar_one()) + 1
        url = engine.url.render_as_string(hide_password=False)
        put_in(url, self.stories[series], [f"{series}-{number:04}" for number in numbers], first)
        last = max(there.union(numbers))
        with transaction(engine) as tx:
            if tx.execute(update(NUMBERS).where(NUMBERS.c.series == series).values(last=last)).rowcount == 0:
                tx.execute(insert(NUMBERS), {"series": series, "last": last})

    def _settle(self) -> None:
        """What a database does by itself in quiet hours: it counts what it holds, and clears up."""
        engine = self.filled.engine
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as tx:
            tx.exec_driver_sql("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE")
            if engine.dialect.name == "postgresql":
                counted = "pg_get_serial_sequence('case_file', 'id')"
                tx.exec_driver_sql(f"SELECT setval({counted}, (SELECT max(id) FROM case_file))")


def begin(url: str) -> None:
    """Some stories of each year and some open cases in an empty database."""
    filled = stock(url)
    with transaction(filled.engine) as tx:
        for edition, calendar in product(EDITIONS.values(), CALENDARS.values()):
            editions.pin_edition(tx, edition)
            editions.pin_calendar(tx, calendar)
    for year in YEARS:
        for one in _stories(year):
            _put_in(filled, *one)
    for ref in filled.open(OF_OPEN_ONES):
        filled.alert(ref)
        filled.ask(ref)
    filled.engine.dispose()


def begun(url: str) -> Decades:
    """A database with the stories that it was begun with, all of them to be copied, and perhaps copies already."""
    filled = stocked(url)
    each = dict.fromkeys((f"{PAST}-{year}" for year in YEARS), len(STARTS) * len(PATHS)) | {PRESENT: OF_OPEN_ONES}
    with reading(filled.engine) as tx:
        stories = {
            series: [told(tx, f"{series}-{number:04}") for number in range(1, many + 1)]
            for series, many in each.items()
        }
    return Decades(filled, stories)


def _numbers(engine: Engine, series: str) -> set[int]:
    """The numbers that were given in a series."""
    with reading(engine) as tx:
        refs = tx.execute(select(CASES.c.ref).where(CASES.c.ref.startswith(f"{series}-"))).scalars()
        return {int(ref.rpartition("-")[2]) for ref in refs}


def _stories(year: int) -> Iterator[tuple[str, Walk, str]]:
    """The stories of a year: each way from each of some days on, under its reference, with its lead."""
    for number, (start, path) in enumerate(product(STARTS, PATHS), start=1):
        first, walk = date(year, 4, 1) + start, Walk(EDITIONS[path[0][0]])
        for trigger, after in path:
            walk.go(trigger, str(first + timedelta(days=after)))
        yield f"{PAST}-{year}-{number:04}", walk, LEADS[number % len(LEADS)]


def _put_in(filled: Stock, ref: str, walk: Walk, lead: str) -> None:
    """Record a story entry by entry, as the verbs do."""
    opened = {"edition": walk.edition.name, "digest": walk.edition.digest, "lead": lead}
    with transaction(filled.engine) as tx:
        case = cases.create(tx, ref, walk.edition, walk.entries[0].happened_on)
        for entry in walk.entries:
            data = {**opened, **entry.data} if entry.sequence == 1 else entry.data
            case = cases.record(tx, case, entry.model_copy(update={"data": data}), entry.recorded_at)

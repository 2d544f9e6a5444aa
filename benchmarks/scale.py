"""`make scale`: a million cases on each database, and what they cost beside a tenth of them; writes scale.md.

Outside `make bench`, for it takes hours. A run that is broken off leaves what it made and measured, and the next goes
on there. ARGS="--cases 100000 --database postgresql" makes fewer, or on one kind of database alone.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import scale_upkeep
from benchmarks.__main__ import processors, today
from benchmarks.figures import timed
from benchmarks.scale_kept import KINDS, MAKING, Kept, folder_for, ours_alone, remove
from benchmarks.scale_stock import begin, begun
from benchmarks.scale_upkeep import ENTRIES
from benchmarks.scale_waits import ROUNDS, SITTINGS, SUMMARIES, WAITS, Row, in_turn
from benchmarks.stock import stocked

RESULTS = Path(__file__).parent / "scale.md"
MANY, PART, LEAST = 1_000_000, 10, 25_000
MADE = Row("all cases made", "min", at_most=20)
SPENT, LOAD = "seconds spent on making them", "load"
ROWS = (MADE, *WAITS, *scale_upkeep.ROWS)
GOES_ON = "Broken off. What was made and measured so far is in {folder}: `make scale` goes on there, or begins {anew}."
ANEW = 'anew with ARGS="--anew"'


def main() -> int:
    """Make the cases and measure what was not measured yet, show the tables and write them down."""
    asked = _asked()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = folder_for(asked.cases)
    with ours_alone(folder):
        if asked.anew:
            remove(folder)
        return _go_on(folder_for(asked.cases), asked)


def _go_on(folder: Path, asked: argparse.Namespace) -> int:
    kept = {kind: Kept.found(kind, folder / kind) for kind in KINDS}
    chosen = [kept[kind] for kind in asked.database or KINDS]
    for words in asked.again:
        for one in chosen:
            one.forget(words)
    _say(f"In {folder}: {', '.join(_so_far(one) for one in kept.values())}.")
    try:
        for line in _measured(chosen, asked):
            _say(line)
    except KeyboardInterrupt:
        _say(GOES_ON.format(folder=folder, anew=ANEW))
        return 130
    tables = (line for one in kept.values() for line in table(one, asked.cases))
    text = "\n".join([*heading(kept, asked.cases), *tables])
    print(text)
    if asked.cases == MANY:
        RESULTS.write_text(text)
    if not asked.keep and not any(one.lacks(row.what, asked.cases) for one in kept.values() for row in ROWS):
        remove(folder)
    return 0


def _asked() -> argparse.Namespace:
    told = argparse.ArgumentParser(prog="make scale", description=__doc__)
    told.add_argument("--cases", type=int, default=MANY)
    told.add_argument("--database", choices=tuple(KINDS), action="append", help="on this kind alone")
    told.add_argument("--no-upkeep", action="store_true", help="without backup, restore and verify, for now")
    told.add_argument("--keep", action="store_true", help="leave the databases when all is measured")
    told.add_argument("--anew", action="store_true", help="throw away what an earlier run left")
    told.add_argument("--again", action="append", default=[], metavar="WORDS", help="take figures so named again")
    told.add_argument("--only-write", action="store_true", help="measure nothing: write down what was measured so far")
    asked = told.parse_args()
    if asked.cases <= LEAST:
        told.error(f"more than {LEAST:,} cases are wanted: the last year and the open ones are that many")
    return asked


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _so_far(kept: Kept) -> str:
    taken = sum(not kept.lacks(row.what, size) for row in ROWS for size in kept.figures.get(MADE.what, ()))
    return f"{taken} figures of {kept.kind}"


def _measured(several: list[Kept], asked: argparse.Namespace) -> Iterator[str]:
    """Measure: first what people wait for, on each kind of database, then the upkeep, which takes longest."""
    sizes = (few_of(asked.cases), asked.cases)
    for kept in several if not asked.only_write else ():
        yield from (f"{kept.kind}: {line}" for line in _made(kept, sizes))
        yield from (f"{kept.kind}: {line}" for line in _waited(kept, sizes))
    for kept in several if not asked.only_write and not asked.no_upkeep else ():
        with KINDS[kept.kind](kept.folder) as there:
            yield from (f"{kept.kind}: {line}" for line in scale_upkeep.measure(kept, there, sizes))


def few_of(count: int) -> int:
    """How many cases it is held against: a tenth, and no fewer than the last year and the open ones need."""
    return max(count // PART, LEAST)


def _made(kept: Kept, sizes: tuple[int, int]) -> Iterator[str]:
    """Make the cases, the fewest first; a copy of their database grows until it holds them all."""
    few, many = sizes
    if not kept.lacks(MADE.what, many):
        return
    with KINDS[kept.kind](kept.folder, MAKING) as there:
        if kept.lacks(SPENT, few):
            there.drop(str(few))  # what a run that was broken off left
            kept.take(SPENT, few, timed(partial(begin, there.address(str(few)))))
        if kept.lacks(MADE.what, few):
            yield from _grown(kept, there.address(str(few)), few)
        if kept.lacks(SPENT, many):
            there.drop(str(many))
            there.copy(str(few), str(many))
            kept.take(SPENT, many, kept.figures[SPENT][few])
        yield from _grown(kept, there.address(str(many)), many)


def _grown(kept: Kept, url: str, size: int) -> Iterator[str]:
    """Make so many cases. Where it is broken off, the time it took until then counts all the same."""
    began, decades = time.perf_counter(), begun(url)
    try:
        decades.grow(size)
    finally:
        decades.filled.engine.dispose()
        kept.take(SPENT, size, kept.figures[SPENT][size] + time.perf_counter() - began)
    kept.take(MADE.what, size, kept.figures[SPENT][size] / 60)
    yield f"{size:,} cases made, in {kept.figures[MADE.what][size]:.1f} min in all"


def _waited(kept: Kept, sizes: tuple[int, int]) -> Iterator[str]:
    """Take what was not taken yet of what people wait for, at each size in turn."""
    rows = [row for row in WAITS if any(kept.lacks(row.what, size) for size in sizes)]
    if not rows:
        return
    with KINDS[kept.kind](kept.folder) as there:
        filled = {size: stocked(there.address(str(size))) for size in sizes}
        for row in rows:
            taken = in_turn(row, filled)
            for size, figure in taken.items():
                kept.take(row.what, size, figure)
            kept.take(LOAD, len(kept.figures.get(LOAD, ())), os.getloadavg()[0])
            yield f"{row.what}: {' / '.join(f'{taken[size]:,.2f} {row.unit}' for size in sizes)}"
        for one in filled.values():
            one.engine.dispose()


def heading(kept: dict[str, Kept], count: int) -> list[str]:
    """What stands above the tables: the machine, the day, how it was measured, and what was not."""
    entries = max((one.figures.get(ENTRIES, {}).get(count, 0) for one in kept.values()), default=0)
    of_entries = f", {entries:,.0f} entries in all" if entries else ""
    loads = [load for one in kept.values() for load in one.figures.get(LOAD, {}).values()]
    meanwhile = f" The load of the machine meanwhile was {min(loads):.1f} to {max(loads):.1f}." if loads else ""
    missing = [f"{row.what} ({one.kind})" for one in kept.values() for row in ROWS if one.lacks(row.what, count)]
    memory = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    return [
        f"# {count:,} cases",
        "",
        f"On {today():%-d %B %Y}, {platform.machine()}, {processors()}, {memory} GB of memory, {platform.system()},",
        f"Python {platform.python_version()}. Written by `make scale`.{meanwhile}",
        "",
        f"Closed cases of sixteen years (20,000 in the last) and 2,000 open ones{of_entries}; each",
        "copied from a story that was recorded entry by entry, under a reference of its own and sealed anew",
        "(`benchmarks/scale_stock.py`). By the clock: what a person waits for is the median of",
        f"{SITTINGS * ROUNDS} rounds (of the summary {SITTINGS * SUMMARIES}), in each of which either size has its",
        "turn; the upkeep is one run of each, in processes of its own.",
        *(["", f"Not measured: {'; '.join(missing)}."] if missing else []),
        "",
    ]


def table(kept: Kept, count: int) -> list[str]:
    """What was measured on one kind of database as a table."""
    few = few_of(count)
    rows = [row for row in ROWS if not kept.lacks(row.what, few) and not kept.lacks(row.what, count)]
    if not rows:
        return []
    return [
        f"## {kept.kind}",
        "",
        f"| what | at {few:,} | at {count:,} | ratio | to reach | |",
        "|---|---|---|---|---|---|",
        *(_line(row, kept.figures[row.what][few], kept.figures[row.what][count]) for row in rows),
        "",
    ]


def _line(row: Row, few: float, many: float) -> str:
    fewer, more = (f"{one:,.2f} {row.unit}" for one in (few, many))
    return f"| {row.what} | {fewer} | {more} | {many / few:.2f}x | {row.mark} | {row.verdict(few, many)} |"


if __name__ == "__main__":
    sys.exit(main())

"""`make bench`: one table, each row a ratio to its floor taken in the same run; written to benchmarks/results.md.

What is named on the command line alone is measured alone, and its rows take the place of those it had.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks import (
    advancing,
    against_earlier,
    against_peers,
    answering,
    auditing,
    desk_pages,
    handing_on,
    idling,
    importing,
    learning,
    long_cases,
    looking,
    mailing,
    sealing,
    starting_up,
    sweeping,
    through_the_interface,
    verifying,
    verifying_long,
    whole_runs,
)
from benchmarks.figures import Figure
from tests import postgres

RESULTS = Path(__file__).parent / "results.md"
Measure = Callable[[Path], list[Figure]]
Fresh = Callable[[], str]
"""The address of an empty database, another each time."""
OnBoth = Callable[[Path, str, Fresh], list[Figure]]
"""What is measured on either kind of database: in a folder, with the name of the kind."""


def advance_on_postgresql(_: Path) -> list[Figure]:
    """The verb on three empty databases of one server."""
    with postgres.fresh_database() as ours, postgres.fresh_database() as floor, postgres.fresh_database() as heard:
        return [advancing.on_postgresql(ours, floor, heard)]


def on_files(measure: OnBoth) -> Measure:
    """What is measured on files of its own."""

    def measured(folder: Path) -> list[Figure]:
        names = count()
        return measure(folder, "SQLite file", lambda: f"sqlite:///{folder / f'{next(names)}.db'}")

    return measured


def on_server(measure: OnBoth, databases: int) -> Measure:
    """The same on so many databases of one server."""

    def measured(folder: Path) -> list[Figure]:
        with Databases(databases) as fresh:
            return measure(folder, "PostgreSQL", lambda: next(fresh))

    return measured


def long_case(folder: Path, kind: str, fresh: Fresh) -> list[Figure]:
    """Steps of a long case against a short one, and against the earlier build."""
    return [*long_cases.flat(kind, fresh()), *against_earlier.in_long_case(folder, kind, fresh)]


def sweeps_together(_: Path) -> list[Figure]:
    """10,000 due dates swept by four processes at once, and by one, each on a database of its own."""
    with Databases(2 * sweeping.TIMES_TOGETHER) as fresh:
        return [sweeping.together(lambda: next(fresh))]


def sealing_on_postgresql(_: Path) -> list[Figure]:
    """The cost of a seal on an empty database of a server."""
    with postgres.fresh_database() as url:
        return [sealing.cost("PostgreSQL", url)]


def desk_on_postgresql(folder: Path) -> list[Figure]:
    """The desk's pages on an empty database of a server."""
    with postgres.fresh_database() as url:
        return desk_pages.measured(folder, "PostgreSQL", url)


def peers_in_files(_: Path, kind: str, fresh: Fresh) -> list[Figure]:
    """The two peers that keep their data in SQLite."""
    return [against_peers.against(peer, kind, fresh) for peer in ("statemachine_sqlalchemy", "django_viewflow")]


def peers_on_postgresql(_: Path) -> list[Figure]:
    """All three peers, each round on a database of its own."""
    found = []
    for peer in against_peers.NAMES:
        with Databases(6) as fresh:
            found.append(against_peers.against(peer, "PostgreSQL", lambda: next(fresh)))
    return found


def chasing_on_postgresql(_: Path) -> list[Figure]:
    """The sweep against a queue of jobs, each round on a database of its own."""
    with Databases(2 * against_peers.ROUNDS) as fresh:
        return [against_peers.chasing(lambda: next(fresh))]


class Databases:
    """Empty databases, one after the other, all dropped at the end."""

    def __init__(self, count: int) -> None:
        self.lent = [postgres.fresh_database() for _ in range(count)]

    def __enter__(self) -> Iterator[str]:
        return iter([one.__enter__() for one in self.lent])

    def __exit__(self, *_: object) -> None:
        for one in self.lent:
            one.__exit__(None, None, None)


MEASURES: dict[str, Measure] = {
    "advance, SQLite": lambda folder: [advancing.on_sqlite(folder)],
    "advance, PostgreSQL": advance_on_postgresql,
    "advance, earlier build, SQLite": on_files(against_earlier.advancing),
    "advance, earlier build, PostgreSQL": on_server(against_earlier.advancing, 2),
    "a long case, SQLite": on_files(long_case),
    "a long case, PostgreSQL": on_server(long_case, 3),
    "sweep, by what is due": lambda folder: [sweeping.scaling(folder)],
    "a rung, earlier build, SQLite": on_files(against_earlier.climbing),
    "a rung, earlier build, PostgreSQL": on_server(against_earlier.climbing, 2),
    "sweeps together, PostgreSQL": sweeps_together,
    "sweep, nothing due": lambda folder: [sweeping.nothing_due(folder)],
    "verify": lambda folder: list(verifying.chain_and_replay(folder)),
    "verify, two processes": lambda folder: list(verifying_long.side_by_side(folder)),
    "the list of cases": lambda folder: [looking.case_list(folder)],
    "starting": lambda _: [looking.starting()],
    "commands": starting_up.commands,
    "idle": idling.idle,
    "second starts": whole_runs.second_starts,
    "demos": whole_runs.demos,
    "agencies answering": answering.links_answered,
    "conformance": auditing.replayed,
    "the desk, SQLite": desk_pages.on_sqlite,
    "the desk, PostgreSQL": desk_on_postgresql,
    "the interface for programs": through_the_interface.measured,
    "letters": lambda _: [mailing.letters_sent()],
    "sealing, SQLite": lambda folder: [sealing.cost("SQLite file", f"sqlite:///{folder / 'sealing.db'}")],
    "sealing, PostgreSQL": sealing_on_postgresql,
    "the year's summary, similar recommendations": learning.learning_cycle,
    "bundles": handing_on.bundles,
    "importing": importing.imported,
    "peers, SQLite": on_files(peers_in_files),
    "peers, PostgreSQL": peers_on_postgresql,
    "peers, chasing": chasing_on_postgresql,
}


def main() -> None:
    """Measure everything (or only what is named on the command line), show the table, write it down."""
    wanted = [name for name in MEASURES if not sys.argv[1:] or any(word in name for word in sys.argv[1:])]
    figures: list[Figure] = []
    postgres.make_folder()
    try:
        with Progress(transient=True) as progress:
            bar = progress.add_task("Measuring", total=len(wanted))
            for name in wanted:
                progress.update(bar, description=name)
                with tempfile.TemporaryDirectory() as folder:
                    figures += MEASURES[name](Path(folder))
                progress.advance(bar)
    finally:
        postgres.stop()
    _show(figures)
    rows = [_line(figure) for figure in figures]
    RESULTS.write_text(_written(rows if len(wanted) == len(MEASURES) else among(_kept(), rows)))


def _row(figure: Figure) -> tuple[str, ...]:
    ours, floor = (f"{taken:,.3f} {figure.unit}" for taken in (figure.ours_ms, figure.floor_ms))
    return (figure.what, figure.floor, ours, floor, f"{figure.ratio:.2f}x", figure.mark, figure.verdict, figure.note)


HEADS = ("what", "floor", "ours", "the floor", "ratio", "to reach", "", "note")
WRITTEN_HEADS = (*HEADS, "taken")


def _show(figures: list[Figure]) -> None:
    table = Table(*HEADS)
    for figure in figures:
        table.add_row(*_row(figure))
    Console().print(table)


def _line(figure: Figure) -> str:
    return f"| {' | '.join((*_row(figure), f'{today():%Y-%m-%d}'))} |"


def _kept() -> list[str]:
    """The rows of the table as it was written last, those taken on a machine of the same kind alone."""
    lines = RESULTS.read_text().splitlines()
    return [line for line in lines if line.startswith("| ")][1:] if _machine() in lines else []


def among(rows: list[str], fresh: list[str]) -> list[str]:
    """The rows of a table, those of what was measured again in the place of those they had."""
    kept = {**_by_what(rows), **_by_what(fresh)}
    return [row for together in kept.values() for row in together]


def _by_what(rows: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(_what(row), []).append(row)
    return found


def _what(row: str) -> str:
    """What is measured, against what."""
    return " | ".join(row.split(" | ", maxsplit=2)[:2])


def _machine() -> str:
    """Where the figures are taken."""
    return (
        f"On {platform.machine()}, {processors()}, {platform.system()}, Python {platform.python_version()}, "
        "each row on the day it says."
    )


def _written(rows: list[str]) -> str:
    lines = [
        "# What was measured",
        "",
        _machine(),
        "Written by `make bench`: medians of rounds in turn with the floor, so that a slow moment of the machine falls",
        "on both. Times are a piece: a verb, an entry, a list, a start.",
        "",
        f"| {' | '.join(WRITTEN_HEADS)} |",
        f"|{'---|' * len(WRITTEN_HEADS)}",
        *rows,
    ]
    return "\n".join(lines) + "\n"


def today() -> date:
    """The day the figures are taken."""
    return datetime.now(UTC).date()  # noqa: TID251  a benchmark is a door


def processors() -> str:
    return f"{os.cpu_count()} processors"


if __name__ == "__main__":
    main()

"""The second `cairn run`, until it says that it runs, and `cairn demo` as a whole: each against an earlier build.

Both by the clock on the wall and in processor time, of all processes.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.idling import running, used
from benchmarks.starting_up import EARLIER, ROOT, earlier_build, environment

ROUNDS = 3
HALF = 0.5
LOOK = 0.02
Taken = tuple[float, float]
"""Seconds on the wall, and of processor time."""


def second_starts(folder: Path) -> list[Figure]:
    """`cairn run` on data that it was run on before, until "Cairn is running"; the first start is not counted."""
    return _in_turn(folder, "cairn run, started again", _started)


def demos(folder: Path) -> list[Figure]:
    """`cairn demo`, whose output goes nowhere."""
    return _in_turn(folder, "cairn demo", _demo)


def _in_turn(folder: Path, what: str, work: Callable[[Path, Path], Taken]) -> list[Figure]:
    """Each build in turn, round by round, on data of its own, after a first time of each that is not counted."""
    with earlier_build(folder) as before:
        builds = {"ours": ROOT, **({"before": before} if before else {})}
        taken: dict[str, list[Taken]] = {who: [] for who in builds}
        for number in range(ROUNDS + 1):
            for who, code in builds.items():
                data = folder / who
                data.mkdir(exist_ok=True)
                one = work(code, data)
                taken[who] += [one] if number else []
    return list(_figures(what, taken))


def _figures(what: str, taken: dict[str, list[Taken]]) -> Iterator[Figure]:
    compared = "before" in taken
    against = f"the build at {EARLIER}" if compared else f"the commit {EARLIER} is not in this repository: not compared"
    for place, kind in enumerate(("on the wall", "processor time of all its processes")):
        middle = {who: statistics.median(one[place] for one in times) * 1000 for who, times in taken.items()}
        reach = HALF if compared and place == 0 else None
        yield Figure(what, against, middle["ours"], middle.get("before", middle["ours"]), reach, note=kind)


def _started(code: Path, data: Path) -> Taken:
    began = time.perf_counter()
    with running(code, data, look=LOOK) as first:
        return time.perf_counter() - began, used(first)


def _demo(code: Path, data: Path) -> Taken:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "cli.app", "demo", "--fast"],
        env={**environment(code, data / "none"), "TMPDIR": str(data)},
        cwd=data,
        check=True,
        capture_output=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, spent

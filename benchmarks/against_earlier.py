"""A step and a rung that is climbed against those of an earlier build, in turn: processor time, and the clock."""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from benchmarks.starting_up import EARLIER, ROOT, earlier_build, environment

if TYPE_CHECKING:
    from collections.abc import Callable

STEPPING, CLIMBING, LONG = (Path(__file__).parent / f"{name}.py" for name in ("stepping", "climbing", "lengthening"))
ROUNDS, PIECES = 12, 100
REACH = 0.6


def advancing(folder: Path, kind: str, fresh: Callable[[], str]) -> list[Figure]:
    """Both figures of a step on one kind of database. `fresh()` gives the address of an empty one."""
    return _in_turn(STEPPING, f"advance, whole verb, {kind}", folder, fresh)


def climbing(folder: Path, kind: str, fresh: Callable[[], str]) -> list[Figure]:
    """Both figures of a rung that is climbed, 100 of them due at once, the messages owed included."""
    return _in_turn(CLIMBING, f"a rung climbed by the sweep, {kind}", folder, fresh)


def in_long_case(folder: Path, kind: str, fresh: Callable[[], str]) -> list[Figure]:
    """Both figures of a step of a case with 2,000 entries."""
    return _in_turn(LONG, f"a step of a case with 2,000 entries, {kind}", folder, fresh)


def _in_turn(script: Path, what: str, folder: Path, fresh: Callable[[], str]) -> list[Figure]:
    floor = f"the build at {EARLIER}"
    with earlier_build(folder) as before:
        if before is None:
            return [Figure(what, floor, 1, 1, note=f"the commit {EARLIER} is not in this repository: not compared")]
        builds = [Build(script, code, folder, fresh()) for code in (ROOT, before)]
        try:
            rounds = [[one.takes() for one in (builds if number % 2 else reversed(builds))] for number in range(ROUNDS)]
        finally:
            for one in builds:
                one.ends()
    taken = [pair if number % 2 else pair[::-1] for number, pair in enumerate(rounds)]
    middle = [[statistics.median(pair[who][which] for pair in taken) for who in (0, 1)] for which in (0, 1)]
    return [
        Figure(what, floor, *middle[0], reach=REACH, note="processor time of the process"),
        Figure(what, floor, *middle[1], note="the clock, waiting for the disk or the server included"),
    ]


class Build:
    """A build that works on a database of its own, in a process of its own."""

    def __init__(self, script: Path, code: Path, folder: Path, url: str) -> None:
        words = [sys.executable, str(script), url, str(ROUNDS), str(PIECES)]
        self.process = subprocess.Popen(
            words,
            env=environment(code, folder / "data"),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._hears()

    def takes(self) -> tuple[float, float]:
        """What the next batch takes, in milliseconds a step: of the processor, and by the clock."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        at_work, on_the_wall = self._hears().split()
        return float(at_work), float(on_the_wall)

    def ends(self) -> None:
        """Send no more, and wait for the process to end."""
        self.process.communicate()

    def _hears(self) -> str:
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        if not said:
            raise SystemExit("A build could not be measured: what it said is above.")
        return said

"""Taking figures fairly: the thing and its floor in turn, round by round, and the ratio of their medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Work = Callable[[], None]


@dataclass(frozen=True)
class Figure:
    """One row of the table: what was measured, against what, both in milliseconds (or in another `unit`).

    The mark is so many times the floor (`reach`), or a time (`most_ms`).
    """

    what: str
    floor: str
    ours_ms: float
    floor_ms: float
    reach: float | None = None
    most_ms: float | None = None
    note: str = ""
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """How many times the floor."""
        return self.ours_ms / self.floor_ms

    @property
    def verdict(self) -> str:
        """Whether the mark was reached."""
        if not self.mark:
            return ""
        well = self.ratio <= (self.reach or self.ratio) and self.ours_ms <= (self.most_ms or self.ours_ms)
        return "reached" if well else "not reached"

    @property
    def mark(self) -> str:
        """What is to be reached, in words."""
        if self.reach is not None:
            return f"at most {self.reach:g}x"
        return f"at most {self.most_ms:,.0f} ms" if self.most_ms is not None else ""


def in_turn(ours: Callable[[int], Work], floor: Callable[[int], Work], rounds: int, pieces: int) -> tuple[float, float]:
    """Medians, in milliseconds a piece, of `rounds` rounds in which each of the two does `pieces` pieces in turn.

    `ours(round)` and `floor(round)` prepare a round outside the clock and return the work itself.
    """
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        pair = ((ours, taken[0]), (floor, taken[1]))
        for prepare, times in pair if number % 2 else reversed(pair):
            times.append(timed(prepare(number)) * 1000 / pieces)
    return statistics.median(taken[0]), statistics.median(taken[1])


def timed(work: Work) -> float:
    """Seconds a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def most_held(process: int) -> float:
    """The most memory, in megabytes, that a process held at any moment, apart from the process that started it."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024

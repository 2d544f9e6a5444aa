"""Verifying a long record: two processes against one, and the memory of each; its files are copies, sealed anew.

Run by itself it verifies a database and says what that took: `python -m benchmarks.verifying_long URL PROCESSES`.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from benchmarks.bulk import Told, put_in, told
from benchmarks.figures import Figure, most_held
from benchmarks.stock import simulated
from records.cases import CASES
from records.database import connect, reading
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

COPIES, FEWER, ROUNDS = 20, 2, 3
MOST_MEMORY = 300.0
LOOK_EACH = 20
"""Cases after which it is looked how much the other processes hold."""
TAKEN_OUT = {"mail_id": None, "status": "overtaken", "reason": "copied without its letter", "confirm_role": ""}


def side_by_side(folder: Path) -> tuple[Figure, Figure]:
    """A committee's believable work many times over: the time of two processes and of one, and how memory grows."""
    large, small = (_many(folder, times) for times in (COPIES, FEWER))
    taken = [[_verified(large, processes) for processes in (2, 1)] for _ in range(ROUNDS)]
    entries = taken[0][0]["entries"]
    two, one = (statistics.median(pair[which]["seconds"] for pair in taken) * 1000 / entries for which in (0, 1))
    most, least = max(pair[0]["megabytes"] for pair in taken), _verified(small, 2)["megabytes"]
    what = f"verify, {entries:,} entries, two processes"
    return (
        Figure(
            f"{what}, an entry", "one process", two, one, 0.588, note=f"by the clock: {one / two:.2f} times as fast"
        ),
        Figure(
            f"{what}, memory of both",
            "what they may at most",
            most,
            MOST_MEMORY,
            1,
            note=f"the most of each, together; {least:.0f} MB for a record a {COPIES // FEWER}th as long",
            unit="MB",
        ),
    )


def _many(folder: Path, times: int) -> str:
    name = f"long-{times}.db"
    engine = simulated(folder, name, "--cases", "40", "--years", "2", "--seed", "7")
    enlarge(engine, times)
    engine.dispose()
    return f"sqlite:///{folder / name}"


def enlarge(engine: Engine, times: int) -> None:
    """Copies of every file that there is, so often; what they owe was taken out, for letters belong to no case."""
    with reading(engine) as tx:
        rows = tx.execute(CASES.select().order_by(CASES.c.id)).mappings().all()
        stories = [_without_letters(told(tx, row["ref"])) for row in rows]
    first = 1 + max(row["id"] for row in rows)
    refs = [f"CP-2026-{number}" for number in range(10_000, 10_000 + times * len(stories))]
    put_in(str(engine.url), stories, refs, first)


def _without_letters(story: Told) -> Told:
    return Told(story.ref, {**story.rows, "message": [{**row, **TAKEN_OUT} for row in story.rows["message"]]})


def _verified(url: str, processes: int) -> dict[str, Any]:
    words = [sys.executable, "-m", "benchmarks.verifying_long", url, str(processes)]
    said: dict[str, Any] = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return said


def main(url: str, processes: int) -> None:
    """Verify, and write what it took: seconds, megabytes of all its processes at most, and how many entries."""
    engine, start, helpers = connect(url), time.perf_counter(), dict[int | None, float]()

    def step(done: int, _: int) -> None:
        for helper in multiprocessing.active_children() if not done % LOOK_EACH else ():
            with suppress(OSError, StopIteration):  # it has just ended
                helpers[helper.pid] = most_held(helper.pid or 0)

    verdict = verify(engine, processes=processes, progress=step)
    seconds = time.perf_counter() - start
    assert verdict.ok, verdict.places[:5]
    megabytes = most_held(os.getpid()) + sum(helpers.values())
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": megabytes, "entries": verdict.entries}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

"""The upkeep of all there is: backup, restore and verify, each in processes of its own, by the clock and in memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import most_held, timed
from benchmarks.scale_kept import Databases, Kept
from benchmarks.scale_waits import Row
from benchmarks.stock import NOW
from records import backup
from records.database import connect

BY_TWO = "verify by two processes"
FASTER = f"{BY_TWO}, so many times as fast"
PIECES = ("backup", "restore", BY_TWO, "verify by one process")
ENTRIES = "entries of the history"


def _memory(what: str) -> str:
    return f"{what}, memory" if what != BY_TWO else f"{what}, memory of both"


def _rows() -> Iterator[Row]:
    for what in PIECES:
        yield Row(what, "s")
        yield Row(_memory(what), "MB", at_most=300, times=None if what.startswith("verify") else 1.1)
    yield Row(FASTER, "x", at_least=1.7)


ROWS = tuple(_rows())


def measure(kept: Kept, there: Databases, sizes: tuple[int, ...]) -> Iterator[str]:
    """Take what was not taken yet, the fewest cases first; a line for each that is done."""
    for what in PIECES:
        for size in sizes:
            if kept.lacks(what, size) or kept.lacks(_memory(what), size):
                said = _measured(what, kept.folder / f"{size}.backup", there, size)
                kept.take(ENTRIES, size, said.get("entries", kept.figures.get(ENTRIES, {}).get(size, 0)))
                kept.take(_memory(what), size, said["megabytes"])
                kept.take(what, size, said["seconds"])
                yield f"{what}, {size:,} cases: {said['seconds']:,.0f} s, {said['megabytes']:,.0f} MB"
    for size in sizes:
        kept.take(FASTER, size, kept.figures[PIECES[-1]][size] / kept.figures[BY_TWO][size])


def _measured(what: str, file: Path, there: Databases, size: int) -> dict[str, float]:
    url = there.address(str(size))
    if what.startswith("verify"):
        return elsewhere("benchmarks.verifying_long", url, "2" if what == BY_TWO else "1")
    if what == "backup":
        file.unlink(missing_ok=True)
        return elsewhere("benchmarks.scale_upkeep", what, url, str(file))
    there.drop("restored")  # what a run that was broken off left
    said = elsewhere("benchmarks.scale_upkeep", what, there.address("restored"), str(file))
    there.drop("restored")
    file.unlink()
    return said


def elsewhere(module: str, *words: str) -> dict[str, float]:
    """A piece of upkeep in a process of its own: how long it took, and its memory at the most."""
    done = subprocess.run([sys.executable, "-m", module, *words], check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(what: str, url: str, file: str) -> None:
    """Back up a database into a file, or restore a file into an empty database; says what that took."""
    work = {"backup": backup.backup, "restore": backup.restore}[what]
    seconds = timed(lambda: work(connect(url), Path(file), NOW, {}) and None)
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": most_held(os.getpid())}))


if __name__ == "__main__":
    main(*sys.argv[1:])

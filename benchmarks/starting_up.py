"""What a command costs from start to end, in processor time: against its libraries, and against an earlier build."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure

ROOT = Path(__file__).parents[1]
EARLIER = "77da1ee"
ROUNDS = 7
LIBRARIES = ("-c", "import sqlalchemy, sqlmodel, typer")
DUE = ("due", "scotland-learning-review-2024", "hold_review", "--from", "2026-03-02")
COMMANDS: dict[str, tuple[tuple[str, ...], float]] = {"cairn list": (("list",), 1.2), "cairn due": (DUE, 0.7)}


def commands(folder: Path) -> list[Figure]:
    """`cairn list` and `cairn due` in turn with the bare imports, and with the build before they were made lighter."""
    with earlier_build(folder) as before:
        data = {one: _filled(one, folder / f"data-{number}") for number, one in enumerate(filter(None, (ROOT, before)))}
        return [one for name, (words, reach) in COMMANDS.items() for one in _compared(name, words, reach, data, before)]


def _compared(
    name: str, words: tuple[str, ...], reach: float, data: dict[Path, Path], before: Path | None
) -> Iterator[Figure]:
    taken: dict[str, list[float]] = {"ours": [], "floor": [], "before": []}
    for _ in range(ROUNDS):
        taken["floor"].append(_cost(ROOT, data[ROOT], LIBRARIES))
        taken["ours"].append(_cost(ROOT, data[ROOT], ("-m", "cli.app", *words)))
        if before is not None:
            taken["before"].append(_cost(before, data[before], ("-m", "cli.app", *words)))
    middle = {who: statistics.median(times) * 1000 for who, times in taken.items() if times}
    note = "processor time of a whole process"
    yield Figure(
        name, 'python -c "import sqlalchemy, sqlmodel, typer"', middle["ours"], middle["floor"], reach, note=note
    )
    if before is not None:
        yield Figure(name, f"the build at {EARLIER}", middle["ours"], middle["before"], 0.7, note=note)
    else:
        note = f"the commit {EARLIER} is not in this repository: not compared"
        yield Figure(name, f"the build at {EARLIER}", middle["ours"], middle["ours"], note=note)


def _cost(code: Path, data: Path, words: tuple[str, ...]) -> float:
    """Seconds of processor time that a process takes, its own and the system's for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *words], env=environment(code, data), cwd=data.parent, check=True, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def environment(code: Path, data: Path) -> dict[str, str]:
    """The environment of a process of the build at `code`, with its data in `data`."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "CAIRN_DATA": str(data), "PYTHONPATH": str(code), "PYTHONSAFEPATH": "1"}


def _filled(code: Path, data: Path) -> Path:
    """A data folder with a year of a committee's work, made by the build that is measured; then each command once."""
    filling = ("simulate", "--folder", str(data), "--cases", "12", "--years", "1", "--no-delivery")
    for words in (filling, *(words for words, _ in COMMANDS.values())):
        _cost(code, data, ("-m", "cli.app", *words))
    return data


@contextmanager
def earlier_build(folder: Path) -> Iterator[Path | None]:
    """A work tree of the earlier commit; None where this repository has not got it."""
    tree = folder / "earlier"
    command = ["git", "-C", str(ROOT), "worktree"]
    made = subprocess.run([*command, "add", "--detach", str(tree), EARLIER], capture_output=True, check=False)
    if made.returncode != 0:
        yield None
        return
    try:
        yield tree
    finally:
        subprocess.run([*command, "remove", "--force", str(tree)], capture_output=True, check=False)

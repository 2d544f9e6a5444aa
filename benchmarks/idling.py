"""What Cairn costs while nothing happens: time, memory and processes of `cairn run`, against an earlier build."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.starting_up import EARLIER, ROOT, earlier_build, environment

SETTLING = 90.0
"""Seconds after the start that are not counted: a first start sets up Prefect's database."""
WATCHED = 600.0
"""Seconds that are counted: ten deliveries and two sweeps of either build."""
HALF = 0.5
LOOKS = 15
RUNS = "Cairn is running."


def idle(folder: Path) -> list[Figure]:
    """Both builds left alone on empty data at the same time, so that whatever else the machine does falls on both."""
    with earlier_build(folder) as before:
        builds = [ROOT, *filter(None, (before,))]
        with ExitStack() as held_open:
            pids = [held_open.enter_context(running(one, folder / f"idle-{n}")) for n, one in enumerate(builds)]
            time.sleep(SETTLING)
            begun = [used(pid) for pid in pids]
            time.sleep(WATCHED)
            hourly = [(used(pid) - start) * 3600 / WATCHED for pid, start in zip(pids, begun, strict=True)]
            held = [_held(pid) for pid in pids]
    against = f"the build at {EARLIER}" if before else f"the commit {EARLIER} is not in this repository: not compared"
    percent = " and ".join(f"{seconds / 36:.2f}" for seconds in hourly)
    note = f"processor time of all its processes, {WATCHED / 60:.0f} minutes: {percent} % of a core"
    ours, floor = hourly[0] * 1000, hourly[-1] * 1000
    reach = HALF if before else None
    share = "what several share counted by halves, thirds ... (PSS); ours serves the desk as well, the earlier did not"
    return [
        Figure("cairn run, an hour with nothing to do", against, ours, floor, reach, note=note),
        Figure("cairn run with nothing to do, memory", against, held[0][1], held[-1][1], reach, note=share, unit="MB"),
        Figure("cairn run with nothing to do, processes", against, held[0][0], held[-1][0], reach, unit="processes"),
    ]


@contextmanager
def running(code: Path, data: Path, *, look: float = 1.0) -> Iterator[int]:
    """`cairn run` of a build, by its process number, once it says that it runs; it is stopped at the end.

    It is looked for every `look` seconds.
    """
    data.mkdir(exist_ok=True)
    said = data.parent / f"{data.name}.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.app", "run"],
            env={**environment(code, data / "cairn"), "PYTHONUNBUFFERED": "1"},
            cwd=data,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            while RUNS not in said.read_text():
                if process.poll() is not None:
                    raise RuntimeError(said.read_text())
                time.sleep(look)
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def used(first: int) -> float:
    """Seconds of processor time that a process, all it started, and those of them that have ended took so far."""
    return sum(_family(first).values()) / os.sysconf("SC_CLK_TCK")


def _held(first: int) -> tuple[int, float]:
    """How many processes these are, and the memory they hold in megabytes: the least, when no run is under way."""
    looks = []
    for _ in range(LOOKS):
        time.sleep(1)
        with suppress(OSError, StopIteration):  # one has just ended
            held = [_proportional(pid) for pid in _family(first)]
            looks.append((len(held), sum(held)))
    return min(looks)


def _proportional(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _family(first: int) -> dict[int, int]:
    """A process and all it started, with the ticks that each and those of its own that have ended took so far."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        parents[int(entry.name)] = int(fields[1])
        ticks[int(entry.name)] = sum(int(field) for field in fields[11:15])
    family = {first}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return {pid: ticks[pid] for pid in family if pid in ticks}

"""Our whole verb against the peers' plainest one, on the same kind of database with the same durability, in turn."""

from __future__ import annotations

import statistics
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, timed
from benchmarks.stock import NOW, stock
from benchmarks.sweeping import LATER, many_due
from workflows.messages.chase import sweep

if TYPE_CHECKING:
    from collections.abc import Callable

PEERS = Path(__file__).parent / "peers"
PYTHON = Path(__file__).parent.parent / ".venv-bench" / "bin" / "python"
STEPS, ROUNDS, DUE = 300, 3, 10_000
NAMES = {
    "statemachine_sqlalchemy": "python-statemachine + SQLAlchemy",
    "django_viewflow": "Django + viewflow fsm + django-simple-history",
    "dbos_workflow": "a DBOS workflow",
}


def against(peer: str, kind: str, fresh: Callable[[], str]) -> Figure:
    """One peer: the ratio of medians over rounds taken in turn. `fresh()` gives the address of an empty database."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_ours(fresh()))
        theirs.append(_theirs(peer, fresh()))
    figures = statistics.median(ours), statistics.median(theirs)
    note = "the same step with its history and state stored; ours is sealed and checked against the version seen"
    return Figure(f"one step, {kind}", NAMES[peer], *figures, reach=0.5, note=note)


def chasing(fresh: Callable[[], str]) -> Figure:
    """10,000 due dates swept, against as many due jobs done by procrastinate; on PostgreSQL, in turn."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_chased(fresh()))
        theirs.append(_theirs("procrastinate_jobs", fresh(), DUE))
    figures = statistics.median(ours), statistics.median(theirs)
    what = f"a date that is due, {DUE:,} of them, PostgreSQL"
    note = (
        "ours is climbed, sealed, its message owed to whoever can be reached; theirs is claimed, done and kept with "
        "its events, and writes a line of history and a message"
    )
    return Figure(what, "a job of procrastinate, five at once", *figures, reach=0.5, note=note)


def _chased(url: str) -> float:
    """Milliseconds a date: copies of one case, each with one date that is due."""
    engine = many_due(url, DUE)
    climbed: list[int] = []
    taken = timed(lambda: climbed.append(sweep(engine, NOW + LATER).climbed))
    engine.dispose()
    assert climbed == [DUE], f"{climbed} rungs were climbed, {DUE} were due"
    return taken * 1000 / DUE


def _ours(url: str) -> float:
    filled = stock(url, plain=True)
    refs = filled.open(STEPS)
    start = time.perf_counter()
    for ref in refs:
        filled.alert(ref)
    taken = (time.perf_counter() - start) * 1000 / STEPS
    filled.engine.dispose()
    return taken


def _theirs(peer: str, url: str, count: int = STEPS) -> float:
    if peer != "statemachine_sqlalchemy":
        url = url.replace("postgresql+psycopg://", "postgresql://")
    words = [str(PYTHON), str(PEERS / f"{peer}.py"), url, str(count)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{peer} could not be measured:\n{done.stderr[-2000:]}")
    return float(done.stdout.split()[-1])

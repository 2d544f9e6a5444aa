"""The sweep: its cost follows what is due, not what exists; with nothing due it is one question to an index."""

from __future__ import annotations

import multiprocessing
import statistics
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, func, select, update

from benchmarks.bulk import put_in, told
from benchmarks.figures import Figure, timed
from benchmarks.stock import NOW, Stock, copy_case, stock
from records.database import connect, transaction
from records.diary import DEADLINES
from records.outbox import MESSAGES
from workflows.messages.chase import DUE, RUNGS, sweep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

DUE_AT_ONCE = 100
DUE_TOGETHER, PROCESSES, TIMES_TOGETHER = 10_000, 4, 3
ROUNDS = 5
MANY, FEW = 200_000, 2_000
LATER = timedelta(days=21)


def scaling(folder: Path) -> Figure:
    """A sweep of 100 due dates with 200,000 running beside them, against one with 2,000."""
    times: dict[int, list[float]] = {MANY: [], FEW: []}
    stocks = {count: _filled(f"sqlite:///{folder / f'sweep-{count}.db'}", count) for count in times}
    for number in range(ROUNDS):
        for count in times if number % 2 else reversed(times):
            times[count].append(_one_round(stocks[count], number))
    ours, floor = (statistics.median(times[count]) * 1000 / DUE_AT_ONCE for count in (MANY, FEW))
    return Figure("sweep, 100 due of 200,000 running", "the same with 2,000 running", ours, floor, reach=1.3)


def nothing_due(folder: Path) -> Figure:
    """A sweep with nothing due of 200,000: how many questions it asks the diary, and whether an index answers."""
    filled = _filled(f"sqlite:///{folder / 'idle.db'}", MANY)
    asked: list[str] = []
    event.listen(filled.engine, "before_cursor_execute", lambda *heard: asked.append(heard[2]))
    before = NOW - timedelta(days=1)
    ours = statistics.median(timed(lambda: _swept(filled, before)) for _ in range(20)) * 1000
    diary = [statement for statement in asked if "FROM deadline" in statement]
    with filled.engine.connect() as tx:
        question = str(DUE.compile(tx, compile_kwargs={"literal_binds": False}))
        rows = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", ("2026-01-01", 100, 0)).all()
        plan = "; ".join(str(row[3]) for row in rows)
        floor = (
            statistics.median(
                timed(lambda: tx.exec_driver_sql(question, ("2026-01-01", 100, 0)).all()) for _ in range(200)
            )
            * 1000
        )
    note = f"{len(diary) // 20} question to the diary a sweep: {plan}"
    return Figure("sweep, nothing due of 200,000", "the one indexed query, bare", ours, floor, note=note)


def together(fresh: Callable[[], str]) -> Figure:
    """10,000 due dates swept by four processes at once, against one; on PostgreSQL, in turn, by the clock.

    Both are started before, and each rung is climbed once and its messages owed once.
    """
    taken: dict[int, list[float]] = {PROCESSES: [], 1: []}
    for number in range(TIMES_TOGETHER):
        for processes in taken if number % 2 else reversed(taken):
            taken[processes].append(_swept_together(fresh(), processes))
    ours, floor = (statistics.median(taken[processes]) * 1000 / DUE_TOGETHER for processes in (PROCESSES, 1))
    what = f"a date that is due, {DUE_TOGETHER:,} of them, {PROCESSES} sweeping processes, PostgreSQL"
    note = f"each rung once, no deadlock; {floor / ours:.2f} times as fast"
    return Figure(what, "the same with one", ours, floor, reach=0.588, note=note)


def _swept_together(url: str, processes: int) -> float:
    """Seconds from the start of all of them to the end of the last."""
    engine = many_due(url, DUE_TOGETHER)
    with engine.connect() as tx:
        before = tx.execute(select(func.count()).select_from(MESSAGES)).scalar_one()
    engine.dispose()
    alone = multiprocessing.get_context("spawn")
    ready, go = alone.Semaphore(0), alone.Event()
    with ProcessPoolExecutor(processes, alone, _meet, (ready, go)) as pool:
        swept = [pool.submit(_sweeps_once, url) for _ in range(processes)]
        for _ in range(processes):
            ready.acquire()
        taken = timed(lambda: (go.set(), [one.result() for one in swept]))  # type: ignore[func-returns-value]
        climbed = sum(one.result() for one in swept)
    with engine.connect() as tx:
        rungs = tx.execute(select(func.count()).select_from(RUNGS).where(~RUNGS.c.passed)).scalar_one()
        told = tx.execute(select(func.count()).select_from(MESSAGES)).scalar_one() - before
    engine.dispose()
    assert (climbed, rungs, told) == (DUE_TOGETHER, DUE_TOGETHER, 2 * DUE_TOGETHER), f"{climbed}, {rungs}, {told}"
    return taken


def many_due(url: str, count: int) -> Engine:
    """A database with copies of one case, each with one date that is due."""
    filled = stock(url)
    (ref,) = filled.open(1)
    filled.alert(ref)
    filled.ask(ref)
    with transaction(filled.engine) as tx:
        story = told(tx, ref)
        tx.execute(update(DEADLINES).values(next_action_at=None))
    put_in(url, [story], [f"{ref[:-4]}{number}" for number in range(count, 2 * count)], count)
    with transaction(filled.engine) as tx:
        others = DEADLINES.c.key.not_like("agency_report%")
        tx.execute(update(DEADLINES).where(others).values(next_action_at=None))
        tx.execute(update(DEADLINES).where(DEADLINES.c.case_id >= count, ~others).values(next_action_at=NOW))
        tx.exec_driver_sql("ANALYZE")
    return filled.engine


_gate: list[Any] = []


def _meet(ready: Any, go: Any) -> None:
    _gate[:] = [ready, go]


def _sweeps_once(url: str) -> int:
    """How many rungs this process climbed, once all were ready."""
    engine = connect(url)
    with engine.connect():
        _gate[0].release()
        _gate[1].wait()
    return sweep(engine, NOW + LATER).climbed


def _swept(filled: Stock, now: datetime) -> None:
    sweep(filled.engine, now)


def _filled(url: str, running: int) -> Stock:
    filled = stock(url)
    refs = filled.open(ROUNDS * DUE_AT_ONCE)
    for ref in refs:
        filled.alert(ref)
        filled.ask(ref)
    with transaction(filled.engine) as tx:
        copy_case(tx, refs[0], running, deadlines=True)
        far = NOW + timedelta(days=3000)
        tx.execute(update(DEADLINES).where(DEADLINES.c.next_action_at.is_not(None)).values(next_action_at=far))
    return filled


def _one_round(filled: Stock, number: int) -> float:
    """Make 100 dates due and sweep at the instant their next rung is reached."""
    first = number * DUE_AT_ONCE + 1
    with transaction(filled.engine) as tx:
        mine = DEADLINES.c.case_id.between(first, first + DUE_AT_ONCE - 1) & DEADLINES.c.key.like("agency_report%")
        tx.execute(update(DEADLINES).where(mine).values(next_action_at=NOW))
    instant = NOW + LATER
    taken = timed(lambda: _check(sweep(filled.engine, instant).climbed))
    with transaction(filled.engine) as tx:
        tx.execute(update(DEADLINES).where(mine).values(next_action_at=NOW + timedelta(days=3000)))
    return taken


def _check(climbed: int) -> None:
    assert climbed == DUE_AT_ONCE, f"{climbed} rungs were climbed, {DUE_AT_ONCE} were due"

"""The sweep: its cost follows what is due, not what exists; with nothing due it is one question to an index."""

from __future__ import annotations

import statistics
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import event, update

from benchmarks.figures import Figure, timed
from benchmarks.stock import NOW, Stock, copy_case, stock
from records.database import transaction
from records.diary import DEADLINES
from workflows.messages.chase import DUE, sweep

if TYPE_CHECKING:
    from pathlib import Path

DUE_AT_ONCE = 100
ROUNDS = 5
MANY, FEW = 200_000, 2_000


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
    instant = NOW + timedelta(days=21)
    taken = timed(lambda: _check(sweep(filled.engine, instant).climbed))
    with transaction(filled.engine) as tx:
        tx.execute(update(DEADLINES).where(mine).values(next_action_at=NOW + timedelta(days=3000)))
    return taken


def _check(climbed: int) -> None:
    assert climbed == DUE_AT_ONCE, f"{climbed} rungs were climbed, {DUE_AT_ONCE} were due"

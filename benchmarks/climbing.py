"""A build at work on dates that are due, a batch at each line it is sent: what it took, in milliseconds a rung.

Run by its path, with the packages of one build or another on Python's path (benchmarks/against_earlier.py).
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from importlib import import_module
from typing import Any

from sqlalchemy import update

from benchmarks.stock import NOW, Stock, stock
from records.database import transaction
from records.diary import DEADLINES

LATER = timedelta(days=21)
"""By then one rung of each date is to be climbed, three lower ones are passed over, and two people are told."""
FAR = NOW + timedelta(days=3000)


def main(url: str, rounds: int, pieces: int) -> None:
    """Open the cases, say that all is ready, and then sweep when the dates of a batch of them are due."""
    filled, sweep = stock(url), _sweep()
    for ref in filled.open(rounds * pieces):
        filled.alert(ref)
        filled.ask(ref)
    _due(filled, 1, rounds * pieces, FAR)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for number, _ in enumerate(sys.stdin):
        first, last = number * pieces + 1, (number + 1) * pieces
        _due(filled, first, last, NOW)
        at_work, on_the_wall = time.process_time(), time.perf_counter()
        climbed = sweep(filled.engine, NOW + LATER).climbed
        taken = (time.process_time() - at_work, time.perf_counter() - on_the_wall)
        assert climbed == pieces, f"{climbed} rungs were climbed, {pieces} were due"
        _due(filled, first, last, FAR)
        sys.stdout.write(" ".join(str(one * 1000 / pieces) for one in taken) + "\n")
        sys.stdout.flush()


def _sweep() -> Any:
    """The sweep of whichever build is on the path."""
    try:
        return import_module("workflows.messages.chase").sweep
    except ModuleNotFoundError:
        return import_module("workflows.chase").sweep


def _due(filled: Stock, first: int, last: int, moment: object) -> None:
    reports = DEADLINES.c.key.like("agency_report%") if moment == NOW else DEADLINES.c.next_action_at.is_not(None)
    mine = DEADLINES.c.case_id.between(first, last) & reports
    with transaction(filled.engine) as tx:
        tx.execute(update(DEADLINES).where(mine).values(next_action_at=moment))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

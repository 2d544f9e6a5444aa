"""Verify, a history entry at a time, against reading the rows and hashing them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlmodel import Session, SQLModel
from sqlmodel import select as select_model

from benchmarks.figures import Figure, in_turn
from benchmarks.stock import simulated
from records.database import reading
from records.history import HISTORY
from records.post_tables import MessageRow
from records.tables import CaseFile, DeadlineRow, HistoryRow, RungClimbed
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

    from benchmarks.figures import Work

CASES, YEARS, SEED = 40, 2, 7
ROUNDS = 5
TABLES = (HistoryRow, CaseFile, DeadlineRow, RungClimbed, MessageRow)


def chain_and_replay(folder: Path) -> tuple[Figure, Figure, Figure]:
    """All that verify does, on a committee's believable work, against three readings of "the rows, hashed".

    The first reads the history alone, as the SQLModel objects its rows are: the floor that the mark is set against. The
    second reads every row of five tables that verify holds against the history; the third takes bare tuples of the
    history from the driver: the least that any program can do.
    """
    engine = simulated(folder, "verify.db", "--cases", str(CASES), "--years", str(YEARS), "--seed", str(SEED))
    with reading(engine) as tx:
        entries = tx.execute(select(func.count()).select_from(HISTORY)).scalar_one()
    ours = _work(lambda: _assured(verify(engine).ok))
    everything = in_turn(ours, _work(lambda: _hash_models(engine, TABLES)), ROUNDS, entries)
    history = in_turn(ours, _work(lambda: _hash_models(engine, (HistoryRow,))), ROUNDS, entries)
    bare = in_turn(ours, _work(lambda: _hash_tuples(engine)), ROUNDS, entries)
    what = "verify, a history entry"
    note = f"{entries:,} entries: chain, triggers, replay of every case, diary, rungs, messages, letters, audit log"
    return (
        Figure(what, "reading the history alone (SQLModel), hashed", *history, reach=3.0, note=note),
        Figure(what, "reading the rows it holds to account (SQLModel), hashed", *everything, note="for comparison"),
        Figure(what, "bare tuples of the history from the driver, hashed", *bare, note="for comparison"),
    )


def _work(work: Work) -> Callable[[int], Work]:
    return lambda _: work


def _hash_models(engine: Engine, models: tuple[type[SQLModel], ...]) -> None:
    with Session(engine) as session:
        for model in models:
            for row in session.exec(select_model(model)):
                hashlib.sha256(repr(row).encode()).hexdigest()


def _hash_tuples(engine: Engine) -> None:
    with engine.connect() as connection:
        for row in connection.exec_driver_sql("SELECT seal, body FROM history").all():
            hashlib.sha256(f"{row[0]}\n{row[1]}".encode()).hexdigest()


def _assured(whole: object) -> None:
    assert whole, "the database that was just filled does not verify"

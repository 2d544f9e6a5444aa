"""Verify, a history entry at a time, against reading the rows and hashing them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlmodel import Session
from sqlmodel import select as select_model

from benchmarks.figures import Figure, in_turn
from benchmarks.stock import stock
from records.database import reading
from records.history import HISTORY
from records.tables import HistoryRow
from workflows.audit import verify

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.figures import Work

CASES = 400
ROUNDS = 5


def chain_and_replay(folder: Path) -> tuple[Figure, Figure]:
    """All that verify does (chain, triggers, replay, diary, rungs, messages), against two readings of the floor.

    The first floor reads each row as the SQLModel object it is and hashes it; the second takes bare tuples from the
    driver, with nothing of ours between: the least that any program can do.
    """
    filled = stock(f"sqlite:///{folder / 'verify.db'}")
    for ref in filled.open(CASES):
        filled.alert(ref)
        filled.ask(ref)
    with reading(filled.engine) as tx:
        entries = tx.execute(select(func.count()).select_from(HISTORY)).scalar_one()

    def ours(_: int) -> Work:
        return lambda: _assured(verify(filled.engine).ok)

    def as_models(_: int) -> Work:
        def work() -> None:
            with Session(filled.engine) as session:
                for row in session.exec(select_model(HistoryRow)):
                    hashlib.sha256(f"{row.seal}\n{row.body}".encode()).hexdigest()

        return work

    def as_tuples(_: int) -> Work:
        def work() -> None:
            with filled.engine.connect() as connection:
                for row in connection.exec_driver_sql("SELECT seal, body FROM history").all():
                    hashlib.sha256(f"{row[0]}\n{row[1]}".encode()).hexdigest()

        return work

    note = "chain, triggers, replay of every case, diary, rungs, messages"
    models = in_turn(ours, as_models, ROUNDS, entries)
    tuples = in_turn(ours, as_tuples, ROUNDS, entries)
    return (
        Figure("verify, a history entry", "reading the rows (SQLModel) and hashing them", *models, reach=3.0, note=note),
        Figure("verify, a history entry", "bare tuples from the driver, hashed", *tuples, note="for comparison only"),
    )


def _assured(ok: bool) -> None:
    assert ok, "the database that was just filled does not verify"

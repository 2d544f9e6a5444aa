"""Looking things up: the list of cases, and starting the program at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.advancing import Said, listening
from benchmarks.figures import Figure, in_turn
from benchmarks.stock import NOW, Stock, copy_case, stock
from records.case_list import CaseFilter
from records.database import reading, transaction
from workflows.views.case_list import MOST, listing

if TYPE_CHECKING:
    from benchmarks.figures import Work

CASES = 100_000
ROUNDS = 15


def case_list(folder: Path) -> Figure:
    """`cairn list` over 100,000 cases, from the question to the lines, against the SQL it sends, sent bare."""
    filled = stock(f"sqlite:///{folder / 'list.db'}")
    ref = filled.open(1)[0]
    with transaction(filled.engine) as tx:
        copy_case(tx, ref, CASES, deadlines=False)
    said: Said = []
    with listening(filled.engine, said):
        _listed(filled)
    questions = [(statement, values) for statement, values in said if statement.startswith("SELECT")]
    bare = filled.engine.raw_connection()

    def ours(_: int) -> Work:
        return lambda: _listed(filled)

    def floor(_: int) -> Work:
        def work() -> None:
            cursor = bare.cursor()
            for statement, values in questions:
                cursor.execute(statement, values).fetchall()

        return work

    figures = in_turn(ours, floor, ROUNDS, 1)
    bare.close()
    return Figure("cairn list, 100,000 cases", "its questions through sqlite3", *figures, reach=3.0)


def _listed(filled: Stock) -> None:
    with reading(filled.engine) as tx:
        assert len(listing(tx, CaseFilter(), NOW, hidden=frozenset()).lines) == MOST


def starting() -> Figure:
    """`cairn --version` as a whole process, against `python -c pass`."""
    command = str(Path(sys.executable).with_name("cairn"))

    def process(*words: str) -> Work:
        return lambda: subprocess.run(words, check=True, stdout=subprocess.DEVNULL) and None

    figures = in_turn(lambda _: process(command, "--version"), lambda _: process(sys.executable, "-c", "pass"), 15, 1)
    return Figure("cairn --version", "python -c pass", *figures, reach=2.0)

"""The whole verb `advance`, against the statements it makes, sent by hand through the bare driver."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import event

from benchmarks.figures import Figure, in_turn
from benchmarks.stock import stock, stocked
from records.database import PRAGMAS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from benchmarks.figures import Work

ROUNDS, PIECES = 8, 100
Said = list[tuple[str, Any]]


@contextmanager
def listening(engine: Engine, said: Said) -> Iterator[None]:
    """Write down every statement an engine sends."""

    def hear(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: Any) -> None:
        said.append((statement, list(values) if many else values))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def on_sqlite(folder: Path) -> Figure:
    """The verb on a SQLite file, WAL and synchronous=FULL, against sqlite3 with the same settings."""
    ours = stock(f"sqlite:///{folder / 'ours.db'}")
    refs = ours.open(ROUNDS * PIECES)
    ours.engine.dispose()
    for name in ("listened.db", "floor.db"):
        shutil.copy(folder / "ours.db", folder / name)
    said = _heard(f"sqlite:///{folder / 'listened.db'}", refs)
    bare = sqlite3.connect(folder / "floor.db", isolation_level=None)
    for pragma in PRAGMAS:
        bare.execute(f"PRAGMA {pragma}")
    by_hand = _by_hand(bare.cursor(), bare.cursor(), said)
    figures = in_turn(_verbs(ours.alert, refs), by_hand, ROUNDS, PIECES)
    return Figure("advance, whole verb, SQLite file", "its statements through sqlite3", *figures, reach=2.5)


def on_postgresql(url: str, floor_url: str, listened_url: str) -> Figure:
    """The verb on PostgreSQL, against psycopg sending the same statements."""
    ours = stock(url)
    refs = ours.open(ROUNDS * PIECES)
    for other in (floor_url, listened_url):
        assert stock(other).open(ROUNDS * PIECES) == refs
    said = _heard(listened_url, refs)
    plain = floor_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as bare:
        by_hand = _by_hand(bare.cursor(), psycopg.RawCursor(bare), said)
        figures = in_turn(_verbs(ours.alert, refs), by_hand, ROUNDS, PIECES)
    return Figure("advance, whole verb, PostgreSQL", "its statements through psycopg", *figures, reach=1.8)


def _heard(url: str, refs: list[str]) -> list[Said]:
    listened, all_said = stocked(url), []
    for ref in refs:
        said: Said = []
        with listening(listened.engine, said):
            listened.alert(ref)
        all_said.append(said)
    listened.engine.dispose()
    return all_said


def _verbs(alert: Callable[[str], None], refs: list[str]) -> Callable[[int], Work]:
    def prepared(number: int) -> Work:
        batch = refs[number * PIECES : (number + 1) * PIECES]
        return lambda: [alert(ref) for ref in batch] and None

    return prepared


def _by_hand(named: Any, in_order: Any, said: list[Said]) -> Callable[[int], Work]:
    def prepared(number: int) -> Work:
        batch = said[number * PIECES : (number + 1) * PIECES]
        return lambda: [_send(named, in_order, statements) for statements in batch] and None

    return prepared


def _send(named: Any, in_order: Any, said: Said) -> None:
    named.execute("BEGIN" if isinstance(named, psycopg.Cursor) else "BEGIN IMMEDIATE")
    for statement, values in said:
        if statement.startswith("BEGIN"):
            continue
        cursor = in_order if isinstance(values, tuple) else named
        if isinstance(values, list):
            in_order.executemany(statement, values)
        else:
            cursor.execute(statement, values)
        if statement.startswith("SELECT") or " RETURNING " in statement:
            cursor.fetchall()
    named.execute("COMMIT")

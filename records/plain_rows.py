"""Reads many rows at once for whole-record work, parsing days and moments without SQLAlchemy's detour.

SQLite keeps them as text. SQLAlchemy turns each into a value in several steps; here each text is turned once, in one.
What cannot be read is UNREAD all the same, and a server's driver gives values already.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext, suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, DateTime, Dialect, Select, select

from records.unreadable_values import UNREAD

KEPT = 1 << 16
"""How many texts are remembered with their day or moment: the same ones stand in many rows."""

SOME = 100
"""How many rows are made at once: making all of them sets off full collections of garbage far more often."""


def plain_rows(
    tx: Connection,
    columns: Sequence[ColumnElement[Any]],
    asked: Callable[[Select[Any]], Select[Any]],
    at_a_time: int | None = None,
) -> Iterator[list[Any]]:
    """The values of some columns, row by row; `asked` is the FROM, WHERE and ORDER of the query.

    All are held in memory, or so many `at_a_time`.
    """
    wanted = asked(select(*columns))
    if tx.dialect.name != "sqlite":
        found = tx.execute(wanted, execution_options={"yield_per": at_a_time} if at_a_time else {})
        yield from (list(row) for some in found.partitions(at_a_time or SOME) for row in some)
        return
    turns = [_turn(one, tx.dialect) for one in columns]
    turned = [(place, turn) for place, turn in enumerate(turns) if turn]
    for row in _rows_of_file(tx, wanted, at_a_time or SOME):
        values = list(row)
        for place, turn in turned:
            values[place] = turn(values[place])
        yield values


def _rows_of_file(tx: Connection, wanted: Select[Any], at_a_time: int) -> Iterator[tuple[Any, ...]]:
    """Rows as the driver has them: texts are read the quick way, and from a damaged one on the careful way."""
    driver: Any = tx.connection.dbapi_connection
    careful, given = driver.text_factory, 0
    for factory in (str, careful):
        with closing(tx.execute(wanted)) as found:
            cursor: Any = found.cursor
            deque(islice(cursor, given), 0)  # those that were given already
            with suppress(sqlite3.OperationalError) if factory is str else nullcontext():
                while some := _fetched(driver, cursor, factory, at_a_time):
                    given += len(some)
                    yield from some
                return


def _fetched(driver: Any, cursor: Any, factory: Any, count: int) -> list[tuple[Any, ...]]:
    careful = driver.text_factory
    driver.text_factory = factory
    try:
        return cursor.fetchmany(count)  # type: ignore[no-any-return]
    finally:
        driver.text_factory = careful


@lru_cache(maxsize=KEPT)
def _moment(text: Any) -> Any:
    try:
        found = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return UNREAD if text is not None else None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


@lru_cache(maxsize=KEPT)
def _day(text: Any) -> Any:
    try:
        return date.fromisoformat(text)
    except (ValueError, TypeError):
        return UNREAD if text is not None else None


def _turn(column: ColumnElement[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """How what a file holds of a column becomes its value; None where it is the value."""
    kind = getattr(column.type, "impl_instance", column.type)
    if isinstance(kind, DateTime):
        return _moment
    return _day if isinstance(kind, Date) else column.type.dialect_impl(dialect).result_processor(dialect, None)

"""Many rows read at once, by those who look at all of the record: days and moments are read without a detour.

SQLite keeps them as text. SQLAlchemy turns each into a value in several steps; here each text is turned once, in one.
What cannot be read is UNREAD all the same, and a server's driver gives values already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, DateTime, Select, Text, select, type_coerce

from records.unread import UNREAD

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
    """The values of some columns, row by row; `asked` says from where, which rows, and in which order.

    All are held in memory, or so many `at_a_time`.
    """
    turns = [_turn(one) if tx.dialect.name == "sqlite" else None for one in columns]
    plain = [type_coerce(one, Text) if turn else one for one, turn in zip(columns, turns, strict=True)]
    turned = [(place, turn) for place, turn in enumerate(turns) if turn]
    options = {"yield_per": at_a_time} if at_a_time else {}
    found = tx.execute(asked(select(*plain)), execution_options=options)
    for some in found.partitions(at_a_time or SOME):
        for row in some:
            values = list(row)
            for place, turn in turned:
                values[place] = turn(values[place])
            yield values


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


def _turn(column: ColumnElement[Any]) -> Callable[[Any], Any] | None:
    """How the text of a column becomes its value; None where it is the value."""
    kind = getattr(column.type, "impl_instance", column.type)
    return _moment if isinstance(kind, DateTime) else _day if isinstance(kind, Date) else None

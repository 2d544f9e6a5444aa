"""Stored dates and times that cannot be parsed: the value is lost, not the row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Date, DateTime, Engine


class Unread:
    """What stands for a day or a moment that cannot be read: it equals none, and whoever counts with it fails there."""

    tzinfo = None

    def __format__(self, _: str) -> str:
        """In a sentence, however days are written there."""
        return "a day that cannot be read"

    def isoformat(self) -> str:
        """Where it is held against what was sealed: as no day."""
        return "unread"

    def utcoffset(self) -> timedelta:
        """As a moment is asked when it comes from the database."""
        return timedelta(0)

    def astimezone(self, _: object) -> Unread:
        """As a moment is asked when it comes from the database."""
        return self


UNREAD: Any = Unread()
LAST_MOMENT = datetime.max.replace(tzinfo=UTC)
"""What cannot be read sorts after it, on either database."""


def tolerate_in_sqlite(engine: Engine) -> None:
    """Read a day or a moment of a SQLite file that cannot be parsed as UNREAD; the rest of its row is read as ever."""
    from sqlalchemy.dialects.sqlite.base import DATE, DATETIME  # loaded by whoever opens such a file

    class Day(DATE):
        def result_processor(self, dialect: Any, coltype: Any) -> Any:
            return _or_unread(super().result_processor(dialect, coltype))

    class Moment(DATETIME):
        def result_processor(self, dialect: Any, coltype: Any) -> Any:
            return _or_unread(super().result_processor(dialect, coltype))

    dialect: Any = engine.dialect
    dialect.colspecs = {**dialect.colspecs, Date: Day, DateTime: Moment}


def tolerate_in_postgresql(connection: Any) -> None:
    """The same for a value of a server that Python cannot hold, such as a day after the year 9999."""
    from psycopg import DataError
    from psycopg.adapt import Loader

    class OrUnread(Loader):
        def __init__(self, oid: int, context: Any = None) -> None:
            super().__init__(oid, context)
            self.inner = plain[oid](oid, context)

        def load(self, data: Any) -> Any:
            try:
                return self.inner.load(data)
            except DataError:
                return UNREAD

    kinds = [connection.adapters.types[name].oid for name in ("date", "timestamptz")]
    plain = {oid: connection.adapters.get_loader(oid, OrUnread.format) for oid in kinds}
    for oid in kinds:
        connection.adapters.register_loader(oid, OrUnread)


def _or_unread(read: Any) -> Any:
    def reading(value: Any) -> Any:
        try:
            return read(value)
        except (ValueError, TypeError):
            return UNREAD

    return reading

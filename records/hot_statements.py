"""The few statements that every step of a case sends: compiled once, and handed to the driver itself.

The SQL is what SQLAlchemy would send, in the same transaction over the same connection, and listeners on the engine see
it. What is saved is SQLAlchemy's own work around each call, several times that of SQLite itself (benchmarks/tried.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from datetime import UTC, date, datetime
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, DateTime, Insert, TypeDecorator, bindparam, false, or_
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, CompoundSelect, Connection, Dialect, Select, Update

    Sendable = Select[Any] | CompoundSelect[Any] | Insert | Update

Given = Mapping[str, Any]
Values = tuple[Any, ...]
Turn = Callable[[Any], Any]
Found = tuple[Any, ...]

MOST = 100
"""So many values one statement asks about (`one_of`): each number of them is a statement, and SQLite takes no 1,000."""


TOGETHER = 5
"""So many rows are added to a server's table by one statement (`run_each`); more are sent one by one."""

CURSOR = "cursor"


class Hot:
    """A statement that is sent often. An INSERT is told which columns it is given.

    Its values are those of its parameters by name, in the kinds of its columns; none of them is a list (see `one_of`).
    What changes rows and returns something of them is read like a SELECT.
    """

    def __init__(self, statement: Sendable, *columns: str) -> None:
        self._statement, self._columns = statement, columns
        self._put_together: dict[str, _Sent] = {}
        self._of_several: dict[int, Hot] = {}

    def rows(self, tx: Connection, given: Given) -> list[Found]:
        """What is found, as plain rows in the order of the columns."""
        sent = self._for(tx)
        return sent.read(_fetched(tx, sent, sent.values(given)))

    def first(self, tx: Connection, given: Given) -> Found | None:
        """The first row, None where nothing is found."""
        return next(iter(self.rows(tx, given)), None)

    def run(self, tx: Connection, given: Given) -> int:
        """Change or add rows; how many. Raises IntegrityError for a row that is there already."""
        sent = self._for(tx)
        return int(_handed_over(tx, sent, sent.values(given)).rowcount)

    def run_each(self, tx: Connection, many: Sequence[Given]) -> None:
        """The same for each of several."""
        if len(many) == 1:
            self.run(tx, many[0])
        elif 0 < len(many) <= TOGETHER and isinstance(self._statement, Insert) and tx.dialect.name != "sqlite":
            self._adding(self._statement, len(many)).run(tx, each_row(many))
        elif many:
            sent = self._for(tx)
            _handed_over(tx, sent, [sent.values(given) for given in many], many=True)

    def _adding(self, statement: Insert, count: int) -> Hot:
        """The same statement with so many rows."""
        if count not in self._of_several:
            columns = [(name, statement.table.c[name].type) for name in self._columns]
            rows = [{name: bindparam(f"{name}_{row}", type_=kind) for name, kind in columns} for row in range(count)]
            self._of_several[count] = Hot(statement.values(rows))
        return self._of_several[count]

    def _for(self, tx: Connection) -> _Sent:
        name = tx.dialect.name
        sent = self._put_together.get(name)
        if sent is None:
            sent = self._put_together[name] = _Sent(self._statement, self._columns, tx.dialect)
        return sent


def one_of(column: ColumnElement[Any], name: str, count: int) -> ColumnElement[bool]:
    """Whether a column is one of so many values (0: it is not), given as `each_of` names them."""
    return or_(false(), *(column == bindparam(one) for one in _names_of_each(name, count)))


def each_of(name: str, values: Collection[Any]) -> dict[str, Any]:
    """The values that `one_of` asks about, by the names of their parameters."""
    return dict(zip(_names_of_each(name, len(values)), values, strict=True))


@cache
def _names_of_each(name: str, count: int) -> tuple[str, ...]:
    return tuple(f"one_{number}_of_{name}" for number in range(count))


def each_row(rows: Sequence[Given]) -> dict[str, Any]:
    """The values of several rows, by the names of their parameters in the one statement that adds them."""
    return {f"{name}_{number}": value for number, row in enumerate(rows) for name, value in row.items()}


class _Sent:
    """A statement as one kind of database is sent it: its text, and how values go in and come out."""

    def __init__(self, statement: Sendable, columns: Sequence[str], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=_by_number(dialect), column_keys=list(columns) or None)
        self.text, self.looks = str(compiled), bool(statement.is_select)
        asked = {name: (one, _going_in(one, dialect)) for one, name in compiled.bind_names.items()}
        self._fixed = {name: _turned(turn, one.value) for name, (one, turn) in asked.items() if not one.required}
        turns = {name: turn for name, (one, turn) in asked.items() if one.required}
        self._names = tuple(compiled.positiontup)
        self._going_in = _by_place(turns.get(name) for name in self._names)
        self._coming_out = _by_place(_coming_out(one, dialect) for one in statement.exported_columns)

    def values(self, given: Given) -> Values:
        """What goes with the text, in its order."""
        values = {**self._fixed, **given} if self._fixed else given
        return _each_turned(list(map(values.__getitem__, self._names)), self._going_in)

    def read(self, rows: list[Found]) -> list[Found]:
        """Rows as they came, with their values in the kinds of the columns."""
        turns = self._coming_out
        return [_each_turned(list(row), turns) for row in rows] if turns else rows


def _by_place(turns: Iterable[Turn | None]) -> list[tuple[int, Turn]]:
    """How the few values go in or come out that do not do so as they are, each by its place among all."""
    return [(place, turn) for place, turn in enumerate(turns) if turn is not None]


def _each_turned(values: list[Any], turns: list[tuple[int, Turn]]) -> Values:
    """The values converted for the driver, or from it; None stays None."""
    for place, turn in turns:
        if values[place] is not None:
            values[place] = turn(values[place])
    return tuple(values)


def _fetched(tx: Connection, sent: _Sent, values: Any) -> list[Found]:
    """What a statement finds. The texts of a file are read the quick way, and the careful way once one is damaged."""
    driver: Any = tx.connection.dbapi_connection
    if not sent.looks or not isinstance(driver, sqlite3.Connection):
        found: list[Found] = _handed_over(tx, sent, values).fetchall()
        return found
    careful = driver.text_factory
    driver.text_factory = str
    try:
        return _handed_over(tx, sent, values).fetchall()  # type: ignore[no-any-return]
    except sqlite3.OperationalError:
        driver.text_factory = careful
        return _handed_over(tx, sent, values).fetchall()  # type: ignore[no-any-return]
    finally:
        driver.text_factory = careful


def _handed_over(tx: Connection, sent: _Sent, values: Any, *, many: bool = False) -> Any:
    """Send a statement, once, or once for each of `many`; what it was answered can be fetched from what is returned."""
    if not (sent.looks or tx.in_transaction()):
        tx.begin()  # what is written is kept when the transaction is
    for hear in tx.engine.dispatch.before_cursor_execute:
        hear(tx, None, sent.text, values, None, many)
    try:
        cursor = _cursor(tx)
        (cursor.executemany if many else cursor.execute)(sent.text, values)
    except tx.dialect.loaded_dbapi.Error as trouble:
        raise _as_ever(tx, sent.text, trouble) from trouble
    return cursor


def _cursor(tx: Connection) -> Any:
    """What takes a statement: of a server one for as long as its connection lasts, for making it is dear."""
    driver: Any = tx.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        return driver.cursor()
    lasting = tx.connection.info
    if CURSOR not in lasting:
        from psycopg import RawCursor

        lasting[CURSOR] = RawCursor(driver)
    return lasting[CURSOR]


def _by_number(dialect: Dialect) -> Dialect:
    """The same kind of database. A server is given parameters by number: no text is searched for their names."""
    if dialect.positional:
        return dialect
    numbered = copy(dialect)
    numbered.paramstyle, numbered.positional = "numeric_dollar", True
    numbered.identifier_preparer = numbered.preparer(numbered)
    return numbered


def _as_ever(tx: Connection, text: str, trouble: Any) -> Exception:
    """What SQLAlchemy raises in its place; a connection that is no more is not used again."""
    gone = tx.dialect.is_disconnect(trouble, tx.connection, None)
    if gone:
        tx.invalidate(trouble)
    base = tx.dialect.loaded_dbapi.Error
    raised: Exception = DBAPIError.instance(
        text, None, trouble, base, hide_parameters=True, connection_invalidated=gone, dialect=tx.dialect
    )
    return raised


def _going_in(one: Any, dialect: Dialect) -> Turn | None:
    turn: Turn | None = one.type.dialect_impl(dialect).bind_processor(dialect)
    if dialect.name == "sqlite" and turn is not None and _is_moment(one.type):
        return partial(_moment, turn)
    return _day if dialect.name == "sqlite" and isinstance(one.type, Date) else turn


def _is_moment(kind: Any) -> bool:
    """Whether it is a moment with its zone; told without SQLModel, which lists of cases do without."""
    return isinstance(kind, TypeDecorator) and isinstance(kind.impl_instance, DateTime)


def _moment(as_ever: Turn, moment: datetime) -> Any:
    """A moment as SQLAlchemy writes it into a file; one without a zone is refused as ever."""
    return _moment_in_utc(moment) if moment.tzinfo is UTC else as_ever(moment)


@lru_cache(maxsize=1024)
def _moment_in_utc(moment: datetime) -> str:
    """A moment in UTC as text; cached, for a transaction writes the same few moments many times."""
    return moment.isoformat(" ", "microseconds")[: -len("+00:00")]


@lru_cache(maxsize=1024)
def _day(day: date) -> str:
    return date.isoformat(day)


def _coming_out(one: Any, dialect: Dialect) -> Turn | None:
    turn: Turn | None = one.type.dialect_impl(dialect).result_processor(dialect, None)
    return turn


def _turned(turn: Turn | None, value: Any) -> Any:
    return turn(value) if turn is not None else value

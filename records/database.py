"""Opening the database and writing to it: all of a change, or none of it. SQLite by default, PostgreSQL 15 or newer."""

from __future__ import annotations

import codecs
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError

from config.durable import OURS_ALONE
from config.file_owner import give_to_owner_of_folder
from records.hot_statements import Hot
from records.once_kept import contexts_around
from records.unreadable_values import tolerate_in_postgresql, tolerate_in_sqlite
from states.errors import NotSetUp, StorageTrouble
from states.next_step import advice

WAIT_FOR_A_LOCK = 20.0
"""Seconds a writer waits for another before it is told that the database is busy."""

JUST_USED = 0.5
"""Seconds after its last use in which a connection to a server is not asked whether it is still there."""

USED_AT, FILE = "used_at", "file"

UNREADABLE = (
    "The database address cannot be read: write it like sqlite:////srv/cairn/cairn.db, or "
    "postgresql+psycopg://user:password@server/cairn."
)
codecs.register_error("spoil", lambda trouble: ("\x01", cast("UnicodeDecodeError", trouble).end))
AS_TEXT = partial(str, encoding="utf-8", errors="spoil")
"""A damaged byte that is no text any more spoils its value (no JSON has that sign), not every row read beside it."""

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
LOG_OF_ITS_OWN, *OTHERS = PRAGMAS


def connect(url: str, *, wait: float = WAIT_FOR_A_LOCK) -> Engine:
    """Open the database at an address such as sqlite:////srv/cairn/cairn.db or postgresql+psycopg://...

    Raises NotSetUp when the address cannot be read. Nothing is connected yet.
    """
    try:
        address = address_of(url)
        if address.get_backend_name() != "sqlite":
            return _server(url, wait)
        told = {"timeout": wait, "check_same_thread": False}
        engine = create_engine(address, connect_args=told, hide_parameters=True)
    except (ArgumentError, ModuleNotFoundError):
        raise NotSetUp(UNREADABLE) from None
    tolerate_in_sqlite(engine)
    event.listen(engine, "do_connect", _ours_alone)
    event.listen(engine, "connect", _prepare)
    _stay_with_file(engine)
    return engine


def address_of(url: str) -> URL:
    """A database address, read. A `?` in the name of a SQLite file's folder belongs to the name."""
    scheme, there, path = url.partition(":///")
    if there and scheme == "sqlite" and "/" in path.rpartition("?")[2]:
        return URL.create("sqlite", database=path)
    return make_url(url)


def there_is(engine: Engine) -> bool:
    """Whether a SQLite file exists and holds anything; on a server, whether it answers. No file is created."""
    file = Path(engine.url.database or "")
    return engine.dialect.name != "sqlite" or (file.is_file() and file.stat().st_size > 0)


def _ours_alone(_dialect: Any, _record: Any, given: Any, _more: Any) -> None:
    """A database file is for Cairn's own user alone; what SQLite writes beside it follows it.

    Raises StorageTrouble for a new one beside which the log of another lies: SQLite would take it for its own.
    """
    path = Path(str(given[0]))
    if str(path) == ":memory:" or not path.parent.is_dir():
        return
    with suppress(OSError):
        if not path.exists():
            for left in (path.with_name(path.name + end) for end in BESIDE):
                if left.exists():
                    raise StorageTrouble(LEFT_BEHIND.format(path=path, left=left))
            path.touch(mode=OURS_ALONE)
            give_to_owner_of_folder(path)
        elif path.stat().st_mode & 0o077:
            path.chmod(OURS_ALONE)


def _stay_with_file(engine: Engine) -> None:
    """Have nothing written into a file that was moved away, where nobody would find it, nor into another in its place.

    A connection goes on with the file that it opened, whatever that is called by now.
    """
    path = engine.url.database
    if not path or path == ":memory:":
        return

    def remember(_connection: Any, record: Any) -> None:
        record.info[FILE] = _identity(path)

    def is_still_there(_connection: Any, record: Any, _proxy: Any) -> None:
        if _identity(path) != record.info[FILE]:
            raise StorageTrouble(MOVED_AWAY.format(path=path))

    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", is_still_there)


def _identity(path: str) -> tuple[int, int] | None:
    """Which file it is that has a name; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116  a pathlib's costs three times as much, for each transaction
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _server(url: str, wait: float) -> Engine:
    """A database server: neither a server that is silent nor somebody's lock is waited for without end.

    Whether a connection is still there is asked before it is used, unless it was used a moment ago.
    """
    engine = create_engine(url, hide_parameters=True, connect_args={"connect_timeout": max(int(wait), 1)})

    def be_patient(connection: Any, record: Any) -> None:
        connection.execute(f"SET lock_timeout = {int(wait * 1000)}")
        connection.commit()
        tolerate_in_postgresql(connection)
        record.info[USED_AT] = monotonic()

    def is_still_there(connection: Any, record: Any, _: Any) -> None:
        if monotonic() - record.info[USED_AT] < JUST_USED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            raise InvalidatePoolError from gone

    def may_write_again(connection: Any, record: Any) -> None:
        if connection is not None and not connection.closed:
            if connection.read_only is not None:
                connection.read_only = None  # whatever the server has by itself
            record.info[USED_AT] = monotonic()

    event.listen(engine, "connect", be_patient)
    event.listen(engine, "checkout", is_still_there)
    event.listen(engine, "checkin", may_write_again)
    return engine


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    connection.text_factory = AS_TEXT
    _write_to_a_log(connection)
    for pragma in OTHERS:
        connection.execute(f"PRAGMA {pragma}")


def _write_to_a_log(connection: sqlite3.Connection) -> None:
    """Have a file written by way of a log (WAL), so that nobody who reads it waits.

    That is done to a new file once, under a lock. Of several programs that come to do it at the same moment SQLite lets
    one, and refuses the others at once, however long they would wait; so they wait as writers do, and find it done.
    """
    while True:
        try:
            connection.execute(f"PRAGMA {LOG_OF_ITS_OWN}")
        except sqlite3.OperationalError as trouble:
            if trouble.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
        else:
            return


def _begin(connection: Connection, how: str) -> None:
    """SQLite begins when it is told to. As a listener to SQLAlchemy's own beginning, it made every statement dearer."""
    driver: Any = connection.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute(how)


def _only_read(connection: Connection) -> None:
    """A server refuses whatever would change or lock a row, until the connection is given back."""
    driver: Any = connection.connection.dbapi_connection
    if not isinstance(driver, sqlite3.Connection):
        driver.read_only = True


def for_many_readers(engine: Engine) -> None:
    """Give each SQLite connection a small cache: with many readers the operating system caches the file too."""

    def hold_little(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA cache_size=-500")

    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", hold_little)
        engine.dispose()


@contextmanager
def unhurried(engine: Engine) -> Iterator[None]:
    """Commits inside do not wait for the disk: a power cut may lose the last of them, and damages nothing before.

    For what can be made again, such as a simulation; nothing anybody relies on is recorded so.
    """
    sqlite = engine.dialect.name == "sqlite"

    def trust_the_system(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA synchronous=NORMAL" if sqlite else "SET synchronous_commit = off")
        if not sqlite:
            connection.commit()

    event.listen(engine, "connect", trust_the_system)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", trust_the_system)
        engine.dispose()


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Everything inside happens, or nothing does. Raises StorageTrouble, in plain words, when it cannot be kept."""
    with _plainly(), engine.connect() as connection, contexts_around(connection), connection.begin():
        _begin(connection, "BEGIN IMMEDIATE")
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A read-only transaction over one snapshot of the database; on a server it takes no locks.

    It ends as one that is kept: when a transaction is taken back, the connection forgets every statement it prepared.
    """
    with _plainly(), engine.connect() as connection, connection.begin():
        _begin(connection, "BEGIN")
        _only_read(connection)
        yield connection


@contextmanager
def looking_first(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads until `write_from_here`: until then it blocks nobody.

    Raises StorageTrouble as `transaction` does.
    """
    with _plainly(), engine.connect() as connection, contexts_around(connection), connection.begin():
        _begin(connection, "BEGIN")
        yield connection


def write_from_here(tx: Connection) -> None:
    """Start writing where it was only read so far: SQLite ends the read snapshot, and waits for other writers."""
    driver: Any = tx.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute("COMMIT")
        driver.execute("BEGIN IMMEDIATE")


def insert_once(tx: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless its key is there already (ON CONFLICT DO NOTHING); whether it was new."""
    return _insert_once(table, tx.dialect.name, tuple(values)).first(tx, values) is not None


def set_row(tx: Connection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Change the row of a key, or make it; where two make it at the same moment, the second changes it."""
    change = update(table).where(*(table.c[name] == value for name, value in key.items())).values(values)
    if tx.execute(change).rowcount == 0 and not insert_once(tx, table, {**key, **values}):
        tx.execute(change)


def insert_all_once(tx: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert those rows whose keys are not there already; all of them name the same columns."""
    if rows:
        _insert_all_once(table, tx.dialect.name, tuple(rows[0])).run_each(tx, rows)


def _insert(table: Table, dialect: str) -> Any:
    """An INSERT that can say what happens on a conflict. The dialect that is not used is not loaded."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_postgresql

        return insert_postgresql(table)
    from sqlalchemy.dialects.sqlite import insert as insert_sqlite

    return insert_sqlite(table)


@cache
def _insert_all_once(table: Table, dialect: str, columns: tuple[str, ...]) -> Hot:
    return Hot(_insert(table, dialect).on_conflict_do_nothing(), *columns)


@cache
def _insert_once(table: Table, dialect: str, columns: tuple[str, ...]) -> Hot:
    return Hot(_insert(table, dialect).on_conflict_do_nothing().returning(*table.primary_key.columns), *columns)


def insert_counting(tx: Connection, series: str) -> int:
    """The next number of a series, such as "LR-2026"; no number is given twice, whatever is done at the same time."""
    found = _next_number(tx.dialect.name).first(tx, {"series": series, "last": 1})
    assert found is not None
    return int(found[0])


@cache
def _next_number(dialect: str) -> Hot:
    from records.history_tables import Numbering
    from records.metadata import table_of

    numbers = table_of(Numbering)
    following = {"last": numbers.c.last + 1}
    insert = _insert(numbers, dialect).on_conflict_do_update(index_elements=["series"], set_=following)
    return Hot(insert.returning(numbers.c.last), "series", "last")


BESIDE = ("-wal", "-shm")
LEFT_BEHIND = (
    "There is no database in {path}, but {left} lies there, which belongs to one that was moved away: stop every Cairn "
    "that works with that one, then keep what is left together with it. It holds what was written last."
)
MOVED_AWAY = (
    "The database {path} was moved away, or another file was put in its place, while Cairn runs: nothing was written. "
    "Stop this Cairn, see that the right file is there, and start it again."
)
BUSY = "The database is busy with another change: nothing was lost, try again in a moment."
FULL = "The disk is full: free some space and try again; nothing was half written."
NO_WRITING = (
    "The database may not be written to: give Cairn's user write permission on its folder and on every file in it."
)
READ_ONLY = "The database server lets nothing be written: check that it is no standby."
NO_RIGHT = (
    "The database server does not let this user write here: check its rights. A restore, and the first command after "
    "an upgrade, need the owner of the database in CAIRN_DATABASE (docs/operations.md)."
)
GROWS = "The history only ever grows."
NO_ANSWER = (
    "The database server does not answer, or does not let Cairn in: check that it runs and that its address, user and "
    "password are right; nothing was half written."
)
TROUBLES = (
    ("connection failed", NO_ANSWER),
    ("resolve host", NO_ANSWER),
    ("locked", BUSY),
    ("lock timeout", BUSY),
    ("deadlock", BUSY),
    ("disk is full", FULL),
    ("no space left", FULL),
    ("disk i/o error", "The disk is full or failing: free some space and try again; nothing was half written."),
    ("readonly", NO_WRITING),
    ("read-only", READ_ONLY),
    ("permission denied", NO_RIGHT),
    ("unable to open", "The database cannot be opened: check that its folder exists and may be written to."),
    ("not a database", "The database file is not a database or is damaged."),
    ("malformed", "The database file is damaged."),
    ("no such table", "The database has not been set up."),
    ("does not exist", "The database has not been set up."),
    ("append-only", GROWS),
    ("connection", NO_ANSWER),
)
MENDED_BY = {
    "not a database": advice("restore the last backup ({}).", "restore"),
    "malformed": advice("restore the last backup ({}), then run {}.", "restore", "verify"),
    "no such table": advice("run {}, which names what is missing.", "doctor"),
    "does not exist": advice("run {}, which names what is missing.", "doctor"),
    "append-only": advice("correct an entry with a new one ({}).", "case correct"),
}
"""What mends a trouble where its sentence does not say so itself."""


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as trouble:
        said = str(trouble.orig if isinstance(trouble, DBAPIError) else trouble).lower()
        sign, sentence = next(((sign, words) for sign, words in TROUBLES if sign in said), ("", ""))
        if not sentence:
            raise
        raise StorageTrouble(sentence, advice=MENDED_BY.get(sign)) from trouble

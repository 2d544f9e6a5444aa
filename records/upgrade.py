"""Creates an empty database, or migrates an older one to this version's tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from filecmp import cmp
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, column, inspect, select, table, text

from records.database import reading, transaction
from records.files import draft_of, publish
from states.errors import NotSetUp, StorageTrouble
from states.next_step import advice

if TYPE_CHECKING:
    from alembic.config import Config

VERSIONS: tuple[str, ...] = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
    "0019",
    "0020",
    "0021",
    "0022",
    "0023",
    "0024",
    "0025",
    "0026",
    "0027",
)
"""Every form the tables have had, oldest first. A new migration adds its number here."""

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "cairn_version"
ASK_VERSION = "SELECT version_num FROM cairn_version"
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(427020970606)"  # any number that no other program on the database takes

COPIES = "before-upgrade-{}.db"

NEWER = (
    "The database was made by a newer Cairn (its tables are version {found}, this Cairn knows them up to {newest}): "
    "install that Cairn again, or the newest one."
)
NOT_OURS = "The database holds tables that are not Cairn's: give Cairn an empty database of its own."
NO_COPY = (
    "The database was not brought forward, because no copy of it could be made in {copy} ({why}): make room there."
)
NO_VERSION = "The database does not say which Cairn made it."
TABLES = select(table(VERSION_TABLE, column("version_num")).c.version_num).scalar_subquery().label("tables")
"""Asked beside something else: which version the tables have, while somebody works with them."""
BROUGHT_FORWARD = (
    "The database was changed by another Cairn while this one runs (its tables are version {found}, this one goes by "
    "{newest}): nothing is done any more on tables that it does not know. Stop this one and start it again."
)


def upgrade(
    engine: Engine, backups: Path | None, now: datetime, *, may_be: Callable[[], None] = lambda: None
) -> str | None:
    """Set up an empty database, or bring an older one forward; returns what was done, or None when nothing had to be.

    On SQLite an older database is first copied into the folder `backups` (None: no copy). All of it is one
    transaction: a failure or a kill leaves the database as it was. Raises StorageTrouble for a database that a newer
    Cairn made, NotSetUp for one that is not Cairn's, and what `may_be` raises before an older one is brought forward;
    none of them is changed. `now` is in UTC and names the copy.
    """
    with reading(engine) as tx:
        if version_of(tx) == VERSIONS[-1]:
            return None
    with transaction(engine) as tx:
        wait_for_others(tx)
        found = version_of(tx)
        if found == VERSIONS[-1]:
            return None
        if found:
            may_be()
        copy = _copy(engine, backups, now) if found and backups and tx.dialect.name == "sqlite" else None
        migrate(tx, VERSIONS[-1])
    return _sentence(found, copy)


def _sentence(found: str | None, copy: Path | None) -> str:
    if found is None:
        return f"The database was empty and has been set up (tables version {VERSIONS[-1]})."
    kept = f" The database as it was before is kept in {copy}." if copy else ""
    return f"The database was brought from tables version {found} to {VERSIONS[-1]}.{kept}"


def version_of(tx: Connection) -> str | None:
    """The version of the tables in a database, or None when it is empty.

    Raises StorageTrouble for a version this Cairn does not know, NotSetUp for a database that is not Cairn's.
    """
    tables = inspect(tx).get_table_names()
    if not tables:
        return None
    if VERSION_TABLE not in tables:
        raise NotSetUp(NOT_OURS)
    found = tx.execute(text(ASK_VERSION)).scalar()
    if found is None:
        raise StorageTrouble(NO_VERSION, advice=advice("restore the last backup ({}) into a new one.", "restore"))
    if found not in VERSIONS:
        raise StorageTrouble(NEWER.format(found=found, newest=VERSIONS[-1]))
    return str(found)


def check_tables(found: str | None) -> None:
    """Raise StorageTrouble where the tables are not those this Cairn began with, as `TABLES` found them."""
    if found != VERSIONS[-1]:
        raise StorageTrouble(BROUGHT_FORWARD.format(found=found or "unknown", newest=VERSIONS[-1]))


def wait_for_others(tx: Connection) -> None:
    """Until the transaction ends, nobody else sets the database up, brings it forward or restores into it."""
    if tx.dialect.name == "postgresql":
        tx.execute(text(ONE_AT_A_TIME))


def migrate(tx: Connection, version: str) -> None:
    """Bring the tables forward to a version, inside the transaction given."""
    from alembic import command

    command.upgrade(configuration(tx), version)


def configuration(tx: Connection) -> Config:
    """Alembic's settings, for work on the connection given: no alembic.ini is needed."""
    from alembic.config import Config

    config = Config(attributes={"connection": tx})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _copy(engine: Engine, folder: Path, now: datetime) -> Path | None:
    """Copy a database file as it is now, while we alone may write to it; None when it is not a file.

    Where an upgrade was broken off and is begun again, the copy made then is kept, and no second one.
    """
    source = engine.url.database
    if not source or source == ":memory:":
        return None
    copy = folder / COPIES.format(f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    try:
        with draft_of(copy) as draft:
            with closing(sqlite3.connect(draft)) as to, closing(sqlite3.connect(source)) as held:
                to.execute("PRAGMA journal_mode=OFF")
                held.backup(to)
            made = (one for one in folder.glob(COPIES.format("*")) if cmp(one, draft, shallow=False))
            if (before := next(made, None)) is not None:
                return before
            publish(draft, copy)
    except sqlite3.Error as trouble:
        raise StorageTrouble(NO_COPY.format(copy=copy, why=trouble)) from trouble
    return copy

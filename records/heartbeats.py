"""When each recurring piece of work last ended well, for `cairn doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, or_, select, update

from records.database import insert_once
from records.history_tables import Beat
from records.metadata import table_of
from records.row_security import reading_for
from records.unreadable_values import LAST_MOMENT, UNREAD
from records.upgrade import TABLES, check_tables

BEATS = table_of(Beat)
OFTEN = ("sweep", "deliver")
OF_ROUNDS = or_(*(BEATS.c.name == name for name in OFTEN))
NEWEST = select(func.max(BEATS.c.at).label("worked_at")).where(OF_ROUNDS, BEATS.c.at <= LAST_MOMENT)
BEFORE_WORK = NEWEST.add_columns(TABLES)


def beat(tx: Connection, name: str, now: datetime, detail: str = "") -> None:
    """Note that a piece of work ended well."""
    values = {"at": now, "detail": detail[:500]}
    change = update(BEATS).where(BEATS.c.name == name).values(**values)
    if tx.execute(change).rowcount == 0 and not insert_once(tx, BEATS, {"name": name, **values}):
        tx.execute(change)  # another was quicker with the first of them


def newest(tx: Connection, who: str = "") -> datetime | None:
    """When work last ended well (UTC), by the rounds that come every few minutes; None where none ever has.

    Only those: a round noted while the clock stood in the future is noted rightly again at the next, within minutes,
    where one that comes once a week would stand there until the future is reached. With `who` it is said in the same
    statement who asks for what follows in the transaction, as the database is told. Raises StorageTrouble where another
    Cairn has brought the database forward meanwhile.
    """
    found = (reading_for(tx, who, BEFORE_WORK, {}) if who else tx.execute(BEFORE_WORK)).one()
    check_tables(found.tables)
    worked_at: datetime | None = found.worked_at
    return worked_at


def latest(tx: Connection, names: Sequence[str]) -> datetime | None:
    """When any of these last ended well (UTC); None where none ever has."""
    return tx.execute(select(func.max(BEATS.c.at)).where(BEATS.c.name.in_(names), BEATS.c.at <= LAST_MOMENT)).scalar()


def last(tx: Connection) -> dict[str, tuple[datetime, str]]:
    """When each piece of work last ended well (UTC), and what it did; a moment that cannot be read counts as none."""
    rows = tx.execute(select(BEATS.c.name, BEATS.c.at, BEATS.c.detail).where(BEATS.c.at <= LAST_MOMENT))
    return {row.name: (row.at, row.detail) for row in rows if row.at is not UNREAD}

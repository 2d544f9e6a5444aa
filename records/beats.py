"""When each recurring piece of work last ended well: what `cairn doctor` looks at, and no more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from records.database import insert_once
from records.tables import Beat, table_of

BEATS = table_of(Beat)


def beat(tx: Connection, name: str, now: datetime, detail: str = "") -> None:
    """Note that a piece of work ended well."""
    values = {"at": now, "detail": detail[:500]}
    change = update(BEATS).where(BEATS.c.name == name).values(**values)
    if tx.execute(change).rowcount == 0 and not insert_once(tx, BEATS, {"name": name, **values}):
        tx.execute(change)  # another was quicker with the first of them


def newest(tx: Connection) -> datetime | None:
    """When any work last ended well (UTC); None where none ever has."""
    return tx.execute(select(BEATS.c.at).order_by(BEATS.c.at.desc()).limit(1)).scalar()


def last(tx: Connection) -> dict[str, tuple[datetime, str]]:
    """When each piece of work last ended well (UTC), and what it did."""
    rows = tx.execute(select(BEATS.c.name, BEATS.c.at, BEATS.c.detail))
    return {row.name: (row.at, row.detail) for row in rows}

"""How the desk behaves for an account, and the secret address of its calendar, of which only the hash is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from records.credentials import hash_of
from records.database import set_row
from records.desk_tables import CalendarAddressRow, PreferenceRow
from records.metadata import table_of

PREFERENCES, ADDRESSES = table_of(PreferenceRow), table_of(CalendarAddressRow)
BITS = 256


@dataclass(frozen=True)
class CalendarAddress:
    """That an account has an address of its calendar: in which role, and since when."""

    account_id: int
    role: str
    made_at: datetime


def set_shortcuts(tx: Connection, account_id: int, *, work: bool) -> None:
    """Switch keyboard shortcuts on or off for an account."""
    set_row(tx, PREFERENCES, {"account_id": account_id}, {"shortcuts": work})


def calendar_of(tx: Connection, account_id: int) -> CalendarAddress | None:
    """The address that an account has, without its secret; None where it has none."""
    return _one(tx, ADDRESSES.c.account_id == account_id)


def calendar_called(tx: Connection, code: str) -> CalendarAddress | None:
    """Whose calendar an address is; None for one that was revoked, or never was."""
    return _one(tx, ADDRESSES.c.code == hash_of(code))


def make_calendar(tx: Connection, account_id: int, role: str, now: datetime) -> str:
    """Give an account an address for its calendar, in place of any it had; the secret part of it."""
    revoke_calendar(tx, account_id)
    code = secrets.token_urlsafe(BITS // 8)
    row = {"account_id": account_id, "code": hash_of(code), "role": role, "made_at": now}
    tx.execute(insert(ADDRESSES).values(**row))
    return code


def revoke_calendar(tx: Connection, account_id: int) -> bool:
    """Revoke the address of an account: whoever asks there is told nothing; False where it had none."""
    return tx.execute(delete(ADDRESSES).where(ADDRESSES.c.account_id == account_id)).rowcount == 1


def _one(tx: Connection, condition: ColumnElement[bool]) -> CalendarAddress | None:
    columns = (ADDRESSES.c.account_id, ADDRESSES.c.role, ADDRESSES.c.made_at)
    row = tx.execute(select(*columns).where(condition)).mappings().first()
    return CalendarAddress(**row) if row is not None else None

"""Passkeys (WebAuthn), in place of a code at sign-in. Only public keys are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from records.metadata import table_of
from records.sign_in_tables import PasskeyRow

PASSKEYS = table_of(PasskeyRow)


@dataclass(frozen=True)
class Passkey:
    """One passkey of an account; `count` is how often it says it was used, where it counts."""

    id: str
    account_id: int
    name: str
    public_key: str
    count: int
    made_at: datetime


def keep(tx: Connection, passkey: Passkey) -> None:
    """Keep a passkey."""
    tx.execute(insert(PASSKEYS).values(**vars(passkey)))


def of_account(tx: Connection, account_id: int) -> tuple[Passkey, ...]:
    """The passkeys of an account, the first one first."""
    own = select(PASSKEYS).where(PASSKEYS.c.account_id == account_id).order_by(PASSKEYS.c.made_at)
    return tuple(Passkey(**row) for row in tx.execute(own).mappings())


def find(tx: Connection, passkey_id: str) -> Passkey | None:
    """The passkey of that id."""
    row = tx.execute(select(PASSKEYS).where(PASSKEYS.c.id == passkey_id)).mappings().first()
    return Passkey(**row) if row is not None else None


def used(tx: Connection, passkey_id: str, count: int) -> None:
    """Keep the signature counter of a passkey."""
    tx.execute(update(PASSKEYS).where(PASSKEYS.c.id == passkey_id).values(count=count))


def forget(tx: Connection, account_id: int, passkey_id: str = "") -> int:
    """Remove a passkey of an account, or all of them; how many."""
    own = [PASSKEYS.c.account_id == account_id, *([PASSKEYS.c.id == passkey_id] if passkey_id else [])]
    return tx.execute(delete(PASSKEYS).where(*own)).rowcount

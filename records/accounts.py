"""The accounts people act for: the person, the name they sign in by, the roles they may act in, the agency.

The log knows an account by its number, and person and sign-in name by a fingerprint (SHA-256 over a salt kept with the
account, the person and the sign-in name): both can be erased here without breaking a seal.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from records import audit_log
from records.metadata import table_of
from records.register_tables import AccountRow
from states.entry import Actor
from states.identity import folded

ACCOUNTS = table_of(AccountRow)
READ = select(ACCOUNTS).order_by(ACCOUNTS.c.id)
LOG = "accounts"


@dataclass(frozen=True)
class Account:
    """One account. `sign_in` is the user of the operating system, or the name signed in by; `agency` may be empty."""

    id: int
    sign_in: str
    person: str
    roles: tuple[str, ...]
    agency: str = ""
    active: bool = True
    salt: str = ""

    def state(self) -> dict[str, Any]:
        """What the log says of it after each change."""
        kept = hashlib.sha256(f"{self.salt}\n{self.person}\n{self.sign_in}".encode()).hexdigest()
        return {"roles": list(self.roles), "agency": self.agency, "active": self.active, "kept": kept}


def read(tx: Connection) -> tuple[Account, ...]:
    """Every account there is, those no longer in use among them."""
    return tuple(account_of(dict(row)) for row in tx.execute(READ).mappings())


def read_to_change(tx: Connection) -> tuple[Account, ...]:
    """All accounts, locked until this transaction ends, so that two changes cannot cross."""
    audit_log.hold(tx, LOG)
    return read(tx)


def joined_to(accounts: tuple[Account, ...], sign_in: str) -> tuple[Account, ...]:
    """The accounts in use that somebody signed in by this name may act for."""
    return tuple(one for one in accounts if one.active and folded(one.sign_in) == folded(sign_in))


def add(tx: Connection, account: Account, by: Actor, now: datetime, reason: str = "") -> Account:
    """Enter an account; it is given a number."""
    salted = replace(account, salt=secrets.token_hex(16))
    key = tx.execute(insert(ACCOUNTS).values(**_row(salted))).inserted_primary_key
    assert key is not None
    made = replace(salted, id=int(key[0]))
    _log(tx, made, "added", by, now, reason)
    return made


def change(tx: Connection, account: Account, kind: str, by: Actor, now: datetime, reason: str = "") -> None:
    """Save an account, and log what was done (`kind`)."""
    tx.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account.id).values(**_row(account)))
    _log(tx, account, kind, by, now, reason)


def _log(tx: Connection, account: Account, kind: str, by: Actor, now: datetime, reason: str) -> None:
    audit_log.append(tx, LOG, str(account.id), kind, by, now, reason=reason, data=account.state())


def _row(account: Account) -> dict[str, Any]:
    kept = {name: getattr(account, name) for name in ("sign_in", "person", "agency", "active", "salt")}
    return {**kept, "roles": " ".join(account.roles)}


def account_of(row: Mapping[str, Any]) -> Account:
    """An account from its row."""
    kept = {name: row[name] for name in ("id", "sign_in", "person", "agency", "salt")}
    return Account(**kept, active=bool(row["active"]), roles=tuple(row["roles"].split()))

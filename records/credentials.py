"""Sign-in credentials at the desk, invitations to set them, and the count of failed tries.

The secret of an authenticator app is encrypted with the master key, bound to its account; codes are kept as hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from records.database import insert_once
from records.keys import MasterKey
from records.metadata import table_of
from records.sign_in_tables import CredentialRow, InvitationRow, SignInTryRow
from states.errors import NotSetUp

CREDENTIALS = table_of(CredentialRow)
INVITATIONS = table_of(InvitationRow)
TRIES = table_of(SignInTryRow)


@dataclass(frozen=True)
class Credential:
    """What proves that somebody has an account. It shows nothing of itself."""

    account_id: int
    password: str
    secret: str
    last_step: int

    def __repr__(self) -> str:
        return f"Credential({self.account_id}, not shown)"


def hash_of(word: str) -> str:
    """A code or the name of something counted, as it is kept: it cannot be read back."""
    return hashlib.sha256(word.encode()).hexdigest()


def keep(tx: Connection, keys: MasterKey, account_id: int, password: str, secret: str, step: int) -> None:
    """Keep the hash of a password and the secret of an app for an account, in the place of those there were."""
    tx.execute(delete(CREDENTIALS).where(CREDENTIALS.c.account_id == account_id))
    row = {"account_id": account_id, "password": password, "last_step": step}
    tx.execute(insert(CREDENTIALS).values(**row, totp=keys.encrypt_text(secret, _whose(account_id))))


def set_password(tx: Connection, account_id: int, password: str) -> None:
    """Keep the hash of another password for an account; its app stays."""
    tx.execute(update(CREDENTIALS).where(CREDENTIALS.c.account_id == account_id).values(password=password))


def of_account(tx: Connection, keys: MasterKey, account_id: int) -> Credential | None:
    """What proves that somebody has an account, if they have set it."""
    row = tx.execute(select(CREDENTIALS).where(CREDENTIALS.c.account_id == account_id)).mappings().first()
    if row is None:
        return None
    secret = keys.decrypt_text(row["totp"], _whose(account_id))
    return Credential(account_id, row["password"], secret, row["last_step"])


def with_credentials(tx: Connection) -> frozenset[int]:
    """The numbers of the accounts that somebody can sign in to."""
    return frozenset(tx.execute(select(CREDENTIALS.c.account_id)).scalars())


def use_step(tx: Connection, account_id: int, step: int) -> bool:
    """Use up a time step of the authenticator app (TOTP); whether it, and every later one, was unused until now."""
    unused = (CREDENTIALS.c.account_id == account_id, CREDENTIALS.c.last_step < step)
    return tx.execute(update(CREDENTIALS).where(*unused).values(last_step=step)).rowcount == 1


def rewrap(tx: Connection, old: MasterKey, fresh: MasterKey) -> None:
    """Put the secret of every app under another master key."""
    for row in tx.execute(select(CREDENTIALS.c.account_id, CREDENTIALS.c.totp)).all():
        whose = _whose(row.account_id)
        sealed = fresh.encrypt_text(old.decrypt_text(row.totp, whose), whose)
        tx.execute(update(CREDENTIALS).where(CREDENTIALS.c.account_id == row.account_id).values(totp=sealed))


def forget_unreadable(tx: Connection, keys: MasterKey) -> int:
    """Remove what the master key cannot read: of how many accounts. They are to be invited again."""
    gone = [number for number in with_credentials(tx) if not _is_readable(tx, keys, number)]
    tx.execute(delete(CREDENTIALS).where(CREDENTIALS.c.account_id.in_(gone)))
    return len(gone)


def invite(tx: Connection, code: str, account_id: int | None, until: datetime) -> None:
    """Let whoever has the code set a password for an account, or make the first account; earlier codes are void."""
    tx.execute(delete(INVITATIONS).where(INVITATIONS.c.account_id.is_not_distinct_from(account_id)))
    tx.execute(insert(INVITATIONS).values(code=hash_of(code), account_id=account_id, expires_at=until))


@dataclass(frozen=True)
class Invitation:
    """A code that can be used: for an account, or for the first one there is to be (None)."""

    account_id: int | None


def invitation(tx: Connection, code: str, now: datetime) -> Invitation | None:
    """What a code is good for; None for one that is unknown, used or expired."""
    known = (INVITATIONS.c.code == hash_of(code), INVITATIONS.c.expires_at > now)
    row = tx.execute(select(INVITATIONS.c.account_id).where(*known)).first()
    return Invitation(row.account_id) if row is not None else None


def use_up(tx: Connection, code: str) -> None:
    """Let nobody use a code again."""
    tx.execute(delete(INVITATIONS).where(INVITATIONS.c.code == hash_of(code)))


def count_try(tx: Connection, name: str, now: datetime, since: datetime) -> int:
    """Count a try under a name; the how-manieth it is since then. What is older is forgotten."""
    key = hash_of(name)
    if not is_first(tx, name, now, since):
        tx.execute(update(TRIES).where(TRIES.c.key == key).values(count=TRIES.c.count + 1))
    return int(tx.execute(select(TRIES.c.count).where(TRIES.c.key == key)).scalar_one())


def is_first(tx: Connection, name: str, now: datetime, since: datetime) -> bool:
    """Whether something of this name comes for the first time since then; of two that come at once, one does."""
    tx.execute(delete(TRIES).where(TRIES.c.since < since))
    return insert_once(tx, TRIES, {"key": hash_of(name), "since": now, "count": 1})


def forget_tries(tx: Connection, names: Iterable[str]) -> None:
    """Count from the beginning again."""
    tx.execute(delete(TRIES).where(TRIES.c.key.in_([hash_of(name) for name in names])))


def _is_readable(tx: Connection, keys: MasterKey, account_id: int) -> bool:
    try:
        return of_account(tx, keys, account_id) is not None
    except NotSetUp:
        return False


def _whose(account_id: int) -> str:
    return f"second factor of account {account_id}"

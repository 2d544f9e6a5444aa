"""Tokens by which a program acts for an account: made, found by what it holds, shown, revoked. Only hashes are kept."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, RowMapping, String, bindparam, insert, select, update

from records import audit_log
from records.accounts import ACCOUNTS, Account
from records.api_tables import ApiTokenRow
from records.case_rows import as_in_rows
from records.credentials import hash_of
from records.heartbeats import NEWEST
from records.hot_statements import Hot
from records.metadata import table_of
from records.need_to_know import may_be_kept
from records.row_security import EVERY_CASE, asking, reading_for
from records.upgrade import TABLES, check_tables
from states.entry import Actor

TOKENS = table_of(ApiTokenRow)
LOG = "tokens"
BEGINS = "cairn_"
"""How every token begins, so that whoever finds one in a file knows what it is."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a token was last used."""
BITS = 256
OF_ACCOUNT = ("sign_in", "person", "roles", "agency", "active")
FIND = select(TOKENS, *(ACCOUNTS.c[name] for name in OF_ACCOUNT)).join(ACCOUNTS, ACCOUNTS.c.id == TOKENS.c.account_id)
FIND_ONE = FIND.where(TOKENS.c.hash == bindparam("of"))
LET_IN = FIND_ONE.add_columns(
    NEWEST.scalar_subquery().label("worked_at"),
    may_be_kept(bindparam("ref", type_=String), TOKENS.c.account_id).label("may_be_kept"),
    TABLES,
)


@dataclass(frozen=True)
class Token:
    """An API token without its secret: for which account and role, what it may do, until when (UTC)."""

    id: int
    name: str
    account: Account
    role: str
    read_only: bool
    verbs: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether the account is in use and has the role."""
        return self.account.active and self.role in self.account.roles

    def is_good(self, now: datetime) -> bool:
        """Whether it is valid now: not expired, not revoked, its account still in that role."""
        return self.stands and self.revoked_at is None and now < self.expires_at

    def lets(self, operation: str) -> bool:
        """Whether an operation that changes something may be done with it, as far as the token goes."""
        return not self.read_only and (not self.verbs or operation in self.verbs)

    def state(self) -> dict[str, Any]:
        """What the log says of it."""
        return {
            "account": self.account.id,
            "role": self.role,
            "read_only": self.read_only,
            "verbs": list(self.verbs),
            "expires_at": self.expires_at.isoformat(),
        }


@dataclass(frozen=True)
class FoundToken:
    """A token, and when work of Cairn's own last ended well (UTC); whether the case asked for may be kept to others."""

    token: Token
    worked_at: datetime | None
    may_be_kept: bool


def make(tx: Connection, token: Token, by: Actor, reason: str) -> tuple[Token, str]:
    """Create a token; it is given a number. Returns it with its secret, which is stored nowhere."""
    held = BEGINS + secrets.token_urlsafe(BITS // 8)
    kept = {name: getattr(token, name) for name in ("name", "role", "read_only", "made_at", "expires_at")}
    row = {**kept, "account_id": token.account.id, "verbs": " ".join(token.verbs), "hash": hash_of(held)}
    key = tx.execute(insert(TOKENS).values(**row)).inserted_primary_key
    assert key is not None
    made = replace(token, id=int(key[0]))
    audit_log.append(tx, LOG, str(made.id), "made", by, token.made_at, reason=reason, data=made.state())
    return made, held


def find(tx: Connection, held: str) -> Token | None:
    """The token of a secret, valid or not; None for one that was never made.

    What is read after it in the transaction is read of every case.
    """
    row = reading_for(tx, EVERY_CASE, FIND_ONE, {"of": hash_of(held)}).mappings().first()
    return _token(row) if row is not None else None


def let_in(tx: Connection, held: str, ref: str, *, every_case: bool) -> FoundToken | None:
    """The token of a secret, valid or not, with all that is needed before anything is done with it.

    `ref` is the case that is asked for, empty for none. What is read after it in the transaction is read for the
    account of the token; with `every_case`, of every case. Raises StorageTrouble where another Cairn has brought the
    database forward meanwhile.
    """
    wanted, names = _letting_in(tx.dialect.name, every_case)
    about = as_in_rows(ref.strip())  # a new line around it does not keep the question from being asked
    found = wanted.first(tx, {"of": hash_of(held), "ref": about})
    if found is None:
        return None
    row = dict(zip(names, found, strict=True))
    check_tables(row["tables"])
    return FoundToken(_token(row), row["worked_at"], bool(row["may_be_kept"]))


@cache
def _letting_in(dialect: str, every_case: bool) -> tuple[Hot, tuple[str, ...]]:  # noqa: FBT001
    on_server = dialect == "postgresql"
    statement = asking(LET_IN, TOKENS.c.account_id, every_case=every_case) if on_server else LET_IN
    return Hot(statement), tuple(statement.selected_columns.keys())


def read(tx: Connection) -> tuple[Token, ...]:
    """Every token that was made, the newest first."""
    return tuple(_token(row) for row in tx.execute(FIND.order_by(TOKENS.c.id.desc())).mappings())


def touch(tx: Connection, token: Token, now: datetime) -> None:
    """Record that a token was used."""
    tx.execute(update(TOKENS).where(TOKENS.c.id == token.id).values(used_at=now))


def revoke(tx: Connection, token: Token, by: Actor, now: datetime, reason: str) -> None:
    """Revoke a token, on record."""
    tx.execute(update(TOKENS).where(TOKENS.c.id == token.id).values(revoked_at=now))
    audit_log.append(tx, LOG, str(token.id), "revoked", by, now, reason=reason, data=token.state())


def _token(row: RowMapping | Mapping[str, Any]) -> Token:
    kept = {name: row[name] for name in ("id", "name", "role", "made_at", "expires_at", "used_at", "revoked_at")}
    one = {name: row[name] for name in ("sign_in", "person", "agency")}
    account = Account(row["account_id"], **one, roles=tuple(row["roles"].split()), active=bool(row["active"]))
    return Token(**kept, account=account, read_only=bool(row["read_only"]), verbs=tuple(row["verbs"].split()))

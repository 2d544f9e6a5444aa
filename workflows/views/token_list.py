"""The tokens of programs, as a page: for whom each acts, what it may do, when it was last used and when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from records import tokens
from records.tokens import Token


@dataclass(frozen=True)
class TokenLine:
    """One token. `stands` is good, ended, revoked, or idle (its account is retired or has lost the role)."""

    id: int
    name: str
    account: int
    person: str
    role: str
    read_only: bool
    verbs: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    stands: str


def token_list(tx: Connection, now: datetime) -> tuple[TokenLine, ...]:
    """Every token, the newest first."""
    return tuple(
        TokenLine(
            one.id,
            one.name,
            one.account.id,
            one.account.person,
            one.role,
            one.read_only,
            one.verbs,
            one.made_at,
            one.expires_at,
            one.used_at,
            one.revoked_at,
            _stands(one, now),
        )
        for one in tokens.read(tx)
    )


def _stands(one: Token, now: datetime) -> str:
    if one.revoked_at is not None:
        return "revoked"
    if now >= one.expires_at:
        return "ended"
    return "good" if one.stands else "idle"

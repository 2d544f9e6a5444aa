"""Who is signed in at the desk: one row a session, found by the hash of what the browser holds."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from records.credentials import hash_of
from records.metadata import table_of
from records.sign_in_tables import SessionRow

SESSIONS = table_of(SessionRow)

IDLE = timedelta(hours=1)
"""How long a session may lie unused."""

LONGEST = timedelta(hours=12)
"""How long a session may last at all."""

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session was last used."""

BITS = 256


@dataclass(frozen=True)
class Session:
    """One session. `number` names it among its account's own: the beginning of its hash, good for nothing else."""

    id: str
    account_id: int
    role: str
    begun_at: datetime
    seen_at: datetime
    browser: str

    @property
    def number(self) -> str:
        """What it is called in a list and in an address."""
        return self.id[:16]

    @property
    def ends_at(self) -> datetime:
        """When it ends if it is not used again."""
        return min(self.seen_at + IDLE, self.begun_at + LONGEST)


def begin(tx: Connection, account_id: int, role: str, browser: str, now: datetime) -> str:
    """Begin a session; what the browser is to hold. Sessions that have ended are removed by the way."""
    forget_ended(tx, now)
    token = secrets.token_urlsafe(BITS // 8)
    when = {"begun_at": now, "seen_at": now}
    row = {"id": hash_of(token), "account_id": account_id, "role": role, "browser": browser[:200], **when}
    tx.execute(insert(SESSIONS).values(**row))
    return token


def find(tx: Connection, token: str, now: datetime) -> Session | None:
    """The session of what a browser holds; None for one that is unknown, was ended, or lay unused for too long."""
    row = tx.execute(select(SESSIONS).where(SESSIONS.c.id == hash_of(token))).mappings().first()
    found = Session(**row) if row is not None else None
    return found if found is not None and now < found.ends_at else None


def touch(tx: Connection, session: Session, now: datetime) -> None:
    """Keep that a session was used."""
    tx.execute(update(SESSIONS).where(SESSIONS.c.id == session.id).values(seen_at=now))


def of_account(tx: Connection, account_id: int, now: datetime) -> tuple[Session, ...]:
    """The sessions of an account that have not ended, the one used last first."""
    own = select(SESSIONS).where(SESSIONS.c.account_id == account_id).order_by(SESSIONS.c.seen_at.desc())
    found = (Session(**row) for row in tx.execute(own).mappings())
    return tuple(one for one in found if now < one.ends_at)


def end(tx: Connection, session: Session) -> None:
    """End a session."""
    tx.execute(delete(SESSIONS).where(SESSIONS.c.id == session.id))


def end_all(tx: Connection, account_id: int) -> None:
    """End every session of an account."""
    tx.execute(delete(SESSIONS).where(SESSIONS.c.account_id == account_id))


def forget_ended(tx: Connection, now: datetime) -> None:
    """Remove the rows of sessions that have ended by themselves."""
    ended = or_(SESSIONS.c.seen_at < now - IDLE, SESSIONS.c.begun_at < now - LONGEST)
    tx.execute(delete(SESSIONS).where(ended))

"""Who is signed in at the desk: one row a session, found by the hash of what the browser holds."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, String, bindparam, delete, insert, or_, select, update

from records.accounts import ACCOUNTS, Account, account_of
from records.case_rows import as_in_rows
from records.credentials import hash_of
from records.hot_statements import Hot
from records.metadata import table_of
from records.need_to_know import may_be_kept
from records.preferences import PREFERENCES
from records.row_security import asking
from records.sign_in_tables import SessionRow
from records.upgrade import TABLES, check_tables

SESSIONS = table_of(SessionRow)
OF_SESSION = ("id", "account_id", "role", "begun_at", "seen_at", "browser")
OF_ACCOUNT = ("sign_in", "person", "roles", "agency", "active", "salt")
LET_IN = (
    select(
        *(SESSIONS.c[name] for name in OF_SESSION),
        *(ACCOUNTS.c[name] for name in OF_ACCOUNT),
        PREFERENCES.c.shortcuts,
        may_be_kept(bindparam("ref", type_=String), SESSIONS.c.account_id).label("may_be_kept"),
        TABLES,
    )
    .join(ACCOUNTS, ACCOUNTS.c.id == SESSIONS.c.account_id)
    .join(PREFERENCES, PREFERENCES.c.account_id == SESSIONS.c.account_id, isouter=True)
    .where(SESSIONS.c.id == bindparam("of"))
)

IDLE = timedelta(hours=1)
"""How long a session may lie unused."""

LONGEST = timedelta(hours=12)
"""How long a session may last at all."""

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session was last used."""

BITS = 256


@dataclass(frozen=True)
class DeskSession:
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


@dataclass(frozen=True)
class RunningSession:
    """A session that runs, the account it is of, and whether keyboard shortcuts work for it.

    `may_be_kept` is whether the case asked for may be kept from that account: only then it is asked whether it is.
    """

    session: DeskSession
    account: Account
    shortcuts: bool
    may_be_kept: bool


def begin(tx: Connection, account_id: int, role: str, browser: str, now: datetime) -> str:
    """Begin a session and return the browser's token. Expired sessions are deleted at the same time."""
    forget_ended(tx, now)
    token = secrets.token_urlsafe(BITS // 8)
    when = {"begun_at": now, "seen_at": now}
    row = {"id": hash_of(token), "account_id": account_id, "role": role, "browser": browser[:200], **when}
    tx.execute(insert(SESSIONS).values(**row))
    return token


def let_in(tx: Connection, token: str, ref: str, now: datetime) -> RunningSession | None:
    """The session of a browser's token, with all that is needed before a page is shown, in one query.

    None for one that is unknown, was ended, or lay unused for too long, and once its account is retired or has lost the
    role. `ref` is the case that is asked for, empty for none. What is read after it in the transaction is read for the
    account. Raises StorageTrouble where another Cairn has brought the database forward meanwhile.
    """
    wanted, names = _letting_in(tx.dialect.name)
    found = wanted.first(tx, {"of": hash_of(token), "ref": as_in_rows(ref.strip())})
    if found is None:
        return None
    row = dict(zip(names, found, strict=True))
    check_tables(row["tables"])
    session = DeskSession(**{name: row[name] for name in OF_SESSION})
    account = account_of({**row, "id": session.account_id})
    if now >= session.ends_at or not account.active or session.role not in account.roles:
        return None
    shortcuts = row["shortcuts"] is not False  # they do unless they were switched off
    return RunningSession(session, account, shortcuts, bool(row["may_be_kept"]))


@cache
def _letting_in(dialect: str) -> tuple[Hot, tuple[str, ...]]:
    on_server = dialect == "postgresql"
    statement = asking(LET_IN, SESSIONS.c.account_id, every_case=False) if on_server else LET_IN
    return Hot(statement), tuple(statement.selected_columns.keys())


def touch(tx: Connection, session: DeskSession, now: datetime) -> None:
    """Record that a session was used."""
    tx.execute(update(SESSIONS).where(SESSIONS.c.id == session.id).values(seen_at=now))


def of_account(tx: Connection, account_id: int, now: datetime) -> tuple[DeskSession, ...]:
    """The sessions of an account that have not ended, the one used last first."""
    own = select(SESSIONS).where(SESSIONS.c.account_id == account_id).order_by(SESSIONS.c.seen_at.desc())
    found = (DeskSession(**row) for row in tx.execute(own).mappings())
    return tuple(one for one in found if now < one.ends_at)


def end(tx: Connection, session: DeskSession) -> None:
    """End a session."""
    tx.execute(delete(SESSIONS).where(SESSIONS.c.id == session.id))


def end_all(tx: Connection, account_id: int) -> None:
    """End every session of an account."""
    tx.execute(delete(SESSIONS).where(SESSIONS.c.account_id == account_id))


def forget_ended(tx: Connection, now: datetime) -> None:
    """Remove the rows of sessions that have ended by themselves."""
    ended = or_(SESSIONS.c.seen_at < now - IDLE, SESSIONS.c.begun_at < now - LONGEST)
    tx.execute(delete(SESSIONS).where(ended))

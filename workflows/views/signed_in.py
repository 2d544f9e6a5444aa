"""Who is signed in at the desk: the account, the role chosen, and the sessions of the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from records import sessions
from records.accounts import Account
from records.sessions import DeskSession
from states.entry import Actor


@dataclass(frozen=True)
class SignedIn:
    """A session that runs, the account it is of, and whether keyboard shortcuts work for it.

    `program` is the number of the token, where it is a program that acts for the account.
    """

    session: DeskSession
    account: Account
    shortcuts: bool = True
    program: str = ""

    @cached_property
    def actor(self) -> Actor:
        """Who acts: the person of the account, in the role they chose."""
        one = self.account
        role, number = self.session.role, str(one.id)
        return Actor(name=one.person, role=role, agency=one.agency, account=number, program=self.program)

    @property
    def other_roles(self) -> tuple[str, ...]:
        """The roles that the account has besides."""
        return tuple(role for role in self.account.roles if role != self.session.role)


@dataclass(frozen=True)
class SessionLine:
    """One of somebody's own sessions. `here` is the one they look with."""

    number: str
    role: str
    begun_at: datetime
    seen_at: datetime
    browser: str
    here: bool


def own_sessions(tx: Connection, who: SignedIn, now: datetime) -> tuple[SessionLine, ...]:
    """The sessions of whoever is signed in, the one used last first."""
    return tuple(
        SessionLine(one.number, one.role, one.begun_at, one.seen_at, one.browser, one.id == who.session.id)
        for one in sessions.of_account(tx, who.account.id, now)
    )

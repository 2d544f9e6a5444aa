"""The accounts people act for, as a page, and what was done about each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from records import accounts, audit_log
from workflows.views.register_history import RegisterLine, register_line


@dataclass(frozen=True)
class AccountLine:
    """One account: the person, how they sign in, the roles they may act in, the agency they speak for (or none)."""

    id: int
    person: str
    sign_in: str
    roles: tuple[str, ...]
    agency: str
    active: bool


def account_list(tx: Connection) -> tuple[AccountLine, ...]:
    """Every account, those no longer in use among them."""
    return tuple(
        AccountLine(one.id, one.person, one.sign_in, one.roles, one.agency, one.active) for one in accounts.read(tx)
    )


def account_history(tx: Connection, number: int | None = None) -> tuple[RegisterLine, ...]:
    """What was done about an account (about all of them), oldest first. Names are not on record, roles are."""
    subject = str(number) if number is not None else None
    return tuple(
        register_line(one, tuple(filter(None, (" and ".join(one.data["roles"]), one.data["agency"]))))
        for one in audit_log.entries(tx, accounts.LOG, subject=subject)
    )

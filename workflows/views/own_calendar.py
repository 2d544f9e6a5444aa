"""Somebody's own calendar: the dates that are theirs to see to, under a secret address that can be revoked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping

from records import accounts, preferences
from records.need_to_know import hidden_from
from records.preferences import CalendarAddress
from states.entry import Actor
from states.errors import NotFound
from states.procedure import Procedure
from workflows.papers.calendar_feed import calendar_feed
from workflows.views.whose_work import is_theirs

NO_CALENDAR = "There is no calendar at this address: it was revoked, or replaced by another."


def owner_of(tx: Connection, code: str) -> Actor:
    """Whose calendar stands at an address. Raises NotFound for one that was revoked, and once the role is lost."""
    found = preferences.calendar_called(tx, code)
    account = next((one for one in accounts.read(tx) if found and one.id == found.account_id), None)
    if found is None or account is None or not account.active or found.role not in account.roles:
        raise NotFound(NO_CALENDAR)
    return Actor(name=account.person, role=found.role, agency=account.agency, account=str(account.id))


def own_calendar(tx: Connection, actor: Actor, domain: str, now: datetime) -> bytes:
    """The dates of somebody as a calendar: reference, label and agency alone."""
    hidden = hidden_from(tx, actor.account)

    def keep(row: RowMapping, procedure: Procedure, owner: str) -> bool:
        return row["ref"] not in hidden and is_theirs(actor, owner, row["lead"] or "", row["deputy"] or "", procedure)

    return calendar_feed(tx, domain, now, keep)


def address_of(tx: Connection, account_id: int) -> CalendarAddress | None:
    """That somebody has an address for their calendar, and since when; its secret is kept nowhere."""
    return preferences.calendar_of(tx, account_id)

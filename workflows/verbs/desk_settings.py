"""How the desk behaves for somebody, and the secret address of their calendar: each changes their own alone."""

from __future__ import annotations

from records import audit_log, preferences
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.saved_views import account_of

LOG = "accounts"


def set_shortcuts(uow: UnitOfWork, *, work: bool) -> None:
    """Switch keyboard shortcuts on or off."""
    preferences.set_shortcuts(uow.tx, account_of(uow), work=work)


def make_calendar(uow: UnitOfWork) -> str:
    """Give oneself a secret address for one's calendar, in place of any there was; the secret part, shown once."""
    code = preferences.make_calendar(uow.tx, account_of(uow), uow.actor.role, uow.now)
    _note(uow, "calendar_made")
    return code


def revoke_calendar(uow: UnitOfWork) -> None:
    """Revoke the address of one's calendar."""
    if preferences.revoke_calendar(uow.tx, account_of(uow)):
        _note(uow, "calendar_revoked")


def _note(uow: UnitOfWork, kind: str) -> None:
    audit_log.append(uow.tx, LOG, uow.actor.account, kind, uow.actor, uow.now, data={})

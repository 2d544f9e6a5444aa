"""Saving a filtered list under a name, and removing it. Each account has its own."""

from __future__ import annotations

from collections.abc import Iterable

from records import saved_views
from states.answers import line_fault, tidy
from states.errors import BadAnswer, NotFound
from workflows.unit_of_work import UnitOfWork

LONGEST, MOST = 80, 30
SAY_A_NAME = "Give the view a name, such as “Police returns”."
TOO_LONG = "The name of the view is too long: {longest} characters at most."
TOO_MANY = "You have {most} saved views: remove one that you no longer use, then save this one."
NO_VIEW = "You have no such saved view: it was removed, perhaps in another window."


def save_view(uow: UnitOfWork, page: str, name: str, query: str) -> None:
    """Save what narrows a list under a name; one of that name is replaced. Raises BadAnswer for what is no name."""
    name = tidy(name)
    fault = line_fault("The name", name) if name else SAY_A_NAME
    if fault or len(name) > LONGEST:
        raise BadAnswer(fault or TOO_LONG.format(longest=LONGEST))
    account = account_of(uow)
    known = saved_views.of_account(uow.tx, account, page)
    if len(known) >= MOST and name not in _names(known):
        raise BadAnswer(TOO_MANY.format(most=MOST))
    saved_views.keep(uow.tx, account, page, name, query)


def remove_view(uow: UnitOfWork, number: int) -> None:
    """Remove one of one's own views. Raises NotFound for another's, or for none."""
    if not saved_views.remove(uow.tx, account_of(uow), number):
        raise NotFound(NO_VIEW)


def account_of(uow: UnitOfWork) -> int:
    """The number of the account of whoever acts."""
    return int(uow.actor.account)


def _names(known: Iterable[saved_views.SavedView]) -> set[str]:
    return {one.name for one in known}

"""An agency's choice of when it has the list of all that is open for it by mail. On record."""

from __future__ import annotations

from records import audit_log
from states.errors import BadAnswer, NotPossible
from workflows.messages.agency_digest import DAYS, LOG, day_chosen, subject_of
from workflows.unit_of_work import UnitOfWork


def choose_list(uow: UnitOfWork, when: str) -> str:
    """Choose when the agency of whoever acts has its list; the choice as people call it.

    Raises BadAnswer for a choice there is not, NotPossible for somebody of no agency.
    """
    agency = uow.actor.agency
    if not agency:
        raise NotPossible("This is for the people of an agency: you act for none.")
    if when not in DAYS:
        raise BadAnswer(f"Choose one of these: {', '.join(DAYS.values())}.")
    if day_chosen(uow.tx, agency) != when:
        audit_log.append(uow.tx, LOG, subject_of(uow.tx, agency), when, uow.actor, uow.now)
    return DAYS[when]

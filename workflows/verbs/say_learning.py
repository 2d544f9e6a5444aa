"""Saying how agencies learn whom a case is about. On record."""

from __future__ import annotations

from records import audit_log
from states.errors import BadAnswer, NotPossible
from workflows.messages.learning import LOG, WAYS, way_set
from workflows.unit_of_work import UnitOfWork, check_words, find
from workflows.verbs.people import check_keeper


def say_how_agencies_learn(uow: UnitOfWork, ref: str, way: str, why: str = "") -> str:
    """Say for one case how agencies learn whom it is about; the way as people call it. Letters from now on say so.

    Raises BadAnswer for a way there is not, NotPossible for somebody who does not keep the case, or where it is so.
    """
    case = find(uow, ref)
    check_keeper(uow, case, "Saying how agencies learn whom a case is about")
    check_words(uow, case, why)
    if way not in WAYS:
        raise BadAnswer(f"Choose one of these: {', '.join(WAYS)}.")
    if way_set(uow.tx, case.ref) == way:
        raise NotPossible("Nothing was changed: that is how agencies learn it already.")
    audit_log.append(uow.tx, LOG, case.ref, way, uow.actor, uow.now, reason=why)
    return WAYS[way]

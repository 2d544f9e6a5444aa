"""Keeping a case to named people, on top of what their roles let them see; and opening it again. On record."""

from __future__ import annotations

from collections.abc import Sequence

from records import accounts, audit_log, need_to_know
from states.errors import BadAnswer, NotPossible
from workflows.unit_of_work import UnitOfWork, check_words, find
from workflows.verbs.people import check_keeper


def keep_to(uow: UnitOfWork, ref: str, named: Sequence[int], why: str) -> tuple[str, ...]:
    """Let only these accounts look at a case from now on; returns their names. With none the case is open to its roles.

    The log has the numbers of the accounts, and the reason. Raises BadAnswer for an account there is not, NotPossible
    for somebody who does not keep the case, and for one who would lock themselves out.
    """
    case = find(uow, ref)
    check_keeper(uow, case, "Saying who may look at a case")
    check_words(uow, case, why)
    if not why.strip():
        raise BadAnswer("Say why: this needs its reason.")
    known = {one.id: one for one in accounts.read(uow.tx) if one.active}
    wanted = tuple(dict.fromkeys(named))
    if not set(wanted) <= known.keys():
        raise BadAnswer("One of those named has no account in use: choose from the list.")
    if wanted and uow.actor.account not in {str(one) for one in wanted}:
        raise NotPossible("You would no longer see the case yourself: name yourself too, or have another do this.")
    if frozenset(wanted) == need_to_know.named_for(uow.tx, case.id):
        raise NotPossible("Nothing was changed: those are the people who may look at it already.")
    need_to_know.name_for(uow.tx, case.id, wanted)
    kind = "kept_to" if wanted else "opened"
    audit_log.append(
        uow.tx, need_to_know.LOG, case.ref, kind, uow.actor, uow.now, reason=why, data={"accounts": list(wanted)}
    )
    return tuple(known[one].person for one in wanted)

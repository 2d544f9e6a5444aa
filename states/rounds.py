"""The entry with which the present round of a case began: what was done before belongs to an earlier round.

A round begins when the case is opened or reopened. For things possible in some states only, it also begins each time
the case enters those states from another: after a loop they must be done again.
"""

from __future__ import annotations

from collections.abc import Iterable

from states.dossier import Asked, Dossier, Item
from states.earlier_editions import EARLIER_EDITIONS
from states.identity import folded
from states.procedure import Procedure


def opened_with(procedure: Procedure, dossier: Dossier) -> int:
    """The entry that last opened the case again; 0 where none did."""
    again = (dossier.done.get(trigger) for trigger in procedure.reopenings)
    return max((mark.sequence for mark in again if mark is not None), default=0)


def begun(procedure: Procedure, dossier: Dossier, where: Iterable[str]) -> int:
    """The entry that began the present round of what is possible in these states; 0 for the first round.

    What can be done in every state (`where` is empty), and what opens a case, is of the round of the case itself.
    """
    since, states, before = opened_with(procedure, dossier), frozenset(where), ""
    if procedure.name in EARLIER_EDITIONS:
        return since
    for sequence, state in dossier.stays:
        if sequence >= since and state in states and before not in states:
            since = sequence
        before = state
    return since


def steps_of_round(procedure: Procedure, dossier: Dossier, trigger: str) -> bool:
    """Whether a step was taken in the present round."""
    mark = dossier.done.get(trigger)
    if mark is None:
        return False
    moves = [move for move in procedure.transitions if move.trigger == trigger]
    if any(not move.source for move in moves):
        return True  # it opens the case: there is no taking it again
    return mark.sequence >= begun(procedure, dossier, (state for move in moves for state in move.source))


def asked_in(procedure: Procedure, dossier: Dossier, kind: str) -> list[Asked]:
    """What was asked of agencies in the present round, and what was still open when it began."""
    rule = procedure.requests.get(kind)
    since = begun(procedure, dossier, rule.states if rule else ())
    asked = (one for one in dossier.requests.values() if one.request == kind)
    return [one for one in asked if one.sequence >= since or one.ended_by >= since or one.status == "open"]


def asked_before(procedure: Procedure, dossier: Dossier, asked: Asked) -> Asked | None:
    """What an agency was asked before it was asked the same again in this round of the case, where that has ended."""
    same = (asked.request, asked.item, folded(asked.agency))
    found = None
    for one in asked_in(procedure, dossier, asked.request):
        if one.id == asked.id:
            break
        found = one if one.status != "open" and (one.request, one.item, folded(one.agency)) == same else found
    return found


def items_in(procedure: Procedure, dossier: Dossier, kept_in: str) -> list[Item]:
    """The items entered in a register in the present round, and those still open when it began."""
    rule = procedure.registers.get(kept_in)
    since = begun(procedure, dossier, rule.states if rule else ())
    ends = rule is not None and (bool(rule.answer) or rule.ended_when is not None)
    items = (one for one in dossier.items.values() if one.kept_in == kept_in)
    return [one for one in items if one.sequence >= since or (ends and (not one.ended or one.ended_by >= since))]

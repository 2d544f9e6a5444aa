"""Whose work something is: by the role it waits for, and by who leads the case it is on."""

from __future__ import annotations

from states.entry import Actor
from states.identity import folded
from states.procedure import DEPUTY, LEAD, Procedure

LEADING = frozenset({LEAD, DEPUTY})
"""The roles of the office that look after whole cases: theirs is whatever is owed on a case that they lead."""


def is_theirs(actor: Actor, role: str, lead: str, deputy: str, under: Procedure | None) -> bool:
    """Whether what a role owes, on a case with these officers under an edition, is somebody's to see to."""
    acts = acting_as(actor, under)
    if not acts or role == acts not in LEADING:
        return True
    if acts not in LEADING:
        return False
    leads = {folded(one) for one in (lead, deputy) if one}
    return not leads or not actor.name or folded(actor.name) in leads


def acting_as(actor: Actor, under: Procedure | None) -> str:
    """The role somebody acts in as the office calls it: under an edition whoever keeps its cases is a lead officer."""
    return under.office_role(actor.role) if under is not None else actor.role

"""Who may do what: in a role of one's own, for an outside role whose acts one enters, or in the place of another."""

from __future__ import annotations

from collections.abc import Iterable

from states.earlier_editions import EARLIER_EDITIONS
from states.entry import COUNTING, INSIDE_ALONE, Actor
from states.procedure import DEPUTY, Procedure

KEEPERS = ("lead_officer", "deputy_lead_officer", "chair", "committee")
"""The committee's own roles, which may say who is on a case. Whoever has one is no member of an agency by that."""

AGENCY_ROLES = frozenset({"agency", "responsible", "action_owner"})
"""The roles of an edition that an agency has in what is addressed to it."""

AGENCY = "agency"
"""The role of somebody who signs in for an agency, and comes to its own pages alone."""

AUDITOR, ADMINISTRATOR = "auditor", "administrator"
OUTSIDE_EDITIONS = (AUDITOR, ADMINISTRATOR)
"""Roles that no edition need name: one reads everything, one keeps accounts and settings."""

OWN_NAMES = frozenset(
    {*KEEPERS, "chief_officers_group", "nominated_person", "reviewer", "review_chair", *OUTSIDE_EDITIONS, AGENCY}
)
"""Roles that go by their own names in lists and on pages: the office's own. Editions word them in several ways."""

ACCOUNT_KEEPERS = (*KEEPERS, ADMINISTRATOR)
"""The roles that keep the accounts."""


def keepers(procedure: Procedure) -> tuple[str, ...]:
    """The roles of an edition that keep a case: the committee's own, the one that says so, its deputies."""
    kept = procedure.keeper
    stand_in = (name for name, role in procedure.roles.items() if kept and kept in role.acts_for)
    own = (*(role for role in KEEPERS if role in procedure.roles), *((kept,) if kept else ()), *stand_in)
    return tuple(dict.fromkeys(own))


def may_act(procedure: Procedure, actor: Actor, roles: Iterable[str], rules: int = COUNTING) -> bool:
    """Whether somebody may act in one of the roles, enter what an outside role did, or stand in for one who may."""
    return capacity(procedure, actor, roles, rules) is not None


def capacity(procedure: Procedure, actor: Actor, roles: Iterable[str], rules: int = COUNTING) -> str | None:
    """In whose place somebody acts where one of the roles is asked for: "" in their own, None where they may not.

    `rules` are those of counting in force at the time: since the third nobody acts as somebody outside.
    """
    if rules >= INSIDE_ALONE and is_outside(procedure, actor):
        return None
    wanted, role = set(roles), procedure.own_role(actor.role)
    if role in wanted:
        return ""
    outside = [found for one in wanted if (found := procedure.roles.get(one)) is not None and found.external]
    wanted.update(proxy for one in outside for proxy in one.recorded_by)
    own = procedure.roles.get(role)
    stands_for = own.acts_for if own is not None else (procedure.keeper,) if role == DEPUTY else ()
    return "" if role in wanted else next((one for one in stands_for if one in wanted), None)


def in_office(procedure: Procedure, source: Procedure, actor: Actor) -> Actor:
    """Who acts under the edition of a recommendation: there whoever keeps the case it came from is lead officer.

    Whoever has a role of the recommendation's own edition acts in that.
    """
    office = actor.role if actor.role in procedure.roles else source.office_role(actor.role)
    return actor if office == actor.role else actor.model_copy(update={"role": office})


def is_outside(procedure: Procedure, actor: Actor) -> bool:
    """Whether what somebody does in their role happens elsewhere and is entered by others; an agency does its own."""
    role = procedure.own_role(actor.role)
    own = procedure.roles.get(role)
    agency = bool(actor.agency) and role in AGENCY_ROLES
    return own is not None and own.external and not agency and procedure.name not in EARLIER_EDITIONS


def role_obstacle(
    procedure: Procedure, actor: Actor, roles: tuple[str, ...], doing: str, rules: int = COUNTING
) -> str | None:
    """The sentence for somebody who may not do this, naming who may; None for somebody who may."""
    if may_act(procedure, actor, roles, rules):
        return None
    if is_outside(procedure, actor):
        return _entered_by_others(procedure, actor)
    who = " or ".join(procedure.said("roles", role) for role in dict.fromkeys(roles))
    if procedure.own_role(actor.role) not in procedure.roles and actor.role not in OUTSIDE_EDITIONS:
        written = " or ".join(dict.fromkeys(roles))
        return f"{doing} is for the {who}, here written {written}: {actor.role!r} may not do it."
    return f"{doing} is for the {who}: {procedure.said('roles', actor.role)} may not do it."


def _entered_by_others(procedure: Procedure, actor: Actor) -> str:
    role = procedure.own_role(actor.role)
    proxies = " or ".join(procedure.said("roles", one) for one in procedure.roles[role].recorded_by)
    return f"What the {procedure.said('roles', role)} does happens outside Cairn: it is entered by the {proxies}."

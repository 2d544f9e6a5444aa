"""Who fills a role on a case today: the people named for it on the case, or else whoever holds the role."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from sqlalchemy import Connection

from config.named_roles import named_on
from records import cases, contacts
from records.cases import Case
from records.contacts import Reach, ReachableContacts
from records.hot_statements import MOST, Hot, each_of, one_of
from states.errors import DAMAGED, StorageTrouble
from states.identity import folded
from states.procedure import DEPUTY, LEAD, Procedure


def reached(
    reachable: ReachableContacts, agency: str, place: str, lead: str = "", keeping: tuple[str, ...] = ()
) -> Reach | None:
    """Who stands at a place today; the lead officer named on the case before any other, their deputy in their absence.

    `keeping` is the role that keeps the case, where its edition calls it something else, and whoever stands in for it.
    None where nobody can be reached.
    """
    if agency:
        return reachable.of_agency(agency) if place == "first" else reachable.senior_of(agency)
    if place not in {LEAD, *keeping[:1]}:
        return reachable.in_role(place)
    own = (reachable.in_role(role, named=lead) for role in keeping)
    found = next((one for one in own if one is not None), None)
    return found or reachable.in_role(LEAD, named=lead, otherwise=DEPUTY)


ALWAYS_HELD = frozenset({"", "lead_officer", "deputy_lead_officer", "chair", "committee"})
"""Roles that no case names anybody else for; a case names its lead officer in a way of its own."""


def called(reachable: ReachableContacts, name: str, role: str) -> Reach | None:
    """Somebody of the committee by name, in this role before any other."""
    found = [one for one in reachable.of_committee() if folded(one.name) == folded(name)]
    return next((one for one in found if one.role == role), found[0] if found else None)


def own_address(reachable: ReachableContacts, role: str, label: str) -> Reach | None:
    """The address of a role itself: of a contact who is called as the role is."""
    words = {folded(label), folded(role.replace("_", " "))}
    return next((one for one in reachable.of_committee() if one.role == role and folded(one.name) in words), None)


@dataclass(frozen=True)
class OnCase:
    """Who is on a case: its lead officer, who is named by role, and what each role is called."""

    lead: str = ""
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    keeping: tuple[str, ...] = ()

    def holders(self, reachable: ReachableContacts, agency: str, place: str) -> tuple[Reach, ...]:
        """Who can be reached today at a place: one, but for a role for which the case names several.

        Of those named, everybody who is entered. Somebody who is not may be reached at the role's own address, if it
        has one: a contact named as the role is. Another person in that role is of another case.
        """
        names = () if agency else self.named.get(place, ())
        if not names:
            found = reached(reachable, agency, place, self.lead, self.keeping)
            return (found,) if found else ()
        by_name = [called(reachable, name, place) for name in names]
        shared = own_address(reachable, place, self.labels.get(place, place)) if None in by_name else None
        return tuple({one.id: one for one in (*by_name, shared) if one is not None}.values())

    def reachable(self, tx: Connection, places: Iterable[tuple[str, str]], today: date) -> ReachableContacts:
        """Who can be written to on a day, of those who may be a holder of one of these places (agency and place)."""
        there = set(places)
        of_committee = {place for agency, place in there if not agency}
        roles: set[str] | None = {*of_committee, "", *self._in_its_place(of_committee)}
        if not of_committee.isdisjoint(self.named):
            roles = None
        return _reachable_at(tx, today, {agency for agency, _ in there if agency}, roles)

    def _in_its_place(self, places: Container[str]) -> tuple[str, ...]:
        """Who is asked besides, where one of these places is that of whoever keeps the case."""
        kept = LEAD in places or any(one in places for one in self.keeping[:1])
        return (LEAD, DEPUTY, *self.keeping) if kept else ()

    def unknown(self, reachable: ReachableContacts, role: str) -> tuple[str, ...]:
        """Who is named for a role on the case and cannot be written to by that name."""
        return tuple(name for name in self.named.get(role, ()) if called(reachable, name, role) is None)


def _reachable_at(tx: Connection, today: date, of: Collection[str], roles: Collection[str] | None) -> ReachableContacts:
    """Of those who can be written to, the ones of these agencies and in these roles of the committee (None: in any).

    Everybody where nobody is found so, or an agency goes by several names: then they may be entered under another one.
    Everybody, too, where very many are asked about.
    """
    if len(of) > MOST:
        return contacts.reachable(tx, today)
    given = {"today": today, **each_of("agency", of), **each_of("role", roles or ())}
    rows = _living_at(len(of), None if roles is None else len(roles)).rows(tx, given)
    if not rows or rows[0][-1]:
        return contacts.reachable(tx, today)
    return ReachableContacts([row[:-1] for row in rows])


@cache
def _living_at(count: int, roles: int | None) -> Hot:
    of_committee = contacts.CONTACTS.c.agency == ""
    if roles is not None:
        of_committee &= one_of(contacts.CONTACTS.c.role, "role", roles)
    return Hot(contacts.LIVING.where(of_committee | one_of(contacts.CONTACTS.c.agency, "agency", count)))


def on_case(case: Case) -> OnCase:
    """Who is on a case as it stands."""
    named = named_on(case.procedure, case.dossier.named, case.dossier.fields)
    labels = {role: case.procedure.label_of("roles", role) for role in named}
    return OnCase(case.dossier.lead, named, labels, keeping(case.procedure))


def keeping(procedure: Procedure) -> tuple[str, ...]:
    """The role that keeps the cases of an edition and those who stand in for it; none where it is the lead officer."""
    kept = procedure.keeper
    if kept in {"", LEAD}:
        return ()
    return (kept, *(name for name, role in procedure.roles.items() if kept in role.acts_for))


def standing_at(
    tx: Connection, reachable: ReachableContacts, case_id: int | None, place: tuple[str, str], lead: str = ""
) -> tuple[Reach, ...]:
    """Who stands today at a place (agency and place) of a case, by its number; it is read only where it may name them.

    Of a case that is damaged, whoever holds the role: what is wrong with it is told by itself.
    """
    agency, role = place
    known = OnCase(lead)
    if case_id is not None and not agency and role not in ALWAYS_HELD:
        try:
            known = on_case(cases.look(tx, case_id))
        except StorageTrouble:
            raise
        except DAMAGED:
            known = OnCase(lead)
    return known.holders(reachable, agency, role)

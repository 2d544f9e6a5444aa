"""Who is on a case: lead officer and deputy, the agencies involved, and the children, whose names are kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from records import agencies, cases, children, contacts, reading_log
from records.cases import Case
from records.children import ChildDetails
from records.keys import WRONG_KEY
from records.role_holders import ALWAYS_HELD
from states.entry import Entry
from states.errors import BadAnswer, NotPossible, NotSetUp
from states.next_step import NextStep, advice
from states.procedure import LEAD
from states.roles import keepers as keepers_under
from states.words import long_day, many, one_of
from workflows.unit_of_work import UnitOfWork, check_role, check_words, find, plain_names
from workflows.verbs.agencies import named_agencies
from workflows.verbs.contacts import check_lead

OLDEST = 120
"""How many years back a person whom a case is about may have been born."""


def change_people(
    uow: UnitOfWork,
    ref: str,
    *,
    lead: str | None = None,
    deputy: str | None = None,
    joined: tuple[str, ...] = (),
    left: tuple[str, ...] = (),
    named: Mapping[str, tuple[str, ...]] | None = None,
    why: str = "",
    seen: int | None = None,
) -> tuple[Case, Entry]:
    """Name the lead officer or deputy, or say which agencies joined or left. An agency still asked cannot leave.

    `named` says who holds a role on this case, in the place of all who were named for it before; nobody, whoever the
    fields of the case name, or else whoever holds the role.
    """
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    check_keeper(uow, case, "Changing who is on a case")
    check_words(uow, case, why)
    if not all(plain_names(*joined)):
        raise BadAnswer("Name the agency that joins.")
    left = _on_the_case(uow, case, plain_names(*left))
    joined = _not_yet_on_it(uow, case, named_agencies(uow, *joined, known=tuple(case.procedure.agencies)))
    waiting = [one.agency for one in case.dossier.requests.values() if one.status == "open" and one.agency in left]
    if waiting:
        told = {"ref": (case.ref,), "agency": tuple(dict.fromkeys(waiting))}
        steps = (NextStep("request answer", told), NextStep("request decline", told))
        mends = advice("record its answer ({}) or its no ({}) first.", *steps)
        raise NotPossible(f"{', '.join(waiting)} is still asked for information.", advice=mends)
    data: dict[str, Any] = {}
    for place, name in {"lead": lead, "deputy": deputy}.items():
        data |= {} if name is None else {place: plain_names(name)[0]}
    changes = {"agencies_joined": list(joined), "agencies_left": list(left)}
    if data.get("lead") != case.dossier.lead:
        check_lead(uow, data.get("lead", ""), case.procedure.keeper)
    data |= {key: value for key, value in changes.items() if value}
    data |= _holders(case, named or {})
    if not data:
        raise BadAnswer("Nothing was changed: name a lead officer, a deputy, an agency or the holder of a role.")
    entry = uow.entry("people_changed", reason=why, data=data)
    return cases.record(uow.tx, case, entry, uow.now), entry


def _holders(case: Case, named: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Who is named for which roles, as the entry says it. Raises BadAnswer for a role that nobody is named for."""
    may_be = [role for role in case.procedure.roles if role not in ALWAYS_HELD]
    wrong = [role for role in named if role not in may_be]
    if wrong:
        raise BadAnswer(
            f"{wrong[0][:40]!r} is no role that a case names somebody for: {', '.join(may_be) or 'none is'}."
        )
    found = {role: [one for one in plain_names(*names) if one] for role, names in named.items()}
    return {"named": found} if found else {}


def _on_the_case(uow: UnitOfWork, case: Case, names: tuple[str, ...]) -> tuple[str, ...]:
    """The agencies of these names as the case has them."""
    register = agencies.read(uow.tx) if names else agencies.Agencies(())
    theirs = {name: [one for one in case.dossier.agencies if register.is_same(one, name)] for name in names}
    strangers = [name for name, found in theirs.items() if not found]
    if strangers:
        known = ", ".join(case.dossier.agencies) or "none"
        raise NotPossible(f"{', '.join(strangers)} is not on this case: {known} are.")
    return tuple(one for found in theirs.values() for one in found)


def _not_yet_on_it(uow: UnitOfWork, case: Case, names: tuple[str, ...]) -> tuple[str, ...]:
    register = agencies.read(uow.tx) if names else agencies.Agencies(())
    return tuple(
        name
        for name in dict.fromkeys(names)
        if not any(register.is_same(one, name) and one != name for one in case.dossier.agencies)
    )


def _check_born(born: date | None, today: date, subject: str) -> None:
    if born is not None and born > today:
        raise BadAnswer(
            f"The date of birth ({long_day(born)}) lies in the future: leave it out for {one_of(subject)} not yet born."
        )
    if born is not None and today.year - born.year > OLDEST:
        raise BadAnswer(f"The date of birth ({long_day(born)}) lies more than {OLDEST} years back: check the year.")


def add_child(uow: UnitOfWork, ref: str, person: ChildDetails, *, seen: int | None = None) -> tuple[Case, Entry]:
    """Enter a child: the name and date of birth are encrypted and kept apart, the history says only "child 1"."""
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    subject = case.procedure.subject
    if case.procedure.kind != "case":
        raise NotPossible(f"{case.ref} is about no person: enter the person on the case that it came from.")
    check_keeper(uow, case, f"Entering {one_of(subject)}")
    if case.dossier.erased:
        raise NotPossible(f"The personal data of {case.ref} has been erased: no name can be entered any more.")
    (name,) = plain_names(person.name)
    if not name:
        raise BadAnswer(f"Give the name of the {subject}, or what the {subject} is known by.")
    _check_born(person.born, uow.today, subject)
    plain_names(*person.identifiers, *person.identifiers.values())
    if not contacts.fits(uow.tx, uow.keys):
        raise NotSetUp(WRONG_KEY)
    number = children.add(uow.tx, uow.keys, case.id, case.ref, person)
    entry = uow.entry("child_added", data={"child": number})
    return cases.record(uow.tx, case, entry, uow.now), entry


def names_of(uow: UnitOfWork, ref: str) -> tuple[ChildDetails, ...]:
    """The children of a case, for those who need to know; that they were read is put in the log of readings."""
    case = cases.find(uow.tx, ref, to_change=False)
    uow = check_keeper(uow, case, f"Reading the names of {many(case.procedure.subject, 2)}")
    found = children.names(uow.tx, uow.keys, case.id, case.ref)
    right, numbers = uow.actor.acting_for or uow.actor.role, [one.number for one in found]
    reading_log.note(uow.tx, case.ref, uow.actor, reading_log.NAMES, right, uow.now, numbers)
    return found


def erase_personal_data(uow: UnitOfWork, ref: str, why: str, *, seen: int | None = None) -> tuple[Case, Entry]:
    """Destroy the key of a case's personal data: names can never be read again, the history still verifies.

    It can be done when the master key is lost too: it is then what lets the case go on.
    """
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    check_keeper(uow, case, "Erasing personal data")
    try:
        check_words(uow, case, why)
    except NotSetUp:
        check_words(uow, None, why)
    if not why.strip():
        raise BadAnswer("Say on what ground the personal data is erased.")
    if case.dossier.erased:
        raise NotPossible(f"The personal data of {case.ref} has been erased already.")
    children.erase(uow.tx, case.id)
    entry = uow.entry("personal_data_erased", reason=why)
    return cases.record(uow.tx, case, entry, uow.now), entry


def check_keeper(uow: UnitOfWork, case: Case, doing: str) -> UnitOfWork:
    """Refuse somebody who does not keep the case: its lead officer, deputy, chair or committee do.

    Returns the unit of work in the capacity they act in.
    """
    return check_role(uow, case, keepers(case), doing)


def keepers(case: Case) -> tuple[str, ...]:
    """The roles that keep a case; where its edition has none of the committee's own, any role of it."""
    return keepers_under(case.procedure) or tuple(case.procedure.roles)


def who_leads(uow: UnitOfWork, named: str = "", edition: str = "") -> str:
    """The lead officer of a case that is opened: whoever is named, or else whoever keeps such cases and opens it."""
    keeping = {LEAD, uow.guidance(edition).keeper} if edition and not named else {LEAD}
    return named or (uow.actor.name if uow.actor.role in keeping else "")

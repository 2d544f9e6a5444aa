"""Checks that everybody the editions in use will write to can be reached, before the first case too."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from sqlalchemy import select

from config import procedures
from config.named_roles import named_on
from config.settings import Settings, edition
from records import accounts, agencies, contacts, outbox, unreached
from records.cases import CASES
from records.contacts import CONTACTS, ReachableContacts
from records.editions import EditionLibrary
from records.role_holders import called
from states.errors import DAMAGED, Refused
from states.moments import local_day
from states.next_step import NextStep, advice
from states.procedure import Agency, Procedure
from states.words import counted, day_and_time, first_up
from workflows.checks import FIRST, Finding, Look, fault, well
from workflows.views.contact_places import editions_in_use, written_to_first

TROUBLES = (unreached.KIND, unreached.REFUSED)
"""The kinds of task that say that somebody cannot be reached."""

ENTER = advice("Enter one: {}.", "contact add")


def people(look: Look) -> tuple[Finding, ...]:
    """Whether everybody who ought to be reached can be, and who will be written to and is not entered yet."""
    reachable = contacts.reachable(look.tx, local_day(look.now))
    register = agencies.read(look.tx)
    found = (
        *_roles(look, reachable),
        *_troubled(look),
        *_agencies(look, reachable),
        *_named(look, reachable),
        *_unknown_agencies(look, register),
        *_tasks(look),
        *_nobody_yet(look),
        *_agencies_without(register, reachable),
    )
    return found or (well("Everybody who ought to be reached can be."),)


def registers(look: Look) -> Iterator[Finding]:
    """Whether accounts are kept, and which agencies may be one and the same."""
    if not any(one.active for one in accounts.read(look.tx)):
        yield well(
            "No accounts are kept: whoever types a name is taken for that person.",
            advice("Enter your own first: {}.", "account add"),
            FIRST,
        )
    for one, other in agencies.read(look.tx).doubles():
        yield well(
            f"{one.name} and {other.name} may be one and the same agency.",
            advice("If so: {}.", NextStep("agency merge", {"agency": (other.name,), "other": (one.name,)})),
        )


def _roles(look: Look, reachable: ReachableContacts) -> Iterator[Finding]:
    for role in look.settings.alarm_roles:
        if reachable.in_role(role) is None:
            who = role.replace("_", " ")
            remedy = advice("Enter one: {}.", NextStep("contact add", {"role_of": (role,)}))
            yield fault(f"There is no {who} who can be reached today.", remedy, FIRST)


def _troubled(look: Look) -> Iterator[Finding]:
    wanted = select(CONTACTS.c.id, CONTACTS.c.trouble_since).where(
        CONTACTS.c.active, CONTACTS.c.trouble_since.is_not(None)
    )
    for row in look.tx.execute(wanted.order_by(CONTACTS.c.id)):
        place = place_of(contacts.get(look.tx, row.id))
        yield fault(
            f"The {place} could not be reached since {day_and_time(row.trouble_since)}.",
            advice("Correct the address: {}.", "contact channels"),
        )


def _agencies(look: Look, reachable: ReachableContacts) -> Iterator[Finding]:
    open_cases: Counter[str] = Counter()
    for body in look.tx.execute(select(CASES.c.dossier).where(CASES.c.closed_on.is_(None))).scalars():
        with suppress(*DAMAGED):  # a damaged row is named by itself
            open_cases.update(json.loads(body).get("agencies", ()))
    for agency, cases in sorted(open_cases.items()):
        if reachable.of_agency(agency) is None:
            said = f"{agency}, on {counted(cases, 'open case')}, has no contact who can be reached today."
            yield fault(said, ENTER)


def _named(look: Look, reachable: ReachableContacts) -> Iterator[Finding]:
    """People named for a role on open cases who are not entered: no letter goes to them by that name."""
    library, cases = EditionLibrary(look.tx), Counter[tuple[str, str]]()
    for digest, body in look.tx.execute(select(CASES.c.digest, CASES.c.dossier).where(CASES.c.closed_on.is_(None))):
        with suppress(*DAMAGED):  # a damaged row is named by itself
            facts, procedure = json.loads(body), library.procedure(digest)
            named = named_on(procedure, facts.get("named", {}), facts.get("fields", {}))
            cases.update((role, name) for role, names in named.items() for name in names)
    for (role, name), count in sorted(cases.items()):
        if called(reachable, name, role) is None:
            said = f"{name}, named as {role.replace('_', ' ')} on {counted(count, 'open case')}, is not entered."
            yield well(said, advice("Enter them: {}.", NextStep("contact add", {"role_of": (role,), "name": (name,)})))


def _unknown_agencies(look: Look, register: agencies.Agencies) -> Iterator[Finding]:
    """Agencies that the committee's file gives a calendar, and that nobody has heard of: a name that is misspelt."""
    named = _named_locally(look.settings)
    known = {reach.agency for reach in contacts.everybody(look.tx)} if named else set()
    for agency in sorted(set(named) - known - {one.name for one in register.all}):
        said = f"The committee's file gives {agency} a calendar, and no contact is of an agency of that name."
        yield fault(said, advice("Write the name as {} has it, or enter a contact.", "contact list"))


def _named_locally(settings: Settings) -> Mapping[str, Agency]:
    try:
        return edition(procedures.names()[0], settings.local_file).agencies
    except Refused:
        return {}  # that the file is faulty is said elsewhere


def _tasks(look: Look) -> Iterator[Finding]:
    """Places of which open tasks say that messages reached nobody there."""
    waiting = [facts for kind in TROUBLES for facts in outbox.open_tasks(look.tx, kind).values()]
    places: Counter[str] = Counter(str(facts["problem"]) for facts in waiting if facts.get("problem"))
    for problem, tasks in sorted(places.items()):
        told = f"{first_up(problem)}: {counted(tasks, 'open task')} {'says' if tasks == 1 else 'say'} so."
        yield fault(told, advice("Enter somebody ({}), or see to the tasks: {}.", "contact add", "tasks"))


def _nobody_yet(look: Look) -> Iterator[Finding]:
    """Roles and bodies that the editions in use will write to and that nobody holds: one line, the first ones first."""
    today = local_day(look.now)
    places = written_to_first(look.tx, editions_in_use(look.tx, _guidance(look.settings), today), today)
    missing = [one for one in places if not one.held and one.name not in look.settings.alarm_roles]
    if not missing:
        return
    always = ", ".join(one.label for one in missing if not one.at_times)
    at_times = ", ".join(one.label for one in missing if one.at_times)
    told = "; ".join(filter(None, (always, f"in some cases only, {at_times}" if at_times else "")))
    sentence = f"Nobody is entered who can be reached in {counted(len(missing), 'role')} that will be written to"
    remedy = advice("Enter the first of them: {}.", NextStep("contact add", {"role_of": (missing[0].name,)}))
    yield well(f"{sentence}, in this order: {told}.", remedy)


def _guidance(settings: Settings) -> Callable[[str], Procedure]:
    return lambda name: edition(name, settings.local_file)


def _agencies_without(register: agencies.Agencies, reachable: ReachableContacts) -> Iterator[Finding]:
    """Agencies of the register that have no first or senior contact: both are written to. One line for all alike."""
    places = {"first": reachable.of_agency, "senior": reachable.senior_of}
    without: defaultdict[str, list[str]] = defaultdict(list)
    for one in register.all:
        lacks = [place for place, reached in places.items() if one.active and reached(one.name) is None]
        if lacks:
            without[" and no ".join(lacks)].append(one.name)
    for lack, names in sorted(without.items()):
        have = "has" if len(names) == 1 else "have"
        yield well(f"{', '.join(names)} {have} no {lack} contact who can be reached today.", ENTER)


def place_of(reach: contacts.Reach) -> str:
    """A contact by its place: "first contact of NHS Fife", "chair"."""
    role = reach.role.replace("_", " ")
    return f"{role} contact of {reach.agency}" if reach.agency else role

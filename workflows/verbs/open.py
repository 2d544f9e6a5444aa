"""Opening a case: somebody has told the committee of a child for whom services may have failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from config import procedures
from records import cases, editions
from records.cases import CASES, Case
from records.database import insert_counting
from states.answers import tidy
from states.dossier import Dossier
from states.entry import Actor, Entry
from states.errors import NotPossible, StorageTrouble, UnknownStep
from states.guards import Facts
from states.machine import step
from states.procedure import Procedure
from states.roles import KEEPERS
from states.steps import Transition
from workflows.messages.owe import recorded
from workflows.unit_of_work import UnitOfWork, check_day, check_words, in_capacity, plain_names
from workflows.verbs.agencies import agency_answers, named_agencies
from workflows.verbs.contacts import check_lead

GIVEN_BEFORE = (
    "The number {ref} has been given before: the count of {series} was set back outside Cairn, so nothing was opened. "
    "Restore the last backup, or have the count put right to the last number given."
)

EDITED = (
    "The file of the edition {name} was changed after cases were opened under it, so no more come under it: put the "
    'file back as it was, and write what changes as a new edition, in a new file with replaces = "{name}".'
)


def open_case(
    uow: UnitOfWork,
    edition: str,
    trigger: str = "",
    *,
    answers: Mapping[str, Any] | None = None,
    reason: str = "",
    authority: str = "",
    agencies: tuple[str, ...] = (),
    lead: str = "",
    deputy: str = "",
    on: date | None = None,
) -> tuple[Case, Entry]:
    """Open a case under an edition of the guidance, which it keeps. `on` is the day it happened (today unless said).

    The agency that the actor speaks for is kept as the one that notified the committee.

    Raises Refused with every obstacle: an unknown edition or first step, a role that may not, answers that are missing,
    a lead officer whom nobody knows by that name.
    """
    procedure = uow.guidance(edition)
    uow = uow.in_days_of(procedure)
    move_name = trigger or _first_step(procedure)
    answers = tidy(answers or {})
    lead, deputy = plain_names(lead, deputy)
    check_lead(uow, lead, procedure.keeper)
    answers = agency_answers(uow, [field for one in procedure.openings for field in one.fields], answers)
    asked = tuple(dict.fromkeys(named_agencies(uow, *agencies, known=tuple(procedure.agencies))))
    check_day(uow, on)
    check_words(uow, None, reason, authority, answers=answers)
    blank = Dossier(ref="", edition=procedure.name, digest=procedure.digest, lead=lead, agencies=asked)
    move = step(Facts(procedure, blank, uow.actor, uow.today, answers, tidy(reason), authority), move_name)
    pin(uow, edition, procedure)
    case = cases.create(uow.tx, next_reference(uow, procedure), procedure, on or uow.today)
    final = procedure.states[move.dest].final
    opener = replace(uow, actor=_as_themselves(uow.actor, procedure, move))
    entry = in_capacity(opener, procedure, move.roles).entry(
        "opened",
        on=on,
        reason=reason,
        authority=authority,
        trigger=move.trigger,
        dest=move.dest,
        data={**_begins_with(uow, procedure, blank), "fields": answers, "deputy": deputy, "final": final},
    )
    return recorded(uow, case, entry)


def _begins_with(uow: UnitOfWork, procedure: Procedure, blank: Dossier) -> dict[str, Any]:
    """What a case begins with, as its first entry records it."""
    return {
        "edition": blank.edition,
        "digest": blank.digest,
        "calendars": calendars_of(uow, procedure),
        "agencies": list(blank.agencies),
        "notifier": named_agencies(uow, uow.actor.agency)[0],
        "lead": blank.lead,
    }


def pin(uow: UnitOfWork, name: str, procedure: Procedure) -> None:
    """Keep the edition as it is, and the nation's own text beside a committee's. Raises NotPossible for one edited."""
    national = procedure if not procedure.committee else procedures.national(name)
    if national is not None and name in procedures.names():
        if editions.was_another(uow.tx, national):
            raise NotPossible(EDITED.format(name=name))
        editions.pin_edition(uow.tx, national)
    editions.pin_edition(uow.tx, procedure)


def _as_themselves(actor: Actor, procedure: Procedure, move: Transition) -> Actor:
    """Who opens a case: the committee's own officer who enters what an agency notified is no member of that agency."""
    own = actor.role in move.roles and actor.role not in (*KEEPERS, procedure.keeper)
    return actor if own else actor.model_copy(update={"agency": ""})


def calendars_of(uow: UnitOfWork, procedure: Procedure) -> dict[str, str]:
    """Pin every calendar an edition counts by, as it is today; their fingerprints by name."""
    return {name: editions.pin_calendar(uow.tx, uow.calendar(name)) for name in calendar_names(procedure)}


def calendar_names(procedure: Procedure) -> list[str]:
    """The calendars an edition counts by."""
    named = [
        *(rule.calendar for rule in procedure.timescales.values()),
        *(ladder.calendar for ladder in procedure.ladders.values()),
        *(agency.calendar for agency in procedure.agencies.values()),
    ]
    return sorted({procedure.calendar, *(name for name in named if name)})


def committee_case(uow: UnitOfWork, edition: str) -> Case | None:
    """The committee's own file under an edition of kind "committee", if it has been opened and not closed."""
    wanted = select(CASES.c.ref).where(CASES.c.edition == edition, CASES.c.closed_on.is_(None))
    ref = uow.tx.execute(wanted.order_by(CASES.c.id)).scalar()
    return cases.find(uow.tx, ref) if ref else None


def _first_step(procedure: Procedure) -> str:
    if not procedure.openings:
        raise UnknownStep(f"{procedure.title} has no step that opens a case: choose another edition.")
    return procedure.openings[0].trigger


def next_reference(uow: UnitOfWork, procedure: Procedure) -> str:
    """The next number of the year. Raises StorageTrouble where somebody has set the count of numbers back."""
    series = f"{procedure.prefix}-{uow.today.year}"
    ref = f"{series}-{insert_counting(uow.tx, series):04}"
    if uow.tx.execute(select(CASES.c.id).where(CASES.c.ref == ref)).first():
        raise StorageTrouble(GIVEN_BEFORE.format(ref=ref, series=series))
    return ref

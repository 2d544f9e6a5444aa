"""What a verb still has to be told, question by question, with the possible answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from config.settings import settings
from config.subject_words import in_words_of
from records import agencies
from records.cases import Case
from states.asking import REPLIED, addressees, unasked
from states.dossier import Asked
from states.errors import NotPossible
from states.roles import in_office
from states.rounds import asked_in
from states.steps import Register
from workflows.views.forms import answer_form, item_form, list_form, newest_asked, opening_of
from workflows.views.next_steps import StepLine, others, steps
from workflows.views.question import Question, SaidSoFar
from workflows.views.question_parts import (
    FOR_NONE,
    MAY_SAY_WHY,
    NO_NAMES,
    ON,
    WHY,
    Plan,
    authorities,
    date_words,
    fields_of,
    item_line,
    which_case,
    who_acts,
    why,
)
from workflows.views.questions_on_record import ON_RECORD
from workflows.views.questions_on_registers import ON_REGISTERS
from workflows.views.ways_to_open import ways_to_open

EVERYONE = "all"
Choices = tuple[tuple[str, str], ...]
HOLD_UNTIL = "Leave it empty for until further notice."
END = Question("until", "The day it ends, if that is now known", "date", ask="may")
AGAIN = Question("reason", "Why, if one of them is asked again", ask="should", help=f"Its letter says so. {NO_NAMES}")
LATE = Question("late_reason", "Why it comes late, if it does", help=NO_NAMES, ask="may")
Offered = tuple[str, Mapping[str, str], str]
"""A verb, what it is given besides the case, and what it does in words."""
OTHERWISE = {
    "request send": "Ask agencies for information",
    "request answer": "Record what an agency answered",
    "request acknowledge": "Record that an agency has it in hand",
    "request promise": "Record the day an agency promises",
    "extend ask": "Ask for more time",
    "extend grant": "Grant more time",
    "pause order": "Order a hold",
    "pause end": "End a hold",
    "item add": "Enter something in a list (a finding, an action ...)",
}


def questions(look: SaidSoFar, verb: str) -> Iterator[Question]:
    """Everything a verb asks for, in order; what comes later depends on what was said before, so take one at a time."""
    return PLANS.get(verb, _nothing)(look)


def _nothing(_: SaidSoFar) -> Iterator[Question]:
    yield from ()


def next_question(look: SaidSoFar, verb: str, *, past: frozenset[str] = frozenset()) -> Question | None:
    """The next thing to ask; None where all is said. `past` are those that were asked and left empty.

    Raises NotPossible where there is no answer to give: what is to be done cannot be, whatever else is said.
    """
    wanted = (one for one in questions(look, verb) if one.ask != "may" and one.name not in past)
    found = next((one for one in wanted if look.silent_about(one)), None)
    if found is not None and found.kind == "choice" and not found.answers and not found.free:
        raise NotPossible(f"{found.label}: there is none to choose from as things stand.")
    return found


def besides(look: SaidSoFar, verb: str) -> tuple[Question, ...]:
    """What may be said besides, once all that must be is."""
    return tuple(one for one in questions(look, verb) if one.ask == "may" and look.silent_about(one))


def what_next(look: SaidSoFar) -> tuple[Offered, ...]:
    """What can be done next on a case: the verb, what it is given, and its words."""
    found: list[Offered] = [
        ("advance", {"step": one.step}, one.label) for one in steps(look.case, look.viewer) if one.offer.verb
    ]
    verbs = dict.fromkeys(one.verb for one in others(look.case, look.viewer) if one.verb in PLANS)
    more: list[Offered] = [(verb, {}, OTHERWISE.get(verb, verb.capitalize())) for verb in verbs]
    if look.case.procedure.kind == "case":
        more.append(("recommendation propose", {}, "Propose a recommendation"))
    return (*found, *more)


# --- opening, and taking a step ---

FROM_NONE = "It is thanked, and told what is decided. Leave it empty for none."


def _open(look: SaidSoFar) -> Iterator[Question]:
    known = _editions(look)
    yield Question("edition", "The guidance the case is opened under", "choice", known)
    procedure = look.guidance(look.said["edition"])
    ways = tuple((move.trigger, move.label) for move in procedure.openings)
    if len(ways) > 1:
        yield Question("step", "How it opens", "choice", ways)
    move = opening_of(procedure, look.said.get("step") or "")
    if move is None:
        return
    yield from who_acts(look, procedure, move.roles)
    listed = tuple((one.name, "") for one in agencies.read(look.tx).all if one.active and not one.merged_into)
    yield Question("agency", "Agencies involved", "agencies", listed, "should", help=FOR_NONE, free=True)
    yield Question("as_agency", "The agency it comes from", "agency", listed, "should", "who", FROM_NONE, free=True)
    yield from fields_of(look, procedure, move.fields, {})
    yield from why(move.reason, authorities(procedure, move.authority))


def _advance(look: SaidSoFar, *, of: Literal["recommendation", "all"] = "all") -> Iterator[Question]:
    yield from which_case(look, of=of)
    lines = {one.step: one for one in steps(look.case, look.viewer)}
    possible = tuple((one.step, one.label) for one in lines.values() if one.offer.verb)
    yield Question("step", "The step to take", "choice", possible)
    line = lines.get(look.said["step"])
    if line is None or not line.offer.verb:
        return  # the step itself says what stands in its way
    procedure = look.case.procedure
    yield from who_acts(look, procedure, line.offer.arguments.get("role") or line.roles)
    yield from fields_of(look, procedure, line.offer.fields or line.maybe.fields, look.case.dossier.fields)
    yield from _going_on(line)
    yield from why(line.reason, authorities(procedure, line.authority))


def _going_on(line: StepLine) -> Iterator[Question]:
    if "override" in line.offer.arguments:
        waits = " ".join(line.obstacles)
        yield Question("override", f"{waits} Why you go on without it")


def _editions(look: SaidSoFar) -> tuple[tuple[str, str], ...]:
    found = ways_to_open(look.tx, look.guidance) if look.silent_about(Question("edition", "")) else ()
    return tuple((one.edition, one.title) for one in found if not one.why_apart)


# --- agencies ---


def _send(look: SaidSoFar) -> Iterator[Question]:
    yield from which_case(look, of="case")
    case = look.case
    known = case.procedure.requests
    here = tuple((name, one.label) for name, one in known.items() if case.dossier.state in one.states)
    yield Question("what", "What is asked for", "choice", here)
    rule = known.get(look.said["what"])
    if rule is not None:
        yield from who_acts(look, case.procedure, rule.asked_by)
    if rule is not None and rule.per_item:
        yield Question(
            "about", "The item it is asked about", "choice", tuple(_items_to_ask_about(case, look.said["what"]))
        )
    if look.said.get("agency"):
        return
    listed, everyone = _whom_to_ask(look, case, rule.per_item if rule is not None else None)
    yield Question("agencies", "The agencies to ask", "agencies", (*everyone, *listed), free=True)
    if rule is not None and any(
        one.status in REPLIED for one in asked_in(case.procedure, case.dossier, look.said["what"])
    ):
        yield AGAIN


def _items_to_ask_about(case: Case, kind: str) -> Iterator[tuple[str, str]]:
    """The items of whose agencies some were not asked yet; all that are open where every one was."""
    kept = case.procedure.requests[kind].per_item
    left = [item for item, _ in unasked(case.procedure, case.dossier, kind)]
    every = [one for one in case.dossier.items.values() if one.kept_in == kept and not one.ended]
    form = case.procedure.registers[kept or ""].fields
    words = {one.id: [str(one.fields[each.name]) for each in form if one.fields.get(each.name)] for one in every}
    yield from ((one.id, next(iter(words[one.id]), "")) for one in left or every)


def _whom_to_ask(look: SaidSoFar, case: Case, kept: str | None) -> tuple[Choices, Choices]:
    """The agencies that can be asked, and all of them at once: those on the case, or those that an item addresses."""
    if kept is None:
        named, every = case.dossier.agencies, "every agency on the case"
    else:
        about = case.dossier.item_called(look.said.get("about") or "")
        items = [about] if about is not None else [one for one in case.dossier.items.values() if one.kept_in == kept]
        named = tuple(dict.fromkeys(whom for one in items for whom in addressees(case.procedure, one)))
        every = "every agency the item names"
    return tuple((one, "") for one in named), ((EVERYONE, every),) if named else ()


def _came_back(*more: Question, status: str = "open", form: bool = False) -> Plan:
    def plan(look: SaidSoFar) -> Iterator[Question]:
        yield from which_case(look, of="case")
        case = look.case
        waiting = [one for one in case.dossier.requests.values() if one.status == status]
        yield Question("agency", "The agency", "choice", tuple(_asked_line(case, one) for one in waiting))
        asked = newest_asked(look.tx, case, look.said["agency"], look.said.get("kind") or "")
        rule = case.procedure.requests.get(asked.request) if asked else None
        yield from who_acts(look, case.procedure, rule.asked_by if rule and not look.viewer.actor.agency else ())
        if form:
            own = answer_form(look.tx, case, look.said["agency"], look.said.get("kind") or "")
            yield from fields_of(look, case.procedure, own, {})
        yield from more

    return plan


def _asked_line(case: Case, one: Asked) -> tuple[str, str]:
    return (
        one.id if one.item else one.agency,
        f"{_of_whom(one)}{case.procedure.label_of_asked(one.request, one.item)} ({one.id})",
    )


def _of_whom(one: Asked) -> str:
    return f"{one.agency}: " if one.item else ""


# --- more time, holds ---


def _more_time(look: SaidSoFar) -> Iterator[Question]:
    yield from which_case(look)
    offers = [one for one in others(look.case, look.viewer) if one.verb == "extend ask"]
    known = tuple(key for one in offers for key in one.arguments["what"])
    yield Question("name", "The date", "choice", tuple((key, date_words(look.case, key)) for key in known))
    offer = next((one for one in offers if look.said["name"] in one.arguments["what"]), None)
    yield from who_acts(look, look.case.procedure, offer.arguments.get("role", ()) if offer else ())
    yield Question("count", "How many more, in the days its limit is counted in", "number")
    yield from why("required")
    yield ON


def _extension(status: str, *, must: bool) -> Plan:
    def plan(look: SaidSoFar) -> Iterator[Question]:
        yield from which_case(look)
        found = (one for one in look.case.dossier.extensions.values() if one.status == status)
        known = tuple((one.id, date_words(look.case, one.deadline)) for one in found)
        yield Question("number", "The extension", "choice", known)
        yield from who_acts(look, look.case.procedure)
        yield WHY if must else MAY_SAY_WHY
        if status == "asked":
            yield ON

    return plan


def _hold(look: SaidSoFar) -> Iterator[Question]:
    yield from which_case(look, of="case")
    procedure = look.case.procedure
    kinds = tuple((name, one.label) for name, one in procedure.pauses.items())
    yield Question("hold", "The kind of hold", "choice", kinds)
    rule = procedure.pauses.get(look.said["hold"])
    if rule is None:
        return
    yield from who_acts(look, procedure, rule.ordered_by)
    yield from why("required", authorities(procedure, rule.authorities))
    if not rule.stops and rule.may_stop:
        limits = tuple((one, procedure.label_of("timescales", one)) for one in rule.may_stop)
        yield Question("stops", "The clocks it stops", "choices", (*limits, ("none", "no clock")))
    day, event = look.said.get("until"), look.said.get("event")  # where both were said, both are shown
    if "date" in rule.until and (day or not event):
        yield Question("until", "Until which day", "date", (), "should", help=HOLD_UNTIL)
    if "event" in rule.until and (event or not day):
        events = tuple((one, procedure.label_of("events", one)) for one in rule.events or tuple(procedure.events))
        yield Question("event", "Or until what has happened", "choice", events, "may")
    yield Question("starts", "From which day, if not today", "date", (), "may")


def _held(*more: Question) -> Plan:
    def plan(look: SaidSoFar) -> Iterator[Question]:
        yield from which_case(look, of="case")
        running = (one for one in look.case.dossier.pauses.values() if not one.ended)
        yield Question("number", "The hold", "choice", tuple((one.id, one.label) for one in running))
        yield from who_acts(look, look.case.procedure)
        yield from more

    return plan


# --- lists, recommendations ---


def _enter(register: str = "") -> Plan:
    def plan(look: SaidSoFar) -> Iterator[Question]:
        yield from which_case(look, of="recommendation" if register == "action" else "all")
        case = look.case
        if not register:
            yield Question(
                "register", "The list", "choice", tuple((name, one.label) for name, one in _lists_here(case))
            )
        named = register or look.said["register"]
        rule = dict(_lists_here(case)).get(named)
        if rule is None:
            return  # the verb itself says where such a list is kept
        yield from who_acts(look, case.procedure, rule.kept_by)
        yield from fields_of(look, case.procedure, list_form(case, named), {})

    return plan


def _lists_here(case: Case) -> Iterator[tuple[str, Register]]:
    kept = case.procedure.registers.items()
    return ((name, one) for name, one in kept if not one.states or case.dossier.state in one.states)


def _about_item(part: Literal["answer", "update"], register: str = "") -> Plan:
    def plan(look: SaidSoFar) -> Iterator[Question]:
        yield from which_case(look, of="recommendation" if register == "action" else "all")
        case = look.case
        kept = (one for one in case.dossier.items.values() if register in {"", one.kept_in} and not one.ended)
        yield Question("item", "Which one", "choice", tuple(item_line(case, one) for one in kept))
        found = case.dossier.item_called(look.said["item"])
        rule = case.procedure.registers.get(found.kept_in) if found else None
        roles = (rule.answered_by if part == "answer" else rule.updated_by) if rule else ()
        yield from who_acts(look, case.procedure, roles or (rule.kept_by if rule else ()))
        own = item_form(case, look.said["item"], part)
        yield from fields_of(look, case.procedure, own, found.fields if found else {})

    return plan


def _propose(look: SaidSoFar) -> Iterator[Question]:
    yield from which_case(look, of="case")
    found = [one for one in look.case.dossier.items.values() if one.kept_in == "finding"]
    if found:
        known = tuple(item_line(look.case, one) for one in found)
        yield Question("finding", "The findings it rests on", "choices", known, "should", help=FOR_NONE)
    procedure = in_words_of(look.guidance(settings().recommendations), look.case.procedure.subject)
    move = opening_of(procedure)
    if move is not None:
        actor = in_office(procedure, look.case.procedure, look.viewer.actor)
        yield from who_acts(replace(look, viewer=replace(look.viewer, actor=actor)), procedure, move.roles)
        own = tuple(one for one in move.fields if one.name not in {"from_case", "finding"})
        yield from fields_of(look, procedure, own, {})


PLANS: Mapping[str, Plan] = {
    "open": _open,
    "show": which_case,
    "history": which_case,
    "advance": _advance,
    "recommendation show": lambda look: which_case(look, of="recommendation"),
    "recommendation advance": lambda look: _advance(look, of="recommendation"),
    "recommendation propose": _propose,
    "request send": _send,
    "request answer": _came_back(LATE, ON, form=True),
    "request decline": _came_back(WHY, ON),
    "request withdraw": _came_back(WHY),
    "request redirect": _came_back(Question("other", "The agency it is for", "agency", free=True), WHY, ON),
    "request acknowledge": _came_back(MAY_SAY_WHY, ON),
    "request promise": _came_back(Question("until", "The day it promises", "date"), MAY_SAY_WHY, ON),
    "request back": _came_back(WHY, status="answered"),
    "request reached": _came_back(Question("on", "The day it reached the agency", "date"), MAY_SAY_WHY),
    "pause order": _hold,
    "pause review": _held(
        replace(WHY, label="What was found"), Question("until", "Its end is now known", "date", ask="may"), ON
    ),
    "pause end": _held(WHY, ON),
    "extend ask": _more_time,
    "extend grant": _extension("asked", must=False),
    "extend refuse": _extension("asked", must=True),
    "extend withdraw": _extension("granted", must=True),
    "item add": _enter(),
    "item respond": _about_item("answer"),
    "item update": _about_item("update"),
    "finding add": _enter("finding"),
    "finding answer": _about_item("answer", "finding"),
    "finding update": _about_item("update", "finding"),
    "action add": _enter("action"),
    "action update": _about_item("update", "action"),
    **ON_RECORD,
    **ON_REGISTERS,
}
"""What each verb asks for. A verb that is not here asks for nothing."""

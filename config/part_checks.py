"""What is asked of each part of an edition by itself: a field, a guard, a time limit, a rung of a ladder, a hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from config.places import Fault, Place, hint
from states.errors import BadLimit
from states.guards import NEEDS
from states.procedure import Procedure
from states.steps import Condition, Field, Guard, PauseKind, Request, Role, State, Transition
from states.timescales import Anchor, Ladder, Rung, Timescale
from states.values import Cited

ANCHORS = "field, state, trigger, request, pause, event, timescale or period"


@dataclass(frozen=True)
class Part:
    """A part under check: where it stands, what it says, and the edition it is of."""

    place: Place
    value: Any
    procedure: Procedure

    def at(self, *keys: str | int) -> Place:
        """The place of a key within this part."""
        return (*self.place, *keys)


def cited(part: Part) -> Iterator[Fault]:
    """What claims to rest on guidance or statute says where it is written."""
    rule: Cited = part.value
    if rule.basis in ("guidance", "statute") and not rule.cite:
        yield (
            part.at("cite"),
            f"it rests on {rule.basis} but cites no source. Cite one, or make its basis local or assumption.",
        )


def state(part: Part) -> Iterator[Fault]:
    """The phase closed is where cases are closed, and only there."""
    one: State = part.value
    if one.final and one.phase != "closed":
        yield part.at("phase"), f"a final state is in the phase closed, not {one.phase}. Change one of the two."
    if one.phase == "closed" and not one.final:
        yield part.at("final"), "a state in the phase closed is final. Write final = true, or change the phase."


def transition(part: Part) -> Iterator[Fault]:
    """What a move records has names that differ, and somebody can make it."""
    move: Transition = part.value
    yield from _twice(part, "fields", (field.name for field in move.fields), "Rename one of the two.")
    yield from _twice(part, "source", move.source, "Leave one out.")
    known = [part.procedure.roles[name] for name in move.roles if name in part.procedure.roles]
    if known and len(known) == len(move.roles) and all(role.external and not role.recorded_by for role in known):
        yield part.at("roles"), "only outside roles may make it, and nobody enters it. Give a role recorded_by."


def request(part: Part) -> Iterator[Fault]:
    """What an answer records has names that differ."""
    asked: Request = part.value
    yield from _twice(part, "fields", (field.name for field in asked.fields), "Rename one of the two.")


def field(part: Part) -> Iterator[Fault]:
    """A field offers choices when it is one of choosing, and asks no more than it offers."""
    one: Field = part.value
    choosing = one.kind in ("choice", "choices")
    if choosing and not one.choices:
        yield part.at("choices"), f"a field of kind {one.kind} offers no choices. Add at least two."
    if one.choices and not choosing:
        yield part.at("choices"), f"a field of kind {one.kind} takes no choices. Make it a choice, or remove them."
    yield from _twice(part, "choices", (choice.name for choice in one.choices), "Leave one out.")
    if one.kind == "choices" and one.choices and one.least > len(one.choices):
        yield part.at("least"), f"it asks for {one.least} of {len(one.choices)} choices. Lower it."
    if one.reason_when and one.kind != "yes_no":
        yield part.at("reason_when"), f"only a yes_no field has it, not one of kind {one.kind}. Remove it."


def condition(part: Part) -> Iterator[Fault]:
    """A condition asks something, and an answer can make it true."""
    one: Condition = part.value
    if one.equals is None and not one.one_of and one.given is None and one.within is None:
        yield part.at(), "it asks nothing. Add is, in, given or within."
    known = [each for each in _fields(part.procedure) if each.name == one.field]
    if one.within and known and all(each.kind != "date" for each in known):
        yield part.at("field"), f"within asks about a date, and {one.field!r} is of kind {known[0].kind}. Name a date."
    if one.equals is not None:
        yield from _answerable(part.at("is"), one.equals, known)
    for index, answer in enumerate(one.one_of):
        yield from _answerable(part.at("in", index), answer, known)


def _answerable(place: Place, answer: object, known: list[Field]) -> Iterator[Fault]:
    kinds = {each.kind for each in known}
    offered = {choice.name: None for each in known for choice in each.choices}
    if kinds == {"yes_no"}:
        offered = {"yes": None, "no": None}
    if offered and answer not in offered:
        yield place, f"{answer!r} is never the answer to {known[0].name!r}. {hint(str(answer), offered)}"


def _fields(procedure: Procedure) -> Iterator[Field]:
    yield from (each for move in procedure.transitions for each in move.fields)
    yield from (each for asked in procedure.requests.values() for each in asked.fields)


def guard(part: Part) -> Iterator[Fault]:
    """A guard has what it asks about."""
    one: Guard = part.value
    for need in NEEDS.get(one.name, ()):
        if getattr(one, need) in (None, ""):
            yield part.at(need), f"the guard {one.name} needs {need}. Add it."
    if one.name == "not_held" and one.pause is None and one.trigger is None:
        yield part.at("pause"), "the guard not_held needs pause or trigger. Add one of the two."
    if one.name == "answers_in" and one.join == "quorum" and one.quorum < 1:
        yield part.at("quorum"), "a quorum is at least 1. Say how many answers are enough."


def role(part: Part) -> Iterator[Fault]:
    """A name means one thing: a role, or a body."""
    name = part.place[-1]
    if part.place[0] == "bodies" and name in part.procedure.roles:
        yield part.at(), f"{name!r} is a role as well. Give one of the two another name."


def anchor(part: Part) -> Iterator[Fault]:
    """A clock starts from exactly one thing."""
    given = part.value.given()
    if not given:
        yield part.at(), f"the clock starts from nothing. Give one of {ANCHORS}."
    if len(given) > 1:
        yield part.at(), f"the clock starts from {len(given)} things ({', '.join(given)}). Keep one."


def timescale(part: Part) -> Iterator[Fault]:
    """A time limit can be counted, is owed by somebody, and something meets it."""
    rule: Timescale = part.value
    yield from _countable(part, rule)
    if rule.owner == "agency" and rule.anchor.request is None and len(rule.anchor.given()) == 1:
        yield (
            part.at("owner"),
            "nobody owns it: no agency was asked, since its anchor is no request. Name a role, or anchor it on one.",
        )
    if rule.kind != "chase" and not _can_be_met(rule):
        yield part.at("met_by"), f"nothing meets this {rule.kind}. Name what does: triggers, requests or events."
    if rule.kind == "chase" and not (_can_be_met(rule) or rule.while_in or rule.cancelled_by.model_fields_set):
        yield part.at("met_by"), "this chase never ends. Name the event it waits for, or the states it runs in."
    if rule.kind == "deadline" and rule.repeat is not None:
        yield part.at("repeat"), "a deadline comes once. Make its kind duty, or remove repeat."


def _can_be_met(rule: Timescale) -> bool:
    ending = rule.met_by
    by_contact = ending.contact and (rule.anchor.pause is not None or bool(ending.events))
    by_answer = bool(ending.requests) and rule.anchor.request is not None
    return bool(ending.triggers or ending.events or ending.pauses or by_contact or by_answer)


def _countable(part: Part, rule: Timescale) -> Iterator[Fault]:
    if rule.unit == "fixed_date" and rule.on is None:
        yield part.at("on"), "a fixed date needs its day. Add on = { month = 7, day = 31 }."
    if rule.on is not None and rule.unit != "fixed_date":
        yield (
            part.at("on"),
            f"only unit = fixed_date has a day of the year, not {rule.unit}. Change the unit or remove it.",
        )
    if rule.unit == "none" and rule.limit is not None:
        yield part.at("limit"), "with unit = none there is nothing to count. Remove the limit, or give its unit."
    try:
        rule.length()
    except BadLimit as refusal:
        yield part.at("on"), f"{str(refusal)[0].lower()}{str(refusal)[1:]}"


def ladder(part: Part) -> Iterator[Fault]:
    """Rungs go up day by day, at a time of day."""
    one: Ladder = part.value
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", one.at):
        yield part.at("at"), f"{one.at!r} is no time of day. Write it as 09:00."
    for index, (earlier, later) in enumerate(zip(one.rungs, one.rungs[1:], strict=False), 1):
        if later.day < earlier.day:
            yield (
                part.at("rungs", index, "day"),
                f"day {later.day} stands after day {earlier.day}. Put the rungs in the order of their days.",
            )


def rung(part: Part) -> Iterator[Fault]:
    """A rung waits for a yes only where somebody is to say it."""
    one: Rung = part.value
    if one.confirm_within is not None and one.confirm is None:
        yield part.at("confirm_within"), "nobody is asked to confirm it. Name the role in confirm, or remove this."
    if one.confirm_within is not None and one.confirm_within < 0:
        yield part.at("confirm_within"), f"{one.confirm_within} days is in the past. Give 0 or more."


def pause(part: Part) -> Iterator[Fault]:
    """A hold stops of itself only what an order may stop."""
    one: PauseKind = part.value
    for index, name in enumerate(one.stops):
        if name not in one.may_stop:
            yield part.at("stops", index), f"{name!r} is not among those it may stop. Add it to may_stop too."


def _twice(part: Part, key: str, names: Iterable[str], remedy: str) -> Iterator[Fault]:
    for name, count in Counter(names).items():
        if count > 1:
            yield part.at(key), f"{name!r} is there {count} times. {remedy}"


PART_CHECKS: tuple[tuple[type, Callable[[Part], Iterator[Fault]]], ...] = (
    (Cited, cited),
    (State, state),
    (Transition, transition),
    (Request, request),
    (Field, field),
    (Condition, condition),
    (Guard, guard),
    (Role, role),
    (Anchor, anchor),
    (Timescale, timescale),
    (Ladder, ladder),
    (Rung, rung),
    (PauseKind, pause),
)
"""What is asked of each kind of part."""

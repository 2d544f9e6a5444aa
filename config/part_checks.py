"""Checks of each single part of an edition: a state, a move, a field, a condition, a guard."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from config.toml_places import Fault, Place, hint
from states.asking import AGENCY_KINDS
from states.figures import Figures
from states.guards import NEEDS, taken
from states.moments import UNITED_KINGDOM, time_zones
from states.procedure import Agency, Procedure
from states.steps import Condition, Field, Guard, Register, Request, Role, State, Transition
from states.values import Cited


@dataclass(frozen=True)
class CheckedPart:
    """A part under check: where it stands, what it says, and the edition it is of."""

    place: Place
    value: Any
    procedure: Procedure

    def at(self, *keys: str | int) -> Place:
        """The place of a key within this part."""
        return (*self.place, *keys)


def cited(part: CheckedPart) -> Iterator[Fault]:
    """What claims to rest on guidance or statute says where it is written."""
    rule: Cited = part.value
    if rule.basis in ("guidance", "statute") and not rule.cite:
        yield (
            part.at("cite"),
            f"it rests on {rule.basis} but cites no source. Cite one, or make its basis local or assumption.",
        )


def state(part: CheckedPart) -> Iterator[Fault]:
    """The phase closed is where cases are closed, and only there."""
    one: State = part.value
    if one.final and one.phase != "closed":
        yield part.at("phase"), f"a final state is in the phase closed, not {one.phase}. Change one of the two."
    if one.phase == "closed" and not one.final:
        yield part.at("final"), "a state in the phase closed is final. Write final = true, or change the phase."


def transition(part: CheckedPart) -> Iterator[Fault]:
    """What a move records has names that differ, and somebody can make it."""
    move: Transition = part.value
    yield from _twice(part, "fields", (field.name for field in move.fields), "Rename one of the two.")
    yield from _twice(part, "source", move.source, "Leave one out.")
    known = [part.procedure.roles[name] for name in move.roles if name in part.procedure.roles]
    if known and len(known) == len(move.roles) and all(role.external and not role.recorded_by for role in known):
        yield part.at("roles"), "only outside roles may make it, and nobody enters it. Give a role recorded_by."


def request(part: CheckedPart) -> Iterator[Fault]:
    """What an answer records has names that differ."""
    asked: Request = part.value
    yield from _twice(part, "fields", (field.name for field in asked.fields), "Rename one of the two.")
    kept = part.procedure.registers.get(asked.per_item or "")
    if kept is not None and all(each.kind not in AGENCY_KINDS for each in kept.all_fields):
        yield part.at("per_item"), f"no item of {asked.per_item!r} names an agency to ask. Add a field of kind agency."


def field(part: CheckedPart) -> Iterator[Fault]:
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


def condition(part: CheckedPart) -> Iterator[Fault]:
    """A condition asks something, and an answer can make it true."""
    one: Condition = part.value
    if one.equals is None and not one.one_of and one.given is None and one.within is None:
        yield part.at(), "it asks nothing. Add is, in, given or within."
    own = (each for each in fields_about(part.procedure, part.place) if each.name == one.field)
    known = [*own, *part.procedure.recordings.get(one.field, ())]
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


def fields_about(procedure: Procedure, place: Place) -> tuple[Field, ...]:
    """The fields that are known at a place besides the case's own: those of a request, or of a register."""
    kind, name = (*place, "", "")[:2]
    if kind == "transitions" and "where" in place:
        kind, name = "registers", procedure.transitions[int(name)].guards[int(place[3])].items or ""
    if kind == "requests":
        return procedure.requests[str(name)].fields
    if kind == "timescales":
        about, of = procedure.belonging.get(str(name), ("", ""))
        if about == "request" and "met_by" in place and of in procedure.requests:
            return procedure.requests[of].fields
        kind, name = "registers", of if about == "item" else ""
    kept = procedure.registers.get(str(name)) if kind == "registers" else None
    return kept.all_fields if kept else ()


def guard(part: CheckedPart) -> Iterator[Fault]:
    """A guard has what it asks about."""
    one: Guard = part.value
    for need in NEEDS.get(one.name, ()):
        if getattr(one, need) in (None, ""):
            yield part.at(need), f"the guard {one.name} needs {need}. Add it."
    yield from _not_looked_at(part, one)
    if one.name == "not_held" and one.pause is None and one.trigger is None:
        yield part.at("pause"), "the guard not_held needs pause or trigger. Add one of the two."
    if one.name == "answers_in" and one.join == "quorum" and one.quorum < 1:
        yield part.at("quorum"), "a quorum is at least 1. Say how many answers are enough."
    yield from _about_one(part, one)
    kept = part.procedure.registers.get(one.items or "")
    if (one.dated is None) != (one.until is None):
        yield part.at("until" if one.dated else "dated"), "dated and until belong together. Give both, or neither."
    if one.dated and kept is not None:
        yield from _dated(part, one.dated, kept)
    if one.name == "items_ended" and kept is not None and not _ends(kept):
        yield part.at("items"), f"the items of {one.items!r} never end. Give that register answer or ended_when."


def _not_looked_at(part: CheckedPart, one: Guard) -> Iterator[Fault]:
    """What a guard is given and never looks at would be taken for a rule that holds."""
    looks_at = taken(one.name)
    for key in type(one).model_fields:
        if key in one.model_fields_set and key not in {*looks_at, "name"}:
            known = ", ".join(looks_at)
            yield part.at(key), f"the guard {one.name} does not look at {key}, only at {known}. Leave it out."


def _about_one(part: CheckedPart, one: Guard) -> Iterator[Fault]:
    """A right that is over by then shuts nothing; what is asked about each item is wanted of all."""
    if one.name == "not_after" and _never_shuts(part):
        why = f"{one.timescale!r} is set aside when the case is closed, so it never shuts this move"
        yield part.at("timescale"), f"{why}. Write outlives_closing = true there."
    asked = part.procedure.requests.get(one.request or "")
    if one.join == "quorum" and asked is not None and asked.per_item:
        yield part.at("join"), f"{one.request!r} is asked about each item, so no number is enough. Make it all."


def _never_shuts(part: CheckedPart) -> bool:
    """Whether a move is made from closed cases alone, and its time limit has fallen by then."""
    rule = part.procedure.timescales.get(part.value.timescale or "")
    if rule is None or rule.outlives_closing or part.place[0] != "transitions":
        return False
    states = [part.procedure.states.get(name) for name in part.procedure.transitions[int(part.place[1])].source]
    return bool(states) and all(state is not None and state.final for state in states)


def _dated(part: CheckedPart, name: str, kept: Register) -> Iterator[Fault]:
    dates = {each.name: None for each in kept.all_fields if each.kind == "date"}
    if name not in dates:
        yield part.at("dated"), f"{name!r} is no date of the items of {part.value.items!r}. {hint(name, dates)}"


def _ends(kept: Register) -> bool:
    return bool(kept.answer) or kept.ended_when is not None


def register(part: CheckedPart) -> Iterator[Fault]:
    """A register's items are numbered like no other's, and somebody answers and follows them."""
    kept: Register = part.value
    for key in ("fields", "answer", "update"):
        yield from _twice(part, key, (each.name for each in getattr(kept, key)), "Rename one of the two.")
    for key, by in (("answer", "answered_by"), ("update", "updated_by")):
        if getattr(kept, key) and not getattr(kept, by):
            yield part.at(by), f"nobody may fill in {key}. Name the roles that may."
    for name, other in part.procedure.registers.items():
        if name == part.place[-1]:
            break
        if _numbered_alike(kept.prefix, other.prefix):
            yield part.at("prefix"), f"the items of {name!r} are numbered with {other.prefix!r} too. Change one."
            break


def _numbered_alike(one: str, other: str) -> bool:
    """Whether items of two registers could be called the same: A11 is the first of A1 and the eleventh of A."""
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    return re.fullmatch(rf"{re.escape(short)}\d*", long) is not None


def role(part: CheckedPart) -> Iterator[Fault]:
    """A name means one thing: a role, or a body."""
    name = part.place[-1]
    if part.place[0] == "bodies" and name in part.procedure.roles:
        yield part.at(), f"{name!r} is a role as well. Give one of the two another name."


def _twice(part: CheckedPart, key: str, names: Iterable[str], remedy: str) -> Iterator[Fault]:
    for name, count in Counter(names).items():
        if count > 1:
            yield part.at(key), f"{name!r} is there {count} times. {remedy}"


def figures(part: CheckedPart) -> Iterator[Fault]:
    """A step decides one thing, and decides something."""
    said: Figures = part.value
    for key in ("reviewed", "other_learning", "not_reviewed"):
        yield from _twice(part, key, getattr(said, key), "Leave one out.")
        for index, name in enumerate(getattr(said, key)):
            move = part.procedure.transition(name)
            if move is not None and move.reopens:
                yield part.at(key, index), f"{name!r} opens a closed case again, and decides nothing. Remove it."
    lists = (("other_learning", said.reviewed), ("not_reviewed", said.leading_on))
    for key, before in lists:
        for index, name in enumerate(getattr(said, key)):
            if name in before:
                yield part.at(key, index), f"{name!r} is counted as something else already. Keep one of the two."


def time_zone(part: CheckedPart) -> Iterator[Fault]:
    """The time zone of an edition, or of an agency, is one that there is; an agency has something of its own."""
    name = part.value.time_zone
    if name not in {None, UNITED_KINGDOM} and name not in time_zones():
        yield part.at("time_zone"), f"there is no time zone {name!r}. {hint(name, time_zones())}"
    if isinstance(part.value, Agency) and part.value.calendar is None and name is None:
        yield part.at(), "nothing is said of this agency. Name its calendar or its time_zone, or remove it."


PART_CHECKS: tuple[tuple[type, Callable[[CheckedPart], Iterator[Fault]]], ...] = (
    (Cited, cited),
    (State, state),
    (Transition, transition),
    (Request, request),
    (Register, register),
    (Field, field),
    (Condition, condition),
    (Guard, guard),
    (Role, role),
    (Procedure, time_zone),
    (Figures, figures),
    (Agency, time_zone),
)
"""What is asked of each kind of part."""

"""Checks of an edition's examples before they are played: known names, days in order, at least one claim."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from config.part_checks import CheckedPart
from config.toml_places import Fault, hint
from states.examples import EXPECTATIONS, HAPPENINGS, Example, ExampleStep
from states.procedure import Procedure
from states.steps import Field, as_day

STANDINGS = ("held", "no limit set", "met", "met late", "set aside", "not started")
"""What is said of a date that is no day: how it stands."""

REPLIES = frozenset({"answered", "declined", "redirected", "promised", "sent_back", "withdrawn"})
FILLED_IN = frozenset({"trigger", "answered", "item", "item_answered", "item_updated", "corrected"})
ONLY_WITH: dict[str, frozenset[str]] = {
    "fields": FILLED_IN,
    "without": FILLED_IN - {"corrected"},
    "override": frozenset({"trigger"}),
    "authority": frozenset({"trigger", "pause"}),
    "to": frozenset({"redirected"}),
    "until": frozenset({"promised", "pause"}),
    "until_event": frozenset({"pause"}),
    "stops": frozenset({"pause"}),
    "count": frozenset({"extension"}),
    "happened": frozenset({"corrected"}),
    "refused": frozenset(HAPPENINGS),
}
"""Which keys belong to which happenings alone."""

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
SENIOR = " (senior contact)"
"""What follows the name of an agency where its senior contact is told, and not its first."""


def example(part: CheckedPart) -> Iterator[Fault]:
    """A story opens a case, goes forward in time, expects something, and says where its days come from."""
    one: Example = part.value
    if one.days == "source" and not one.cite:
        yield part.at("cite"), 'its days are said to be a source\'s own. Cite it, or write days = "invented".'
    if [other.title for other in part.procedure.examples].count(one.title) > 1:
        yield part.at("title"), "another example has this title. Give each its own."
    openings = [move.trigger for move in part.procedure.openings]
    if one.steps and one.steps[0].trigger not in openings:
        yield part.at("steps", 0), f"a story begins with a move that opens a case. {hint('', openings)}"
    if one.steps and not any(step.expects for step in one.steps):
        yield part.at("steps"), f"nothing is said to come of it. Add one of {', '.join(EXPECTATIONS)} to a line."
    yield from _backwards(part, one)


def _backwards(part: CheckedPart, one: Example) -> Iterator[Fault]:
    before = ""
    for index, step in enumerate(one.steps):
        moment = f"{step.on} {step.at}"
        if as_day(step.on) is None:
            yield part.at("steps", index, "on"), f"{step.on!r} is no day. Write it as 2026-03-02."
        elif moment < before:
            yield part.at("steps", index, "on"), f"{moment} is before the line above it ({before}). Put them in order."
        else:
            before = moment
        corrected = step.corrected
        if corrected is not None and not (corrected <= index and one.steps[corrected - 1].happening):
            yield (
                part.at("steps", index, "corrected"),
                f"line {corrected} is none above this in which something happens. Count the lines from 1.",
            )


def example_step(part: CheckedPart) -> Iterator[Fault]:
    """A line says one thing that happens, with what belongs to it, and what must come of it in words Cairn knows."""
    step: ExampleStep = part.value
    happening = step.happening
    given = [key for key in HAPPENINGS if getattr(step, key) is not None]
    if len(given) > 1:
        yield part.at(given[1]), f"{given[0]} and {given[1]} happen in one line. Give each a line of its own."
    if not given and not (step.expects or step.lead or step.children or step.agencies):
        yield part.at(), f"nothing happens in it, and nothing is expected. {hint('', HAPPENINGS)}"
    if not CLOCK.fullmatch(step.at):
        yield part.at("at"), f"{step.at!r} is no time of day. Write it as 09:00."
    for key, allowed in ONLY_WITH.items():
        if getattr(step, key) not in ("", 0, None, {}, ()) and happening not in allowed:
            yield part.at(key), f"it belongs to {', '.join(sorted(allowed))}. Leave it out, or add what it belongs to."
    for key in ("until", "happened"):
        if getattr(step, key) and as_day(getattr(step, key)) is None:
            yield part.at(key), f"{getattr(step, key)!r} is no day. Write it as 2026-03-02."
    for ask in (_needs, _fields, _dates, _told):
        yield from ask(part, step)


def _needs(part: CheckedPart, step: ExampleStep) -> Iterator[Fault]:
    happening = step.happening
    if happening in REPLIES and not step.agency:
        yield part.at("agency"), f"{happening} needs the agency. Name it."
    if happening == "request" and not step.agencies:
        yield part.at("agencies"), "nobody is asked. Name the agencies."
    if happening == "redirected" and not step.to:
        yield part.at("to"), "it is passed on to nobody. Name the agency."
    if happening == "extension" and not step.count:
        yield part.at("count"), "no more time is asked for. Say how much, in the limit's own days."
    if happening == "corrected" and not (step.fields or step.happened):
        yield part.at("happened"), "nothing is put right. Give fields, or the day it happened."


def _fields(part: CheckedPart, step: ExampleStep) -> Iterator[Fault]:
    known = {field.name: None for field in _recorded(part.procedure, step)}
    for name in step.fields if step.happening in FILLED_IN else ():
        if name not in known:
            yield part.at("fields", name), f"there is no field {name!r} here. {hint(name, known)}"
    for name in step.without if step.happening in FILLED_IN else ():
        if name not in {*known, "reason", "authority"}:
            yield part.at("without"), f"there is no field {name!r} here. {hint(name, {*known, 'reason', 'authority'})}"


def _recorded(procedure: Procedure, step: ExampleStep) -> Iterable[Field]:
    """What can be filled in where this happens."""
    if step.corrected is not None:
        return procedure.recordable.values()
    if step.trigger is not None:
        return [field for move in procedure.transitions if move.trigger == step.trigger for field in move.fields]
    if step.answered is not None:
        found = procedure.requests.get(step.answered)
        return found.fields if found else ()
    kept = procedure.registers.get(step.item or "")
    registers = [kept] if kept else list(procedure.registers.values())
    return [field for one in registers for field in one.all_fields]


NO_DATE = "{expected!r} is no day (2026-03-02), no moment (2026-03-02 17:00) and none of {words}. Write one of these."


def _dates(part: CheckedPart, step: ExampleStep) -> Iterator[Fault]:
    known = part.procedure.timescales
    for key in ("dates", "receipts"):
        for name in getattr(step, key):
            timescale = name.partition("/")[0].partition("#")[0]
            if timescale not in known:
                yield part.at(key, name), f"there is no time limit {timescale!r}. {hint(timescale, known)}"
    for name, expected in step.dates.items():
        if expected not in STANDINGS and not _is_moment(expected):
            yield part.at("dates", name), NO_DATE.format(expected=expected, words=", ".join(STANDINGS))


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _told(part: CheckedPart, step: ExampleStep) -> Iterator[Fault]:
    place = part.place
    story = part.procedure.examples[int(place[1])] if len(place) > 1 else None
    known = {*part.procedure.roles, *part.procedure.bodies, *(_agencies(story) if story else ())}
    told: Mapping[str, tuple[str, ...]] = step.told or {}
    for key, found in (("told", told), ("drafted", step.drafted)):
        for message, names in found.items():
            for name in names:
                if name.removesuffix(SENIOR) not in known:
                    yield (
                        part.at(key, message),
                        f"{name!r} is no role, body or agency of this story. {hint(name, known)}",
                    )


def _agencies(story: Example) -> Iterator[str]:
    """The agencies of a story: those it names, and those it fills in."""
    for step in story.steps:
        yield from (step.agency, step.to, *step.agencies)
        for value in step.fields.values():
            yield from (
                [value]
                if isinstance(value, str)
                else [one for one in value if isinstance(one, str)]
                if isinstance(value, list)
                else ()
            )


EXAMPLE_CHECKS: tuple[tuple[type, Callable[[CheckedPart], Iterator[Fault]]], ...] = (
    (Example, example),
    (ExampleStep, example_step),
)
"""What is asked of the examples."""

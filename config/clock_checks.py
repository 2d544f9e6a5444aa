"""Checks of each clock of an edition: that it starts, can be counted, is owed by somebody and can be met."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from config.part_checks import CheckedPart, fields_about
from config.toml_places import Fault
from states.errors import BadLimit
from states.limits import COUNTS, ROLLS
from states.steps import Field, PauseKind
from states.timescales import Anchor, Ladder, Rung, Start, Timescale

ANCHORS = "field, state, trigger, request, pause, event, items, entered, timescale, period, later_of or earlier_of"

OWNERS = {"request": "request", "item": "register", "hold": "hold"}


def start(part: CheckedPart) -> Iterator[Fault]:
    """A clock starts from exactly one thing."""
    one: Start = part.value
    several = [key for key in ("later_of", "earlier_of") if getattr(one, key, ())]
    given = [*one.given(), *several]
    if not given:
        yield part.at(), f"the clock starts from nothing. Give one of {ANCHORS}."
    if len(given) > 1:
        yield part.at(), f"the clock starts from {len(given)} things ({', '.join(given)}). Keep one, or name later_of."


def anchor(part: CheckedPart) -> Iterator[Fault]:
    """The later or the earlier is of several things that differ, and all of them have their clock for the same."""
    one: Anchor = part.value
    key = "later_of" if one.later_of else "earlier_of"
    if len(one.parts) == 1 and (one.later_of or one.earlier_of):
        yield part.at(key), f"{key} names one thing. Name two or more, or write it without {key}."
    for index, each in enumerate(one.parts):
        if each in one.parts[:index]:
            yield part.at(key, index), "it is named twice. Leave one out."
    owners = part.procedure.owners_of(one)
    if len(owners) > 1:
        named = " and ".join(f"{OWNERS[kind]} {name!r}" for kind, name in owners)
        yield part.at(key), f"they have clocks of their own for different things ({named}). Name parts of one of them."
    if one.each is not None and owners:
        kind, name = owners[0]
        yield part.at("each"), f"each {OWNERS[kind]} {name!r} has its own clock already. Remove each."


def timescale(part: CheckedPart) -> Iterator[Fault]:
    """A time limit can be counted, is owed by somebody, and something meets it."""
    rule: Timescale = part.value
    yield from _countable(part, rule)
    yield from _right(part, rule)
    yield from _met_on(part, rule)
    if rule.owner == "agency" and _starts(rule) and not _names_an_agency(part):
        yield (
            part.at("owner"),
            "nobody owns it: its anchor is no request, nor an item with a field named agency. Name a role instead.",
        )
    if rule.can_be_late and not _can_be_met(part, rule):
        yield part.at("met_by"), f"nothing meets this {rule.kind}. Name what does, such as triggers."
    if rule.kind == "chase" and not (_can_be_met(part, rule) or rule.while_in or rule.cancelled_by.model_fields_set):
        yield part.at("met_by"), "this chase never ends. Name the event it waits for, or the states it runs in."
    if rule.kind == "deadline" and rule.repeat is not None:
        yield part.at("repeat"), "a deadline comes once. Make its kind duty, or remove repeat."


def _starts(rule: Timescale) -> bool:
    return len(rule.anchor.given()) == 1 or len(rule.anchor.parts) > 1


def _right(part: CheckedPart, rule: Timescale) -> Iterator[Fault]:
    """A right lapses: nobody is chased for it once it has, and it does not come round again."""
    if rule.kind != "window":
        return
    ladder = part.procedure.ladders.get(rule.ladder or "")
    after = [rung.day for rung in ladder.rungs if rung.day > 0] if ladder is not None else []
    if after:
        yield (
            part.at("ladder"),
            f"a window lapses, and {rule.ladder!r} has a rung on day {after[0]}. Name one that ends on its day.",
        )
    if rule.repeat is not None:
        yield part.at("repeat"), "a window does not come round again. Make its kind duty, or remove repeat."


def _met_on(part: CheckedPart, rule: Timescale) -> Iterator[Fault]:
    """The day on which something was met is recorded by whatever meets it, and lies behind it."""
    if rule.met_on is None:
        return
    silent = next((what for what, fields in _meeting(part, rule) if not _dates(fields, rule.met_on)), None)
    if silent is not None:
        yield (
            part.at("met_on"),
            f"{silent} meets it, and does not record the date {rule.met_on!r}. Add that field there.",
        )
    if not any(True for _ in _meeting(part, rule)):
        yield part.at("met_on"), "nothing that meets it records anything. Name triggers, requests or items in met_by."


def _dates(fields: Iterable[Field], name: str) -> bool:
    return any((field.name, field.kind, field.future) == (name, "date", False) for field in fields)


def _meeting(part: CheckedPart, rule: Timescale) -> Iterator[tuple[str, tuple[Field, ...]]]:
    """Whatever meets a time limit, in words, with the fields it records."""
    own, by = part.procedure, rule.met_by
    for move in own.transitions:
        if move.trigger in by.triggers:
            yield f"the move {move.trigger!r}", move.fields
    yield from ((f"an answer to {name!r}", own.requests[name].fields) for name in by.requests if name in own.requests)
    for name in (*by.items, *by.updates):
        if name in own.registers:
            kept = own.registers[name]
            yield f"an item of {name!r}", (*kept.answer, *kept.update)
    yield from ((f"the event {name!r}", ()) for name in by.events)
    if by.contact:
        yield "asking after it", ()


def _can_be_met(part: CheckedPart, rule: Timescale) -> bool:
    ending, kind = rule.met_by, _belongs(part)[0]
    by_contact = ending.contact and (kind == "hold" or bool(ending.events))
    by_answer = bool(ending.requests) and kind == "request"
    by_item = bool(ending.items or ending.updates) and kind == "item"
    return bool(ending.triggers or ending.events or by_contact or by_answer or by_item)


def _belongs(part: CheckedPart) -> tuple[str, str]:
    return part.procedure.belonging.get(str(part.place[-1]), ("", ""))


def _names_an_agency(part: CheckedPart) -> bool:
    named = (each.name for each in fields_about(part.procedure, part.place))
    kind = _belongs(part)[0]
    return kind == "request" or (kind == "item" and "agency" in named)


def _countable(part: CheckedPart, rule: Timescale) -> Iterator[Fault]:
    if rule.starts == "sent" and rule.anchor.request is None:
        yield part.at("starts"), "only the clock of a request can start when its letter may leave. Remove it."
    if rule.unit == "fixed_date" and rule.on is None:
        yield part.at("on"), "a fixed date needs its day. Add on = { month = 7, day = 31 }."
    if rule.on is not None and rule.unit != "fixed_date":
        yield (
            part.at("on"),
            f"only unit = fixed_date has a day of the year, not {rule.unit}. Change the unit or remove it.",
        )
    if rule.unit == "none" and rule.limit is not None:
        yield part.at("limit"), "with unit = none there is nothing to count. Remove the limit, or give its unit."
    odd = list(_oddly_counted(part, rule))
    yield from odd
    try:
        if not odd:
            rule.length()
    except BadLimit as refusal:
        yield part.at("on"), f"{str(refusal)[0].lower()}{str(refusal)[1:]}"


def _oddly_counted(part: CheckedPart, rule: Timescale) -> Iterator[Fault]:
    """What is said of the first and the last day, or of closed days, where the unit leaves nothing to say."""
    if rule.counted != "after_the_day" and rule.unit not in COUNTS:
        yield (
            part.at("counted"),
            f"in {rule.unit} no day is the first or the last. Remove it, or make the unit one of {_any_of(COUNTS)}.",
        )
    elif rule.counted == "from_the_day" and rule.limit == 0:
        yield part.at("limit"), "counted from_the_day, the first day is day 1. Give 1 or more, or -1 or less."
    if rule.roll and not {rule.unit, rule.repeat.unit if rule.repeat else rule.unit} & ROLLS:
        yield (
            part.at("roll"),
            f"what is counted in {rule.unit} is not moved. Remove it, or make the unit one of {_any_of(ROLLS)}.",
        )


def _any_of(units: frozenset[str]) -> str:
    return ", ".join(sorted(units))


def ladder(part: CheckedPart) -> Iterator[Fault]:
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


def rung(part: CheckedPart) -> Iterator[Fault]:
    """A rung waits for a yes only where somebody is to say it."""
    one: Rung = part.value
    if one.confirm_within is not None and one.confirm is None:
        yield part.at("confirm_within"), "nobody is asked to confirm it. Name the role in confirm, or remove this."
    if one.confirm_within is not None and one.confirm_within < 0:
        yield part.at("confirm_within"), f"{one.confirm_within} days is in the past. Give 0 or more."


def pause(part: CheckedPart) -> Iterator[Fault]:
    """A hold stops of itself only what an order may stop."""
    one: PauseKind = part.value
    for index, name in enumerate(one.stops):
        if name not in one.may_stop:
            yield part.at("stops", index), f"{name!r} is not among those it may stop. Add it to may_stop too."


CLOCK_CHECKS: tuple[tuple[type, Callable[[CheckedPart], Iterator[Fault]]], ...] = (
    (Start, start),
    (Anchor, anchor),
    (Timescale, timescale),
    (Ladder, ladder),
    (Rung, rung),
    (PauseKind, pause),
)
"""What is asked of each kind of part that has to do with time."""

"""What is asked of each clock of an edition: that it starts, can be counted, is owed and met."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from config.part_checks import Part, fields_about
from config.toml_places import Fault
from states.errors import BadLimit
from states.limits import COUNTS, ROLLS
from states.steps import PauseKind
from states.timescales import Anchor, Ladder, Rung, Timescale

ANCHORS = "field, state, trigger, request, pause, event, items, entered, timescale or period"


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
    if rule.owner == "agency" and len(rule.anchor.given()) == 1 and not _names_an_agency(part, rule):
        yield (
            part.at("owner"),
            "nobody owns it: its anchor is no request, nor an item with a field named agency. Name a role instead.",
        )
    if rule.kind != "chase" and not _can_be_met(rule):
        yield part.at("met_by"), f"nothing meets this {rule.kind}. Name what does, such as triggers."
    if rule.kind == "chase" and not (_can_be_met(rule) or rule.while_in or rule.cancelled_by.model_fields_set):
        yield part.at("met_by"), "this chase never ends. Name the event it waits for, or the states it runs in."
    if rule.kind == "deadline" and rule.repeat is not None:
        yield part.at("repeat"), "a deadline comes once. Make its kind duty, or remove repeat."


def _can_be_met(rule: Timescale) -> bool:
    ending = rule.met_by
    by_contact = ending.contact and (rule.anchor.pause is not None or bool(ending.events))
    by_answer = bool(ending.requests) and rule.anchor.request is not None
    by_item = bool(ending.items or ending.updates) and rule.anchor.register is not None
    return bool(ending.triggers or ending.events or by_contact or by_answer or by_item)


def _names_an_agency(part: Part, rule: Timescale) -> bool:
    named = (each.name for each in fields_about(part.procedure, part.place))
    return rule.anchor.request is not None or (rule.anchor.register is not None and "agency" in named)


def _countable(part: Part, rule: Timescale) -> Iterator[Fault]:
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


def _oddly_counted(part: Part, rule: Timescale) -> Iterator[Fault]:
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


CLOCK_CHECKS: tuple[tuple[type, Callable[[Part], Iterator[Fault]]], ...] = (
    (Anchor, anchor),
    (Timescale, timescale),
    (Ladder, ladder),
    (Rung, rung),
    (PauseKind, pause),
)
"""What is asked of each kind of part that has to do with time."""

"""Checks that the words, dates and numbers of an edition are meaningful and within reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from config.condition_checks import LISTS
from config.part_checks import CheckedPart
from config.procedure_names import CHANNELS
from config.toml_places import Fault, hint
from states.procedure import Procedure
from states.steps import Field, Guard, Register, Window
from states.timescales import Every, ExtensionRule, Rung, Timescale
from states.values import CountedIn, Source, Value

FURTHEST: dict[CountedIn, int] = {
    "calendar_days": 36_525,
    "working_days": 26_090,
    "clear_days": 36_525,
    "hours": 876_600,
    "weeks": 5_218,
    "months": 1_200,
    "fixed_date": 100,
}
"""How many of each make a hundred years: a limit beyond is a slip of the finger."""

MOST = 1_000
"""People, agencies, items or answers: more are never asked for."""

SHOWN = 20
"""Digits of a number that are shown."""

FURTHEST_RUNG = 3_653
"""Days between a date and a rung of its ladder: ten years."""

EDITION = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}", re.ASCII)
PREFIX = re.compile(r"[A-Z]{1,8}", re.ASCII)
PARTLY_KNOWN = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
ADDRESS = re.compile(r"https?://[^\s/]\S*")


def edition(part: CheckedPart) -> Iterator[Fault]:
    """An edition has a name and a prefix that can be used, dates that are dates, and replaces another."""
    one: Procedure = part.value
    for key in ("name", "regime", "nation"):
        if not getattr(one, key):
            yield part.at(key), "it is empty. Write a few words."
    if one.name.strip() and not EDITION.fullmatch(one.name):
        yield part.at("name"), f"{one.name[:40]!r} cannot be the name of a file. Use small letters, digits and hyphens."
    yield from _prefix(part, one.prefix, "A case's reference begins with it, as in LR-2026-0001.")
    for key in ("issued_on", "withdrawn_on"):
        yield from _day(part, key, getattr(one, key))
    known = _is_day(one.issued_on) and _is_day(one.withdrawn_on)
    if known and one.withdrawn_on < one.issued_on[: len(one.withdrawn_on)]:
        yield (
            part.at("withdrawn_on"),
            f"it was withdrawn before it was issued ({one.issued_on}). Correct one of the two.",
        )
    if one.replaces and one.replaces == one.name:
        yield part.at("replaces"), "an edition does not replace itself. Name the one before it, or remove this."
    if one.name in one.migrations:
        yield part.at("migrations", one.name), "no case comes to an edition from itself. Name the one before it."


def _prefix(part: CheckedPart, prefix: str, used: str) -> Iterator[Fault]:
    if not PREFIX.fullmatch(prefix):
        yield part.at("prefix"), f"{prefix[:20]!r} is no prefix. Use one to eight capital letters. {used}"


def _day(part: CheckedPart, key: str, written: str) -> Iterator[Fault]:
    """A date that may be known to the month or the year alone."""
    if written.strip() and not _is_day(written):
        yield part.at(key), f"{written[:40]!r} is no date. Write it as 2015-03-31, as 2015-03, or as 2015."


def _is_day(written: str) -> bool:
    try:
        return bool(PARTLY_KNOWN.fullmatch(written)) and bool(date.fromisoformat(f"{written}-01-01"[:10]))
    except ValueError:
        return False


def source(part: CheckedPart) -> Iterator[Fault]:
    """A source is looked at on a day, and its address can be gone to."""
    one: Source = part.value
    yield from _day(part, "checked_on", one.checked_on)
    if one.url.strip() and not ADDRESS.fullmatch(one.url):
        yield part.at("url"), f"{one.url[:40]!r} is no address. Write it as https://..., or leave it out."


def register(part: CheckedPart) -> Iterator[Fault]:
    """The items of a register have numbers that can be typed."""
    kept: Register = part.value
    own = [each.name for each in kept.all_fields if each.kind == "date"]
    if kept.counts_from is not None and kept.counts_from not in own and _is_elsewhere(part, kept.counts_from):
        yield part.at("counts_from"), f"its items have no date {kept.counts_from!r}. {hint(kept.counts_from, own)}"
    yield from _prefix(part, kept.prefix, "Its items are numbered with it, as F1, F2.")


def _is_elsewhere(part: CheckedPart, name: str) -> bool:
    return name in part.procedure.recordings


def field(part: CheckedPart) -> Iterator[Fault]:
    """A field asks for no more than anybody can give, and not for less than nothing."""
    one: Field = part.value
    yield from _within(part, "least", one.least, 0, MOST)
    if one.least != 1 and one.kind not in LISTS:
        yield part.at("least"), f"a field of kind {one.kind} holds one answer, and no number of them. Remove it."
    if one.future and one.kind != "date":
        yield part.at("future"), f"only a date may lie ahead, and this is of kind {one.kind}. Remove it."


def guard(part: CheckedPart) -> Iterator[Fault]:
    """A guard asks for numbers within reason, and for a quorum only where it says so."""
    one: Guard = part.value
    yield from _within(part, "least", one.least, 0, MOST)
    if one.join == "quorum":
        yield from _within(part, "quorum", one.quorum, min(1, one.quorum), MOST)
    elif one.quorum:
        yield part.at("join"), 'a quorum counts only with join = "quorum". Add that, or remove the quorum.'


def window(part: CheckedPart) -> Iterator[Fault]:
    """The time before a date has a length."""
    one: Window = part.value
    yield from _within(part, "months", one.months, 0, FURTHEST["months"])
    yield from _within(part, "days", one.days, 0, FURTHEST["calendar_days"])


def timescale(part: CheckedPart) -> Iterator[Fault]:
    """A limit lies within a hundred years."""
    rule: Timescale = part.value
    most = FURTHEST.get(rule.unit)
    if rule.limit is not None and most is not None:
        yield from _within(part, "limit", rule.limit, -most, most, f" {rule.unit.replace('_', ' ')}")


def every(part: CheckedPart) -> Iterator[Fault]:
    """What comes round does so within a hundred years."""
    one: Every = part.value
    yield from _within(part, "count", one.count, 1, FURTHEST[one.unit], f" {one.unit.replace('_', ' ')}")


def extension(part: CheckedPart) -> Iterator[Fault]:
    """More time is given a number of times, and so many days in all."""
    one: ExtensionRule = part.value
    yield from _within(part, "most", one.most, 1, MOST)
    if one.longest is not None:
        yield from _within(part, "longest", one.longest, 1, FURTHEST["calendar_days"])


def rung(part: CheckedPart) -> Iterator[Fault]:
    """A rung lies within ten years of its date, and goes by a channel there is."""
    one: Rung = part.value
    yield from _within(part, "day", one.day, -FURTHEST_RUNG, FURTHEST_RUNG)
    if one.confirm_within is not None:
        yield from _within(part, "confirm_within", one.confirm_within, min(0, one.confirm_within), FURTHEST_RUNG)
    for index, name in enumerate(one.channels):
        if name not in CHANNELS:
            yield part.at("channels", index), f"there is no channel {name!r}. {hint(name, CHANNELS)}"


def _within(part: CheckedPart, key: str, number: int, least: int, most: int, unit: str = "") -> Iterator[Fault]:
    if not least <= number <= most:
        yield part.at(key), f"{_shown(number)}{unit} is out of all reason. Give a number from {least} to {most}."


def _shown(number: int) -> str:
    text = str(number)
    return text if len(text) <= SHOWN else f"{text[:12]}... ({len(text)} digits)"


VALUE_CHECKS: tuple[tuple[type[Value], Callable[[CheckedPart], Iterator[Fault]]], ...] = (
    (Procedure, edition),
    (Source, source),
    (Register, register),
    (Field, field),
    (Guard, guard),
    (Window, window),
    (Timescale, timescale),
    (Every, every),
    (ExtensionRule, extension),
    (Rung, rung),
)
"""What is asked of the words, dates and numbers of each kind of part."""

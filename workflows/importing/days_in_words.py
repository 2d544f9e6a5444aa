"""Days written as words in a sheet: read where only one day can be meant, asked about where two can."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from states.moments import LONDON
from states.typed_days import WEEKDAYS, day_or_none, place_among, read_day
from states.words import full_weekday, long_day

Order = Literal["day_first", "month_first"]

FIGURES = re.compile(r"(\d{1,2})(?:\s*[./-]\s*|\s)(\d{1,2})(?:\s*[./-]\s*|\s)(\d{4}|\d{2})")
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
IN_WORDS = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.)?(?: of)?[ /-]?([a-z]{3,9})\.?,?[ /-]?'?(\d{4}|\d{2})", re.IGNORECASE
)
MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.IGNORECASE)
WITH_TIME = re.compile(
    r"(.*?\d)(?:,? at |[T ,]+)([01]?\d|2[0-4])[:.]([0-5]\d)(?:[:.][0-5]\d(?:\.\d+)?)?(?: ?([ap])\.?m\.?)?"
    r" ?(Z|UTC|GMT|BST|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
WITHIN = re.compile(
    r"(?<![\w./-])(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}(?:st|nd|rd|th)?(?: of)?[ -](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ -]\d{2,4})"
    r"(?![\w/-])",
    re.IGNORECASE,
)
ONLY_FIGURES = re.compile(r"\d{5}|\d{8}")
BY = re.compile(r"(?:due |no later than |to be done )?(?:by|on|due):? ", re.IGNORECASE)
WEEK = re.compile(r"(?:w/?c|week (?:commencing|beginning)|w/?b)\W*(.+)", re.IGNORECASE)
ON_WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? (.+)", re.IGNORECASE)
SEEMS_A_DAY = re.compile(
    r"[\dolI]{1,2}(?:st|nd|rd|th)?\W{1,3}(?:[\dolI]{1,2}|[a-z]{3,9})\W{1,3}[\dolI]{2,5}", re.IGNORECASE
)
"""A day with a slip in it: a letter for a figure, a sign or a figure too many, a month that is none."""
FIRST_YEAR, LAST_YEAR = 1950, 2049
"""Years of two figures are these; a day before or after them is hardly one that a register is about."""
CENTURY = 100


@dataclass(frozen=True)
class DayInWords:
    """What words of a sheet say of a day: the day; or why it is asked, with what is proposed; or neither, only words.

    `orders` is whether the day or the month must come first for it to be a day at all (both: it can be either).
    Where no day is proposed, `stays` is whether it is proposed that they stay words.
    """

    day: date | None = None
    ask: str = ""
    proposal: date | None = None
    stays: bool = False
    orders: frozenset[Order] = frozenset()


ONLY_WORDS = DayInWords()


def written_day(words: str, order: Order | None = None) -> DayInWords:
    """What words say of a day. With the `order` of the column known, figures that can be two days are one."""
    text = re.sub("[\u2010-\u2015]", "-", " ".join(words.split())).rstrip(".,;")
    if found := FIGURES.fullmatch(text):
        return _figures(found, order)
    if week := WEEK.fullmatch(text):
        return _week(week[1], order)
    if (day := _named(text)) is not None:
        return DayInWords(day)
    if timed := WITH_TIME.fullmatch(text):
        return _timed(timed, order)
    if (named := ON_WEEKDAY.fullmatch(text)) and (found_days := _either(named[2])):
        return _on_weekday(text, place_among(WEEKDAYS, named[1].lower()), found_days)
    return _within(text, order)


def _either(text: str) -> list[date]:
    """The days that words can mean, whichever comes first, day or month."""
    orders: tuple[Order, ...] = ("day_first", "month_first")
    return list(dict.fromkeys(day for one in orders if (day := written_day(text, one).day)))


def _on_weekday(text: str, weekday: int, days: list[date]) -> DayInWords:
    """A day with its weekday: only one that falls on it can be meant, and of two that can be it is asked."""
    fitting = [day for day in days if day.isoweekday() == weekday]
    if fitting == days and len(days) == 1:
        return DayInWords(days[0])
    said = " or ".join(map(full_weekday, days))
    return DayInWords(ask=f"{text!r} names a weekday: {said}?", proposal=fitting[0] if len(fitting) == 1 else None)


def _named(text: str) -> date | None:
    """The day that words name where only one can be meant: its month is a word, or its year comes first."""
    if found := YEAR_FIRST.fullmatch(text):
        return day_or_none(int(found[1]), int(found[2]), int(found[3]))
    if found := MONTH_FIRST.fullmatch(text):
        return read_day(f"{found[2]} {found[1]} {found[3]}")
    if found := IN_WORDS.fullmatch(text):
        return read_day(f"{found[1]} {found[2]} {_whole_year(int(found[3]))}")
    return read_day(text)


def _whole_year(year: int) -> int:
    """A year, whether it was written with four figures or with two."""
    if year >= CENTURY:
        return year
    return FIRST_YEAR + (year - FIRST_YEAR) % CENTURY


def _timed(found: re.Match[str], order: Order | None) -> DayInWords:
    """A day with a time: the day alone, but for a moment of another zone that was another day here."""
    inside, zone = written_day(found[1], order), (found[5] or "").upper()
    if inside.day is None or zone in {"", "BST"}:
        return inside
    ahead = timedelta() if zone in {"Z", "UTC", "GMT"} else _ahead(zone)
    hours = int(found[2]) if not found[4] else int(found[2]) % 12 + 12 * (found[4].lower() == "p")
    try:
        at = datetime(inside.day.year, inside.day.month, inside.day.day, tzinfo=UTC) - ahead
        here = (at + timedelta(hours=hours, minutes=int(found[3]))).astimezone(LONDON).date()
    except OverflowError:  # the last day there is, or the first
        return inside
    if here == inside.day:
        return inside
    return DayInWords(ask=f"{found[0]} is a time of another zone: here it was {long_day(here)}", proposal=here)


def _ahead(zone: str) -> timedelta:
    sign = -1 if zone[0] == "-" else 1
    return sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))


def _within(text: str, order: Order | None) -> DayInWords:
    """A day among other words: asked about. It is proposed where something is due by it; else they stay words."""
    if ONLY_FIGURES.fullmatch(text):
        return DayInWords(
            ask=f"{text} are figures alone: say whether a day is meant",
            proposal=_named(f"{text[:4]}-{text[4:6]}-{text[6:]}"),
        )
    found = WITHIN.findall(text)
    if not found and SEEMS_A_DAY.fullmatch(text):
        return DayInWords(ask=f"{text!r} seems to be a day, and is none")
    if not found:
        return ONLY_WORDS
    inside = written_day(BY.sub("", text, count=1), order) if BY.match(text) else ONLY_WORDS
    meant = inside.day or inside.proposal if len(found) == 1 else None
    return DayInWords(ask=f"{text[:60]!r} is not a day alone: say whether a day is meant", proposal=meant, stays=True)


def orders_of(texts: Iterable[str]) -> frozenset[Order]:
    """The orders of which a column has days that can be read in no other."""
    return frozenset(one for text in texts if len(found := written_day(text).orders) == 1 for one in found)


def _figures(found: re.Match[str], order: Order | None) -> DayInWords:
    first, second, written = (int(part) for part in found.groups())
    short, year = written < CENTURY, _whole_year(written)
    readings: dict[Order, date] = {}
    for name, day, month in (("day_first", first, second), ("month_first", second, first)):
        if (one := day_or_none(year, month, day)) is not None:
            readings[name] = one  # type: ignore[index]
    if not readings:
        return DayInWords(ask=f"There is no such day as {found[0]}")
    orders = frozenset(readings)
    meant = readings.get(order or "day_first") or next(iter(readings.values()))
    if order is not None or (not short and len(set(readings.values())) == 1):
        return DayInWords(meant, orders=orders)
    both = " or ".join(dict.fromkeys(long_day(one) for one in readings.values()))
    return DayInWords(ask=f"{found[0]} is written in figures: {both}?", proposal=meant, orders=orders)


def _week(rest: str, order: Order | None) -> DayInWords:
    """A week is no day: its words are kept. Where it does not begin on the day it names, that is said."""
    inside = written_day(rest, order)
    day = inside.day or inside.proposal
    if day is None or day.weekday() == 0:
        return ONLY_WORDS
    monday = day - timedelta(days=day.weekday())
    return DayInWords(ask=f"It names {full_weekday(day)}: the week's Monday would be {long_day(monday)}", stays=True)

"""Days that people wrote into a sheet as words: read where only one day can be meant, asked about where two can."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from states.typed_days import read_day
from states.words import full_weekday, long_day

Order = Literal["day_first", "month_first"]

FIGURES = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4}|\d{2})")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
WEEK = re.compile(r"(?:w/?c|week (?:commencing|beginning)|w/?b)\W*(.+)", re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """What words of a sheet say of a day: the day; or why it is asked, with what is proposed; or neither, only words.

    `orders` is whether the day or the month must come first for it to be a day at all (both: it can be either).
    """

    day: date | None = None
    ask: str = ""
    proposal: date | None = None
    orders: frozenset[Order] = frozenset()


ONLY_WORDS = Written()


def written_day(words: str, order: Order | None = None) -> Written:
    """What words say of a day. With the `order` of the column known, figures that can be two days are one."""
    text = " ".join(words.split())
    if found := FIGURES.fullmatch(text):
        return _figures(found, order)
    if week := WEEK.fullmatch(text):
        return _week(week[1], order)
    day = read_day(text)
    return Written(day) if day is not None else ONLY_WORDS


def order_shown(texts: Iterable[str]) -> Order | None:
    """Which order the days of a column show: only one of them has days that can be read so; None where none shows."""
    shown = {one for text in texts if len(found := written_day(text).orders) == 1 for one in found}
    return next(iter(shown)) if len(shown) == 1 else None


def _figures(found: re.Match[str], order: Order | None) -> Written:
    first, second, year = (int(part) for part in found.groups())
    short = year < 100  # noqa: PLR2004  two figures of a year
    year += 2000 if short else 0
    readings: dict[Order, date] = {}
    for name, day, month in (("day_first", first, second), ("month_first", second, first)):
        if (one := _day(year, month, day)) is not None:
            readings[name] = one  # type: ignore[index]
    if not readings:
        return Written(ask=f"There is no such day as {found[0]}")
    orders = frozenset(readings)
    meant = readings.get(order or "day_first") or next(iter(readings.values()))
    if order is not None or (not short and len(set(readings.values())) == 1):
        return Written(meant, orders=orders)
    both = " or ".join(dict.fromkeys(long_day(one) for one in readings.values()))
    return Written(ask=f"{found[0]} is written in figures: {both}?", proposal=meant, orders=orders)


def _week(rest: str, order: Order | None) -> Written:
    """A week is no day: its words are kept. Where it does not begin on the day it names, that is said."""
    inside = written_day(rest, order)
    day = inside.day or inside.proposal
    if day is None or day.weekday() == 0:
        return ONLY_WORDS
    monday = day - timedelta(days=day.weekday())
    return Written(ask=f"It names {full_weekday(day)}: the week's Monday would be {long_day(monday)}")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

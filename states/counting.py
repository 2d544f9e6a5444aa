"""Counting from an anchor to a date: which day the last of the days allowed is."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from states.calendars import Calendar
from states.errors import DateOutOfReach
from states.limits import Allowance, Limit, Stop
from states.moments import local_day, start_of

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class Ruler(Protocol):
    """A way of numbering days: a calendar numbers its working days, EveryDay numbers all."""

    def tally(self, day: date) -> int:
        """The number of days that count, up to and including this one."""

    def at(self, tally: int) -> date:
        """The day that has this number."""


class EveryDay:
    """Every day counts."""

    def tally(self, day: date) -> int:
        """The number of days from the year 1 to this day."""
        return day.toordinal()

    def at(self, tally: int) -> date:
        """The day with this number."""
        return date.fromordinal(tally)


EVERY_DAY = EveryDay()


@dataclass(frozen=True)
class Count:
    """A finished count, or one that a pause without an end has stopped: then `day` is None."""

    day: date | None
    counted: int
    moment: datetime | None = None


def count(
    anchor: date, limit: Limit, calendar: Calendar, stops: tuple[Stop, ...] = (), allowances: tuple[Allowance, ...] = ()
) -> Count:
    """Count a limit from its anchor, over its pauses and through its extensions.

    Raises DateOutOfReach for a date beyond the years 1 to 9999.
    """
    try:
        if limit.unit == "hours":
            return _count_hours(start_of(anchor), limit, stops, allowances)
        return _count_days(local_day(anchor), limit, calendar, stops, allowances)
    except (OverflowError, ValueError) as fault:
        raise DateOutOfReach(
            f"{limit.count} {limit.unit.replace('_', ' ')} from {anchor.isoformat()} is no date: check both."
        ) from fault


def extra(allowances: tuple[Allowance, ...]) -> int:
    """All the extensions together."""
    return sum(allowance.count for allowance in allowances)


def ruler_for(limit: Limit, calendar: Calendar) -> Ruler:
    """Working days are numbered by the calendar; every other kind counts each day."""
    return calendar if limit.unit == "working_days" else EVERY_DAY


def span(anchor: date, limit: Limit) -> int:
    """The limit as a number of days on its ruler, before any extension; negative when it looks back.

    Months and fixed dates become the calendar days to the date they name, so each paused day moves them one day on.
    """
    match limit.unit:
        case "weeks":
            return 7 * limit.count
        case "clear_days":
            return limit.count + (1 if limit.count >= 0 else -1)
        case "months":
            return (months_on(anchor, limit.count, limit.day) - anchor).days
        case "fixed_date":
            return (_fixed_date(anchor, limit) - anchor).days
        case _:
            return limit.count


def months_on(day: date, months: int, kept: int = 0) -> date:
    """The same day of the month (or the day `kept`) so many months on; the last of that month when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day_in_month(year, month + 1, kept or day.day)


def day_in_month(year: int, month: int, day: int) -> date:
    """This day of the month, or the month's last day when it has no such day."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def paused_spells(stops: tuple[Stop, ...]) -> list[tuple[date, date | None]]:
    """The pauses as spells that do not touch: a day under two pauses is in one spell."""
    spells: list[tuple[date, date | None]] = []
    for stop in sorted(stops, key=lambda stop: stop.starts):
        starts, ends = stop.starts, stop.ends
        if spells and (spells[-1][1] is None or starts <= spells[-1][1]):
            starts, before = spells.pop()
            ends = None if before is None or ends is None else max(before, ends)
        spells.append((starts, ends))
    return spells


def hour_runs(start: datetime, hours: int, stops: tuple[Stop, ...]) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of time, in UTC, in which the hours of a limit run; they stand still on paused days."""
    left, cursor = hours * HOUR, start
    for starts, ends in paused_spells(stops):
        stopped = max(cursor, start_of(starts))
        if cursor + left <= stopped or left <= 0 * HOUR:
            break
        yield cursor, stopped
        left -= stopped - cursor
        if ends is None:
            return
        cursor = max(cursor, start_of(ends))
    yield cursor, cursor + left


def _count_hours(start: datetime, limit: Limit, stops: tuple[Stop, ...], allowances: tuple[Allowance, ...]) -> Count:
    hours = limit.count + extra(allowances)
    ran, end = timedelta(0), start
    for begins, end in hour_runs(start, hours, stops if limit.count >= 0 else ()):
        ran += end - begins
    if ran < hours * HOUR:
        return Count(None, ran // HOUR)
    return Count(local_day(end), abs(hours), end.astimezone(UTC))


def _count_days(
    anchor: date, limit: Limit, calendar: Calendar, stops: tuple[Stop, ...], allowances: tuple[Allowance, ...]
) -> Count:
    ruler, days = ruler_for(limit, calendar), span(anchor, limit) + extra(allowances)
    if days == 0 and limit.unit == "working_days" and not calendar.is_working(anchor):
        days = 1  # the same day, but nobody works on it: the next working day
    left_out = limit.unit == "clear_days" and (limit.count >= 0 or days < 0)
    if days <= 0:
        return Count(_back(ruler, anchor, -days), -days - left_out)
    day, counted = _onward(ruler, anchor, days, stops if limit.count >= 0 else ())
    return Count(day, counted - (left_out and day is not None))


def _back(ruler: Ruler, anchor: date, days: int) -> date:
    return ruler.at(ruler.tally(anchor - DAY) - days + 1) if days else anchor


def _onward(ruler: Ruler, anchor: date, days: int, stops: tuple[Stop, ...]) -> tuple[date | None, int]:
    """The last of so many days after the anchor, and how many were counted.

    Each paused spell the count runs into takes the days before it off what is left, and the count goes on after it.
    """
    left, cursor = days, ruler.tally(anchor)
    for starts, ends in paused_spells(stops):
        counted = max(0, ruler.tally(starts - DAY) - cursor)
        if counted >= left:
            break
        left -= counted
        if ends is None:
            return None, days - left
        cursor = max(cursor + counted, ruler.tally(ends - DAY))
    return ruler.at(cursor + left), days


def _fixed_date(anchor: date, limit: Limit) -> date:
    this_year = day_in_month(anchor.year, limit.month, limit.day)
    passed = this_year <= anchor if limit.count > 0 else this_year < anchor
    first = limit.count - 1 if limit.count > 0 else limit.count
    return day_in_month(anchor.year + first + passed, limit.month, limit.day)

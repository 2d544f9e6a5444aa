"""Counting from an anchor to a date: which day the last of the days allowed is."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from states.calendars import Calendar
from states.errors import DateOutOfReach
from states.limits import Allowance, Limit, Stop
from states.moments import local_day, start_of

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LONGEST_MONTH = 31


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
    """A finished count, or one that a pause without an end has stopped: then `day` is None.

    `ran_out` is the last of the days allowed, from which `day` was moved where that one is closed.
    """

    day: date | None
    counted: int
    moment: datetime | None = None
    ran_out: date | None = None


def count(
    anchor: date, limit: Limit, calendar: Calendar, stops: tuple[Stop, ...] = (), allowances: tuple[Allowance, ...] = ()
) -> Count:
    """Count a limit from its anchor, over its pauses and through its extensions.

    Raises DateOutOfReach for a date beyond the years 1 to 9999.
    """
    try:
        if limit.unit == "hours":
            return _count_hours(start_of(anchor, limit.zone), limit, stops, allowances)
        first = local_day(anchor, limit.zone)
        found = _count_days(first, limit, calendar, stops, allowances)
        return _moved(first, found, limit, calendar, stops) if limit.roll and found.day is not None else found
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


def day_before_first(anchor: date, limit: Limit) -> date:
    """The day 0 of a limit: the anchor's, or the one beside it where the anchor's is day 1."""
    if limit.counted != "from_the_day":
        return anchor
    return anchor - DAY if limit.count > 0 else anchor + DAY


def span(anchor: date, limit: Limit) -> int:
    """The limit as a number of days on its ruler from its day 0, before any extension; negative when it looks back.

    Months and fixed dates become the calendar days to the date they name, so each paused day moves them one day on.
    """
    outside = (1 if limit.count >= 0 else -1) if limit.clear else 0
    match limit.unit:
        case "weeks":
            return 7 * limit.count + outside
        case "months":
            return (_month_end(anchor, limit) - day_before_first(anchor, limit)).days + outside
        case "fixed_date":
            return (_fixed_date(anchor, limit) - anchor).days
        case _:
            return limit.count + outside


def plain_end(anchor: date, limit: Limit) -> date:
    """The last day of a limit that is counted in every day, with no pause and no extension."""
    return day_before_first(anchor, limit) + span(anchor, limit) * DAY


def day_kept(anchor: date, limit: Limit) -> int:
    """The day of the month that a duty recurring in months keeps after its first date.

    It is that of the anchor, or the one before it where the anchor's day is day 1: after the 1st, the last of a month.
    """
    if limit.counted != "from_the_day" or limit.count < 0:
        return plain_end(anchor, limit).day if limit.count < 0 else anchor.day
    return anchor.day - 1 or LONGEST_MONTH


def _month_end(anchor: date, limit: Limit) -> date:
    """The last of so many months: the day of the anchor's number, or the month's last where it has no such day.

    Where the anchor's day is day 1, months end the day before the one of its number: those of 1 March on 31 March.
    """
    if limit.counted != "from_the_day":
        return months_on(anchor, limit.count, limit.day)
    if limit.count < 0:
        return months_on(anchor, limit.count) + DAY
    return months_on(anchor, limit.count) - DAY if anchor.day == 1 else months_on(anchor, limit.count, anchor.day - 1)


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


def hour_runs(start: datetime, hours: int, stops: tuple[Stop, ...], zone: str) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of time, in UTC, in which the hours of a limit run; they stand still on paused days of a zone."""
    left, cursor = hours * HOUR, start
    for starts, ends in paused_spells(stops):
        stopped = max(cursor, start_of(starts, zone))
        if cursor + left <= stopped or left <= 0 * HOUR:
            break
        yield cursor, stopped
        left -= stopped - cursor
        if ends is None:
            return
        cursor = max(cursor, start_of(ends, zone))
    yield cursor, cursor + left


def _count_hours(start: datetime, limit: Limit, stops: tuple[Stop, ...], allowances: tuple[Allowance, ...]) -> Count:
    hours = limit.count + extra(allowances)
    ran, end = timedelta(0), start
    for begins, end in hour_runs(start, hours, stops if limit.count >= 0 else (), limit.zone):
        ran += end - begins
    if ran < hours * HOUR:
        return Count(None, ran // HOUR)
    return Count(local_day(end, limit.zone), abs(hours), end.astimezone(UTC))


def _count_days(
    anchor: date, limit: Limit, calendar: Calendar, stops: tuple[Stop, ...], allowances: tuple[Allowance, ...]
) -> Count:
    ruler, days = ruler_for(limit, calendar), span(anchor, limit) + extra(allowances)
    first = day_before_first(anchor, limit)
    if days == 0 and limit.unit == "working_days" and not calendar.is_working(first):
        days = 1  # the same day, but nobody works on it: the next working day
    left_out = limit.clear and (limit.count >= 0 or days < 0)
    if days <= 0:
        day = _back(ruler, first, -days)
        return Count(day, -days - left_out, ran_out=day)
    day_or_none, counted = _onward(ruler, first, days, stops if limit.count >= 0 else ())
    return Count(day_or_none, counted - (left_out and day_or_none is not None), ran_out=day_or_none)


def _moved(anchor: date, found: Count, limit: Limit, calendar: Calendar, stops: tuple[Stop, ...]) -> Count:
    """The count with its last day moved off a closed one, but never past the anchor's.

    The next open day is one that no pause covers: with a pause that has no end, there is none.
    """
    assert found.day is not None
    day = found.day
    if limit.roll == "previous_open":
        while not calendar.is_working(day) and day != anchor:
            day -= DAY
        return replace(found, day=day)
    pauses = stops if limit.count >= 0 else ()
    while not calendar.is_working(day) and (day != anchor or limit.count >= 0):
        day += DAY
        while covering := [stop for stop in pauses if stop.covers(day)]:
            if any(stop.ends is None for stop in covering):
                return replace(found, day=None)
            day = max(stop.ends for stop in covering if stop.ends is not None)
    return replace(found, day=day)


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

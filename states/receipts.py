"""The receipt of a date: every day from the anchor to it, and why it was counted or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from states.calendars import Calendar
from states.counting import DAY, HOUR, count, day_before_first, extra, hour_runs, span
from states.limits import Allowance, Limit, Stop
from states.moments import local_day, start_of
from states.words import counted, many


@dataclass(frozen=True)
class Day:
    """One line of a receipt: a day, whether it was counted, and why."""

    day: date
    counted: bool
    why: str


def receipt(
    anchor: date, limit: Limit, calendar: Calendar, stops: tuple[Stop, ...] = (), allowances: tuple[Allowance, ...] = ()
) -> tuple[Day, ...]:
    """Every day from the one after the anchor to the due day; for hours and `from_the_day`, from the anchor's own.

    When a limit looks back, the days run back from the one before the anchor. When a pause without an end has stopped
    the count, the first day of that pause is the last line. When the last day allowed is closed and the date moves,
    each day it moves over follows.
    """
    if limit.unit == "hours":
        return tuple(_hours(start_of(anchor, limit.zone), limit, stops, allowances))
    stops = stops if limit.count >= 0 else ()
    found = count(anchor, limit, calendar, stops, allowances)
    first, end = day_before_first(local_day(anchor, limit.zone), limit), found.ran_out
    if end is None:
        return tuple(_forward(first, None, limit, calendar, stops, allowances))
    count_back = end < first
    days = (
        _backward(first, end, limit, calendar, allowances)
        if count_back
        else _forward(first, end, limit, calendar, stops, allowances)
    )
    return (*days, *_moved(end, found.day, limit, calendar, stops))


def _moved(end: date, due: date | None, limit: Limit, calendar: Calendar, stops: tuple[Stop, ...]) -> Iterator[Day]:
    """The days a date moves over, from the closed one on which the last of the days allowed fell."""
    step = -DAY if limit.roll == "previous_open" else DAY
    while end != due:
        end += step
        closed = calendar.why_closed(end)
        paused = _paused(end, stops) if limit.roll == "next_open" else None
        yield Day(end, counted=False, why=paused or closed or f"the {limit.roll.replace('_', ' ')} day: the date")
        if due is None and _stopped_for_good(end, stops):
            return


def _kind(limit: Limit, number: int = 1) -> str:
    return many("working day" if limit.unit == "working_days" else "day", number)


def _clear(limit: Limit) -> str:
    return "clear " if limit.clear else ""


def _anchor_of(first: date, limit: Limit) -> date:
    """The anchor's day, of the day before day 1 of a limit."""
    if limit.counted != "from_the_day":
        return first
    return first + DAY if limit.count > 0 else first - DAY


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _forward(
    first: date,
    due: date | None,
    limit: Limit,
    calendar: Calendar,
    stops: tuple[Stop, ...],
    grants: tuple[Allowance, ...],
) -> Iterator[Day]:
    own = span(_anchor_of(first, limit), limit) - (limit.clear and limit.count >= 0)
    last_counted = own + extra(grants)
    day, number = first, 0
    while day != due:
        day += DAY
        why = _why_skipped(day, limit, calendar, stops)
        if why is None:
            number += 1
            yield _counted(day, number, own, last_counted, limit, grants, _no_roll(day, limit, calendar, due))
            continue
        yield Day(day, counted=False, why=why)
        if due is None and _stopped_for_good(day, stops):
            return


def _counted(
    day: date, number: int, own: int, last: int, limit: Limit, grants: tuple[Allowance, ...], note: str
) -> Day:
    if limit.clear and limit.count >= 0 and number > last:
        return Day(day, counted=False, why=f"left out: the day after {last} clear {_kind(limit, last)}{note}")
    why = _extension(number - own, grants) or f"{ordinal(number)} {_clear(limit)}{_kind(limit)}"
    return Day(day, counted=True, why=why + note)


def _backward(first: date, due: date, limit: Limit, calendar: Calendar, grants: tuple[Allowance, ...]) -> Iterator[Day]:
    day, number, kind = first, 0, f"{_clear(limit)}{_kind(limit)}"
    while day != due:
        day -= DAY
        closed = calendar.why_closed(day) if limit.unit == "working_days" else None
        if closed:
            yield Day(day, counted=False, why=closed)
            continue
        number += 1
        note = (_brought_later(grants) + _no_roll(day, limit, calendar, due)) if day == due else ""
        left_out = day == due and limit.clear
        yield Day(
            day,
            not left_out,
            ("left out: the day before them" if left_out else f"{ordinal(number)} {kind} before") + note,
        )


def _hours(start: datetime, limit: Limit, stops: tuple[Stop, ...], grants: tuple[Allowance, ...]) -> Iterator[Day]:
    stops = stops if limit.count >= 0 else ()
    runs = list(hour_runs(start, limit.count + extra(grants), stops, limit.zone))
    first = local_day(start, limit.zone)
    last = local_day(runs[-1][1], limit.zone) if runs else first
    stopped = [stop.starts for stop in stops if stop.ends is None]
    if stopped and sum((end - begin for begin, end in runs), timedelta()) < (limit.count + extra(grants)) * HOUR:
        last = max(first, min(stopped))
    step = DAY if last >= first else -DAY
    for index in range(abs((last - first).days) + 1):
        note = _brought_later(grants) if index == abs((last - first).days) else ""
        yield _hours_on(first + index * step, limit.zone, runs, stops, note)


def _hours_on(day: date, zone: str, runs: list[tuple[datetime, datetime]], stops: tuple[Stop, ...], note: str) -> Day:
    begins, ends = start_of(day, zone), start_of(day + DAY, zone)
    ran = sum((max(timedelta(), min(ends, max(run)) - max(begins, min(run))) for run in runs), timedelta())
    paused = _paused(day, stops)
    if not ran and paused:
        return Day(day, counted=False, why=paused)
    changed = "" if ends - begins == DAY else f"; the clocks change: this day has {(ends - begins) // HOUR} hours"
    return Day(day, bool(ran), f"{_spoken(ran)} counted{changed}{note}")


def _spoken(ran: timedelta) -> str:
    hours, minutes = divmod(round(ran / timedelta(minutes=1)), 60)
    told = f"{counted(hours, 'hour')}"
    return f"{told} {counted(minutes, 'minute')}" if minutes else told


def _why_skipped(day: date, limit: Limit, calendar: Calendar, stops: tuple[Stop, ...]) -> str | None:
    return _paused(day, stops) or (calendar.why_closed(day) if limit.unit == "working_days" else None)


def _paused(day: date, stops: tuple[Stop, ...]) -> str | None:
    reasons = dict.fromkeys(f"{stop.label}, on the authority of {stop.authority}" for stop in stops if stop.covers(day))
    return f"paused: {'; '.join(reasons)}" if reasons else None


def _stopped_for_good(day: date, stops: tuple[Stop, ...]) -> bool:
    return any(stop.ends is None and stop.covers(day) for stop in stops)


def _extension(number: int, grants: tuple[Allowance, ...]) -> str | None:
    for grant in grants:
        if 0 < number <= grant.count:
            return f"extension day {number} of {grant.count}: granted by {grant.approver}: {grant.reason}"
        number -= grant.count
    return None


def _brought_later(grants: tuple[Allowance, ...]) -> str:
    told = (f"{grant.count}, granted by {grant.approver}: {grant.reason}" for grant in grants if grant.count)
    return "".join(f"; extended by {grant}" for grant in told)


def _no_roll(day: date, limit: Limit, calendar: Calendar, due: date | None) -> str:
    closed = calendar.why_closed(day) if day == due and limit.unit != "working_days" else None
    if not closed:
        return ""
    if not limit.roll:
        return f" ({closed}: the date does not move to a working day)"
    return f" ({closed}: the date moves to the {limit.roll.replace('_', ' ')} day, if not past the first)"

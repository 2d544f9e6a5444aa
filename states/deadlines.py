"""When a time limit runs out: a limit, an anchor, pauses and extensions give a date, and its receipt.

Day 0 is the anchor's day in the time zone of the limit; a deadline is met through 23:59:59 of the due day there. How
each kind is counted:

* calendar days and weeks count every day, and may end on a day nobody works;
* working days count the days the calendar is open, and always end on one; none from a closed day is the next open one;
* clear days leave out the first and the last: seven clear days are due on the eighth day; so do weeks and months that
  are counted `clear`, and working days;
* what is counted `from_the_day` has the anchor's day as day 1: a week from Monday ends on Sunday, a month from the 1st
  on the month's last day;
* hours elapse, whatever the clocks do; from a day without a time they run from its start, the earliest it can be;
* months keep the day of the month, or take the month's last; they and fixed dates then move as calendar days do;
* with `roll`, what ends on a day nobody works moves to the next day on which somebody does and no pause runs, or to the
  last one before, but never past the anchor's day.

A paused day is not counted, however many pauses it lies in. An extension adds days of the same kind. So the two
commute, neither makes a date earlier, and taking one back restores the date there was. A limit that looks back is
never paused.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import cast

from states.calendars import Calendar
from states.counting import Count, count
from states.limits import UNITS, Allowance, Limit, Stop, Unit
from states.moments import local_day, start_of
from states.receipts import Day, receipt

__all__ = ["UNITS", "Allowance", "Day", "Due", "Limit", "Stop", "Unit", "due", "due_on", "receipt"]


@dataclass(frozen=True)
class Due:
    """A date with everything a person may ask about it.

    `due` is None while a pause without an end holds it; `due_at`, in UTC, is given for hours alone; `original` is the
    date with no pause and no extension; `counted` is how many days (or hours) were counted; `provisional` is true when
    the date could still change for the reason in `provisional_why`. The receipt is written when it is first read.
    """

    due: date | None
    due_at: datetime | None
    original: date
    if_pause_ended_today: date | None
    counted: int
    provisional_why: str
    asked: tuple[date, Limit, Calendar, tuple[Stop, ...], tuple[Allowance, ...]] = field(repr=False)

    @property
    def provisional(self) -> bool:
        """True when the date could still change without anyone pausing or extending it."""
        return bool(self.provisional_why)

    @cached_property
    def receipt(self) -> tuple[Day, ...]:
        """Every day from the anchor to the due day, and why it was counted or not."""
        return receipt(*self.asked)


def due_on(
    anchor: date, limit: Limit, calendar: Calendar, stops: tuple[Stop, ...] = (), allowances: tuple[Allowance, ...] = ()
) -> date | None:
    """The day a limit runs out, or None while a pause without an end holds it.

    The anchor may be a moment with its time zone. Raises DateOutOfReach or MomentWithoutZone.
    """
    return _counted(_fixed(anchor), limit, calendar, stops, allowances).day


def due(
    anchor: date,
    limit: Limit,
    calendar: Calendar,
    stops: tuple[Stop, ...] = (),
    allowances: tuple[Allowance, ...] = (),
    today: date | None = None,
) -> Due:
    """The day a limit runs out, with the date it had at first and the date if a running pause ended today.

    Raises DateOutOfReach or MomentWithoutZone.
    """
    anchor = _fixed(anchor)
    reached = _counted(anchor, limit, calendar, stops, allowances)
    original = cast("date", due_on(anchor, limit, calendar))  # nothing stops it, so there is a date
    return Due(
        due=reached.day,
        due_at=reached.moment,
        original=original,
        if_pause_ended_today=_if_ended(anchor, limit, calendar, stops, allowances, today),
        counted=reached.counted,
        provisional_why=_doubt(anchor, limit, calendar, reached, original),
        asked=(anchor, limit, calendar, stops, allowances),
    )


def _fixed(anchor: date) -> date:
    """The anchor as it can be compared: in the hour that comes twice in October, two local times are equal."""
    return start_of(anchor) if isinstance(anchor, datetime) else anchor  # in UTC, whatever the zone


@lru_cache(maxsize=65536)
def _counted(
    anchor: date, limit: Limit, calendar: Calendar, stops: tuple[Stop, ...], allowances: tuple[Allowance, ...]
) -> Count:
    return count(anchor, limit, calendar, stops, allowances)


def _if_ended(
    anchor: date,
    limit: Limit,
    calendar: Calendar,
    stops: tuple[Stop, ...],
    allowances: tuple[Allowance, ...],
    today: date | None,
) -> date | None:
    if today is None or not any(stop.covers(today) for stop in stops):
        return None
    ended = tuple(replace(stop, ends=today) if stop.covers(today) else stop for stop in stops)
    return due_on(anchor, limit, calendar, ended, allowances)


def _doubt(anchor: date, limit: Limit, calendar: Calendar, reached: Count, original: date) -> str:
    if limit.unit == "hours" and not isinstance(anchor, datetime):
        return "No time of day was recorded: the hours are counted from the start of the day, the earliest it can be."
    if limit.unit != "working_days" and not limit.roll:
        return ""
    due_day = reached.day or original
    began = local_day(anchor, limit.zone) if limit.unit == "working_days" else reached.ran_out or due_day
    first, last = sorted((began, due_day))
    return calendar.doubt(first, last)

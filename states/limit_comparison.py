"""Whether one time limit gives more time than another, whatever the units they are counted in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from states.calendars import Calendar
from states.counting import count
from states.errors import DateOutOfReach
from states.limits import Limit

Longer = bool | Literal["perhaps"]
"""True: it can end later and never ends sooner. `perhaps`: later on some days and sooner on others."""

Reach = tuple[tuple[int, int], ...]

FOUR_YEARS = tuple(date(2000, 1, 1) + timedelta(days=day) for day in range(4 * 365 + 1))
ROW = 7
"""At least as many days as holidays beside a weekend keep closed in a row, in any nation's calendar."""
WEEK = FOUR_YEARS[:7]
WEEKDAYS = Calendar("weekdays", "Weekdays", "Monday to Friday", date.min, date.max, frozenset({5, 6}), {})


def longer(limit: Limit, than: Limit) -> Longer:
    """Whether a limit can end later than another that starts on the same day, with no hold and no extension.

    Two of one kind are compared by their number; others by the first and the last day each can end on. Any number of
    public holidays a nation has may fall into working days; what a local calendar adds has no part in it.
    """
    if replace(limit, count=than.count) == than:
        return limit.count > than.count
    try:
        reached = tuple(zip(*_alike(_reach(limit), _reach(than)), strict=True))
    except DateOutOfReach:
        return "perhaps"
    later = any(ours[1] > theirs[0] for ours, theirs in reached)
    sooner = any(ours[0] < theirs[1] for ours, theirs in reached)
    return ("perhaps" if sooner else True) if later else False


@lru_cache(maxsize=256)
def _reach(limit: Limit) -> Reach:
    """Between which hours after the start of the first day a limit ends: for each day of four years, or for any day."""
    match limit.unit:
        case "hours":  # they may start in the last hour of a day, and the clocks may change
            return ((limit.count - 1, limit.count + 25),)
        case "working_days":
            closed = _holidays(limit.count)
            fewest = limit.count - closed if limit.count < 0 else limit.count
            most = limit.count if limit.count < 0 else max(limit.count, 1) + closed
            first, last = replace(limit, count=fewest), replace(limit, count=most)
            return ((min(_ends(day, first) for day in WEEK), max(_ends(day, last) for day in WEEK)),)
        case _:
            ends = ((_ends(day, limit), 24 * ROW if limit.roll else 0) for day in FOUR_YEARS)
            sooner = limit.roll == "previous_open"
            return tuple((end - moved if sooner else end, end if sooner else end + moved) for end, moved in ends)


def _holidays(working_days: int) -> int:
    """At least as many as fall into so many working days, in any nation's calendar: five, and one for each fifteen."""
    return 5 + abs(working_days) // 15


def _ends(day: date, limit: Limit) -> int:
    """How many hours after the start of its first day a limit has run out, in local time."""
    end = count(day, limit, WEEKDAYS).day or day  # nothing stops it, so there is one
    return 24 * ((end - day).days + 1)


def _alike(ours: Reach, theirs: Reach) -> tuple[Reach, Reach]:
    """Both for each day, or, where one is known for any day alone, both from their first to their last."""
    return (ours, theirs) if len(ours) == len(theirs) else (_whole(ours), _whole(theirs))


def _whole(reach: Reach) -> Reach:
    return ((min(first for first, _ in reach), max(last for _, last in reach)),)

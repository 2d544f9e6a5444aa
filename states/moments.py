"""Days and moments: a day begins at midnight in a time zone, a moment is kept in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from states.errors import MomentWithoutZone

UNITED_KINGDOM = "Europe/London"
"""The time zone of an edition that names none."""
LONDON = ZoneInfo(UNITED_KINGDOM)


def local_day(moment: date | datetime, zone: str = UNITED_KINGDOM) -> date:
    """The date on the calendar of a time zone at this moment; a plain date is its own day.

    Raises MomentWithoutZone for a time without a zone.
    """
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is UTC:
        return _day_of_utc(moment, zone)
    return _with_zone(moment).astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=1024)
def _day_of_utc(moment: datetime, zone: str) -> date:
    """Cached for moments in UTC alone: where clocks go back, two different moments of one zone count as equal."""
    return moment.astimezone(ZoneInfo(zone)).date()


def as_utc(moment: datetime) -> datetime:
    """The same moment; one that a parser read in a UTC of its own is in Python's, by which days are looked up."""
    return moment.astimezone(UTC) if moment.tzinfo == UTC else moment


def start_of(moment: date | datetime, zone: str = UNITED_KINGDOM) -> datetime:
    """The moment itself in UTC, or the first moment of a plain date in a time zone.

    Where the clocks go forward over midnight, the day begins when they have: at one o'clock.
    """
    if isinstance(moment, datetime):
        return _with_zone(moment).astimezone(UTC)
    return datetime.combine(moment, time(0), ZoneInfo(zone)).astimezone(UTC)


@lru_cache(maxsize=16384)
def local_moment(day: date, clock: str, zone: str = UNITED_KINGDOM) -> datetime:
    """The instant, in UTC, of a time such as "09:00" on a day in a time zone.

    A time that the clocks skip is as long after midnight as it says; of one that comes twice it is the first.
    """
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """The names of all time zones, such as Pacific/Auckland."""
    return frozenset(available_timezones())


def _with_zone(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise MomentWithoutZone(f"The time {moment.isoformat()} has no time zone: give it as UTC or Europe/London.")
    return moment

"""Days and moments: a day is a local day in Europe/London, a moment is kept in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from states.errors import MomentWithoutZone

LONDON = ZoneInfo("Europe/London")


def local_day(moment: date | datetime) -> date:
    """The local date in Scotland at this moment; a plain date is its own day.

    Raises MomentWithoutZone for a time without a zone.
    """
    if not isinstance(moment, datetime):
        return moment
    return _with_zone(moment).astimezone(LONDON).date()


def start_of(moment: date | datetime) -> datetime:
    """The moment itself in UTC, or the first moment of a plain date, Europe/London."""
    if isinstance(moment, datetime):
        return _with_zone(moment).astimezone(UTC)
    return datetime.combine(moment, time(0), LONDON).astimezone(UTC)


def instant_of(day: date) -> datetime:
    """The last moment at which something due on this day is on time: 23:59:59 Europe/London, in UTC."""
    return datetime.combine(day, time(23, 59, 59), LONDON).astimezone(UTC)


def _with_zone(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise MomentWithoutZone(f"The time {moment.isoformat()} has no time zone: give it as UTC or Europe/London.")
    return moment

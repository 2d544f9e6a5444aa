"""The working days of a nation, a council or an agency, and what closes the other days."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from states.canonical_json import canonical
from states.errors import BadCalendar

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, order=True)
class Holiday:
    """A day on which an office is closed, and what the day is called."""

    day: date
    name: str


@dataclass(frozen=True, eq=False)
class Calendar:
    """Which days are working days, known for certain from `effective_from` to `covers_until`, both included.

    Two calendars are equal when their whole content is. `holidays` cannot be changed once given; `weekend` counts
    Monday as 0. Raises BadCalendar when the dates or the weekend make no sense.
    """

    name: str
    label: str
    source: str
    effective_from: date
    covers_until: date
    weekend: frozenset[int]
    holidays: Mapping[date, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "holidays", MappingProxyType(dict(sorted(self.holidays.items()))))
        if self.covers_until < self.effective_from:
            raise BadCalendar(
                f"The calendar {self.label} ends before it begins: put covers_until after effective_from."
            )
        if not self.weekend < set(range(7)):
            raise BadCalendar(f"The calendar {self.label} has no working day: leave at least one out of the weekend.")

    def why_closed(self, day: date) -> str | None:
        """Why nobody works on this day ("Saturday", "St Andrew's Day (Scotland)"), or None on a working day."""
        weekday = day.weekday()
        return WEEKDAYS[weekday] if weekday in self.weekend else self.holidays.get(day)

    def is_working(self, day: date) -> bool:
        """True on a working day."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def doubt(self, first: date, last: date) -> str:
        """Why a count of working days between these days could still change, or "" when it is firm."""
        if first < self.effective_from:
            return f"The holidays of {self.label} are listed only from {self.effective_from.isoformat()}."
        if last > self.covers_until:
            return f"The holidays of {self.label} are listed only until {self.covers_until.isoformat()}."
        return ""

    def tally(self, day: date) -> int:
        """The number of working days from the year 1 to this day, this day included."""
        return self._weekdays_to(day) - bisect_right(self._closed_weekdays, day)

    def at(self, tally: int) -> date:
        """The working day with this tally; the reverse of tally(). Raises ValueError or OverflowError off the calendar.

        The holidays at or before that day are those with fewer working days before them than the tally.
        """
        weeks, index = divmod(tally + bisect_left(self._working_before, tally) - 1, len(self._weekday_offsets))
        return date.fromordinal(weeks * 7 + self._weekday_offsets[index] + 1)

    @cached_property
    def digest(self) -> str:
        """The fingerprint of everything this calendar says: SHA-256, in hexadecimal."""
        return sha256(canonical(self.to_data()).encode()).hexdigest()

    def to_data(self) -> dict[str, Any]:
        """The calendar as plain text and lists, so that the version a case was counted with can be kept."""
        return {
            "name": self.name,
            "label": self.label,
            "source": self.source,
            "effective_from": self.effective_from.isoformat(),
            "covers_until": self.covers_until.isoformat(),
            "weekend": sorted(self.weekend),
            "holidays": {day.isoformat(): name for day, name in self.holidays.items()},
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Calendar:
        """The calendar that to_data() described. Raises BadCalendar when the data is not such a description."""
        try:
            return cls(
                name=str(data["name"]),
                label=str(data["label"]),
                source=str(data["source"]),
                effective_from=date.fromisoformat(data["effective_from"]),
                covers_until=date.fromisoformat(data["covers_until"]),
                weekend=frozenset(int(weekday) for weekday in data["weekend"]),
                holidays={date.fromisoformat(day): str(name) for day, name in data["holidays"].items()},
            )
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise BadCalendar(f"The calendar that was kept cannot be read ({fault!r}): load it again.") from fault

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Calendar) and self.digest == other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Callable[[Mapping[str, Any]], Calendar], tuple[dict[str, Any]]]:
        return Calendar.from_data, (self.to_data(),)

    def _weekdays_to(self, day: date) -> int:
        weeks, weekday = divmod(day.toordinal() - 1, 7)  # the first day of the year 1 is a Monday
        return weeks * len(self._weekday_offsets) + bisect_right(self._weekday_offsets, weekday)

    @cached_property
    def _weekday_offsets(self) -> tuple[int, ...]:
        return tuple(weekday for weekday in range(7) if weekday not in self.weekend)

    @cached_property
    def _closed_weekdays(self) -> tuple[date, ...]:
        return tuple(day for day in self.holidays if day.weekday() not in self.weekend)

    @cached_property
    def _working_before(self) -> tuple[int, ...]:
        return tuple(self._weekdays_to(day) - 1 - earlier for earlier, day in enumerate(self._closed_weekdays))


def differences(before: Calendar, after: Calendar) -> tuple[tuple[Holiday, ...], tuple[Holiday, ...]]:
    """The holidays a change of calendar adds and those it takes away, each in order of date."""
    added = (Holiday(day, name) for day, name in after.holidays.items() if day not in before.holidays)
    removed = (Holiday(day, name) for day, name in before.holidays.items() if day not in after.holidays)
    return tuple(added), tuple(removed)

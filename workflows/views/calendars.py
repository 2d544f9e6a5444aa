"""Calendars: listed, one shown with its holidays, and what a changed one would move."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from config.calendar_files import load_calendars
from config.settings import LOCAL_CALENDARS, calendar
from states.calendars import Calendar
from states.errors import BadCalendar
from workflows.views.json_names import UNLESS_NONE


@dataclass(frozen=True)
class KnownCalendar:
    """A calendar: known from one day to another, closed on those weekdays (Monday is 0)."""

    name: str
    label: str
    source: str
    effective_from: date
    covers_until: date
    weekend: tuple[int, ...]


@dataclass(frozen=True)
class CalendarLine(KnownCalendar):
    """A calendar in a list, with so many holidays."""

    holidays: int


@dataclass(frozen=True)
class CalendarPage(KnownCalendar):
    """A calendar with its holidays, each with its name."""

    holidays: dict[date, str]


@dataclass(frozen=True)
class MovedDate:
    """A date that a change of calendar moves: from when to when, and who had already been chased for the old date.

    `note` flags a limit that is looser than the nation's.
    """

    ref: str
    key: str
    label: str
    owner: str
    before: date | None
    after: date | None
    chased: int
    note: str = ""


@dataclass(frozen=True)
class CalendarChange:
    """What a changed calendar moves, or moved (`applied`), and what is left to do by hand ("": nothing).

    `version` is that of what is shown before: whoever applies it may say that it is this that they saw.
    """

    calendar: str
    label: str
    moves: tuple[MovedDate, ...]
    applied: bool
    to_do: str | None = field(default=None, metadata=UNLESS_NONE)
    version: int | None = field(default=None, metadata=UNLESS_NONE)


def calendars() -> tuple[CalendarLine, ...]:
    """The calendars there are: national, and the committee's and agencies' own."""
    return tuple(
        CalendarLine(
            one.name,
            one.label,
            one.source,
            one.effective_from,
            one.covers_until,
            tuple(sorted(one.weekend)),
            len(one.holidays),
        )
        for one in load_calendars(LOCAL_CALENDARS).values()
    )


def calendar_page(name: str, year: int | None = None) -> CalendarPage:
    """A calendar by its name, with the holidays of one year or of all."""
    found = calendar(name)
    days = {day: why for day, why in found.holidays.items() if year in (None, day.year)}
    weekend = tuple(sorted(found.weekend))
    return CalendarPage(found.name, found.label, found.source, found.effective_from, found.covers_until, weekend, days)


def is_installed(fresh: Calendar) -> bool:
    """Whether the calendar of that name is already as this one: then new cases count by it too."""
    try:
        return calendar(fresh.name) == fresh
    except BadCalendar:
        return False

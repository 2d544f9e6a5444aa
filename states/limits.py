"""What is counted: a time limit, the pauses that stop it and the extensions that lengthen it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from states.errors import BadLimit
from states.moments import UNITED_KINGDOM

Unit = Literal["calendar_days", "working_days", "clear_days", "hours", "weeks", "months", "fixed_date"]
UNITS: tuple[Unit, ...] = get_args(Unit)
Counted = Literal["after_the_day", "from_the_day", "clear"]
Roll = Literal["", "next_open", "previous_open"]
StandsStill = Literal["with_first", "with_first_and_last", "with_last", "between"]
ROLLS = frozenset({"calendar_days", "clear_days", "weeks", "months", "fixed_date"})
"""The units that may end on a closed day, so that there is something to move."""
COUNTS = frozenset({"calendar_days", "working_days", "weeks", "months"})
"""The units of which it can be said which of the first and the last day count."""
LEAP_YEAR = 2000
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """How long there is: so many days, weeks, months or hours, or until a fixed date of the year.

    A negative count looks back from the anchor (notice before a planned date). For a fixed date, 1 means the first such
    date after the anchor, 2 the one after that, -1 the last before it, and 0 the first on or after it; 29 February
    becomes the 28th in an ordinary year. Months may keep a `day` of the month other than the anchor's: a quarter that
    follows 28 February in a row that began on the 30th ends on 30 May.

    `counted` says whether the anchor's day is day 1 (`from_the_day`), the day before day 1 (`after_the_day`), or that
    neither the first nor the last day counts (`clear`); `roll` moves an end on a closed day to the next or the previous
    open one. Days begin at midnight in `zone`, a time zone by its name.

    Raises BadLimit for a unit, a date or a way of counting that does not exist.
    """

    count: int
    unit: Unit
    month: int = 0
    day: int = 0
    counted: Counted = "after_the_day"
    roll: Roll = ""
    zone: str = UNITED_KINGDOM

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise BadLimit(f"A limit cannot be counted in {self.unit!r}: use one of {', '.join(UNITS)}.")
        if self.unit == "fixed_date" and not self._names_a_date():
            raise BadLimit(
                f"Day {self.day} of month {self.month} is not a date: give the month and day of a fixed date."
            )
        if self.unit != "fixed_date" and (self.month or (self.day and self.unit != "months")):
            raise BadLimit("Only a fixed date has a month and a day: leave them out, or make the unit fixed_date.")
        if self.counted != "after_the_day" and self.unit not in COUNTS:
            raise BadLimit(
                f"Which of the first and the last day count cannot be said of {self.unit}: leave counted out, or make "
                f"the unit one of {', '.join(sorted(COUNTS))}."
            )
        if self.counted == "from_the_day" and not self.count:
            raise BadLimit("Counted from_the_day, the first day is day 1: give a limit of 1 or more, or of -1 or less.")
        if self.roll and self.unit not in ROLLS:
            raise BadLimit(
                f"A limit in {self.unit} has no closed day to be moved from: leave roll out, or make the unit one of "
                f"{', '.join(sorted(ROLLS))}."
            )

    @property
    def clear(self) -> bool:
        """Whether neither the first nor the last day counts."""
        return self.unit == "clear_days" or self.counted == "clear"

    def _names_a_date(self) -> bool:
        try:
            date(LEAP_YEAR, self.month, self.day)
        except ValueError:
            return False
        return True


@dataclass(frozen=True)
class Stop:
    """A pause: no day is counted from the day it `starts` up to the day it `ends`, which counts again.

    `ends` is None while it runs until further notice. A pause that ends on the day it starts stops nothing. Where the
    day a hold is ordered counts, or the day it ends does not, both are moved by a day (`standing_still`).
    Raises BadLimit for a pause that ends before it starts.
    """

    starts: date
    ends: date | None
    authority: str
    label: str

    def __post_init__(self) -> None:
        if self.ends is not None and self.ends < self.starts:
            raise BadLimit(
                f"The pause for {self.label} would end on {self.ends.isoformat()}, before it starts on "
                f"{self.starts.isoformat()}: give an end on or after its start."
            )

    def covers(self, day: date) -> bool:
        """True on a day that it pauses."""
        return self.starts <= day and (self.ends is None or day < self.ends)


def standing_still(starts: date, ends: date | None, days: StandsStill) -> tuple[date, date | None]:
    """From which day no day counts, and on which they count again, under a hold from one day to another.

    Besides the days between, the first stands still, the first and the last, the last, or neither of the two. Where
    there is no such day the two are the same.
    """
    first = starts if days in {"with_first", "with_first_and_last"} else starts + DAY
    if ends is None:
        return first, None
    return first, max(first, ends + DAY if days in {"with_last", "with_first_and_last"} else ends)


@dataclass(frozen=True)
class Allowance:
    """An extension: more days of the kind the limit is counted in, with who granted it and why.

    Limits in weeks, months or to a fixed date are extended in calendar days; limits in hours, in hours.
    Raises BadLimit when it would take time away.
    """

    count: int
    reason: str
    approver: str

    def __post_init__(self) -> None:
        if self.count < 0:
            raise BadLimit(f"An extension of {self.count} would shorten the limit: give a number that is not negative.")

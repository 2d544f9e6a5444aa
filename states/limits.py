"""What is counted: a time limit, the pauses that stop it and the extensions that lengthen it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from states.errors import BadLimit

Unit = Literal["calendar_days", "working_days", "clear_days", "hours", "weeks", "months", "fixed_date"]
UNITS: tuple[Unit, ...] = get_args(Unit)
LEAP_YEAR = 2000


@dataclass(frozen=True)
class Limit:
    """How long there is: so many days, weeks, months or hours, or until a fixed date of the year.

    A negative count looks back from the anchor (notice before a planned date). For a fixed date, 1 means the first such
    date after the anchor, 2 the one after that, -1 the last before it, and 0 the first on or after it; 29 February
    becomes the 28th in an ordinary year. Months may keep a `day` of the month other than the anchor's: a quarter that
    follows 28 February in a row that began on the 30th ends on 30 May.

    Raises BadLimit for a unit or a date that does not exist.
    """

    count: int
    unit: Unit
    month: int = 0
    day: int = 0

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise BadLimit(f"A limit cannot be counted in {self.unit!r}: use one of {', '.join(UNITS)}.")
        if self.unit == "fixed_date" and not self._names_a_date():
            raise BadLimit(
                f"Day {self.day} of month {self.month} is not a date: give the month and day of a fixed date."
            )
        if self.unit != "fixed_date" and (self.month or (self.day and self.unit != "months")):
            raise BadLimit("Only a fixed date has a month and a day: leave them out, or make the unit fixed_date.")

    def _names_a_date(self) -> bool:
        try:
            date(LEAP_YEAR, self.month, self.day)
        except ValueError:
            return False
        return True


@dataclass(frozen=True)
class Stop:
    """A pause: no day is counted from its first day up to the day it ends, which counts again.

    `ends` is None while it runs until further notice. A pause that ends on the day it starts stops nothing.
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

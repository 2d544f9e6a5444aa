"""Days as people type them: 2026-03-02, 2/3/2026 (the day first), 2 March 2026."""

from __future__ import annotations

import re
from datetime import date

ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")
IN_WORDS = re.compile(r"(?:[a-z]+,? +)?(\d{1,2})(?:st|nd|rd|th)? +([a-z]{3,9})\.?,? +(\d{4})")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LIKE = "2026-03-02, 2/3/2026 (the day first) or 2 March 2026"


def read_day(typed: str) -> date | None:
    """The day that was typed; None where it is none, or where it is not certain which day is meant.

    With figures alone the day comes first. A year has four figures, and a weekday that is named must be the right one.
    """
    text = " ".join(typed.split()).lower()
    if not text.isascii():
        return None
    if found := ISO.fullmatch(text):
        return day_or_none(*map(int, found.groups()))
    if found := DAY_FIRST.fullmatch(text):
        return day_or_none(int(found[4]), int(found[3]), int(found[1]))
    found = IN_WORDS.fullmatch(text)
    day = day_or_none(int(found[3]), place_among(MONTHS, found[2]), int(found[1])) if found else None
    return day if day is not None and _is_weekday(text, day) else None


def _is_weekday(text: str, day: date) -> bool:
    first = text.split(maxsplit=1)[0].rstrip(",")
    return first[0].isdigit() or place_among(WEEKDAYS, first) == day.isoweekday()


def place_among(names: tuple[str, ...], short: str) -> int:
    """Which of the names begins so, counted from 1; 0 for none. Three letters are enough."""
    return next((place for place, name in enumerate(names, 1) if len(short) > 2 and name.startswith(short)), 0)  # noqa: PLR2004


def day_or_none(year: int, month: int, day: int) -> date | None:
    """The day of these numbers; None where there never was one."""
    try:
        return date(year, month, day)
    except ValueError:
        return None

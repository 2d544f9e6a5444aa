"""How a date, a count and the beginning of a sentence are written, in one place for every page and paper."""

from __future__ import annotations

from datetime import date


def many(noun: str, count: int) -> str:
    """A noun for so many: day, days."""
    return noun if abs(count) == 1 else f"{noun}s"


def spoken(day: date | str | None) -> str:
    """A date as it is read: "Mon 16 March 2026"; nothing for no date."""
    found = date.fromisoformat(day) if isinstance(day, str) and day else day
    return f"{found:%a %-d %B %Y}" if isinstance(found, date) else ""


def short(day: date | str | None) -> str:
    """A date in a narrow column: "16 Mar 2026"."""
    found = date.fromisoformat(day) if isinstance(day, str) and day else day
    return f"{found:%-d %b %Y}" if isinstance(found, date) else ""


def first_up(words: str) -> str:
    """Words as a sentence begins: the first letter large, the others as they are."""
    return words[:1].upper() + words[1:]


def away(days: int | None) -> str:
    """How far off a date is: "in 5 days", "today", "3 days overdue"."""
    if days is None:
        return ""
    if days == 0:
        return "today"
    return f"in {days} {many('day', days)}" if days > 0 else f"{-days} {many('day', days)} overdue"


def counted(count: int, noun: str) -> str:
    """So many of something: "1 case", "3 cases"."""
    return f"{count:,} {many(noun, count)}"

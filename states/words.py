"""Days, times, counts and sentences as they are written for people: the one file that formats them.

Days are local days in Scotland; a moment is written by the clock on the wall there, and counts as the day it is there.
What machines read (ISO 8601, in JSON, exports and file names) is written where it is made.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from states.moments import UNITED_KINGDOM, local_day

SIGNS = '.,;:()“”"!?'
WHOSE = re.compile("['\u2019]s$")


def long_day(day: date | None) -> str:
    """A day in a sentence or on paper: "16 March 2026"; nothing for no day."""
    return f"{local_day(day):%-d %B %Y}" if day else ""


def short(day: date | str | None) -> str:
    """A day in a narrow column: "16 Mar 2026"; nothing for no day. It may be as it is recorded: "2026-03-16"."""
    found = _recorded(day)
    return f"{local_day(found):%-d %b %Y}" if found else ""


@lru_cache(maxsize=4096)
def spoken(day: date | str | None) -> str:
    """A day with its weekday, in a list: "Mon 16 March 2026"; nothing for no day. It may be as it is recorded."""
    found = _recorded(day)
    return f"{local_day(found):%a} {long_day(found)}" if found else ""


def ended(text: str) -> str:
    """A text that ends a sentence."""
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip()}."


def full_weekday(day: date | None) -> str:
    """A day with its whole weekday, in a letter: "Monday 16 March 2026"; nothing for no day."""
    return f"{local_day(day):%A} {long_day(day)}" if day else ""


def day_this_year(day: date | None, today: date | None = None) -> str:
    """A day with its weekday, and with its year only where that is another than today's: "Mon 16 March"."""
    if day is None:
        return ""
    return spoken(day) if today and local_day(day).year != today.year else f"{local_day(day):%a %-d %B}"


def weekday_and_number(day: date) -> str:
    """A day of a month whose name stands above, always six columns wide: "Mon  2"."""
    return f"{local_day(day):%a %e}"


def month_of(day: date) -> str:
    """The month of a day: "March 2026"."""
    return f"{local_day(day):%B %Y}"


def time_of_day(moment: datetime, zone: str = UNITED_KINGDOM) -> str:
    """The local time in a time zone, in Scotland unless it says otherwise: "09:00"."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def day_and_time(moment: datetime, zone: str = UNITED_KINGDOM) -> str:
    """A moment by the clock in a time zone, in Scotland unless it says otherwise: "16 March 2026, 09:00"."""
    return f"{long_day(local_day(moment, zone))}, {time_of_day(moment, zone)}"


def weekday_and_time(moment: datetime) -> str:
    """A moment by the clock in Scotland, in a list: "Mon 16 March 2026, 09:00"."""
    return f"{spoken(moment)}, {time_of_day(moment)}"


def utc_day_and_time(moment: datetime) -> str:
    """A moment by the clock of machines: "16 March 2026, 09:00 UTC"."""
    return f"{moment.astimezone(UTC):%-d %B %Y, %H:%M} UTC"


def away(days: int | None) -> str:
    """How far off a date is: "in 5 days", "today", "3 days overdue"; nothing for no date."""
    if days is None:
        return ""
    if days == 0:
        return "today"
    return f"in {counted(days, 'day')}" if days > 0 else f"{counted(-days, 'day')} overdue"


UNLIKE = {"person": "people", "child": "children", "person who died": "people who died"}
"""Nouns that are another word for several."""


def many(noun: str, count: int) -> str:
    """A noun for so many: day, days; entry, entries; person, people."""
    if abs(count) == 1:
        return noun
    if noun in UNLIKE:
        return UNLIKE[noun]
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in set("aeiou") else f"{noun}s"


def one_of(noun: str) -> str:
    """A noun with its article: a child, an adult."""
    return f"{'an' if noun[:1].lower() in set('aeiou') else 'a'} {noun}"


def linked_as(kind: str, subject: str) -> str:
    """How a case is linked with another: "follows", "same child"; `subject` is whom its edition says it is about."""
    return f"same {subject}" if kind == "same_child" else kind.replace("_", " ")


def counted(count: int, noun: str) -> str:
    """So many of something: "1 case", "3 cases", "1,200 letters"."""
    return f"{count:,} {many(noun, count)}"


def first_up(words: str) -> str:
    """Words as a sentence begins: the first letter large, the others as they are."""
    return words[:1].upper() + words[1:]


def _recorded(day: date | str | None) -> date | None:
    return date.fromisoformat(day) if isinstance(day, str) and day else day or None


def in_a_sentence(label: str, names: Collection[str] | None = None) -> str:
    """A label in the middle of a sentence: "lead officer"; a name keeps its capitals: "Care Inspectorate", "FOI".

    `names` are what an edition writes with a capital (`Procedure.names`); where they are not known, a label of one word
    keeps its capital, and one whose second word has one.
    """
    first, _, rest = label.partition(" ")
    known = names is not None and (label in names or bare(first) in names)
    is_name = known or (names is None and (not rest or rest[:1].isupper()))
    is_name = is_name or any(letter.isupper() for letter in bare(first)[1:])
    return label if is_name else f"{label[:1].lower()}{label[1:]}"


def bare(word: str) -> str:
    """A word without the signs around it, and without whose it is: "Commissioner" of "Commissioner's,"."""
    return WHOSE.sub("", word.strip(SIGNS))


ORDINARY = frozenset(
    """
    administrator agency auditor author board chair clerk committee convener coordinator council court deputy
    investigator lead manager member notifier nobody officer owner panel partner police practitioner registrar
    responsible reviewer team
    """.split()  # noqa: SIM905
)
"""What people are called everywhere: of one word, and no name."""


def names_in(texts: Iterable[str], called: Iterable[str] = ()) -> frozenset[str]:
    """The words that are written with a capital in the middle of these texts, and nowhere without.

    `called` are what people and bodies are called; one of a single word is a name, unless it is an ordinary word.
    """
    found: set[str] = set()
    small: set[str] = set(ORDINARY)
    for text in texts:
        words = text.split()
        small |= {bare(word) for word in words if word[:1].islower()}
        inside = (word for before, word in pairwise(words) if not before.endswith((".", ":", "?", "!")))
        found |= {bare(word) for word in inside if word.strip(SIGNS)[:1].isupper()}
    found |= {one for one in called if " " not in one or one.partition(" ")[2][:1].isupper()}
    return frozenset(word for word in found if word.lower() not in small)

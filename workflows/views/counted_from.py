"""The start day of a date, in words: what it counts from, and which of several things decided."""

from __future__ import annotations

from collections.abc import Iterator

from config.phrases import anchor_words, start_words
from records.cases import Case
from states.dossier import Deadline
from states.grounds import base_of, ground, grounds
from states.timescales import Start, Timescale
from states.words import spoken
from workflows.views.sentences import owed_date

ON_HOLIDAY = "that day is a holiday, {}"
NO_DAY = {"held": "held, no date is known", "unset": "no limit set"}


def counted_from(case: Case, deadline: Deadline) -> str:
    """What a date started from and on which day; of several things, each with its day and which of them decided."""
    rule = case.procedure.timescales[deadline.timescale]
    if not rule.anchor.follows or deadline.round:
        return f"{anchor_words(case.procedure, rule)}, {spoken(deadline.anchor_on)}"
    parts = tuple(_parts(case, rule, deadline))
    if len(parts) == 1:
        return parts[0]
    which = "the later of" if rule.anchor.later_of else "the earlier of"
    return f"{which} {'; '.join(parts)}"


def holiday_of(case: Case, deadline: Deadline) -> str:
    """The public holiday on which a date falls, by the calendar of whoever owes it; "" where it is none.

    Whoever owes it may not be at work on that day.
    """
    rule = case.procedure.timescales.get(deadline.timescale)
    calendar = case.calendars.get(case.procedure.calendar_of(rule, deadline.agency)) if rule else None
    return calendar.holidays.get(deadline.due_on, "") if calendar and deadline.open and deadline.due_on else ""


def _parts(case: Case, rule: Timescale, deadline: Deadline) -> Iterator[str]:
    decided = ground(case.procedure, case.dossier, deadline)
    for part, found in grounds(case.procedure, case.dossier, deadline):
        if found is None:
            yield f"{_words(case, rule, part, deadline)}: not known yet"
        else:
            day = spoken(found.on) if found.on is not None else NO_DAY[found.stands]
            counts = decided is not None and decided.part is part and found.on is not None
            says = " (it counts from this)" if counts and len(rule.anchor.parts) > 1 else ""
            yield f"{_words(case, rule, part, deadline)}: {day}{says}"


def _words(case: Case, rule: Timescale, part: Start, deadline: Deadline) -> str:
    base = base_of(case.dossier, part.timescale, deadline) if part.timescale is not None else None
    if base is not None:
        return f"the date of “{owed_date(case.procedure, base)}”"
    return start_words(case.procedure, rule, part)


def waits_with(case: Case, deadline: Deadline) -> str:
    """The date whose clock another one waits for, in words: "" for one that waits for none."""
    rule = case.procedure.timescales.get(deadline.timescale)
    follows = rule is not None and rule.anchor.follows and deadline.open and deadline.due_on is None
    found = ground(case.procedure, case.dossier, deadline) if follows else None
    if found is None or found.on is not None or found.part.timescale is None:
        return ""
    base = base_of(case.dossier, found.part.timescale, deadline)
    return owed_date(case.procedure, base) if base is not None else ""

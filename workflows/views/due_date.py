"""A date counted under an edition, with its receipt: every day that was counted or not, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from config.phrases import anchor_words, limit_from, limit_words, loosened_words, midnight_words
from states import deadlines
from states.calendars import Calendar
from states.errors import NotFound
from states.limits import Allowance, Stop
from states.procedure import Procedure
from states.timescales import Timescale
from workflows.views.json_names import UNLESS_NONE, UNWRITTEN


@dataclass(frozen=True)
class CountedDay:
    """A day of a receipt: whether it was counted, and why or why not."""

    day: date
    counted: bool
    why: str


@dataclass(frozen=True)
class DueDate:
    """When something is due that is counted from a day.

    `due` is None while a hold without an end lasts, and where no limit is set (`limit_known`); `original` is the date
    without holds and extensions, `counted` how many days or hours were counted. `days` is how far off it is (negative:
    gone by), `lapses` for a right that may be used until then, `due_at` a moment in UTC for what is counted in hours.
    """

    due: date | None
    original: date | None
    counted: int
    calendar: str | None
    receipt: tuple[CountedDay, ...]
    basis: str
    citation: str
    loosened: str | None = field(metadata=UNLESS_NONE)
    label: str = field(metadata=UNWRITTEN)
    limit: str = field(metadata=UNWRITTEN)
    limit_known: bool = field(metadata=UNWRITTEN)
    note: str = field(metadata=UNWRITTEN)
    calendar_label: str = field(default="", metadata=UNWRITTEN)
    due_at: datetime | None = field(default=None, metadata=UNWRITTEN)
    days: int | None = field(default=None, metadata=UNWRITTEN)
    if_hold_ended_today: date | None = field(default=None, metadata=UNWRITTEN)
    could_change: str = field(default="", metadata=UNWRITTEN)
    lapses: bool = field(default=False, metadata=UNWRITTEN)
    midnight: str = field(default="", metadata=UNWRITTEN)


@dataclass(frozen=True)
class DateQuestion:
    """What is to be counted: from which day, by which calendar, with which holds, how much more time, owed by whom."""

    start: date
    calendar: Calendar
    holds: tuple[Stop, ...] = ()
    extensions: tuple[Allowance, ...] = ()
    agency: str = ""


def rule_of(procedure: Procedure, name: str) -> Timescale:
    """A time limit of an edition by its name. Raises NotFound naming those there are."""
    if name not in procedure.timescales:
        known = ", ".join(procedure.timescales)
        raise NotFound(f"{procedure.name} has no time limit {name[:60]!r}: it has {known}.")
    return procedure.timescales[name]


def due_date(procedure: Procedure, rule: Timescale, asked: DateQuestion, today: date) -> DueDate:
    """When a limit of an edition runs out, and how that was counted."""
    limit = procedure.in_its_days(rule.length(), rule, asked.agency)
    if limit is None:
        return no_limit(procedure, rule)
    found = deadlines.due(asked.start, limit, asked.calendar, asked.holds, asked.extensions, today)
    return DueDate(
        due=found.due,
        original=found.original,
        counted=found.counted,
        calendar=asked.calendar.name,
        receipt=tuple(CountedDay(one.day, one.counted, one.why) for one in found.receipt),
        basis=rule.basis,
        citation=citation(procedure, rule),
        loosened=loosened_words(rule) or None,
        label=rule.label,
        limit=limit_from(rule, anchor_words(procedure, rule)),
        limit_known=True,
        note=rule.note,
        calendar_label=asked.calendar.label,
        due_at=found.due_at,
        days=(found.due - today).days if found.due else None,
        if_hold_ended_today=found.if_pause_ended_today,
        could_change=found.provisional_why,
        lapses=rule.kind == "window",
        midnight=midnight_words(limit.zone, found.due, found.due_at),
    )


def no_limit(procedure: Procedure, rule: Timescale) -> DueDate:
    """What is known of a date for which nobody has set a limit: what it rests on, and no day."""
    return DueDate(
        due=None,
        original=None,
        counted=0,
        calendar=None,
        receipt=(),
        basis=rule.basis,
        citation=citation(procedure, rule),
        loosened=None,
        label=rule.label,
        limit=limit_words(rule),
        limit_known=False,
        note=rule.note,
    )


def citation(procedure: Procedure, rule: Timescale) -> str:
    """Where a time limit is written: each source by its title and its name in the edition."""
    return "; ".join(procedure.source_words(one) for one in rule.cite if one in procedure.sources)

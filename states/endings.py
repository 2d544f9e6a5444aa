"""What ends a date: the entries that meet it, or set it aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from states.dossier import About, Deadline, Mark
from states.entry import Entry
from states.steps import as_day
from states.timescales import Ending, Timescale


def meets(entry: Entry, deadline: Deadline, ending: Ending) -> bool:
    """Whether an entry meets a date, or sets it aside, according to the edition."""
    if entry.kind in {"opened", "advanced"}:
        return entry.trigger in ending.triggers
    if entry.kind == "answered":
        return belongs_to(entry, deadline, "request") and entry.data["request"] in ending.requests
    if entry.kind in {"item_answered", "item_updated"}:
        return belongs_to(entry, deadline, "item") and _of_item(entry, ending)
    if entry.kind == "event_recorded":
        return entry.data["event"] in ending.events
    if entry.kind == "asked_after":
        return ending.contact and entry.data["event"] in ending.events
    return entry.kind == "pause_reviewed" and ending.contact and belongs_to(entry, deadline, "hold")


def belongs_to(entry: Entry, deadline: Deadline, about: About) -> bool:
    """Whether a date is of the request, hold or item that an entry names. Each kind has numbers of its own.

    Entries from before that was so go by the number alone, as they did when they were recorded.
    """
    return deadline.subject == entry.data["id"] and (deadline.about == about or entry.by_number_alone)


def _of_item(entry: Entry, ending: Ending) -> bool:
    register, ended = entry.data["register"], entry.data.get("ended", False)
    return register in ending.updates or (ended and register in ending.items)


def met(entry: Entry, rule: Timescale, deadline: Deadline) -> Deadline:
    """The deadline met by an entry: late when its day (or, for hours, its instant) had gone by.

    The day is the one recorded for it, where the edition has it recorded. A chase, or a right, is never late.
    """
    day = as_day(entry.data.get("fields", {}).get(rule.met_on)) if rule.met_on else None
    on, at = (entry.happened_on, entry.happened_at) if day is None else (day, None)
    late = rule.can_be_late and deadline.due_on is not None and on > deadline.due_on
    if rule.can_be_late and deadline.due_at is not None and at is not None:
        late = at > deadline.due_at
    reason = deadline.late_reason or (entry.data.get("late_reason", "") if late else "")
    when = {"ended_on": on, "ended_at": at, "ended_by": entry.sequence}
    return deadline.but(status="met", late=late, late_reason=reason, **when)


def ended(entry: Entry, deadline: Deadline, **change: object) -> Deadline:
    """The deadline no longer owed, by which entry and on which day."""
    return deadline.but(ended_on=entry.happened_on, ended_at=entry.happened_at, ended_by=entry.sequence, **change)


def ended_before(
    mark: Mark, rule: Timescale, deadline: Deadline, fields: Mapping[str, Any], status: str = "met"
) -> Deadline:
    """The deadline as already ended by what is on record; met on the day recorded for it, where the edition has one."""
    recorded = as_day(fields.get(rule.met_on or "")) if status == "met" else None
    on, at = (mark.on, mark.at) if recorded is None else (recorded, None)
    late = status == "met" and rule.can_be_late and deadline.due_on is not None and on > deadline.due_on
    return deadline.but(status=status, ended_on=on, ended_at=at, ended_by=mark.sequence, late=late)

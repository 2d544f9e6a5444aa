"""Waiting for something outside the committee: recording that it came, or that it was asked after."""

from __future__ import annotations

from datetime import date

from records import cases
from records.cases import Case
from states.entry import Entry
from states.errors import NotFound, NotPossible
from workflows.messages.owe import tell
from workflows.unit_of_work import Desk, check_day, check_role, check_words, find


def record_event(
    desk: Desk, ref: str, event: str, *, note: str = "", on: date | None = None, seen: int | None = None
) -> tuple[Case, Entry]:
    """Record that something the case waits for has happened, such as a verdict; holds that waited for it end."""
    desk, case = _waiting(desk, ref, event, note, seen)
    check_day(desk, on, case)
    entry = desk.entry("event_recorded", on=on, reason=note, data={"event": event})
    case = cases.record(desk.tx, case, entry, desk.now)
    tell(desk.tx, case, entry, desk.now)
    return case, entry


def ask_after(desk: Desk, ref: str, event: str, note: str = "", *, seen: int | None = None) -> tuple[Case, Entry]:
    """Record that somebody asked after it and it has not come yet: the next time to ask is counted from today."""
    desk, case = _waiting(desk, ref, event, note, seen)
    entry = desk.entry("asked_after", reason=note, data={"event": event})
    return cases.record(desk.tx, case, entry, desk.now), entry


def _waiting(desk: Desk, ref: str, event: str, note: str, seen: int | None) -> tuple[Desk, Case]:
    case = find(desk, ref, seen)
    awaited = case.procedure.events.get(event)
    if awaited is None:
        known = ", ".join(case.procedure.events) or "nothing"
        raise NotFound(f"{event[:60]!r} is not waited for under this edition: it knows {known}.")
    desk = check_role(desk, case, awaited.recorded_by, f"Recording {awaited.label.lower()}")
    check_words(desk, case, note)
    if event in case.dossier.events:
        mark = case.dossier.events[event]
        raise NotPossible(f"{awaited.label} was recorded for {mark.on:%-d %B %Y} already.")
    return desk, case

"""Waiting for something outside the committee: recording that it came, or that it was asked after."""

from __future__ import annotations

from datetime import date

from records import cases
from records.cases import Case
from states.entry import Entry
from states.errors import NotFound, NotPossible
from states.words import long_day
from workflows.messages.owe import recorded
from workflows.unit_of_work import UnitOfWork, check_day, check_role, check_words, find


def record_event(
    uow: UnitOfWork, ref: str, event: str, *, note: str = "", on: date | None = None, seen: int | None = None
) -> tuple[Case, Entry]:
    """Record that something the case waits for has happened, such as a verdict; holds that waited for it end."""
    uow, case = _waiting(uow, ref, event, note, seen)
    check_day(uow, on, case)
    entry = uow.entry("event_recorded", on=on, reason=note, data={"event": event})
    return recorded(uow, case, entry)


def ask_after(
    uow: UnitOfWork, ref: str, event: str, note: str = "", *, on: date | None = None, seen: int | None = None
) -> tuple[Case, Entry]:
    """Record that somebody asked after it and it has not come yet: the next time to ask is counted from that day."""
    uow, case = _waiting(uow, ref, event, note, seen)
    check_day(uow, on, case)
    entry = uow.entry("asked_after", on=on, reason=note, data={"event": event})
    return cases.record(uow.tx, case, entry, uow.now), entry


def _waiting(uow: UnitOfWork, ref: str, event: str, note: str, seen: int | None) -> tuple[UnitOfWork, Case]:
    case = find(uow, ref, seen)
    awaited = case.procedure.events.get(event)
    if awaited is None:
        known = ", ".join(case.procedure.events) or "nothing"
        raise NotFound(f"{event[:60]!r} is not waited for under this edition: it knows {known}.")
    uow = check_role(uow, case, awaited.recorded_by, f"Recording {case.procedure.in_a_sentence(awaited.label)}")
    check_words(uow, case, note)
    if event in case.dossier.events:
        mark = case.dossier.events[event]
        raise NotPossible(f"{awaited.label} was recorded for {long_day(mark.on)} already.")
    return uow, case

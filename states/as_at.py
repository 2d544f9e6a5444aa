"""A history as it stood on a day: the entries about what had happened by then, of those that had been recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from states.dossier import Dossier
from states.entry import BY_THE_CLOCK, Entry
from states.fold import Library, fold
from states.moments import start_of
from states.put_right import without

ABOUT = {
    "answered": "requests",
    "declined": "requests",
    "redirected": "requests",
    "sent_back": "requests",
    "request_withdrawn": "requests",
    "pause_ended": "pauses",
    "pause_reviewed": "pauses",
    "extension_granted": "extensions",
    "extension_refused": "extensions",
    "extension_withdrawn": "extensions",
    "item_answered": "items",
    "item_updated": "items",
}
"""The kinds of entry that go on with something an earlier entry began, and where that is kept."""

BEGINS = frozenset({"opened", "imported"})
"""The kinds of entry with which a history begins."""

MOVES = frozenset({"advanced", "moved_edition"})
"""The kinds of entry that lead on from the state in which the case stood."""


def end_of(day: date) -> datetime:
    """The instant (UTC) at which a day in Scotland is over; of a moment, the one that follows it."""
    if isinstance(day, datetime):
        return start_of(day) + timedelta(microseconds=1)
    return start_of(day + timedelta(days=1))


def days_of(entries: Iterable[Entry]) -> dict[int, date]:
    """The day on which each entry happened, by its number, with corrections applied."""
    days: dict[int, date] = {}
    for entry in entries:
        days[entry.sequence] = entry.happened_on
        if entry.kind == "corrected" and "happened_on" in entry.data:
            days[entry.data["sequence"]] = date.fromisoformat(entry.data["happened_on"])
    return days


def stood(blank: Dossier, entries: Iterable[Entry], library: Library, day: date) -> tuple[Dossier, tuple[Entry, ...]]:
    """A history replayed with only what had happened by a day, and the entries that were counted.

    What puts an entry right counts with it, whenever that was; a step counts only after the step it follows. What the
    sweep wrote is left out: it changes no fact. Without an entry, the case had not begun.
    """
    known = tuple(entries)
    days, counted = days_of(known), dict[int, Entry]()
    for entry in known:
        if _counts(blank, entry, days, counted, day):
            blank = fold(blank, entry, library)
            counted[entry.sequence] = entry
    return blank, tuple(counted.values())


def _counts(dossier: Dossier, entry: Entry, days: Mapping[int, date], counted: Mapping[int, Entry], day: date) -> bool:
    if entry.kind in BY_THE_CLOCK or (not counted and entry.kind not in BEGINS):
        return False
    if entry.kind == "corrected":
        return entry.data["sequence"] in counted
    if days[entry.sequence] > day:
        return False
    return _follows(dossier, entry)


def _follows(dossier: Dossier, entry: Entry) -> bool:
    """Whether what an entry goes on with is there."""
    if entry.kind in MOVES or (entry.kind == "imported" and entry.source):
        return entry.source == dossier.state
    if entry.kind == "missed":
        return entry.data["key"] in dossier.deadlines
    if entry.kind == "extension_asked":
        return entry.data["extension"]["deadline"] in dossier.deadlines
    kept_in = ABOUT.get(entry.kind)
    return kept_in is None or entry.data["id"] in getattr(dossier, kept_in)


def fields_of(entries: Iterable[Entry], sequence: int) -> dict[str, object]:
    """What one entry recorded, with corrections applied."""
    found: dict[str, object] = {}
    for entry in entries:
        if entry.sequence == sequence or (entry.kind == "corrected" and entry.data.get("sequence") == sequence):
            found |= entry.data.get("fields", {})
            for name in entry.emptied:
                found.pop(name, None)
            found = without(found, entry.taken_back) if entry.taken_back else found
    return found


def known_by(entries: Iterable[Entry], day: date) -> Iterator[Entry]:
    """The entries recorded by the end of a day, or by a moment; an entry is known only with all before it."""
    end = end_of(day)
    for entry in entries:
        if entry.recorded_at >= end:
            return
        yield entry

"""The projection of a case with one more entry. Replaying a history (event sourcing) is this, entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from states import clocks, folds, imported, put_right
from states.calendars import Calendar
from states.dossier import Dossier
from states.entry import BY_THE_CLOCK, Entry
from states.procedure import Procedure

FOLDS: dict[str, Callable[[Dossier, Entry], dict[str, Any]]] = {
    "opened": folds.opened,
    "advanced": folds.advanced,
    "requested": folds.requested,
    "answered": folds.answered,
    "declined": folds.declined,
    "redirected": folds.redirected,
    "promised": folds.promised,
    "sent_back": folds.sent_back,
    "paused": folds.paused,
    "pause_reviewed": folds.pause_reviewed,
    "pause_ended": folds.pause_ended,
    "extension_asked": folds.extension_asked,
    "extension_granted": folds.extension_granted,
    "extension_refused": folds.extension_refused,
    "extension_withdrawn": folds.extension_withdrawn,
    "missed": folds.nothing,
    "linked": folds.linked,
    "unlinked": folds.unlinked,
    "corrected": put_right.corrected,
    "moved_edition": folds.moved_edition,
    "people_changed": folds.people_changed,
    "event_recorded": folds.event_recorded,
    "asked_after": folds.nothing,
    "calendar_changed": folds.calendar_changed,
    "child_added": folds.child_added,
    "personal_data_erased": folds.erased,
    "key_exchanged": folds.nothing,
    "chased": folds.nothing,
    "reminded": folds.nothing,
    "item_added": folds.item_added,
    "item_answered": folds.item_answered,
    "item_updated": folds.item_updated,
    "confirmed": folds.nothing,
    "withheld": folds.nothing,
    "withdrawn": folds.nothing,
    "task_done": folds.nothing,
    "sent_again": folds.nothing,
    "bounced": folds.nothing,
    "request_reached": folds.request_reached,
    "request_withdrawn": folds.request_withdrawn,
    "rebuilt": folds.nothing,
    "imported": imported.imported,
    "import_taken_back": imported.taken_back,
}


class Library(Protocol):
    """Where editions and calendars are looked up by their fingerprint, as they were when they were used."""

    def procedure(self, digest: str) -> Procedure:
        """The edition of that fingerprint."""
        ...

    def calendar(self, digest: str) -> Calendar:
        """The calendar of that fingerprint."""
        ...


def fold(dossier: Dossier, entry: Entry, library: Library) -> Dossier:
    """The dossier after one more entry: facts first, then the dates they start, end or move."""
    change = FOLDS[entry.kind](dossier, entry)
    version = dossier.version + (0 if entry.kind in BY_THE_CLOCK else 1)
    facts = dossier.but(**change, sequence=entry.sequence, version=version)
    procedure = library.procedure(facts.digest)
    calendars = {name: library.calendar(digest) for name, digest in facts.calendars.items()}
    dates = clocks.turn(procedure, calendars, facts, entry)
    return facts if dates is facts.deadlines else facts.but(deadlines=dates)


def replay(blank: Dossier, entries: Iterable[Entry], library: Library) -> Dossier:
    """The dossier after a whole history."""
    for entry in entries:
        blank = fold(blank, entry, library)
    return blank

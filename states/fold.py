"""Adding one entry to what a case adds up to. Replaying a history is this, entry by entry, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from states import clocks
from states.calendars import Calendar
from states.dossier import Asked, Dossier, Extension, Mark, Paused
from states.entry import BY_THE_CLOCK, Entry
from states.procedure import Procedure


class Library(Protocol):
    """Where editions and calendars are looked up by their fingerprint, as they were when they were used."""

    def procedure(self, digest: str) -> Procedure:
        """The edition of that fingerprint."""
        ...

    def calendar(self, digest: str) -> Calendar:
        """The calendar of that fingerprint."""
        ...


def fold(dossier: Dossier, entry: Entry, library: Library) -> Dossier:
    """What the case adds up to once the entry is in its history: facts first, then the dates they start, end or move."""
    facts = FOLDS[entry.kind](dossier, entry)
    facts = facts.model_copy(
        update={
            "sequence": entry.sequence,
            "version": dossier.version + (0 if entry.kind in BY_THE_CLOCK else 1),
        }
    )
    procedure = library.procedure(facts.digest)
    calendars = {name: library.calendar(digest) for name, digest in facts.calendars.items()}
    return clocks.turn(procedure, calendars, dossier, facts, entry)


def replay(blank: Dossier, entries: Iterable[Entry], library: Library) -> Dossier:
    """What a whole history adds up to."""
    for entry in entries:
        blank = fold(blank, entry, library)
    return blank


def _mark(entry: Entry) -> Mark:
    return Mark(on=entry.happened_on, at=entry.happened_at, sequence=entry.sequence, by=entry.actor.name)


def _opened(dossier: Dossier, entry: Entry) -> Dossier:
    people = {name: entry.data.get(name, "") for name in ("lead", "deputy")}
    start = dossier.model_copy(
        update={
            **people,
            "opened_on": entry.happened_on,
            "calendars": dict(entry.data["calendars"]),
            "notifier": entry.data.get("notifier", ""),
            "agencies": tuple(entry.data.get("agencies", ())),
        }
    )
    return _advanced(start, entry)


def _advanced(dossier: Dossier, entry: Entry) -> Dossier:
    mark = _mark(entry)
    entered = dossier.entered if entry.dest == entry.source else {**dossier.entered, entry.dest: mark}
    closing = entry.data.get("final", False)
    return _with_fields(dossier, entry, entry.data.get("fields", {})).model_copy(
        update={
            "state": entry.dest,
            "entered": entered,
            "done": {**dossier.done, entry.trigger: mark},
            "closed_on": entry.happened_on if closing else None,
        }
    )


def _with_fields(dossier: Dossier, entry: Entry, fields: Mapping[str, Any]) -> Dossier:
    if not fields:
        return dossier
    sources = dict.fromkeys(fields, entry.sequence)
    return dossier.model_copy(
        update={"fields": {**dossier.fields, **fields}, "recorded_by": {**dossier.recorded_by, **sources}}
    )


def _requested(dossier: Dossier, entry: Entry) -> Dossier:
    asked = {
        item["id"]: Asked(
            id=item["id"], request=entry.data["request"], agency=item["agency"], asked_on=entry.happened_on
        )
        for item in entry.data["asked"]
    }
    known = (*dossier.agencies, *(one.agency for one in asked.values()))
    return dossier.model_copy(
        update={"requests": {**dossier.requests, **asked}, "agencies": tuple(dict.fromkeys(known))}
    )


def _request(**change: Any) -> Callable[[Dossier, Entry], Dossier]:
    def folded(dossier: Dossier, entry: Entry) -> Dossier:
        asked = dossier.requests[entry.data["id"]]
        update = {**change, "reason": entry.reason}
        if change.get("status", "open") != "open":
            update["ended_on"] = entry.happened_on
        changed = asked.model_copy(update=update)
        return dossier.model_copy(update={"requests": {**dossier.requests, asked.id: changed}})

    return folded


def _redirected(dossier: Dossier, entry: Entry) -> Dossier:
    ended = _request(status="redirected", redirected_to=entry.data["to"])(dossier, entry)
    onward = Asked(
        id=entry.data["new_id"],
        request=dossier.requests[entry.data["id"]].request,
        agency=entry.data["to"],
        asked_on=entry.happened_on,
    )
    agencies = tuple(dict.fromkeys((*dossier.agencies, onward.agency)))
    return ended.model_copy(update={"requests": {**ended.requests, onward.id: onward}, "agencies": agencies})


def _promised(dossier: Dossier, entry: Entry) -> Dossier:
    asked = dossier.requests.get(entry.data.get("id", ""))
    if asked is None:
        return dossier
    changed = asked.model_copy(update={"promised_on": entry.data["until"]})
    return dossier.model_copy(
        update={"requests": {**dossier.requests, asked.id: Asked.model_validate(changed.model_dump())}}
    )


def _sent_back(dossier: Dossier, entry: Entry) -> Dossier:
    asked = dossier.requests[entry.data["id"]]
    changed = asked.model_copy(
        update={"status": "open", "ended_on": None, "promised_on": None, "returns": asked.returns + 1}
    )
    return dossier.model_copy(update={"requests": {**dossier.requests, asked.id: changed}})


def _paused(dossier: Dossier, entry: Entry) -> Dossier:
    pause = Paused.model_validate({**entry.data["pause"], "starts": entry.happened_on, "reason": entry.reason})
    return dossier.model_copy(update={"pauses": {**dossier.pauses, pause.id: pause}})


def _pause_ended(dossier: Dossier, entry: Entry) -> Dossier:
    pause = dossier.pauses[entry.data["id"]].model_copy(update={"ends": entry.happened_on, "ended": True})
    return dossier.model_copy(update={"pauses": {**dossier.pauses, pause.id: pause}})


def _pause_reviewed(dossier: Dossier, entry: Entry) -> Dossier:
    if "ends" not in entry.data:
        return dossier
    pause = dossier.pauses[entry.data["id"]]
    changed = Paused.model_validate({**pause.model_dump(), "ends": entry.data["ends"]})
    return dossier.model_copy(update={"pauses": {**dossier.pauses, pause.id: changed}})


def _event_recorded(dossier: Dossier, entry: Entry) -> Dossier:
    name = entry.data["event"]
    ended = {
        pause.id: pause.model_copy(update={"ends": entry.happened_on, "ended": True})
        for pause in dossier.pauses.values()
        if pause.event == name and not pause.ended
    }
    return dossier.model_copy(
        update={"events": {**dossier.events, name: _mark(entry)}, "pauses": {**dossier.pauses, **ended}}
    )


def _extension_asked(dossier: Dossier, entry: Entry) -> Dossier:
    extension = Extension.model_validate(
        {**entry.data["extension"], "reason": entry.reason, "asked_by": entry.actor.name}
    )
    return dossier.model_copy(update={"extensions": {**dossier.extensions, extension.id: extension}})


def _extension(status: str) -> Callable[[Dossier, Entry], Dossier]:
    def folded(dossier: Dossier, entry: Entry) -> Dossier:
        extension = dossier.extensions[entry.data["id"]]
        changed = extension.model_copy(update={"status": status, "decided_by": entry.actor.name})
        return dossier.model_copy(update={"extensions": {**dossier.extensions, extension.id: changed}})

    return folded


def _linked(dossier: Dossier, entry: Entry) -> Dossier:
    return dossier.model_copy(update={"links": {**dossier.links, entry.data["ref"]: entry.data["link"]}})


def _unlinked(dossier: Dossier, entry: Entry) -> Dossier:
    rest = {ref: link for ref, link in dossier.links.items() if ref != entry.data["ref"]}
    return dossier.model_copy(update={"links": rest})


def _corrected(dossier: Dossier, entry: Entry) -> Dossier:
    facts = _with_fields(dossier, entry, entry.data.get("fields", {}))
    day = entry.data.get("happened_on")
    if day is None:
        return facts
    wrong = entry.data["sequence"]
    return facts.model_copy(
        update={name: _redated(getattr(facts, name), wrong, day) for name in ("entered", "done", "events")}
    )


def _redated(marks: Mapping[str, Mark], wrong: int, day: str) -> dict[str, Mark]:
    return {
        name: Mark.model_validate({**mark.model_dump(), "on": day, "at": None}) if mark.sequence == wrong else mark
        for name, mark in marks.items()
    }


def _moved_edition(dossier: Dossier, entry: Entry) -> Dossier:
    return dossier.model_copy(
        update={
            "edition": entry.data["edition"],
            "digest": entry.data["digest"],
            "calendars": dict(entry.data["calendars"]),
            "state": entry.dest,
            "entered": {**dossier.entered, entry.dest: dossier.entered.get(entry.source, _mark(entry))},
        }
    )


def _people_changed(dossier: Dossier, entry: Entry) -> Dossier:
    people = {name: entry.data[name] for name in ("lead", "deputy") if name in entry.data}
    left = set(entry.data.get("agencies_left", ()))
    agencies = (*dossier.agencies, *entry.data.get("agencies_joined", ()))
    kept = tuple(dict.fromkeys(agency for agency in agencies if agency not in left))
    return dossier.model_copy(update={**people, "agencies": kept})


def _calendar_changed(dossier: Dossier, entry: Entry) -> Dossier:
    return dossier.model_copy(
        update={"calendars": {**dossier.calendars, entry.data["calendar"]: entry.data["digest"]}}
    )


def _child_added(dossier: Dossier, _: Entry) -> Dossier:
    return dossier.model_copy(update={"children": dossier.children + 1})


def _erased(dossier: Dossier, _: Entry) -> Dossier:
    return dossier.model_copy(update={"erased": True})


def _nothing(dossier: Dossier, _: Entry) -> Dossier:
    return dossier


FOLDS: dict[str, Callable[[Dossier, Entry], Dossier]] = {
    "opened": _opened,
    "advanced": _advanced,
    "requested": _requested,
    "answered": _request(status="answered"),
    "declined": _request(status="declined"),
    "redirected": _redirected,
    "promised": _promised,
    "sent_back": _sent_back,
    "paused": _paused,
    "pause_reviewed": _pause_reviewed,
    "pause_ended": _pause_ended,
    "extension_asked": _extension_asked,
    "extension_granted": _extension("granted"),
    "extension_refused": _extension("refused"),
    "extension_withdrawn": _extension("withdrawn"),
    "missed": _nothing,
    "linked": _linked,
    "unlinked": _unlinked,
    "corrected": _corrected,
    "moved_edition": _moved_edition,
    "people_changed": _people_changed,
    "event_recorded": _event_recorded,
    "asked_after": _nothing,
    "calendar_changed": _calendar_changed,
    "child_added": _child_added,
    "personal_data_erased": _erased,
    "chased": _nothing,
    "confirmed": _nothing,
    "withheld": _nothing,
}


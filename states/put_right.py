"""What a correction changes in a case's facts: answers, the days that came from an entry, files that are none of it."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date
from typing import Any

from states.answers import KEPT_FILE
from states.dossier import Dossier, Mark
from states.entry import ENDED_BY_WORD, Entry
from states.folds import Change, recorded


def corrected(dossier: Dossier, entry: Entry) -> Change:
    """What an earlier entry recorded, or its day, is put right."""
    data, change = entry.data, _without_files(dossier, entry, _put_right(dossier, entry))
    if "happened_on" not in data:
        return change
    wrong, right = data["sequence"], date.fromisoformat(data["happened_on"])
    was = date.fromisoformat(data["was"]) if "was" in data else None
    redated = {name: _redated(getattr(dossier, name), wrong, right) for name in ("entered", "done", "events", "known")}
    return {**change, **redated, **_days_put_right(dossier, data, was, right)}


def _without_files(dossier: Dossier, entry: Entry, change: Change) -> Change:
    """The same without the files that are none of this case, in its fields and in its items."""
    gone = entry.taken_back
    if not gone:
        return change
    fields, sources = (change.get(part, getattr(dossier, part)) for part in ("fields", "recorded_by"))
    left = without(fields, gone)
    items = dossier.items.items()
    return {
        **change,
        "fields": left,
        "recorded_by": {name: one for name, one in sources.items() if name in left or name not in fields},
        "items": {key: one.but(fields=without(one.fields, gone)) for key, one in items},
    }


def without(answers: Mapping[str, Any], gone: Container[str]) -> dict[str, Any]:
    """Answers without some files, by their SHA-256, wherever they name them; one that named no other is left out."""
    left = {name: _left_of(said, gone) for name, said in answers.items()}
    return {name: said for name, said in left.items() if said not in ("", []) or said == answers[name]}


def _left_of(said: Any, gone: Container[str]) -> Any:
    if type(said) is list:
        left = ((one, _left_of(one, gone)) for one in said)
        return [now for one, now in left if now != "" or one == ""]
    if isinstance(said, dict):
        return {name: _left_of(one, gone) for name, one in said.items()}
    return "" if _is_of(said, gone) else said


def _is_of(said: Any, gone: Container[str]) -> bool:
    file = KEPT_FILE.fullmatch(said) if isinstance(said, str) else None
    return file is not None and file[1] in gone


def _put_right(dossier: Dossier, entry: Entry) -> Change:
    """What the case has recorded once an entry is put right: what should have been left empty stands no more."""
    change, emptied = recorded(dossier, entry, entry.data["sequence"]), entry.emptied
    if not emptied:
        return change
    kept: Change = {"fields": dossier.fields, "recorded_by": dossier.recorded_by, **change}
    return {part: {key: one for key, one in kept[part].items() if key not in emptied} for part in kept}


def _days_put_right(dossier: Dossier, data: Mapping[str, Any], was: date | None, right: date) -> Change:
    """The other days that came from the entry: of opening, of closing, of a question or its answer, of a hold's end."""
    change: Change = {}
    if data["sequence"] == 1:
        change["opened_on"] = right
    if dossier.closed_on == was and dossier.entered[dossier.state].sequence == data["sequence"]:
        change["closed_on"] = right
    kind = data.get("kind", "")
    part = "asked_on" if kind == "requested" else "ended_on" if kind in ENDED_BY_WORD else None
    if part is not None:
        theirs = {key: dossier.requests[key] for key in data["ids"] if getattr(dossier.requests[key], part) == was}
        change["requests"] = {**dossier.requests, **{key: one.but(**{part: right}) for key, one in theirs.items()}}
    if "event" in data:
        ended = [one for one in dossier.pauses.values() if one.event == data["event"] and one.ended and one.ends == was]
        change["pauses"] = {**dossier.pauses, **{pause.id: pause.but(ends=right) for pause in ended}}
    return change


def _redated(marks: Mapping[str, Mark], wrong: int, day: date) -> dict[str, Mark]:
    return {name: mark.but(on=day, at=None) if mark.sequence == wrong else mark for name, mark in marks.items()}

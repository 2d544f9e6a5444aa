"""What a correction changes of a case's facts: what an earlier entry recorded, and every day that came from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from states.dossier import Dossier, Mark
from states.entry import Entry
from states.folds import Change, recorded


def corrected(dossier: Dossier, entry: Entry) -> Change:
    """What an earlier entry recorded, or its day, is put right."""
    data, change = entry.data, recorded(dossier, entry, entry.data["sequence"])
    if "happened_on" not in data:
        return change
    wrong, right = data["sequence"], date.fromisoformat(data["happened_on"])
    was = date.fromisoformat(data["was"]) if "was" in data else None
    redated = {name: _redated(getattr(dossier, name), wrong, right) for name in ("entered", "done", "events")}
    return {**change, **redated, **_days_put_right(dossier, data, was, right)}


def _days_put_right(dossier: Dossier, data: Mapping[str, Any], was: date | None, right: date) -> Change:
    """The other days that came from the entry: of opening, of closing, of a question or its answer, of a hold's end."""
    change: Change = {}
    if data["sequence"] == 1:
        change["opened_on"] = right
    if dossier.closed_on == was and dossier.entered[dossier.state].sequence == data["sequence"]:
        change["closed_on"] = right
    part = {"requested": "asked_on", "answered": "ended_on"}.get(data.get("kind", ""))
    if part is not None:
        theirs = {key: dossier.requests[key] for key in data["ids"] if getattr(dossier.requests[key], part) == was}
        change["requests"] = {**dossier.requests, **{key: one.but(**{part: right}) for key, one in theirs.items()}}
    if "event" in data:
        ended = [one for one in dossier.pauses.values() if one.event == data["event"] and one.ended and one.ends == was]
        change["pauses"] = {**dossier.pauses, **{pause.id: pause.but(ends=right) for pause in ended}}
    return change


def _redated(marks: Mapping[str, Mark], wrong: int, day: date) -> dict[str, Mark]:
    return {name: mark.but(on=day, at=None) if mark.sequence == wrong else mark for name, mark in marks.items()}

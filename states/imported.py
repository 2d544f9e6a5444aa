"""Entries that were kept elsewhere before Cairn: what they add to a case, and taking an import back."""

from __future__ import annotations

from typing import Any

from states.dossier import Dossier
from states.entry import Entry
from states.folds import Change, came_to, item_entered, mark_of, recorded, with_item

KNOWN = {
    "notified": "notified to the committee",
    "decided": "decided",
    "started": "begun",
    "completed": "the report complete",
    "published": "published",
    "agreed": "agreed",
    "closed": "closed",
}
"""The days of a case that a sheet may know, each in words."""


def imported(dossier: Dossier, entry: Entry) -> Change:
    """What a row of a sheet knows of a case: the edition it goes by, a day, where it stood then, an action."""
    data, mark = entry.data, mark_of(entry)
    change: Change = recorded(dossier, entry)
    if "edition" in data:
        change |= _begun(entry)
    if entry.dest:
        change["state"] = entry.dest
        change["closed_on"] = (dossier.closed_on or entry.happened_on) if data.get("final") else None
        change |= came_to(dossier, entry, mark)
    if entry.trigger:
        change["done"] = {**dossier.done, entry.trigger: mark}
    if data.get("known"):
        change["known"] = {**dossier.known, data["known"]: mark}
    if "links" in data:
        change["links"] = {**dossier.links, **data["links"]}
    if "item" in data:
        change |= with_item(dossier, item_entered(entry, data["item"]))
    return change


def taken_back(dossier: Dossier, entry: Entry) -> Change:
    """The import is taken back: what came with it is known no more, and the case is closed without anything owed.

    Where the case was there before, only the items that came with the import go.
    """
    if "items" in entry.data:
        return {"items": {key: one for key, one in dossier.items.items() if key not in entry.data["items"]}}
    nothing: dict[str, Any] = {"fields": {}, "recorded_by": {}, "items": {}, "links": {}, "known": {}, "done": {}}
    return {**nothing, "agencies": (), "taken_back": True, "closed_on": entry.happened_on}


def _begun(entry: Entry) -> Change:
    data = entry.data
    return {
        "edition": data["edition"],
        "digest": data["digest"],
        "calendars": dict(data["calendars"]),
        "lead": data.get("lead", ""),
        "agencies": tuple(data.get("agencies", ())),
        "opened_on": entry.happened_on,
        "imported": data["source"]["row"],
    }

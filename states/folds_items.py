"""What entries about the items of a register change: one is entered, answered, or something is recorded about it."""

from __future__ import annotations

from typing import Any

from states.dossier import Dossier, Item
from states.entry import Entry


def item_added(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    """An item is entered in a register."""
    data = entry.data
    item = Item(
        id=data["id"],
        kept_in=data["register"],
        on=entry.happened_on,
        by=entry.actor.name,
        sequence=entry.sequence,
        fields=data["fields"],
        ended=data.get("ended", False),
    )
    return {"items": {**dossier.items, item.id: item}}


def item_answered(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    """An item is answered: what was answered stands beside what was entered."""
    item = dossier.items[entry.data["id"]]
    fields = {**item.fields, **entry.data["fields"]}
    return _with(dossier, item.but(fields=fields, answered_on=entry.happened_on, ended=True))


def item_updated(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    """Something is recorded about an item: the newest of each field stands, the older ones stay in the history."""
    item = dossier.items[entry.data["id"]]
    return _with(
        dossier,
        item.but(
            fields={**item.fields, **entry.data["fields"]},
            updated_on=entry.happened_on,
            updates=item.updates + 1,
            ended=entry.data.get("ended", False),
        ),
    )


def _with(dossier: Dossier, item: Item) -> dict[str, Any]:
    return {"items": {**dossier.items, item.id: item}}

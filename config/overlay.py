"""What a committee changes for itself: its local file laid over a national edition, which stays as it is.

A local file sets or tightens a limit, a calendar, a ladder, a label, a recipient, and may add time limits and ladders
of its own. It adds and removes no state and no move. The format is told in docs/procedure-format.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from config import meetings
from config.assessment_form import form_faults
from config.phrases import national_words
from config.toml_places import Fault, Place, TomlFile, hint
from states.errors import BadLimit
from states.limit_comparison import Longer, longer
from states.limits import Limit
from states.procedure import Procedure
from states.timescales import Timescale

Table = dict[str, Any]

HEAD_KEYS = ("committee", "calendar", "agencies", "retention", "assessment", "meetings", "editions")
LONGEST_KEPT = 200
"""Years for which personal data may be kept after a case closed."""
LIMIT_KEYS = frozenset({"limit", "unit", "on", "repeat", "starts", "counted", "roll"})
EDITION_KEYS = frozenset({"title", "review", "subject", "prefix", "calendar", "time_zone", "summary", "figures"})
CHANGES: dict[str, frozenset[str]] = {
    "timescales": LIMIT_KEYS | {"label", "calendar", "owner", "ladder", "extension", "wording", "cite", "note"},
    "ladders": frozenset({"label", "unit", "calendar", "at", "rungs"}),
    "sources": frozenset({"title", "url", "grade", "checked_on"}),
    "bodies": frozenset({"label", "external", "recorded_by"}),
    "roles": frozenset({"label", "external", "recorded_by", "acts_for", "named_in"}),
    "states": frozenset({"label", "meaning", "note"}),
    "requests": frozenset({"label", "asked_by", "message", "acknowledgement", "note"}),
    "pauses": frozenset({"label", "ordered_by", "authorities", "notify", "note"}),
    "registers": frozenset({"label", "kept_by", "answered_by", "updated_by", "notify", "note"}),
    "events": frozenset({"label", "recorded_by", "note"}),
    "transitions": frozenset({"label", "notify", "roles", "note"}),
}
"""What a local file may change, and in which keys."""

ADDS = {"timescales": "anchor", "ladders": "rungs", "sources": "title", "bodies": "external"}
"""What it may add, and the key that says it is an addition and no misspelling."""


@dataclass
class Overlay:
    """A national edition with a local file laid over it, the faults met so far, and what came from the local file."""

    national: Procedure
    data: Table
    local: TomlFile
    origins: dict[Place, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, place: Place, what: str) -> None:
        """Note what is wrong at a place of the local file."""
        self.faults.append((place, what))

    def origin(self, place: Place) -> Place | None:
        """Where in the local file a place of the merged edition comes from; None where it is the nation's."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.origins:
                return (*self.origins[place[:length]], *place[length:])
        return None

    def put(self, into: Table, place: Place, key: str, value: object, source: Place) -> None:
        """Set one key of the merged edition, keeping where it came from."""
        into[key] = deepcopy(value)
        self.origins[(*place, key)] = source


def overlaid(national: Procedure, data: Mapping[str, Any], local: TomlFile, editions: Collection[str]) -> Overlay:
    """The edition with the committee's file laid over it; nothing of the national file is changed in place.

    `editions` are the editions there are: a local file that names another is at fault.
    """
    overlay = Overlay(national, deepcopy(dict(data)), local)
    _head(overlay, editions)
    chosen = local.data.get("editions", {})
    changes = chosen.get(national.name, {}) if isinstance(chosen, dict) else {}
    if not isinstance(changes, dict):
        overlay.fault(("editions", national.name), "it is not a table. Begin it with [editions.NAME].")
        return overlay
    for kind, change in changes.items():
        _change(overlay, kind, change, ("editions", national.name, kind))
    return overlay


def _head(overlay: Overlay, editions: Collection[str]) -> None:
    given = overlay.local.data
    for key in given.keys() - set(HEAD_KEYS):
        overlay.fault((key,), f"nothing of this name is known here. {hint(key, HEAD_KEYS)}")
    if not isinstance(given.get("committee"), str) or not given["committee"].strip():
        overlay.fault(("committee",), 'it is missing. Name the committee, as committee = "...".')
    if "retention" in given and not _is_rule(given["retention"]):
        overlay.fault(("retention",), 'it is not understood. Write it as retention = { years = ..., note = "..." }.')
    for place, what in form_faults(given.get("assessment", ())):
        overlay.fault(("assessment", *place), what)
    for place, what in meetings.faults(given.get("meetings", {})):
        overlay.fault(("meetings", *place), what)
    chosen = given.get("editions", {})
    if not isinstance(chosen, dict):
        overlay.fault(("editions",), "it is not a table. Begin it with [editions.NAME].")
    else:
        for name in chosen.keys() - {*editions, overlay.national.name}:
            overlay.fault(("editions", name), f"there is no edition {name!r}. {hint(name, editions)}")
    for key in ("committee", "calendar", "agencies"):
        if key in given:
            overlay.put(overlay.data, (), key, given[key], (key,))


def _is_rule(found: object) -> bool:
    """Whether the rule of when personal data is erased can be read: a number of years, and perhaps a note."""
    if not isinstance(found, Mapping) or not found.keys() <= {"years", "note"}:
        return False
    years = found.get("years")
    return type(years) is int and 0 < years <= LONGEST_KEPT and isinstance(found.get("note", ""), str)


def _change(overlay: Overlay, kind: str, change: object, source: Place) -> None:
    if kind in EDITION_KEYS:
        overlay.put(overlay.data, (), kind, change, source)
    elif kind == "examples" and isinstance(change, list):
        _examples(overlay, change, source)
    elif kind == "authorities" and isinstance(change, dict):
        _authorities(overlay, change, source)
    elif kind not in CHANGES:
        known = {*EDITION_KEYS, *CHANGES, "authorities", "examples"}
        overlay.fault(source, f"a local file cannot change this. {hint(kind, known)}")
    elif not isinstance(change, dict):
        overlay.fault(source, f"it is not a table. Begin each entry with [{'.'.join(map(str, source))}.NAME].")
    else:
        for name, keys in change.items():
            _entry(overlay, kind, name, keys, (*source, name))


def _authorities(overlay: Overlay, change: Table, source: Place) -> None:
    known = overlay.national.authorities
    for name, label in change.items():
        if name in known:
            overlay.put(overlay.data["authorities"], ("authorities",), name, label, (*source, name))
        else:
            overlay.fault((*source, name), f"there is no authority {name!r}. {hint(name, known)}")


def _examples(overlay: Overlay, change: list[Any], source: Place) -> None:
    """The committee's own examples follow those of the nation: they are played over the edition as it is with both."""
    every = overlay.data.setdefault("examples", [])
    for index, one in enumerate(change):
        overlay.origins["examples", len(every)] = (*source, index)
        every.append(deepcopy(one))


def _entry(overlay: Overlay, kind: str, name: str, keys: object, source: Place) -> None:
    if not isinstance(keys, dict):
        overlay.fault(source, f"it is not a table. Write it as [{'.'.join(map(str, source))}].")
        return
    places = list(_found(overlay, kind, name))
    if not places:
        _add(overlay, kind, name, keys, source)
        return
    for key in keys.keys() - CHANGES[kind]:
        overlay.fault((*source, key), f"a local file cannot change this. {hint(key, CHANGES[kind])}")
    for place, into in places:
        for key in keys.keys() & CHANGES[kind]:
            overlay.put(into, place, key, keys[key], (*source, key))
    if kind == "timescales":
        _mark_limit(overlay, name, keys)


def _found(overlay: Overlay, kind: str, name: str) -> list[tuple[Place, Table]]:
    """The entries of a name in the edition: one, or every move of a trigger."""
    if kind == "transitions":
        moves = enumerate(overlay.data["transitions"])
        return [((kind, index), move) for index, move in moves if move["trigger"] == name]
    table = overlay.data.get(kind, {})
    return [((kind, name), table[name])] if name in table else []


def _add(overlay: Overlay, kind: str, name: str, keys: Table, source: Place) -> None:
    if kind not in ADDS or ADDS[kind] not in keys:
        known = [move.trigger for move in overlay.national.transitions]
        names = known if kind == "transitions" else list(getattr(overlay.national, kind))
        own = f" To add one of your own, give it {ADDS[kind]}." if kind in ADDS else ""
        overlay.fault(
            source, f"there is no {kind[:-1] if kind != 'bodies' else 'body'} {name!r}. {hint(name, names)}{own}"
        )
        return
    overlay.put(overlay.data.setdefault(kind, {}), (kind,), name, keys, source)
    if kind == "timescales":
        _own(overlay, overlay.data[kind][name], source)


def _own(overlay: Overlay, added: Table, source: Place) -> None:
    for key in ("national", "loosened"):
        if added.pop(key, None) is not None:
            overlay.fault((*source, key), "Cairn writes this itself. Leave it out.")
    added.setdefault("basis", "local")
    added["national"] = "not in the national edition"


def _mark_limit(overlay: Overlay, name: str, keys: Table) -> None:
    """Say beside a limit set locally what the national edition has, and whether it gives more time."""
    if not keys.keys() & LIMIT_KEYS:
        return
    before, merged = overlay.national.timescales[name], overlay.data["timescales"][name]
    merged["basis"] = "local"
    merged["national"] = national_words(before)
    merged["loosened"] = _looser(before, merged)


def _looser(before: Timescale, merged: Table) -> Longer:
    try:
        after = Timescale.model_validate(merged)
        found = {
            _longer(after.length(), before.length()),
            _longer(after.interval(), before.interval()),
            _begins_later(after, before),
        }
    except (ValueError, BadLimit):  # told as a fault of the local file
        return False
    return True if True in found else "perhaps" in found and "perhaps"


def _longer(ours: Limit | None, theirs: Limit | None) -> Longer:
    return ours is not None and theirs is not None and longer(ours, theirs)


def _begins_later(ours: Timescale, theirs: Timescale) -> bool:
    """Whether the clock counts from the letter where the nation's counts from the asking, and has a limit."""
    return ours.starts == "sent" != theirs.starts and theirs.length() is not None


Reading = Callable[[Place, str], str]


def reading(overlay: Overlay, national: TomlFile) -> Reading:
    """Words a fault of the merged edition: in the local file where that is where it came from, else in the nation's."""

    def says(place: Place, what: str) -> str:
        source = overlay.origin(place)
        return national.says(place, what) if source is None else overlay.local.says(source, what)

    return says

"""A long case in two parts: a snapshot of an earlier moment, and what has changed since. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from states.dossier import Dossier

PARTS = ("requests", "pauses", "extensions", "items", "deadlines")
"""What grows with a history, each by its number: an entry changes few of them, and those that have ended hardly any."""

BLANK = Dossier(ref="", edition="", digest="")
"""A moment before anything happened: beside it stands the whole of a case."""


def beside(now: Dossier, snapshot: Dossier) -> Dossier:
    """The parts of a case that differ from its snapshot. Compared by identity, which is quick."""
    return still_beside(now, snapshot, BLANK, BLANK)


def still_beside(now: Dossier, snapshot: Dossier, before: Dossier, was: Dossier) -> Dossier:
    """As `beside`, given what stood beside the snapshot `before` this entry: unchanged parts are not compared."""
    return now.but(**{name: _others(*(getattr(one, name) for one in (now, snapshot, before, was))) for name in PARTS})


def whole(rest: Dossier, snapshot: Dossier) -> Dossier:
    """The whole case: its snapshot with the changed parts put in place, new ones after."""
    return rest.but(**{name: {**getattr(snapshot, name), **getattr(rest, name)} for name in PARTS})


def size(rest: Dossier) -> int:
    """How many parts stand in what is beside a snapshot."""
    return sum(len(getattr(rest, name)) for name in PARTS)


def has_lost_any(now: Dossier, rest: Dossier, snapshot: Dossier) -> bool:
    """Whether the case no longer has a part of the snapshot, such as an item taken back with its import."""
    return any(_is_short(*(getattr(one, name) for one in (now, rest, snapshot))) for name in PARTS)


Some = Mapping[str, Any]


def _others(now: Some, then: Some, before: Some, was: Some) -> Some:
    return was if now is before else {key: part for key, part in now.items() if then.get(key) is not part}


def _is_short(now: Some, rest: Some, then: Some) -> bool:
    return len(now) < len(then) + sum(key not in then for key in rest)

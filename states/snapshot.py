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
    """The case without the parts that are as they were in the snapshot: the very same, for no two are compared."""
    return still_beside(now, snapshot, BLANK, BLANK)


def still_beside(now: Dossier, snapshot: Dossier, before: Dossier, was: Dossier) -> Dossier:
    """The same, where it is known what `was` beside it `before`: what an entry left alone is not looked through."""
    return now.but(**{name: _others(*(getattr(one, name) for one in (now, snapshot, before, was))) for name in PARTS})


def whole(rest: Dossier, snapshot: Dossier) -> Dossier:
    """The case again, from what stands beside its snapshot. Each part is in its old place, and new ones follow."""
    return rest.but(**{name: {**getattr(snapshot, name), **getattr(rest, name)} for name in PARTS})


def size(rest: Dossier) -> int:
    """How many parts stand in what is beside a snapshot."""
    return sum(len(getattr(rest, name)) for name in PARTS)


def has_lost_any(now: Dossier, rest: Dossier, snapshot: Dossier) -> bool:
    """Whether a part that the snapshot has is no more, such as an item that went with its import."""
    return any(_is_short(*(getattr(one, name) for one in (now, rest, snapshot))) for name in PARTS)


Some = Mapping[str, Any]


def _others(now: Some, then: Some, before: Some, was: Some) -> Some:
    return was if now is before else {key: part for key, part in now.items() if then.get(key) is not part}


def _is_short(now: Some, rest: Some, then: Some) -> bool:
    return len(now) < len(then) + sum(key not in then for key in rest)

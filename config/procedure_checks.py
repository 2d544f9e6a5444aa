"""What an edition is refused for: every name that leads nowhere, every rule that cannot be kept, all faults at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from config.clock_checks import CLOCK_CHECKS
from config.graph_checks import GRAPH_CHECKS
from config.part_checks import PART_CHECKS, Part, fields_about
from config.places import Fault, Place, hint
from states.guards import GUARDS
from states.procedure import Migration, Procedure
from states.steps import (
    Awaited,
    Condition,
    Guard,
    Notice,
    PauseKind,
    Register,
    Request,
    Role,
    State,
    Transition,
    Window,
)
from states.timescales import Anchor, Ending, Every, ExtensionRule, Ladder, Rung, Timescale
from states.values import Cited, Value

TEMPLATES = Path(__file__).parent.parent / "notifications" / "templates"
AUDIENCES = frozenset({"owner", "agency_contact", "agency_senior", "agencies", "notifier"})

REFERENCES: dict[type[Value], dict[str, str]] = {
    Procedure: {"calendar": "calendar"},
    State: {"waits_for": "event"},
    Transition: {"source": "state", "dest": "state", "roles": "role", "authority": "authority"},
    Guard: {
        "name": "guard",
        "request": "request",
        "override": "role",
        "trigger": "transition",
        "event": "event",
        "pause": "pause",
        "timescale": "timescale",
        "items": "register",
        "field": "date field",
        "than": "date field",
    },
    Condition: {"field": "field"},
    Window: {"before": "date field"},
    Notice: {"tell": "audience", "message": "message"},
    Role: {"recorded_by": "role"},
    Request: {"asked_by": "role", "states": "state", "message": "message", "acknowledgement": "message"},
    Register: {
        "kept_by": "role",
        "answered_by": "role",
        "updated_by": "role",
        "states": "state",
        "counts_from": "date field",
    },
    Awaited: {"recorded_by": "role"},
    PauseKind: {
        "ordered_by": "role",
        "stops": "timescale",
        "may_stop": "timescale",
        "holds": "transition",
        "events": "event",
    },
    Timescale: {"calendar": "calendar", "owner": "owner", "while_in": "state", "ladder": "ladder"},
    Anchor: {
        "field": "date field",
        "state": "state",
        "trigger": "transition",
        "request": "request",
        "pause": "pause",
        "event": "event",
        "items": "register",
        "entered": "register",
        "timescale": "timescale",
    },
    Ending: {
        "triggers": "transition",
        "requests": "request",
        "events": "event",
        "items": "register",
        "updates": "register",
    },
    Every: {"until": "transition"},
    ExtensionRule: {"asked_by": "role", "granted_by": "role"},
    Ladder: {"calendar": "calendar"},
    Rung: {"tell": "audience", "message": "message", "confirm": "role"},
    Migration: {"states": "state", "triggers": "transition", "requests": "request"},
}
"""Which keys hold names, and of what."""

EMPTY: dict[type[Value], dict[str, str]] = {
    Transition: {"roles": "nobody may make this move. Name the roles that may."},
    Request: {
        "asked_by": "nobody may ask for it. Name the roles that may.",
        "states": "it can be asked in no state. Name the states.",
    },
    Register: {
        "kept_by": "nobody may enter an item. Name the roles that may.",
        "fields": "nothing is filled in when an item is entered. Add a field.",
    },
    Awaited: {"recorded_by": "nobody enters that it happened. Name the roles that do."},
    PauseKind: {
        "ordered_by": "nobody may order it. Name the roles that may.",
        "until": "it can never end. Name one of date, event, further_notice.",
    },
    ExtensionRule: {
        "asked_by": "nobody may ask for more time. Name the roles that may, or remove the extension.",
        "granted_by": "nobody may grant more time. Name the roles that may, or remove the extension.",
    },
    Notice: {"tell": "it tells no one. Name whom to tell, or remove it."},
    Ladder: {"rungs": "this ladder tells no one: it has no rungs. Add one, or remove the ladder."},
    Rung: {"tell": "this rung tells no one. Name whom to tell, or remove the rung."},
}
"""Which lists may not be empty, and what is wrong when they are."""


@dataclass(frozen=True)
class Vocabulary:
    """Every name an edition may use: its own, and those that come with Cairn and its calendars."""

    procedure: Procedure
    calendars: frozenset[str]
    messages: frozenset[str]

    @cached_property
    def names(self) -> Mapping[str, Collection[str]]:
        """The names that exist, by what they are names of."""
        own = self.procedure
        fields = [field for move in own.transitions for field in move.fields]
        return {
            "calendar": self.calendars,
            "message": self.messages,
            "guard": GUARDS,
            "state": own.states,
            "role": own.roles,
            "event": own.events,
            "request": own.requests,
            "pause": own.pauses,
            "register": own.registers,
            "timescale": own.timescales,
            "ladder": own.ladders,
            "source": own.sources,
            "authority": own.authorities,
            "transition": {move.trigger: None for move in own.transitions},
            "field": {field.name: None for field in fields},
            "date field": {field.name: None for field in fields if field.kind == "date"},
            "audience": {*AUDIENCES, *own.roles, *own.bodies},
            "owner": {*own.roles, "agency"},
        }


def faults(
    procedure: Procedure, *, calendars: frozenset[str], messages: frozenset[str] | None = None
) -> tuple[Fault, ...]:
    """Everything that is wrong with an edition, each with its place and its remedy; empty when nothing is.

    `messages` are the messages there is wording for, by default those in notifications/templates; with none given and
    none there, messages are not checked.
    """
    vocabulary = Vocabulary(procedure, calendars, known_messages() if messages is None else messages)
    found = [fault for part in parts(procedure, ()) for fault in _part_faults(part, vocabulary)]
    whole = [fault for check in GRAPH_CHECKS for fault in check(procedure)]
    return tuple(dict.fromkeys([*found, *whole]))


def known_messages(folder: Path = TEMPLATES) -> frozenset[str]:
    """The messages there is wording for: the names of the files `*.txt.j2`."""
    return frozenset(path.name.removesuffix(".txt.j2") for path in folder.glob("[!_]*.txt.j2"))


def parts(value: Value, place: Place) -> Iterator[tuple[Place, Value]]:
    """An edition and every part within it, each with its place in the file."""
    yield place, value
    for key, inner in entries(value):
        for path, one in _members(inner):
            if isinstance(one, Value):
                yield from parts(one, (*place, key, *path))


def entries(value: Value) -> Iterator[tuple[str, Any]]:
    """The keys of a part as they are written in the file, with what they hold."""
    for name, setting in type(value).model_fields.items():
        yield setting.alias or name, getattr(value, name)


def _members(inner: object) -> Iterator[tuple[Place, Any]]:
    if isinstance(inner, Mapping):
        yield from (((key,), one) for key, one in inner.items())
    elif isinstance(inner, tuple):
        yield from (((index,), one) for index, one in enumerate(inner))
    elif inner is not None:
        yield (), inner


def _part_faults(part: tuple[Place, Value], vocabulary: Vocabulary) -> Iterator[Fault]:
    place, value = part
    references = REFERENCES.get(type(value), {})
    cited = {"cite": "source"} if isinstance(value, Cited) else {}
    hollow = EMPTY.get(type(value), {})
    for key, inner in entries(value):
        if key in hollow and not inner:
            yield (*place, key), hollow[key]
        if what := {**references, **cited}.get(key):
            yield from _unknown((*place, key), what, inner, vocabulary)
    for kind, check in (*PART_CHECKS, *CLOCK_CHECKS):
        if isinstance(value, kind):
            yield from check(Part(place, value, vocabulary.procedure))


def _unknown(place: Place, what: str, inner: object, vocabulary: Vocabulary) -> Iterator[Fault]:
    known = vocabulary.names[what]
    if what == "message" and not known:
        return
    if what in ("field", "date field"):
        known = {*known, *_names(vocabulary.procedure, place, dates=what == "date field")}
    for path, name in _members(inner):
        if name not in known:
            yield (*place, *path), _no_such(place, what, name, known, vocabulary)


def _names(procedure: Procedure, place: Place, *, dates: bool = False) -> Iterator[str]:
    return (each.name for each in fields_about(procedure, place) if each.kind == "date" or not dates)


def _no_such(place: Place, what: str, name: str, known: Collection[str], vocabulary: Vocabulary) -> str:
    if what == "message":
        return f"there is no wording for the message {name!r} in notifications/templates. {hint(name, known)}"
    if what == "owner":
        return f"nobody owns it: {name!r} is neither a role nor agency. {hint(name, known)}"
    if what == "audience":
        return f"{name!r} is neither a role, a body nor one of {', '.join(sorted(AUDIENCES))}. {hint(name, known)}"
    if what == "date field" and name in {*vocabulary.names["field"], *_names(vocabulary.procedure, place)}:
        return f"the field {name!r} is not a date. Name a field of kind date, or make it one."
    return f"there is no {what} {name!r}. {hint(name, known)}"

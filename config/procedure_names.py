"""What an edition's keys name, and the names there are: its own, and those that come with Cairn."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

from states.examples import Example, ExampleStep
from states.figures import Figures
from states.guards import GUARDS
from states.procedure import Agency, Migration, Procedure
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
from states.timescales import Anchor, Ending, Every, ExtensionRule, Ladder, Rung, Start, Timescale
from states.values import Value

CHANNELS = frozenset(
    """
    app chat clickatell clicksend d7sms email form forms gchat gotify gotifys json jsons matrix matrixs mmost mmosts
    msgbird nctalk nctalks nexmo ntfy ntfys pager pbul phone plivo post pover rocket rockets signal signals sinch slack
    sms sns teams text tgram threema twilio vonage webex webhook workflow workflows wxteams xml xmls zulip
    """.split()  # noqa: SIM905
)
"""What a ladder may call the channels of a contact: e-mail, what people call the others, and their services."""

AUDIENCES = frozenset({"owner", "agency_contact", "agency_senior", "agencies", "notifier"})

STARTS = {
    "field": "date field",
    "state": "state",
    "trigger": "transition",
    "request": "request",
    "pause": "pause",
    "event": "event",
    "items": "register",
    "entered": "register",
    "timescale": "timescale",
}

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
        "until": "date field",
    },
    Condition: {"field": "field"},
    Window: {"before": "date field"},
    Notice: {"tell": "audience", "message": "message"},
    Role: {"recorded_by": "role", "acts_for": "role", "named_in": "person field"},
    Request: {
        "asked_by": "role",
        "states": "state",
        "message": "message",
        "acknowledgement": "message",
        "per_item": "register",
    },
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
    Start: STARTS,
    Anchor: {**STARTS, "each": "request"},
    Ending: {
        "triggers": "transition",
        "requests": "request",
        "events": "event",
        "items": "register",
        "updates": "register",
    },
    Every: {"until": "transition"},
    ExtensionRule: {"asked_by": "role", "granted_by": "role", "not_after": "timescale"},
    Ladder: {"calendar": "calendar"},
    Agency: {"calendar": "calendar"},
    Figures: {"reviewed": "transition", "other_learning": "transition", "not_reviewed": "transition"},
    Rung: {"tell": "audience", "message": "message", "confirm": "role"},
    Migration: {"states": "state", "triggers": "transition", "requests": "request"},
    Example: {"cite": "source"},
    ExampleStep: {
        "trigger": "transition",
        **dict.fromkeys(
            ("request", "answered", "declined", "redirected", "promised", "sent_back", "withdrawn"), "request"
        ),
        **dict.fromkeys(("pause", "pause_ended"), "pause"),
        **dict.fromkeys(("extension", "extension_granted", "extension_refused", "stops"), "timescale"),
        **dict.fromkeys(("event", "asked_after", "until_event"), "event"),
        "item": "register",
        "by": "role",
        "state": "state",
    },
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
    Example: {"steps": "nothing happens in it. Add the lines of the story, each under [[examples.steps]]."},
}
"""Which lists may not be empty, and what is wrong when they are."""


OWN: dict[str, Callable[[Procedure], Collection[str]]] = {
    "state": lambda own: own.states,
    "role": lambda own: own.roles,
    "event": lambda own: own.events,
    "request": lambda own: own.requests,
    "pause": lambda own: own.pauses,
    "register": lambda own: own.registers,
    "timescale": lambda own: own.timescales,
    "ladder": lambda own: own.ladders,
    "source": lambda own: own.sources,
    "authority": lambda own: own.authorities,
    "transition": lambda own: {move.trigger: None for move in own.transitions},
    "field": lambda own: {field.name: None for move in own.transitions for field in move.fields},
    "date field": lambda own: {
        field.name: None for move in own.transitions for field in move.fields if field.kind == "date"
    },
    "person field": lambda own: {
        field.name: None for move in own.transitions for field in move.fields if field.kind in {"person", "people"}
    },
    "audience": lambda own: {*AUDIENCES, *own.roles, *own.bodies},
    "owner": lambda own: {*own.roles, "agency"},
}
"""The names that an edition gives itself, by what they are names of."""


@dataclass(frozen=True)
class Vocabulary:
    """Every name an edition may use: its own, and those that come with Cairn and its calendars."""

    procedure: Procedure
    calendars: frozenset[str]
    messages: frozenset[str]

    @cached_property
    def _found(self) -> dict[str, Collection[str]]:
        return {"calendar": self.calendars, "message": self.messages, "guard": GUARDS}

    def names(self, what: str) -> Collection[str]:
        """The names that exist of a kind of thing."""
        if what not in self._found:
            self._found[what] = OWN[what](self.procedure)
        return self._found[what]

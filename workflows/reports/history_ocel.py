"""The history as OCEL 2.0 (JSON): events about cases, requests, recommendations, actions and agencies at once.

A file of the record, each request, each hold and each item of a register is an object of its own, and so is each
agency; events and objects say how they belong together. Values are written as text, as the schema of the standard asks,
and `eventTypes` and `objectTypes` say what they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from records.recommendations import CAME_FROM
from workflows.reports.history_events import Happening, LeftOut, Scalar, Stories, Story, happenings, instance_of
from workflows.reports.history_xes import instant, label

ALWAYS = "1970-01-01T00:00:00Z"
"""The time of a value that an object has had from the first: the standard's own."""

ABOUT_CARRIER = {"action": "carries out"}
"""How an item of a register belongs to its file; "is kept in" where no word is given."""


@dataclass
class Thing:
    """An object while the log is written: its type, its values with their times, and what it belongs to."""

    kind: str
    values: list[tuple[str, Scalar, str]] = field(default_factory=list)
    belongs: dict[tuple[str, str], None] = field(default_factory=dict)


@dataclass
class Log:
    """What has to be known of the whole log before its end can be written: objects, and the types there are."""

    things: dict[str, Thing] = field(default_factory=dict)
    event_types: dict[str, dict[str, str]] = field(default_factory=dict)

    def thing(self, name: str, kind: str) -> Thing:
        """The object of that name; a new one where there is none."""
        return self.things.setdefault(name, Thing(kind))

    def agency(self, name: str) -> str:
        """The object an agency is; its name."""
        known = f"agency {name}"
        self.thing(known, "agency").values[:] = [("name", name, ALWAYS)]
        return known


def as_ocel(stories: Stories, left_out: LeftOut, _: str = "") -> Iterator[str]:
    """One log of every file: the events piece by piece, then what they are about."""
    log, between = Log(), ""
    yield '{"events":['
    for events in stories.each(lambda story: _written(log, story, left_out)):
        for one in events:
            yield between + "\n" + one
            between = ","
    yield '\n],"objects":['
    between = ""
    for name, thing in log.things.items():
        yield between + "\n" + _dumped(_object(log, name, thing))
        between = ","
    yield '\n],"eventTypes":' + _dumped(_types(log.event_types))
    yield ',"objectTypes":' + _dumped(_types(_object_types(log))) + "}\n"


def _written(log: Log, story: Story, left_out: LeftOut) -> list[str]:
    """The events of a file. They are read first: of a file that cannot be read nothing is put into the log."""
    found = list(happenings(story, left_out))
    _file(log, story)
    return [_dumped(_event(log, story, one, number)) for number, one in enumerate(found)]


def _file(log: Log, story: Story) -> None:
    """A case, a recommendation or a committee's year, with everything on it."""
    dossier, ref = story.dossier, story.dossier.ref
    thing = log.thing(ref, story.procedure.kind)
    thing.kind = story.procedure.kind
    thing.values.append(("edition", dossier.edition, ALWAYS))
    for other, link in dossier.links.items():
        thing.belongs[other, "came from" if link == CAME_FROM else link.replace("_", " ")] = None
    for asked in dossier.requests.values():
        request = log.thing(f"{ref}/{asked.id}", "request")
        request.values.append(("request", asked.request, ALWAYS))
        request.belongs |= {(ref, "asked in"): None, (log.agency(asked.agency), "asked of"): None}
    for pause in dossier.pauses.values():
        hold = log.thing(f"{ref}/{pause.id}", "hold")
        hold.values += [("hold", pause.kind, ALWAYS), ("authority", pause.authority, ALWAYS)]
        hold.belongs[ref, "holds"] = None
    for item in dossier.items.values():
        kept = log.thing(f"{ref}/{instance_of(item)}", item.kept_in)
        kept.belongs[ref, ABOUT_CARRIER.get(item.kept_in, "is kept in")] = None
        agency = str(item.fields.get("agency", ""))
        if agency:
            kept.belongs[log.agency(agency), "is for"] = None


def _event(log: Log, story: Story, one: Happening, number: int) -> dict[str, object]:
    ref, entry, event = story.dossier.ref, one.entry, one.event
    kind = event.activity if event.outcome in {"", event.activity} else f"{event.activity}: {event.outcome}"
    values = {name: value for name, value in _values(one).items() if value != ""}
    types = log.event_types.setdefault(kind, {})
    for name, value in values.items():
        types[name] = _common(types.get(name), _type(value))
    about = [(ref, "file")]
    named = f"{ref}/{event.instance}"
    if named in log.things:
        about.append((named, log.things[named].kind))
    if event.group:
        about.append((log.agency(event.group), "agency"))
    if entry.dest and entry.kind in {"opened", "advanced", "moved_edition", "imported"}:
        log.things[ref].values.append(("state", entry.dest, instant(one.at)))
    return {
        "id": f"{ref}-{entry.sequence}-{number}",
        "type": kind,
        "time": instant(one.at),
        "attributes": [{"name": name, "value": _text(value)} for name, value in values.items()],
        "relationships": [{"objectId": name, "qualifier": how} for name, how in about],
    }


def _values(one: Happening) -> dict[str, Scalar]:
    entry = one.entry
    return {
        "label": label(entry, one),
        "lifecycle": one.event.transition,
        "sequence": entry.sequence,
        "actor": entry.actor.name,
        "role": entry.actor.role,
        "acting_for": entry.actor.acting_for,
        "authority": entry.authority,
        "reason": entry.reason,
        "from": entry.source,
        "to": entry.dest,
        "happened_on": entry.happened_on.isoformat(),
        "happened_precision": one.precision,
        "recorded_at": instant(entry.recorded_at),
        **{f"data.{name}": value for name, value in one.event.details.items()},
    }


def _object(log: Log, name: str, thing: Thing) -> dict[str, object]:
    """An object; what it belongs to is said where that is in the log too."""
    belongs = [{"objectId": other, "qualifier": how} for other, how in thing.belongs if other in log.things]
    values = [{"name": key, "value": _text(value), "time": at} for key, value, at in thing.values]
    return {"id": name, "type": thing.kind, "attributes": values, "relationships": belongs}


def _object_types(log: Log) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for thing in log.things.values():
        found.setdefault(thing.kind, {}).update({name: _type(value) for name, value, _ in thing.values})
    return found


def _types(found: dict[str, dict[str, str]]) -> list[dict[str, object]]:
    return [
        {"name": kind, "attributes": [{"name": name, "type": of} for name, of in attributes.items()]}
        for kind, attributes in found.items()
    ]


def _type(value: Scalar) -> str:
    return "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "string"


def _common(known: str | None, found: str) -> str:
    return found if known in {None, found} else "string"


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

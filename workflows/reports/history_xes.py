"""The history as XES 1.0 (IEEE 1849), for process mining: one log for cases, recommendations or the committee's years.

The order of a trace is the order of the record. `time:timestamp` is when it happened, `cairn:recordedAt` when it was
entered; where the day alone is known, `cairn:happenedPrecision` is "day" and the time is noon in Scotland.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from states.entry import Entry
from workflows.reports.history_events import Happening, LeftOut, Scalar, Stories, Story, happenings

LOGS = {"case": "cases", "recommendation": "recommendations", "committee": "the committee's years"}

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/><date key="time:timestamp" value="1970-01-01T00:00:00Z"/>\
<string key="org:resource" value=""/><string key="lifecycle:transition" value="complete"/></global>
<classifier name="Activity" keys="concept:name"/>
<classifier name="Activity and lifecycle" keys="concept:name lifecycle:transition"/>
"""
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
NOT_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "\ufffd")
IN_XML: dict[int, str] = {**NOT_XML, **{ord(letter): escape for letter, escape in ESCAPES.items()}}

Attribute = tuple[str, str, str]


def as_xes(stories: Stories, left_out: LeftOut, kind: str = "") -> Iterator[str]:
    """One log; `kind` says of which files."""
    name = f"Cairn: {LOGS.get(kind, 'one file')}"
    yield HEAD + _attribute("string", "concept:name", name) + _attribute("string", "lifecycle:model", "standard") + "\n"
    for lines in stories.each(lambda story: list(_lines(story, left_out))):
        yield from lines
    yield "</log>\n"


def _lines(story: Story, left_out: LeftOut) -> Iterator[str]:
    yield f"<trace>\n{_written(_trace(story))}\n"
    for one in happenings(story, left_out):
        yield f"<event>{_written(_event(story.dossier.ref, one))}</event>\n"
    yield "</trace>\n"


def _trace(story: Story) -> Iterator[Attribute]:
    dossier = story.dossier
    yield "string", "concept:name", dossier.ref
    yield "string", "kind", story.procedure.kind
    yield "string", "edition", dossier.edition
    yield "string", "state", dossier.state
    yield "string", "opened_on", str(dossier.opened_on or "")
    yield "string", "closed_on", str(dossier.closed_on or "")


def _event(ref: str, one: Happening) -> Iterator[Attribute]:
    entry, event = one.entry, one.event
    yield "string", "concept:name", event.activity
    yield "string", "concept:instance", f"{ref}/{event.instance}" if event.instance else ""
    yield "date", "time:timestamp", instant(one.at)
    yield "string", "lifecycle:transition", event.transition
    yield "string", "org:resource", entry.actor.name
    yield "string", "org:role", entry.actor.role
    yield "string", "org:group", event.group or entry.actor.agency
    yield "string", "acting_for", entry.actor.acting_for
    yield "int", "sequence", str(entry.sequence)
    yield "string", "kind", one.kind
    yield "string", "label", label(entry, one)
    yield "string", "outcome", event.outcome
    yield "string", "from", entry.source
    yield "string", "to", entry.dest
    yield "string", "authority", entry.authority
    yield "string", "reason", entry.reason
    yield "string", "cairn:happenedOn", entry.happened_on.isoformat()
    yield "string", "cairn:happenedPrecision", one.precision
    yield "date", "cairn:recordedAt", instant(entry.recorded_at)
    for name, value in event.details.items():
        yield _typed(f"cairn:{name}", value)


def label(entry: Entry, one: Happening) -> str:
    """What was done in the words of the edition."""
    move = one.edition.moves.get((entry.source, entry.trigger))
    return move.label if move is not None else one.event.activity.capitalize()


def instant(at: datetime | None) -> str:
    """An instant in UTC, in ISO 8601; nothing for none."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at is not None else ""


def _typed(key: str, value: Scalar) -> Attribute:
    if isinstance(value, bool):
        return "boolean", key, str(value).lower()
    return ("int" if isinstance(value, int) else "string"), key, str(value)


def _written(attributes: Iterable[Attribute]) -> str:
    return "".join(_attribute(*one) for one in attributes if one[2])


def _attribute(kind: str, key: str, value: str) -> str:
    return f'<{kind} key="{key.translate(IN_XML)}" value="{value.translate(IN_XML)}"/>'

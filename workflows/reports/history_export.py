"""Writing the history out for others: as JSON, as a table (CSV), or as XES 1.0 for process mining.

No child is named in a history, so none is named here. What is written comes case by case, so that a record of any size
can be written without holding it in memory. Dates are local dates in Europe/London, instants are in UTC.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from records import bulk_reading, chain
from records.bulk_reading import CaseKept
from records.editions import Shelf
from states.dossier import Dossier
from states.entry import Entry
from states.errors import BadAnswer, NotFound
from states.moments import start_of
from states.procedure import Procedure


@dataclass(frozen=True)
class Story:
    """A case to be written out: what it adds up to, its edition, and its entries, each with its seal and edition."""

    dossier: Dossier
    procedure: Procedure
    entries: tuple[tuple[Entry, str, Procedure], ...]


def export(engine: Engine, fmt: str, ref: str | None = None) -> str:
    """The history of one case or of all, as one text in the format `json`, `csv` or `xes`.

    Raises NotFound for an unknown case, BadAnswer for an unknown format.
    """
    return "".join(parts(engine, fmt, ref))


def parts(engine: Engine, fmt: str, ref: str | None = None) -> Iterator[str]:
    """The same, piece by piece: for a record too large to be held in memory."""
    if fmt not in FORMATS:
        raise BadAnswer(f"A history is written out as {', '.join(FORMATS)}, not as {fmt[:20]!r}.")
    ref = ref.strip().upper() if ref is not None else None
    with bulk_reading.one_view(engine) as tx:
        if ref is not None and not bulk_reading.how_many(tx, ref):
            raise NotFound(f"There is no case {ref[:40]!r}: cairn list shows the cases there are.")
        shelf = Shelf(tx)
        yield from FORMATS[fmt](_story(shelf, kept) for kept in bulk_reading.cases_kept(tx, ref))


def _story(shelf: Shelf, kept: CaseKept) -> Story:
    dossier = Dossier.model_validate_json(kept.row["dossier"])
    found, procedure = [], shelf.procedure(dossier.digest)
    edition = procedure
    for line in kept.lines:
        entry = chain.entry_of(line.body)
        if entry.kind in {"opened", "moved_edition"}:
            edition = shelf.procedure(entry.data.get("digest", dossier.digest))
        found.append((entry, line.seal, edition))
    return Story(dossier, procedure, tuple(found))


def activity(entry: Entry) -> str:
    """What was done, in few words that are the same in every case: the step taken, or the kind of entry."""
    return (entry.trigger or entry.kind).replace("_", " ")


def moment(entry: Entry) -> datetime:
    """The instant an entry speaks of (UTC); the start of the day in Scotland where only the day is known."""
    return entry.happened_at.astimezone(UTC) if entry.happened_at is not None else start_of(entry.happened_on)


def _label(entry: Entry, edition: Procedure) -> str:
    move = edition.moves.get((entry.source, entry.trigger))
    return move.label if move is not None else activity(entry).capitalize()


# JSON


def _as_json(stories: Iterable[Story]) -> Iterator[str]:
    yield '{"format":"cairn-history-1","cases":['
    for place, story in enumerate(stories):
        yield (",\n" if place else "\n") + json.dumps(_case_facts(story), ensure_ascii=False)
    yield "\n]}\n"


def _case_facts(story: Story) -> dict[str, Any]:
    dossier, procedure = story.dossier, story.procedure
    state = procedure.states[dossier.state]
    return {
        "ref": dossier.ref,
        "edition": {"name": dossier.edition, "title": procedure.title, "fingerprint": dossier.digest},
        "state": {"name": dossier.state, "label": state.label, "phase": state.phase},
        "opened_on": _day(dossier.opened_on),
        "closed_on": _day(dossier.closed_on),
        "lead": dossier.lead,
        "deputy": dossier.deputy,
        "agencies": list(dossier.agencies),
        "children": dossier.children,
        "recorded": dossier.fields,
        "deadlines": [_date_facts(story, key) for key in dossier.deadlines],
        "history": [_entry_facts(*one) for one in story.entries],
    }


def _date_facts(story: Story, key: str) -> dict[str, Any]:
    deadline = story.dossier.deadlines[key]
    rule = story.procedure.timescales.get(deadline.timescale)
    return {
        "key": key,
        "label": rule.label if rule else deadline.timescale.replace("_", " "),
        "agency": deadline.agency,
        "status": deadline.status,
        "due_on": _day(deadline.due_on),
        "original_on": _day(deadline.original_on),
        "ended_on": _day(deadline.ended_on),
        "late": deadline.late,
        "late_reason": deadline.late_reason,
    }


def _entry_facts(entry: Entry, seal: str, edition: Procedure) -> dict[str, Any]:
    return {**entry.model_dump(mode="json"), "label": _label(entry, edition), "edition": edition.name, "seal": seal}


def _day(day: object) -> str | None:
    return str(day) if day is not None else None


# CSV

COLUMNS = (
    *("case", "edition", "sequence", "kind", "activity", "label", "happened_on", "happened_at", "recorded_at"),
    *("actor", "role", "acting_for", "agency", "from", "to", "authority", "reason", "data", "seal"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, in its wide forms too."""


def _as_csv(stories: Iterable[Story]) -> Iterator[str]:
    yield _line(COLUMNS)
    for story in stories:
        for entry, seal, edition in story.entries:
            yield _line(_cells(story.dossier.ref, entry, seal, edition))


def _cells(ref: str, entry: Entry, seal: str, edition: Procedure) -> tuple[object, ...]:
    return (
        *(ref, edition.name, entry.sequence, entry.kind, activity(entry), _label(entry, edition)),
        *(entry.happened_on, _instant(entry.happened_at), _instant(entry.recorded_at)),
        *(entry.actor.name, entry.actor.role, entry.actor.acting_for, entry.actor.agency, entry.source, entry.dest),
        *(entry.authority, entry.reason, json.dumps(entry.data, ensure_ascii=False, sort_keys=True), seal),
    )


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_guarded(str(cell)) for cell in cells])
    return out.getvalue()


def _guarded(cell: str) -> str:
    """The cell as text: an apostrophe keeps a spreadsheet from running what somebody typed."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def _instant(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at is not None else ""


# XES 1.0

XES_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/><date key="time:timestamp" value="1970-01-01T00:00:00Z"/>\
<string key="org:resource" value=""/><string key="lifecycle:transition" value="complete"/></global>
<classifier name="Activity" keys="concept:name"/>
<string key="concept:name" value="Cairn: case reviews"/>
<string key="lifecycle:model" value="standard"/>
"""
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
NOT_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "\ufffd")
IN_XML: dict[int, str] = {**NOT_XML, **{ord(letter): escape for letter, escape in ESCAPES.items()}}


def _as_xes(stories: Iterable[Story]) -> Iterator[str]:
    yield XES_HEAD
    for story in stories:
        yield "<trace>\n" + _attribute("string", "concept:name", story.dossier.ref)
        yield _attribute("string", "edition", story.dossier.edition) + "\n"
        for entry, _, edition in story.entries:
            yield f"<event>{''.join(_attribute(*one) for one in _event(entry, edition) if one[2])}</event>\n"
        yield "</trace>\n"
    yield "</log>\n"


def _event(entry: Entry, edition: Procedure) -> tuple[tuple[str, str, str], ...]:
    return (
        ("string", "concept:name", activity(entry)),
        ("date", "time:timestamp", _instant(moment(entry))),
        ("string", "lifecycle:transition", "complete"),
        ("string", "org:resource", entry.actor.name),
        ("string", "org:role", entry.actor.role),
        ("string", "acting_for", entry.actor.acting_for),
        ("string", "org:group", entry.actor.agency),
        ("int", "sequence", str(entry.sequence)),
        ("string", "kind", entry.kind),
        ("string", "label", _label(entry, edition)),
        ("string", "from", entry.source),
        ("string", "to", entry.dest),
        ("string", "authority", entry.authority),
        ("string", "reason", entry.reason),
        ("date", "recorded", _instant(entry.recorded_at)),
    )


def _attribute(kind: str, key: str, value: str) -> str:
    return f'<{kind} key="{key}" value="{value.translate(IN_XML)}"/>'


FORMATS: dict[str, Callable[[Iterable[Story]], Iterator[str]]] = {"json": _as_json, "csv": _as_csv, "xes": _as_xes}

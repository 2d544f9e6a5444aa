"""Writing the history out for others: JSON, a table (CSV), XES 1.0 and OCEL 2.0 for process mining.

No child is named in a history, so none is named here. What is written comes case by case, so that a record of any size
can be written without holding it in memory. Dates are local dates in Europe/London, instants are in UTC.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Literal

from sqlalchemy import Engine

from records import bulk_reading, chain
from records.bulk_reading import CaseKept
from records.case_rows import damaged, dossier_as_kept, no_such_case
from records.editions import EditionLibrary
from states.entry import KINDS, Entry
from states.errors import BadAnswer, DamagedRecord
from states.procedure import Procedure
from workflows.papers.spreadsheet import harmless
from workflows.reports.history_events import LeftOut, Stories, Story, activity, moments, precision
from workflows.reports.history_ocel import as_ocel
from workflows.reports.history_xes import as_xes, instant

Of = Literal["case", "recommendation", "committee"]

ALL_OF_IT = (
    "JSON holds every entry, so that its seals can be recomputed: ask for CSV, XES or OCEL to have some kinds alone."
)


def export(engine: Engine, fmt: str, ref: str | None = None, **only: Any) -> str:
    """The history of one case or of all, as one text in the format `json`, `csv`, `xes` or `ocel`.

    Raises NotFound for an unknown case, BadAnswer for an unknown format.
    """
    return "".join(parts(engine, fmt, ref, **only))


def parts(
    engine: Engine,
    fmt: str,
    ref: str | None = None,
    *,
    of: Of | None = None,
    kinds: Iterable[str] = (),
    without: Iterable[str] = (),
    aside: Callable[[DamagedRecord], None] | None = None,
) -> Iterator[str]:
    """The same, piece by piece: for a record too large to be held in memory.

    `of` takes one kind of file; an XES log holds one kind alone, cases where none is named. `kinds` and `without` name
    kinds of entry that are written alone, or left out. `aside` is told of every case that cannot be read, and the
    others are written; without it, or where that case alone was asked for, DamagedRecord is raised.
    """
    if fmt not in FORMATS:
        raise BadAnswer(f"A history is written out as {', '.join(FORMATS)}, not as {fmt[:20]!r}.")
    left_out = _filter(fmt, frozenset(kinds), frozenset(without))
    ref = ref.strip().upper() if ref is not None else None
    of = "case" if fmt == "xes" and of is None and ref is None else of
    with bulk_reading.one_view(engine) as tx:
        if ref is not None and not bulk_reading.how_many(tx, ref):
            raise no_such_case(ref)
        library = EditionLibrary(tx)
        kept = (one for one in bulk_reading.cases_kept(tx, ref) if of is None or one.row["kind"] == of)
        stories = Stories(kept, partial(_story, library), partial(_set_aside, aside if ref is None else None))
        yield from FORMATS[fmt](stories, left_out, of or "")


def _set_aside(aside: Callable[[DamagedRecord], None] | None, ref: str) -> None:
    if aside is None:
        raise damaged(ref)
    aside(damaged(ref))


def _filter(fmt: str, kinds: frozenset[str], without: frozenset[str]) -> LeftOut:
    unknown = sorted((kinds | without) - set(KINDS))
    if unknown:
        raise BadAnswer(f"There is no kind of entry {unknown[0][:40]!r}: the kinds are {', '.join(KINDS)}.")
    if fmt == "json" and kinds | without:
        raise BadAnswer(ALL_OF_IT)
    return lambda kind: kind in without or bool(kinds and kind not in kinds)


def _story(library: EditionLibrary, kept: CaseKept) -> Story:
    dossier = dossier_as_kept(library.tx, kept.row)
    found, procedure = [], library.procedure(dossier.digest)
    edition = procedure
    for line in kept.lines:
        entry = chain.entry_of(line.body)
        if "digest" in entry.data and entry.kind in {"opened", "moved_edition", "imported"}:
            edition = library.procedure(entry.data.get("digest", dossier.digest))
        found.append((entry, line.seal, edition))
    return Story(dossier, procedure, tuple(found))


def _label(entry: Entry, edition: Procedure) -> str:
    move = edition.moves.get((entry.source, entry.trigger))
    return move.label if move is not None else activity(entry).capitalize()


# JSON


def _as_json(stories: Stories, _: LeftOut, __: str) -> Iterator[str]:
    yield '{"format":"cairn-history-1","cases":['
    for place, facts in enumerate(stories.each(_case_facts)):
        yield (",\n" if place else "\n") + json.dumps(facts, ensure_ascii=False)
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
    *("case", "edition", "sequence", "kind", "activity", "label"),
    *("happened_on", "happened_at", "happened_precision", "recorded_at"),
    *("actor", "role", "acting_for", "agency", "from", "to", "authority", "reason", "data", "seal"),
)


def _as_csv(stories: Stories, left_out: LeftOut, _: str) -> Iterator[str]:
    yield _line(COLUMNS)
    for lines in stories.each(lambda story: list(_lines(story, left_out))):
        yield from lines


def _lines(story: Story, left_out: LeftOut) -> Iterator[str]:
    instants = moments([entry for entry, _, _ in story.entries], story.procedure.time_zone)
    for (entry, seal, edition), at in zip(story.entries, instants, strict=True):
        if not left_out(entry.kind):
            yield _line(_cells(story.dossier.ref, entry, at, seal, edition))


def _cells(ref: str, entry: Entry, at: datetime, seal: str, edition: Procedure) -> tuple[object, ...]:
    return (
        *(ref, edition.name, entry.sequence, entry.kind, activity(entry), _label(entry, edition)),
        *(entry.happened_on, instant(at), precision(entry), instant(entry.recorded_at)),
        *(entry.actor.name, entry.actor.role, entry.actor.acting_for, entry.actor.agency, entry.source, entry.dest),
        *(entry.authority, entry.reason, json.dumps(entry.data, ensure_ascii=False, sort_keys=True), seal),
    )


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(str(cell)) for cell in cells])
    return out.getvalue()


Write = Callable[[Stories, LeftOut, str], Iterator[str]]

FORMATS: dict[str, Write] = {"json": _as_json, "csv": _as_csv, "xes": as_xes, "ocel": as_ocel}

"""Whatever an example plays without a database, the verbs record too: entry for entry, and date for date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config import procedures
from config.settings import calendar
from records import history
from records.database import reading
from states.entry import Entry
from states.examples import Example
from states.procedure import Procedure
from tests.documented import WHOLE, whole_edition
from tests.office import Office, open_office, shipped_edition
from workflows.examples.playing import played
from workflows.examples.stage import Stage
from workflows.verbs import extend, outside_events, pause, people, register_items, request
from workflows.verbs.advance import advance
from workflows.verbs.correct import correct
from workflows.verbs.open import calendar_names, open_case

Do = Callable[[Office, str, Entry], object]


def _of_agency(verb: Callable[..., Any], **more: Callable[[Entry], object]) -> Do:
    def do(office: Office, ref: str, entry: Entry) -> object:
        data = entry.data
        given: dict[str, Any] = {key: make(entry) for key, make in more.items()}
        return office.do(verb, ref, data["agency"], kind=data["request"], **given, **who(entry))

    return do


def who(entry: Entry) -> dict[str, str]:
    return {"role": entry.actor.role, "name": entry.actor.name, "agency_of_actor": entry.actor.agency}


def _hold(office: Office, ref: str, entry: Entry) -> object:
    ordered = entry.data["pause"]
    ends = date.fromisoformat(ordered["ends"]) if ordered["ends"] else None
    said = {"ends": ends, "event": ordered["event"], "stops": tuple(ordered["stops"])}
    return office.do(pause.order_pause, ref, ordered["kind"], entry.authority, entry.reason, **said, **who(entry))


def _step(office: Office, ref: str, entry: Entry) -> object:
    said = {"answers": entry.data.get("fields", {}), "reason": entry.reason, "authority": entry.authority}
    override = entry.data.get("override", "")
    return office.do(advance, ref, entry.trigger, **said, override=override, **who(entry))


def _more(office: Office, ref: str, entry: Entry) -> object:
    asked = entry.data["extension"]
    return office.do(extend.ask_extension, ref, asked["deadline"], asked["count"], entry.reason, **who(entry))


def _item(verb: Callable[..., Any], key: str) -> Do:
    return lambda office, ref, entry: office.do(verb, ref, entry.data[key], entry.data["fields"], **who(entry))


def _put_right(office: Office, ref: str, entry: Entry) -> object:
    data = entry.data
    day: dict[str, Any] = {"happened_on": date.fromisoformat(data["happened_on"])} if "happened_on" in data else {}
    return office.do(correct, ref, data["sequence"], entry.reason, answers=data.get("fields"), **day, **who(entry))


AS_DONE: dict[str, Do] = {
    "advanced": _step,
    "requested": lambda office, ref, entry: office.do(
        request.request,
        ref,
        entry.data["request"],
        tuple(one["agency"] for one in entry.data["asked"]),
        **who(entry),
    ),
    "answered": _of_agency(request.answer, answers=lambda entry: entry.data["fields"]),
    "extension_asked": _more,
    "extension_granted": lambda office, ref, entry: office.do(
        extend.grant_extension, ref, entry.data["id"], entry.reason, **who(entry)
    ),
    "paused": _hold,
    "pause_ended": lambda office, ref, entry: office.do(
        pause.end_pause, ref, entry.data["id"], entry.reason, **who(entry)
    ),
    "event_recorded": lambda office, ref, entry: office.do(
        outside_events.record_event, ref, entry.data["event"], note=entry.reason, **who(entry)
    ),
    "asked_after": lambda office, ref, entry: office.do(
        outside_events.ask_after, ref, entry.data["event"], entry.reason, **who(entry)
    ),
    "item_added": _item(register_items.add_item, "register"),
    "item_answered": _item(register_items.answer_item, "id"),
    "item_updated": _item(register_items.update_item, "id"),
    "people_changed": lambda office, ref, entry: office.do(
        people.change_people, ref, joined=tuple(entry.data.get("agencies_joined", ())), **who(entry)
    ),
    "corrected": _put_right,
    "chased": lambda office, _, __: office.sweep(),
}
"""How each kind of entry is made by whoever works with Cairn."""


def _done(office: Office, found: Procedure, entries: list[Entry]) -> str:
    """A story done by the verbs, at the moments at which it was played; the reference of the case."""
    first, *later = entries
    office.now = first.happened_at or office.now
    opened = office.do(
        open_case,
        found.name,
        first.trigger,
        answers=first.data["fields"],
        agencies=tuple(first.data["agencies"]),
        reason=first.reason,
        authority=first.authority,
        role=first.actor.role,
        name=first.actor.name,
        agency_of_actor=first.data["notifier"],
    )
    for entry in later:
        assert entry.happened_at is not None
        if entry.kind != "chased" or entry.happened_at > office.now:
            office.now = entry.happened_at
            AS_DONE[entry.kind](office, opened.ref, entry)
    return str(opened.ref)


def _told(entry: Entry) -> tuple[object, ...]:
    return (entry.kind, entry.happened_on, entry.trigger, entry.dest, entry.reason, entry.authority, entry.data)


@pytest.fixture
def sqlite_office(tmp_path: Path) -> Any:
    with open_office(f"sqlite:///{tmp_path / 'office.db'}", tmp_path) as office:
        yield office


def _new_to_each(written: Procedure) -> Iterator[tuple[Procedure, Example]]:
    """Examples of an edition, and then of some that are shipped: each with something that happens in none before it."""
    seen: set[str] = set()
    for found in (written, *map(shipped_edition, ("scotland-scr-2015", "new-zealand-official-information-1982"))):
        for example in found.examples:
            happens = {line.happening for line in example.steps} | {"override" for one in example.steps if one.override}
            if happens - seen:
                seen |= happens
                yield found, example


def test_what_is_played_is_what_the_verbs_record(sqlite_office: Office, tmp_path: Path) -> None:
    done = 0
    file = tmp_path / f"{WHOLE}.toml"
    file.write_text(whole_edition(), encoding="utf-8")
    written = sqlite_office.editions[WHOLE] = procedures.read(file)

    for found, example in _new_to_each(written):
        calendars = {one: calendar(one) for one in calendar_names(found)}
        _compare(sqlite_office, found, example, Stage(found, calendars))
        done += 1

    assert done > 3


def _compare(office: Office, found: Procedure, example: Example, stage: Stage) -> None:
    assert list(played(example, stage)) == []

    ref = _done(office, found, stage.entries)
    case = office.case(ref)
    with reading(office.engine) as tx:
        recorded = list(history.entries(tx, case.id))

    for left, right in zip(recorded, stage.entries, strict=False):
        assert _told(left) == _told(right), example.title
    assert len(recorded) == len(stage.entries), example.title
    assert case.dossier.deadlines == stage.dossier.deadlines, example.title
    assert (case.dossier.state, case.dossier.fields) == (stage.dossier.state, stage.dossier.fields)

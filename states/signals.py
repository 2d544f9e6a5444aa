"""Which anchors an entry triggers, each with the request or hold it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from states.dossier import About, Asked, Dossier, Item, Paused
from states.entry import Entry
from states.moments import local_day
from states.procedure import Procedure
from states.steps import as_day


class Signal(NamedTuple):
    """An anchor that fired: what kind, which one, from which day (and instant), for which request, hold or item.

    `about` says which of these `subject` is the number of, `item` what item a request is about. `leaves_at` is when the
    letter of a request may leave, where it says so.
    """

    kind: str
    name: str
    on: date
    at: datetime | None = None
    subject: str = ""
    agency: str = ""
    leaves_at: datetime | None = None
    about: About = ""
    item: str = ""


def signals(after: Dossier, entry: Entry) -> Iterator[Signal]:
    """The anchors an entry triggers."""
    fire = FIRES.get(entry.kind)
    if fire is not None:
        yield from fire(after, entry)


def known(procedure: Procedure, dossier: Dossier) -> Iterator[Signal]:
    """The anchors a case's facts would trigger today: for a case that comes under another edition in mid-course."""
    yield from _fields(dossier.fields)
    here = dossier.entered[dossier.state]
    yield Signal("state", dossier.state, here.on, here.at)
    yield from (Signal("trigger", name, mark.on, mark.at) for name, mark in dossier.done.items())
    yield from (Signal("event", name, mark.on, mark.at) for name, mark in dossier.events.items())
    for asked in dossier.requests.values():
        if asked.status == "open":
            yield _asking(asked, asked.asked_on)
    for pause in dossier.pauses.values():
        if not pause.ended:
            yield holding(pause, pause.starts)
    for item in dossier.items.values():
        rule = procedure.registers.get(item.kept_in)
        if rule is not None and not item.ended:
            yield from _clocks_of(item, rule.counts_from or "")
    if dossier.opened_on is not None and procedure.anchored:
        yield from _periods(dossier.opened_on)


def end_of_period(period: str, day: date) -> date:
    """The last day of the financial year (31 March) or the calendar year a day lies in."""
    if period == "calendar_year":
        return date(day.year, 12, 31)
    return date(day.year if day <= date(day.year, 3, 31) else day.year + 1, 3, 31)


def _periods(day: date) -> Iterator[Signal]:
    for period in ("financial_year", "calendar_year"):
        yield Signal("period", period, end_of_period(period, day))


def _fields(fields: dict[str, object]) -> Iterator[Signal]:
    for name, value in fields.items():
        day = as_day(value)
        if day is not None:
            yield Signal("field", name, day)


def _opened(after: Dossier, entry: Entry) -> Iterator[Signal]:
    yield from _periods(entry.happened_on)
    yield from _advanced(after, entry)


def _advanced(_: Dossier, entry: Entry) -> Iterator[Signal]:
    yield from _fields(entry.data.get("fields", {}))
    yield Signal("trigger", entry.trigger, entry.happened_on, entry.happened_at)
    if entry.dest != entry.source:
        yield Signal("state", entry.dest, entry.happened_on, entry.happened_at)


def _requested(after: Dossier, entry: Entry) -> Iterator[Signal]:
    for item in entry.data["asked"]:
        yield _asking(after.requests[item["id"]], entry.happened_on, entry.happened_at)


def _asked_again(after: Dossier, entry: Entry) -> Iterator[Signal]:
    asked = after.requests[entry.data.get("new_id", entry.data["id"])]
    at = entry.recorded_at if "asked_on" in entry.data else entry.happened_at  # asked when it was recorded
    yield _asking(asked, asked.asked_on, at)


def _asking(asked: Asked, on: date, at: datetime | None = None) -> Signal:
    of_it = {"subject": asked.id, "agency": asked.agency, "item": asked.item}
    return Signal("request", asked.request, on, at, leaves_at=asked.leaves_at, about="request", **of_it)


def holding(pause: Paused, on: date) -> Signal:
    """That a hold was ordered, or is looked at again from a day on."""
    return Signal("pause", pause.kind, on, subject=pause.id, about="hold")


def _paused(after: Dossier, entry: Entry) -> Iterator[Signal]:
    pause = after.pauses[entry.data["pause"]["id"]]
    yield holding(pause, pause.starts)


def _event(_: Dossier, entry: Entry) -> Iterator[Signal]:
    yield Signal("event", entry.data["event"], entry.happened_on, entry.happened_at)


def _item(after: Dossier, entry: Entry) -> Iterator[Signal]:
    for signal in _clocks_of(after.items[entry.data["id"]], entry.data.get("counts_from") or ""):
        if signal.kind == "items" or entry.kind == "item_added":
            yield signal


def _clocks_of(item: Item, counts_from: str) -> Iterator[Signal]:
    agency = str(item.fields.get("agency", ""))
    day = as_day(item.fields.get(counts_from)) or item.on
    yield Signal("items", item.kept_in, day, subject=item.id, agency=agency, about="item")
    yield Signal("entered", item.kept_in, item.on, subject=item.id, agency=agency, about="item")


def _corrected(_: Dossier, entry: Entry) -> Iterator[Signal]:
    yield from _fields(entry.data.get("fields", {}))


def _imported(after: Dossier, entry: Entry) -> Iterator[Signal]:
    """What comes out of a spreadsheet starts a date only where the sheet itself gives it, and it lies ahead.

    What had gone by when it came here is chased by nobody, and no limit of the guidance is counted from it.
    """
    found = list(_fields(entry.data.get("fields", {})))
    said = entry.data.get("item", {})
    item, dated = after.items.get(said.get("id", "")), said.get("counts_from") or ""
    if item is not None and not item.ended and as_day(item.fields.get(dated)) is not None:
        found += (one for one in _clocks_of(item, dated) if one.kind == "items")
    today = local_day(entry.recorded_at)
    yield from (one for one in found if one.on > today)


FIRES: dict[str, Callable[[Dossier, Entry], Iterator[Signal]]] = {
    "opened": _opened,
    "advanced": _advanced,
    "requested": _requested,
    "redirected": _asked_again,
    "sent_back": _asked_again,
    "paused": _paused,
    "event_recorded": _event,
    "item_added": _item,
    "item_updated": _item,
    "corrected": _corrected,
    "imported": _imported,
}

"""The history as process-mining events: activity, run, times, resource and related objects.

A request, a hold, an extension and an item of a register have a beginning and an end, so each gives a `start` and a
`complete` with the same instance (the lifecycle of XES); whatever is done at once is `complete` alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from records.bulk_reading import CaseKept
from states.dossier import Dossier, Item
from states.entry import Entry
from states.errors import DAMAGED, StorageTrouble
from states.moments import UNITED_KINGDOM, local_day, local_moment
from states.procedure import Procedure

NOON = "12:00"
NOT_DETAILS = frozenset({"digest", "calendars", "asked", "final", "withdrawn"})
"""What an entry holds for the software's own use, or is told as events of their own."""

NUMBERED_BY_CAIRN = re.compile(r"[RPE]\d+")
"""How requests, holds and extensions are numbered; the items of a register may be numbered so too."""

Scalar = str | int | bool
Written = TypeVar("Written")
LeftOut = Callable[[str], bool]
"""Whether entries of a kind are not written."""


@dataclass(frozen=True)
class Story:
    """A case to be written out: what it adds up to, its edition, and its entries, each with its seal and edition."""

    dossier: Dossier
    procedure: Procedure
    entries: tuple[tuple[Entry, str, Procedure], ...]


@dataclass(frozen=True)
class Stories:
    """The files to be written out, one by one. One that cannot be read is set aside, and the others go on.

    `aside` is told its reference; it may raise, where nothing may be left out.
    """

    kept: Iterable[CaseKept]
    read: Callable[[CaseKept], Story]
    aside: Callable[[str], None]

    def each(self, write: Callable[[Story], Written]) -> Iterator[Written]:
        """What each file is written as; all of a file is written, or none of it."""
        for one in self.kept:
            try:
                written = write(self.read(one))
            except StorageTrouble:
                raise
            except DAMAGED:
                self.aside(one.row["ref"])
            else:
                yield written


@dataclass(frozen=True)
class Event:
    """One event of an entry.

    `transition` is of the standard lifecycle of XES, `instance` the number of the request, hold, extension or item on
    the file, `group` the agency it concerns, `outcome` what became of the instance (asked, answered, granted), `kind`
    the kind of entry it would be by itself, where that is not the kind of the entry it came with.
    """

    activity: str
    transition: str = "complete"
    outcome: str = ""
    instance: str = ""
    group: str = ""
    details: Mapping[str, Scalar] = field(default_factory=dict)
    kind: str = ""


@dataclass(frozen=True)
class Happening:
    """An event with the entry it comes from, its edition, and its instant (UTC): noon where only the day is known."""

    event: Event
    entry: Entry
    edition: Procedure
    at: datetime

    @property
    def kind(self) -> str:
        """The kind of entry it is."""
        return self.event.kind or self.entry.kind

    @property
    def precision(self) -> str:
        """Whether the instant is known, or the day alone."""
        return precision(self.entry)


def happenings(story: Story, left_out: LeftOut = lambda _: False) -> Iterator[Happening]:
    """Every event of a file, in the order of the record."""
    holds: dict[str, str] = {}
    instants = moments([entry for entry, _, _ in story.entries], story.procedure.time_zone)
    for (entry, _, edition), at in zip(story.entries, instants, strict=True):
        for event in (*events(story.dossier, entry, edition), *_holds_that_end(story.dossier, entry, holds)):
            happening = Happening(event, entry, edition, at)
            if not left_out(happening.kind):
                yield happening


def events(dossier: Dossier, entry: Entry, edition: Procedure) -> Iterator[Event]:
    """The events of one entry; `dossier` is what the whole history adds up to."""
    read = READ.get(entry.kind)
    if read is None:
        yield Event(activity(entry), details=details(entry.data), group=entry.actor.agency)
        return
    yield from read(dossier, entry, edition)


def activity(entry: Entry) -> str:
    """What was done, in few words that are the same in every case: the step taken, or the kind of entry."""
    return (entry.trigger or entry.kind).replace("_", " ")


def precision(entry: Entry) -> str:
    """Whether the instant is known at which it happened, or the day alone."""
    return "instant" if entry.happened_at is not None else "day"


def moment(entry: Entry, zone: str = UNITED_KINGDOM) -> datetime:
    """The instant an entry speaks of (UTC); noon in the edition's time zone where only the day is known."""
    return entry.happened_at.astimezone(UTC) if entry.happened_at else local_moment(entry.happened_on, NOON, zone)


def moments(entries: list[Entry], zone: str = UNITED_KINGDOM) -> Iterator[datetime]:
    """The instants of a history. A day without a time never comes before what was recorded earlier of the same day."""
    last: datetime | None = None
    for entry in entries:
        at = moment(entry, zone)
        if entry.happened_at is None and last is not None and local_day(last, zone) == entry.happened_on:
            at = max(at, last)
        last = at
        yield at


def details(data: Mapping[str, Any], before: str = "") -> dict[str, Scalar]:
    """What an entry holds, level by level, as named values: a list becomes its parts with semicolons between."""
    found: dict[str, Scalar] = {}
    for name, value in data.items():
        if isinstance(value, Mapping):
            found |= details(value, f"{before}{name}.")
        elif isinstance(value, list | tuple):
            found |= {f"{before}{name}": "; ".join(map(str, value))} if value else {}
        elif isinstance(value, bool | int | str) and value != "" and name not in NOT_DETAILS:
            found[f"{before}{name}"] = value
    return {name: value for name, value in found.items() if name.split(".")[0] not in NOT_DETAILS}


def _requested(_: Dossier, entry: Entry, __: Procedure) -> Iterator[Event]:
    kind = entry.data["request"]
    for one in entry.data["asked"]:
        yield Event(_request(kind), "start", "asked", one["id"], one["agency"], details(entry.data))


def _linked(dossier: Dossier, entry: Entry, _: Procedure) -> Iterator[Event]:
    yield Event(activity(entry), details=details(entry.data))
    for asked in (dossier.requests[one] for one in entry.data.get("withdrawn", ())):
        yield Event(_request(asked.request), "ate_abort", "withdrawn", asked.id, asked.agency)


def _of_request(transition: str, outcome: str) -> Callable[[Dossier, Entry, Procedure], Iterator[Event]]:
    def read(dossier: Dossier, entry: Entry, _: Procedure) -> Iterator[Event]:
        asked = dossier.requests[entry.data["id"]]
        said = details(entry.data)
        yield Event(_request(asked.request), transition, outcome, asked.id, asked.agency, said)
        if "new_id" in entry.data:
            yield Event(_request(asked.request), "start", "asked", entry.data["new_id"], entry.data["to"], said)

    return read


def _promised(dossier: Dossier, entry: Entry, _: Procedure) -> Iterator[Event]:
    number = entry.data.get("id", "")
    asked = dossier.requests.get(number)
    agency = asked.agency if asked else entry.data.get("agency", "")
    acknowledged = entry.data.get("acknowledged", False)
    name = "acknowledged" if acknowledged else "promised"
    yield Event(name, "complete", name, number, agency, details(entry.data))


def _paused(_: Dossier, entry: Entry, __: Procedure) -> Iterator[Event]:
    pause = entry.data["pause"]
    yield Event(_hold(pause["kind"]), "start", "ordered", pause["id"], details=details(pause))


def _hold_reviewed(dossier: Dossier, entry: Entry, _: Procedure) -> Iterator[Event]:
    pause = dossier.pauses[entry.data["id"]]
    yield Event("hold reviewed", "complete", "reviewed", pause.id, details=details(entry.data))


def _nothing(_: Dossier, __: Entry, ___: Procedure) -> Iterator[Event]:
    yield from ()


def _holds_that_end(dossier: Dossier, entry: Entry, running: dict[str, str]) -> Iterator[Event]:
    """The ends of holds: ordered, come with the event they waited for, or with the closing of the case."""
    if entry.kind == "paused":
        running[entry.data["pause"]["id"]] = entry.data["pause"]["kind"]
        return
    for number, kind in tuple(running.items()):
        named = entry.kind == "pause_ended" and entry.data["id"] == number
        come = entry.kind == "event_recorded" and dossier.pauses[number].event == entry.data["event"]
        if named or come or entry.data.get("final", False):
            del running[number]
            yield Event(_hold(kind), "complete", "ended", number, kind="pause_ended")


def _of_extension(transition: str, outcome: str) -> Callable[[Dossier, Entry, Procedure], Iterator[Event]]:
    def read(dossier: Dossier, entry: Entry, _: Procedure) -> Iterator[Event]:
        said = entry.data.get("extension", entry.data)
        extension = dossier.extensions[said["id"]]
        deadline = dossier.deadlines[extension.deadline]
        name = f"extension {deadline.timescale.replace('_', ' ')}"
        more: dict[str, Scalar] = {"decision": outcome} if transition == "complete" else {}
        agency = deadline.agency or entry.actor.agency
        yield Event(name, transition, outcome, extension.id, agency, {**details(said), **more})

    return read


def _chased(dossier: Dossier, entry: Entry, edition: Procedure) -> Iterator[Event]:
    data, deadline = entry.data, dossier.deadlines[entry.data["key"]]
    item = dossier.item_of(deadline)
    said = details({**data, "date": deadline.timescale})
    rule = edition.timescales.get(deadline.timescale)
    ladder = edition.ladders.get(rule.ladder or "") if rule else None
    rung = data.get("rung")
    if ladder is not None and rung is not None and rung < len(ladder.rungs):
        step = ladder.rungs[rung]
        said |= {"rung_day": step.day, "message": step.message, "told": "; ".join(step.tell)}
    yield Event("chased", "complete", "chased", instance_of(item) if item else deadline.subject, deadline.agency, said)


def instance_of(item: Item) -> str:
    """What an item is called in a log: its number, after its register where a request or the like may be called so."""
    return f"{item.kept_in}/{item.id}" if NUMBERED_BY_CAIRN.fullmatch(item.id) else item.id


def _of_item(transition: str, outcome: str) -> Callable[[Dossier, Entry, Procedure], Iterator[Event]]:
    def read(dossier: Dossier, entry: Entry, _: Procedure) -> Iterator[Event]:
        item = dossier.items[entry.data["id"]]
        number = instance_of(item)
        agency = str(entry.data.get("fields", {}).get("agency", "") or item.fields.get("agency", ""))
        name, ended = item.kept_in.replace("_", " "), entry.data.get("ended", False)
        said = details(entry.data)
        if transition == "update":
            yield Event(f"{name} updated", "complete", "updated", number, agency, said)
        else:
            yield Event(name, transition, outcome, number, agency, said)
        if ended and transition != "complete":
            yield Event(name, "complete", "ended", number, agency)

    return read


def _request(kind: str) -> str:
    return f"request {kind.replace('_', ' ')}"


def _hold(kind: str) -> str:
    return f"hold {kind.replace('_', ' ')}"


READ: dict[str, Callable[[Dossier, Entry, Procedure], Iterator[Event]]] = {
    "requested": _requested,
    "answered": _of_request("complete", "answered"),
    "declined": _of_request("ate_abort", "declined"),
    "redirected": _of_request("ate_abort", "passed on"),
    "request_withdrawn": _of_request("ate_abort", "withdrawn"),
    "linked": _linked,
    "sent_back": _of_request("start", "sent back"),
    "promised": _promised,
    "paused": _paused,
    "pause_reviewed": _hold_reviewed,
    "pause_ended": _nothing,
    "extension_asked": _of_extension("start", "asked"),
    "extension_granted": _of_extension("complete", "granted"),
    "extension_refused": _of_extension("complete", "refused"),
    "extension_withdrawn": _of_extension("ate_abort", "withdrawn"),
    "chased": _chased,
    "item_added": _of_item("start", "entered"),
    "item_answered": _of_item("complete", "answered"),
    "item_updated": _of_item("update", "updated"),
}

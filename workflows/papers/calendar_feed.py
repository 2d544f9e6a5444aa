"""The dates owed as a calendar (RFC 5545, 5546): reference, label and agency alone, so that no name leaves the record.

An event keeps its identity for good. How often its date moved, and when it last did, follows from the history; a date
that was met, is no longer owed or stands still is cancelled by name, so that it goes from calendars that hold it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, Select, or_, select

from records import history
from records.cases import CASES
from records.diary import DEADLINES
from records.editions import EditionLibrary
from states.dossier import Deadline, Dossier
from states.fold import fold
from states.moments import local_day
from states.procedure import Procedure
from states.words import long_day

if TYPE_CHECKING:
    from icalendar import Event

KEPT = timedelta(days=92)
"""So long after its day a date stays in the calendar; older ones are found in Cairn's own lists."""

STANDS_STILL = ("held", "unset")


@dataclass(frozen=True)
class Turned:
    """What became of a date: the last day it had, how often it changed, when it last did (UTC), and how it stands."""

    day: date | None
    times: int
    at: datetime
    status: str
    ended_on: date | None

    def after(self, deadline: Deadline, at: datetime) -> Turned:
        """The same with the date as it then stood."""
        if (self.day, self.status) == (deadline.due_on or self.day, deadline.status):
            return self
        return Turned(deadline.due_on or self.day, self.times + 1, at, deadline.status, deadline.ended_on)


Keep = Callable[[RowMapping, Procedure, str], bool]
"""Whether a date belongs in somebody's calendar: its row with those who lead the case, and the role that owes it."""


def everybodys(_row: RowMapping, _procedure: Procedure, _owner: str) -> bool:
    """Every date, whoever owes it."""
    return True


def calendar_feed(tx: Connection, domain: str, now: datetime, keep: Keep = everybodys) -> bytes:
    """The dates owed, and what became of those of the last months, as events of a whole day; all, or those to keep."""
    from icalendar import Calendar, vCalAddress

    feed = Calendar()
    feed.add("prodid", "-//Cairn//Dates owed//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", "Cairn: dates owed")
    organiser = vCalAddress(f"mailto:cairn@{domain}")
    organiser.params["cn"] = "Cairn"
    for event in _events(tx, domain, now, keep):
        event.add("organizer", organiser)
        feed.add_component(event)
    made: bytes = feed.to_ical()
    return made


def _events(tx: Connection, domain: str, now: datetime, keep: Keep) -> Iterator[Event]:
    earliest, library = local_day(now) - KEPT, EditionLibrary(tx)
    found: dict[int, Mapping[str, Turned]] = {}
    for row in tx.execute(_wanted(earliest)).mappings():
        procedure = library.procedure(row["digest"])
        rule = procedure.timescales.get(row["timescale"])
        if not keep(row, procedure, procedure.office_role(rule.owner) if rule else ""):
            continue
        if row["id"] not in found:
            found[row["id"]] = _turned(tx, library, row)
        one = found[row["id"]].get(row["key"])
        if one is not None and one.day is not None and one.day >= earliest:
            yield _event(library, row, one, domain, now)


def _wanted(earliest: date) -> Select[Any]:
    """The dates that may be in the calendar, soonest first."""
    dated = or_(DEADLINES.c.due_on >= earliest, DEADLINES.c.status.in_(STANDS_STILL))
    columns = (DEADLINES.c.key, DEADLINES.c.timescale, DEADLINES.c.agency)
    led = (CASES.c.lead, CASES.c.deputy)
    wanted = select(CASES.c.id, CASES.c.ref, CASES.c.digest, *led, *columns).join_from(DEADLINES, CASES).where(dated)
    return wanted.order_by(DEADLINES.c.due_on.is_(None), DEADLINES.c.due_on, CASES.c.ref, DEADLINES.c.key)


def _turned(tx: Connection, library: EditionLibrary, row: RowMapping) -> Mapping[str, Turned]:
    """What became of each date of a case, by its history."""
    case, found = Dossier(ref=row["ref"], edition="", digest=""), dict[str, Turned]()
    for entry in history.entries(tx, row["id"]):
        before, case = case, fold(case, entry, library)
        if case.deadlines is before.deadlines:
            continue
        for key, one in case.deadlines.items():
            known = found.get(key) or Turned(one.due_on, 0, entry.recorded_at, one.status, one.ended_on)
            found[key] = known.after(one, entry.recorded_at)
    return found


def _event(library: EditionLibrary, row: RowMapping, one: Turned, domain: str, now: datetime) -> Event:
    from icalendar import Event

    assert one.day is not None
    event, procedure = Event(), library.procedure(row["digest"])
    item = row["key"].partition("/")[2].partition("#")[0]
    owed = one.status == "running"
    event.add("uid", f"{row['ref']}-{row['key']}@{domain}".replace(" ", "-"))
    event.add("summary", f"{row['ref']}: {procedure.label_of_date(row['timescale'], item, row['agency'])}")
    event.add("dtstart", one.day)
    event.add("dtend", one.day + timedelta(days=1))
    event.add("dtstamp", now)
    event.add("last-modified", one.at)
    event.add("sequence", one.times)
    event.add("status", "CONFIRMED" if owed else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    if not owed:
        event.add("description", _became(one))
    return event


def _became(one: Turned) -> str:
    if one.status == "met":
        return f"Met on {long_day(one.ended_on)}."
    return "Its clock stands still." if one.status in STANDS_STILL else "It is no longer owed."

"""The dates owed as a calendar (iCalendar): reference and label alone, so that no name reaches anybody's telephone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from records.cases import CASES
from records.diary import DEADLINES
from records.editions import Shelf

WANTED = (
    select(CASES.c.ref, CASES.c.digest, DEADLINES.c.key, DEADLINES.c.timescale, DEADLINES.c.due_on)
    .join_from(DEADLINES, CASES)
    .where(DEADLINES.c.status == "running", DEADLINES.c.due_on.is_not(None))
    .order_by(DEADLINES.c.due_on, CASES.c.ref, DEADLINES.c.key)
)


def calendar_feed(tx: Connection, domain: str, now: datetime) -> bytes:
    """Every date owed as an event of a whole day. An event keeps its identity, so a calendar moves it with its date."""
    from icalendar import Calendar, Event

    feed = Calendar()
    feed.add("prodid", "-//Cairn//Dates owed//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", "Cairn: dates owed")
    shelf = Shelf(tx)
    for row in tx.execute(WANTED):
        event, procedure = Event(), shelf.procedure(row.digest)
        item = row.key.partition("/")[2].partition("#")[0]
        event.add("uid", f"{row.ref}-{row.key}@{domain}".replace(" ", "-"))
        event.add("summary", f"{row.ref}: {procedure.label_of_date(row.timescale, item)}")
        event.add("dtstart", row.due_on)
        event.add("dtend", row.due_on + timedelta(days=1))
        event.add("dtstamp", now)
        event.add("transp", "TRANSPARENT")
        feed.add_component(event)
    made: bytes = feed.to_ical()
    return made

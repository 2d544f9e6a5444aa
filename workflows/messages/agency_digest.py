"""An agency's own list by mail: all that is open for it, on the days it chose, each thing with the link to its page.

An agency that chose nothing gets none: what it owes reaches it by the ladders.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import Connection

from config.settings import calendar
from records import agencies, audit_log, contacts, outbox
from records.letter_links import kept_address
from records.outbox import Letter, Owing
from states.entry import Actor
from states.moments import local_day
from states.words import counted, full_weekday
from workflows.messages.open_for_agency import OpenLine, open_for_agency
from workflows.views.viewer import Viewer

LOG = "agency_lists"
NEVER, WEEKLY, DAILY = "never", "weekly", "daily"
DAYS = {NEVER: "No list by mail", WEEKLY: "Each Monday", DAILY: "Each working day"}
"""When an agency can have its list, and how that is called."""

KIND = "agency_digest"
MONDAY, MOST = 0, 40


def day_chosen(tx: Connection, agency: str) -> str:
    """When an agency has its list by mail: one of `DAYS`."""
    said = audit_log.entries(tx, LOG, subject=subject_of(tx, agency))
    return said[-1].kind if said else NEVER


def subject_of(tx: Connection, agency: str) -> str:
    """By what the log knows an agency: its number in the register, whatever it is called by now."""
    found = agencies.read(tx).find(agency)
    return str(found.id) if found else agency


def agency_digest(tx: Connection, now: datetime, site: str) -> int:
    """Owe each agency that wants one today the list of what is open for it; how many messages. Once a day."""
    today, reachable, owed = local_day(now), contacts.reachable(tx, local_day(now)), list[Letter]()
    for agency in _wanted(tx, today):
        reach = reachable.of_agency(agency)
        lines = open_for_agency(tx, agency, Viewer(Actor(name="", role="agency", agency=agency), now).known_in(tx))
        if reach is None or not lines:
            continue
        facts = {"agency": agency, "due": full_weekday(today), "items": [_words(one, site) for one in lines[:MOST]]}
        if len(lines) > MOST:
            facts["more"] = counted(len(lines) - MOST, "more thing")
        owing = Owing(None, f"{KIND} {today.isoformat()}", 0, KIND, facts, beside=agency)
        owed += outbox.letters(owing, reach, calendar(reach.calendar), now)
    return outbox.owe(tx, owed)


def _wanted(tx: Connection, today: date) -> Iterator[str]:
    """The agencies that have their list on this day of the week, by the names they go by now."""
    chosen = {one.subject: one.kind for one in audit_log.entries(tx, LOG)}
    known = {str(one.id): one for one in agencies.read(tx).all}
    for subject, when in chosen.items():
        if when == DAILY or (when == WEEKLY and today.weekday() == MONDAY):
            one = known.get(subject)
            if one is None or one.active:
                yield one.name if one else subject


def _words(one: OpenLine, site: str) -> str:
    """One thing that is open, in a line; with the link to its page where it has one."""
    due = f", due {full_weekday(one.due)}" if one.due else ""
    late = ", overdue" if one.overdue else ""
    link = f": {kept_address(site, one.number)}" if site and one.number else ""
    return f"{one.ref}, {one.what}{due}{late}{link}"

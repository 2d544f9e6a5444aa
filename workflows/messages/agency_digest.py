"""An agency's own list by mail: all that is open for it, on the days it chose, each thing with the link to its page.

An agency that chose nothing gets none: what it owes reaches it by the ladders.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from config.settings import calendar
from records import agencies, audit_log, contacts, letter_links, outbox
from records.contacts import Reach
from records.letter_links import kept_address
from records.outbox import Letter, Owing
from states.entry import Actor
from states.moments import local_day
from states.words import counted, full_weekday
from workflows.messages.open_for_agency import OpenLine, open_for_agency
from workflows.views.viewer import Viewer

LOG = "agency_lists"
NEVER, WEEKLY, DAILY, MONDAYS = "never", "weekly", "daily", "mondays"
DAYS = {
    NEVER: "No list by mail",
    WEEKLY: "Each Monday",
    DAILY: "Each working day",
    MONDAYS: "Each Monday, even if nothing is open here",
}
"""When an agency can have its list, and how that is called.

The last is for one that several committees of the installation ask: one letter leads it to the page of all of them. It
comes whether or not another asks anything, so that no committee can tell from it.
"""

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
        facts = _facts(tx, agency, reach, now, site) if reach is not None else {}
        if reach is None or not facts:
            continue
        owing = Owing(None, f"{KIND} {today.isoformat()}", 0, KIND, facts, beside=agency)
        owed += outbox.letters(owing, reach, calendar(reach.calendar), now)
    return outbox.owe_once(tx, owed)


def _facts(tx: Connection, agency: str, reach: Reach, now: datetime, site: str) -> dict[str, Any]:
    """What the list of an agency says; nothing where none is to go."""
    lines = open_for_agency(tx, agency, Viewer(Actor(name="", role="agency", agency=agency), now).known_in(tx))
    said = [_words(one, site) for one in lines[:MOST]]
    facts: dict[str, Any] = {"agency": agency, "due": full_weekday(local_day(now)), "items": said}
    if len(lines) > MOST:
        facts["more"] = counted(len(lines) - MOST, "more thing")
    newest = letter_links.newest_to(tx, reach.id) if site and day_chosen(tx, agency) == MONDAYS else None
    if newest is not None:
        facts["together"] = f"{site.rstrip('/')}/answers/{newest.number}/enter?then=open"
    return facts if lines or newest is not None else {}


def _wanted(tx: Connection, today: date) -> Iterator[str]:
    """The agencies that have their list on this day of the week, by the names they go by now."""
    chosen = {one.subject: one.kind for one in audit_log.entries(tx, LOG)}
    known = {str(one.id): one for one in agencies.read(tx).all}
    for subject, when in chosen.items():
        if when == DAILY or (when in {WEEKLY, MONDAYS} and today.weekday() == MONDAY):
            one = known.get(subject)
            if one is None or one.active:
                yield one.name if one else subject


def _words(one: OpenLine, site: str) -> str:
    """One thing that is open, in a line; with the link to its page where it has one."""
    due = f", due {full_weekday(one.due)}" if one.due else ""
    late = ", overdue" if one.overdue else ""
    link = f": {kept_address(site, one.number)}" if site and one.number else ""
    return f"{one.ref}, {one.what}{due}{late}{link}"

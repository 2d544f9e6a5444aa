"""The daily list for each person of the committee: what is overdue, due soon, wants a reason or a yes.

Agencies have lists of their own where they choose to (`agency_digest`): what they owe reaches them by the ladders.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection

from config.settings import calendar
from records import contacts, outbox
from records.contacts import Reach, ReachableContacts
from records.outbox import Letter, Owing
from states.moments import local_day
from states.words import full_weekday
from workflows.views import agenda
from workflows.views.agenda import AgendaItem


def digest(tx: Connection, now: datetime, link: str = "") -> int:
    """Owe everybody of the committee who has something to look at the day's list; how many messages. Once a day."""
    today = local_day(now)
    owed: list[Letter] = []
    for reach, lines in lists(tx, today):
        facts = {"items": [line.words for line in lines], "due": full_weekday(today)}
        if link and "{ref}" not in link:
            facts["link"] = link
        owing = Owing(None, f"digest {today.isoformat()}", 0, "digest", facts)
        owed += outbox.letters(owing, reach, calendar(reach.calendar), now)
    return outbox.owe_once(tx, owed)


def lists(tx: Connection, today: date) -> list[tuple[Reach, list[AgendaItem]]]:
    """Who has what on their list today, the most pressing first; those with nothing are left out."""
    reachable = contacts.reachable(tx, today)
    found: dict[int, tuple[Reach, list[AgendaItem]]] = {}
    for line in agenda.items(tx, today):
        for reach in _readers(reachable, line):
            mine = found.setdefault(reach.id, (reach, []))[1]
            if line.words not in {one.words for one in mine}:
                mine.append(line)
    return list(found.values())


def _readers(reachable: ReachableContacts, line: AgendaItem) -> Iterable[Reach]:
    """The lead officer of the case (the deputy while away), and whoever holds the role that owes it."""
    lead = reachable.in_role("lead_officer", named=line.lead)
    lead = lead or reachable.in_role("deputy_lead_officer", named=line.deputy)
    owner = lead if line.role in {"agency", "lead_officer"} else reachable.in_role(line.role)
    return {one.id: one for one in (lead, owner) if one}.values()

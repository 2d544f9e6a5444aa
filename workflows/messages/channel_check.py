"""The weekly check of every channel, to one test address each: a dead one is found before it matters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from config.settings import calendar
from records import contacts, heartbeats, outbox
from records.contacts import Reach
from records.outbox import Letter, Owing
from states.moments import local_day
from states.words import full_weekday

ROLE = "channel_check"
"""The role of a contact whose addresses are there to be checked, one a channel: a mailbox that somebody looks at."""


def canary(tx: Connection, now: datetime) -> int:
    """Owe one check to one address of each channel we write by; how many. Once in a week."""
    year, week, _ = local_day(now).isocalendar()
    last = heartbeats.last(tx).get("canary")
    since = full_weekday(last[0]) if last else ""
    owed: list[Letter] = []
    for channel, reach in checked(tx).items():
        owing = Owing(None, f"canary {year}-{week:02}", 0, "canary", {"channel": channel, "since": since})
        owed += outbox.letters(owing, reach, calendar(reach.calendar), now, (channel,))
    return outbox.owe_once(tx, owed)


def checked(tx: Connection) -> dict[str, Reach]:
    """Who gets the check of each channel: the test address, else a lead officer who has it; nobody else, ever."""
    everybody = contacts.everybody(tx)
    order = [*(one for one in everybody if one.role == ROLE), *(one for one in everybody if one.role == "lead_officer")]
    return {channel: reach for reach in reversed(order) for channel in reach.channels}

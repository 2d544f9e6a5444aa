"""The weekly check of every channel: a message that asks nothing, so that a dead one is found before it matters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from config.settings import calendar
from records import contacts, heartbeats, outbox
from records.contacts import Reach
from records.keys import MasterKey
from records.outbox import Letter, Owing
from states.moments import local_day
from states.words import full_weekday


def canary(tx: Connection, keys: MasterKey, now: datetime) -> int:
    """Owe one check to each address we write to, however many contacts share it; how many. Once in a week."""
    year, week, _ = local_day(now).isocalendar()
    last = heartbeats.last(tx).get("canary")
    since = full_weekday(last[0]) if last else ""
    owed: list[Letter] = []
    for reach, channel in channels(tx, keys):
        owing = Owing(None, f"canary {year}-{week:02}", 0, "canary", {"channel": channel, "since": since})
        owed += outbox.letters(owing, reach, calendar(reach.calendar), now, (channel,))
    return outbox.owe(tx, owed)


def channels(tx: Connection, keys: MasterKey) -> Iterator[tuple[Reach, str]]:
    """Every channel of every contact we still write to, each address once."""
    known: set[tuple[str, str]] = set()
    for reach in contacts.everybody(tx):
        for channel in reach.channels:
            where = (channel, contacts.address(tx, keys, reach.id, channel))
            if where not in known:
                known.add(where)
                yield reach, channel

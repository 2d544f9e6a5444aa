"""Telling the lead officer that the system itself needs attention: sweeps that stopped, a broken record."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from config.settings import calendar
from records import contacts, heartbeats, outbox
from records.outbox import Owing
from states.moments import local_day
from states.words import full_weekday, time_of_day

SILENCE = timedelta(minutes=15)
"""How long there may be no sweep that ended well: three of them missed."""


def sweeps_have_stopped(tx: Connection, roles: tuple[str, ...], now: datetime) -> bool:
    """Owe an alarm when no sweep has ended well for a quarter of an hour; whether that is so. Each stop has one."""
    last = heartbeats.last(tx).get("sweep")
    if last is not None and now - last[0] < SILENCE:
        return False
    when = f"{full_weekday(last[0])}, {time_of_day(last[0])}" if last else ""
    owe_alarm(tx, roles, f"sweep {when}", "no sweep has ended well for a quarter of an hour", now, since=when)
    return True


def owe_alarm(
    tx: Connection, roles: tuple[str, ...], occasion: str, problem: str, now: datetime, *, since: str = ""
) -> int:
    """Owe an alarm to whoever holds these roles; how many messages. An occasion has one alarm."""
    living = contacts.living(tx, local_day(now))
    found = [living.in_role(role) for role in roles]
    owing = Owing(None, occasion, 0, "system_alarm", {"problem": problem, "since": since})
    told = {one.id: one for one in found if one}.values()
    return outbox.owe(
        tx, [one for reach in told for one in outbox.letters(owing, reach, calendar(reach.calendar), now)]
    )

"""Tells the lead officer that the system itself needs attention: sweeps that stopped, a broken record."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from config.settings import calendar
from records import contacts, heartbeats, outbox
from records.outbox import Owing
from states.moments import local_day
from states.words import full_weekday, time_of_day

SILENCE = timedelta(minutes=15)
"""How long there may be no sweep, and no round of delivery, that ended well."""


WATCHED = {"sweep": "no sweep has ended well", "deliver": "no round of delivery has ended well"}
"""What must end well every few minutes, and what is said when it does not."""


def rounds_have_stopped(tx: Connection, roles: tuple[str, ...], now: datetime) -> bool:
    """Owe an alarm when sweeps or rounds of delivery have not ended well for a quarter of an hour; whether that is so.

    Each stop has one.
    """
    stopped = [name for name in WATCHED if _has_stopped(tx, name, roles, now)]
    return bool(stopped)


def _has_stopped(tx: Connection, name: str, roles: tuple[str, ...], now: datetime) -> bool:
    last = _ended_well(tx, name)
    if last is not None and now - last < SILENCE:
        return False
    when = f"{full_weekday(last)}, {time_of_day(last)}" if last else ""
    owe_alarm(tx, roles, f"{name} {when}", f"{WATCHED[name]} for a quarter of an hour", now, since=when)
    return True


def delivery_is_alive(tx: Connection, now: datetime) -> bool:
    """Whether a round of delivery has ended well lately, or none was due yet."""
    return now - (_ended_well(tx, "deliver") or now) < SILENCE


def _ended_well(tx: Connection, name: str) -> datetime | None:
    """When a round last ended well; one that never did is counted from the first of the others. None without any."""
    known = {one: at for one, (at, _) in heartbeats.last(tx).items()}
    return known.get(name) or min(known.values(), default=None)


def owe_alarm(
    tx: Connection, roles: tuple[str, ...], occasion: str, problem: str, now: datetime, *, since: str = ""
) -> int:
    """Owe an alarm to whoever holds these roles; how many messages. An occasion has one alarm."""
    reachable = contacts.reachable(tx, local_day(now))
    found = [reachable.in_role(role) for role in roles]
    owing = Owing(None, occasion, 0, "system_alarm", {"problem": problem, "since": since})
    told = {one.id: one for one in found if one}.values()
    return outbox.owe_once(
        tx, [one for reach in told for one in outbox.letters(owing, reach, calendar(reach.calendar), now)]
    )

"""Detects a clock that jumped ahead: nothing is sent until another clock or a person says that it is right."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from records import audit_log, heartbeats
from records.database import reading, transaction
from states.entry import Actor
from states.errors import NotPossible
from states.next_step import advice
from states.words import day_and_time
from workflows.installation.installation import LEEWAY, Installation

FAR = timedelta(days=1)
"""A sweep comes every five minutes: after a longer pause than this it may be the clock that is wrong."""
CONFIRMED = "clock"
"""The heartbeat that a person gives."""
JUMPED = (
    "The clock of this machine stands at {now}, and Cairn last worked on {last}: nothing is sent or escalated before a "
    "person has said that the clock is right. If it is wrong, set it right instead."
)


def check_jump(installation: Installation, now: datetime) -> None:
    """Refuse to go on after a jump of more than a day that no other clock and no person has confirmed.

    Raises NotPossible. In a rehearsal the clock is set on purpose, and nothing is refused.
    """
    last = jump(installation, now)
    if last is not None:
        told = JUMPED.format(now=day_and_time(now), last=day_and_time(last))
        raise NotPossible(told, advice=advice("If it is right, {} says so.", "clock"))


def jump(installation: Installation, now: datetime) -> datetime | None:
    """When Cairn last worked (UTC), if that is more than a day ago and nothing else says that the clock is right."""
    if installation.settings.rehearsal:
        return None
    with reading(installation.engine) as tx:
        last = heartbeats.latest(tx, (*heartbeats.OFTEN, CONFIRMED))
        if last is None or now - last <= FAR or _server_agrees(tx, now):
            return None
    return last


def confirm(installation: Installation, actor: Actor, now: datetime) -> None:
    """Note that a person has said that the clock is right at this moment."""
    with transaction(installation.engine) as tx:
        heartbeats.beat(tx, CONFIRMED, now, "confirmed by a person")
        audit_log.append(tx, "upkeep", "clock", "clock_confirmed", actor, now)


def _server_agrees(tx: Connection, now: datetime) -> bool:
    """Whether the clock of the database server, where there is one, tells the same time."""
    if tx.dialect.name != "postgresql":
        return False
    theirs: datetime = tx.execute(select(func.now())).scalar_one()
    return abs(theirs - now) <= LEEWAY

"""Whether the reason for a message about a date still holds, and if not, why not."""

from __future__ import annotations

from datetime import date, datetime

from states.dossier import Dossier
from states.escalation import is_chased
from states.moments import local_day
from states.words import long_day


def lost_ground(dossier: Dossier, key: str, due_on: date | None, asked_at: datetime, now: datetime) -> str:
    """Why a message about a date, as it was when the message was owed, is no longer wanted; "" while it is.

    The date was met, moved or is no longer owed, its clock stands still, or the agency has named a day meanwhile.
    """
    deadline = dossier.deadlines.get(key)
    if deadline is None or deadline.status == "cancelled":
        return "It is no longer owed."
    if deadline.status == "met":
        return f"It was met on {_day(deadline.ended_on)}."
    asked_on, today = (local_day(moment, deadline.zone) for moment in (asked_at, now))
    if deadline.status != "running" or not is_chased(dossier, deadline, today):
        return "Its clock stands still, and a clock that stands still chases nobody."
    if deadline.due_on != due_on:
        return f"Its date was moved to {_day(deadline.due_on)}."
    quiet = next((one for one in deadline.quiets if one.start >= asked_on and one.lasts_until > asked_on), None)
    if quiet is None:
        return ""
    return "It was acknowledged meanwhile." if quiet.acknowledged else f"It was promised for {_day(quiet.until)}."


def _day(day: date | None) -> str:
    return long_day(day) or "no date"

"""The date of a deadline, from its timescale, its anchor, the holds on its clock and the time granted to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from states.calendars import Calendar
from states.deadlines import Due, due, due_on
from states.dossier import Deadline, Dossier
from states.limits import Limit
from states.procedure import Procedure
from states.timescales import Timescale


def dated(procedure: Procedure, calendars: Mapping[str, Calendar], dossier: Dossier, deadline: Deadline) -> Deadline:
    """The deadline with the date that follows from what the case has recorded so far.

    `held` when its clock stands still with no end in sight, `unset` when the limit is not known. The original date,
    with no hold and no extension, is kept beside it.
    """
    rule = procedure.timescales[deadline.timescale]
    limit = _limit(rule, deadline)
    based = _on_base(rule, dossier, deadline)
    if limit is None or based is None:
        return _late(rule, based or deadline, status="unset", due_on=None, due_at=None, original_on=None)
    anchor = _anchor(based, limit)
    calendar = calendars[rule.calendar or procedure.calendar]
    stops, more = dossier.stops_for(deadline.timescale), dossier.allowances_for(deadline.key)
    date_now = due_on(anchor, limit, calendar, stops, more)
    moment = due(anchor, limit, calendar, stops, more).due_at if limit.unit == "hours" and date_now else None
    return _late(
        rule,
        based,
        status="running" if date_now is not None else "held",
        due_on=date_now,
        due_at=moment,
        original_on=due_on(anchor, limit, calendar),
    )


def receipt(
    procedure: Procedure, calendars: Mapping[str, Calendar], dossier: Dossier, deadline: Deadline, today: date
) -> Due | None:
    """How the date came about, day by day; None where no limit is set. House rule: every date can show its receipt."""
    rule = procedure.timescales[deadline.timescale]
    limit = _limit(rule, deadline)
    if limit is None:
        return None
    calendar = calendars[rule.calendar or procedure.calendar]
    stops, more = dossier.stops_for(deadline.timescale), dossier.allowances_for(deadline.key)
    return due(_anchor(deadline, limit), limit, calendar, stops, more, today)



def _limit(rule: Timescale, deadline: Deadline) -> Limit | None:
    if deadline.round and rule.repeat is not None:
        return Limit(rule.repeat.count, rule.repeat.unit)
    return rule.length()


def _anchor(deadline: Deadline, limit: Limit) -> date | datetime:
    if limit.unit == "hours" and deadline.anchor_at is not None:
        return deadline.anchor_at
    return deadline.anchor_on


def _on_base(rule: Timescale, dossier: Dossier, deadline: Deadline) -> Deadline | None:
    if rule.anchor.timescale is None or deadline.round:
        return deadline
    base = latest(dossier, rule.anchor.timescale)
    if base is None or base.due_on is None:
        return None
    return deadline.model_copy(update={"anchor_on": base.due_on})


def latest(dossier: Dossier, timescale: str) -> Deadline | None:
    """The newest date of a timescale on a case, whether still owed or not."""
    of_it = [deadline for deadline in dossier.deadlines.values() if deadline.timescale == timescale]
    return of_it[-1] if of_it else None


def _late(rule: Timescale, deadline: Deadline, **change: object) -> Deadline:
    if deadline.open:
        return deadline.model_copy(update=change)
    change.pop("status")
    due_day = change["due_on"]
    ended = deadline.ended_on
    if deadline.status == "met" and isinstance(due_day, date) and ended is not None and rule.kind != "chase":
        change["late"] = ended > due_day
    return deadline.model_copy(update=change)

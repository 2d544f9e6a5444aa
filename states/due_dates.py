"""The due day of a deadline, from its timescale, its anchor, the holds on its clock and the time granted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from states.calendars import Calendar
from states.deadlines import Due, due, due_on
from states.dossier import Deadline, Dossier
from states.entry import COUNTING, FOLLOWING
from states.grounds import ground
from states.limits import Limit, Stop
from states.procedure import Procedure
from states.timescales import Timescale


def dated(
    procedure: Procedure,
    calendars: Mapping[str, Calendar],
    dossier: Dossier,
    deadline: Deadline,
    *,
    was_counted_from: date | None = None,
    counting: int = COUNTING,
) -> Deadline:
    """The deadline with its due date computed from what the case has recorded so far.

    `held` when its clock stands still with no end in sight, `unset` when the limit is not known. The original date,
    with no hold and no extension, stays as it first was; only a correction of the day it `was_counted_from` makes
    another. A hold that began once a date was met has no part in it.
    """
    rule = procedure.timescales[deadline.timescale]
    limit = limit_of(procedure, rule, deadline)
    deadline = deadline if deadline.lapses == (rule.kind == "window") else deadline.but(lapses=rule.kind == "window")
    zone = procedure.zone_of(rule, deadline.agency)
    deadline = deadline if deadline.zone == zone else deadline.but(zone=zone)
    based, stands = _based(procedure, rule, dossier, deadline, counting)
    if limit is None or based is None:
        return _late(rule, based or deadline, "unset" if limit is None else stands, original_on=deadline.original_on)
    anchor = _anchor(based, limit)
    calendar = calendars[procedure.calendar_of(rule, deadline.agency)]
    stops, more = _stops(dossier, deadline), dossier.allowances_for(deadline.key)
    plain = due_on(anchor, limit, calendar)
    renewed = was_counted_from is not None and was_counted_from != based.anchor_on
    first = plain if renewed or deadline.original_on is None else deadline.original_on
    date_now = due_on(anchor, limit, calendar, stops, more) if stops or more else plain
    moment = due(anchor, limit, calendar, stops, more).due_at if limit.unit == "hours" and date_now else None
    return _late(rule, based, "running" if date_now is not None else "held", date_now, moment, first)


def receipt(
    procedure: Procedure, calendars: Mapping[str, Calendar], dossier: Dossier, deadline: Deadline, today: date
) -> Due | None:
    """How the date was counted, day by day; None where no limit is set. House rule: every date can show its receipt."""
    rule = procedure.timescales[deadline.timescale]
    limit = limit_of(procedure, rule, deadline)
    if limit is None or _based(procedure, rule, dossier, deadline, COUNTING)[0] is None:
        return None
    calendar = calendars[procedure.calendar_of(rule, deadline.agency)]
    called = procedure.authorities
    stops = tuple(replace(one, authority=called.get(one.authority, one.authority)) for one in _stops(dossier, deadline))
    return due(_anchor(deadline, limit), limit, calendar, stops, dossier.allowances_for(deadline.key), today)


def ran_out_on(procedure: Procedure, calendars: Mapping[str, Calendar], dossier: Dossier, deadline: Deadline) -> date:
    """The day on which a date's time ran out, before it was moved off a closed day.

    What comes round again is counted from there.
    """
    rule = procedure.timescales[deadline.timescale]
    limit = limit_of(procedure, rule, deadline)
    assert deadline.due_on is not None
    if limit is None or not limit.roll:
        return deadline.due_on
    calendar = calendars[procedure.calendar_of(rule, deadline.agency)]
    stops, more = _stops(dossier, deadline), dossier.allowances_for(deadline.key)
    return due_on(_anchor(deadline, limit), replace(limit, roll=""), calendar, stops, more) or deadline.due_on


def _stops(dossier: Dossier, deadline: Deadline) -> tuple[Stop, ...]:
    stops, ended = dossier.stops_for(deadline.timescale), deadline.ended_on
    return stops if ended is None else tuple(stop for stop in stops if stop.starts < ended)


def limit_of(procedure: Procedure, rule: Timescale, deadline: Deadline) -> Limit | None:
    """How long a date of a timescale has: its first round the limit, every later one the interval it comes round in."""
    again = rule.interval(deadline.keeps_day) if deadline.round else None
    return procedure.in_its_days(again or rule.length(), rule, deadline.agency)


def _anchor(deadline: Deadline, limit: Limit) -> date | datetime:
    if limit.unit == "hours" and deadline.anchor_at is not None:
        return deadline.anchor_at
    return deadline.anchor_on


def _based(
    procedure: Procedure, rule: Timescale, dossier: Dossier, deadline: Deadline, counting: int
) -> tuple[Deadline | None, str]:
    """The date as what it rests on has it; None where that has no day, with how that stands: held, or unset."""
    if not rule.anchor.follows or deadline.round:
        return deadline, ""
    if counting < FOLLOWING:
        based = _on_base(rule, dossier, deadline)
        return based, "unset"
    found = ground(procedure, dossier, deadline) if deadline.open or rule.anchor.timescale else None
    if found is None:  # it has ended, or is about to fall: it stays as it was
        return deadline, ""
    if found.on is None:
        return None, found.stands
    if (found.on, found.at) == (deadline.anchor_on, deadline.anchor_at):
        return deadline, ""
    return deadline.but(anchor_on=found.on, anchor_at=found.at), ""


def _on_base(rule: Timescale, dossier: Dossier, deadline: Deadline) -> Deadline | None:
    if rule.anchor.timescale is None:
        return deadline
    base = latest(dossier, rule.anchor.timescale)
    if base is None or base.due_on is None:
        return None
    return deadline.but(anchor_on=base.due_on)


def latest(dossier: Dossier, timescale: str) -> Deadline | None:
    """The newest date of a timescale on a case, whether still owed or not."""
    of_it = [deadline for deadline in dossier.deadlines.values() if deadline.timescale == timescale]
    return of_it[-1] if of_it else None


def _late(
    rule: Timescale,
    deadline: Deadline,
    status: str,
    due_on: date | None = None,
    due_at: datetime | None = None,
    original_on: date | None = None,
) -> Deadline:
    late, ended = deadline.late, deadline.ended_on
    if not deadline.open:
        status = deadline.status
        if status == "met" and due_on is not None and ended is not None and rule.can_be_late:
            late = ended > due_on
            if due_at is not None and deadline.ended_at is not None:
                late = deadline.ended_at > due_at
    was = (deadline.status, deadline.due_on, deadline.due_at, deadline.original_on, deadline.late)
    if was == (status, due_on, due_at, original_on, late):
        return deadline
    return deadline.but(status=status, due_on=due_on, due_at=due_at, original_on=original_on, late=late)

"""The start day of a clock that starts from another date, or from the later or earlier of several things.

The day is computed again after every entry, for it appears, moves and disappears with what it rests on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from states.dossier import Deadline, Dossier, Mark
from states.procedure import Procedure
from states.signals import end_of_period
from states.steps import as_day
from states.timescales import Start

Stands = Literal["known", "held", "unset"]


@dataclass(frozen=True)
class Ground:
    """What a clock rests on: from which day (and instant, in UTC) it counts, of which part of its anchor.

    `held` while that day stands still with a clock it hangs on, `unset` while nobody has set that clock's limit.
    """

    stands: Stands
    part: Start
    on: date | None = None
    at: datetime | None = None
    base: str = ""


def ground(procedure: Procedure, dossier: Dossier, deadline: Deadline) -> Ground | None:
    """What a date rests on as the case now stands; None where there is nothing (yet, or any more) to count from."""
    anchor = procedure.timescales[deadline.timescale].anchor
    found = [one for _, one in grounds(procedure, dossier, deadline)]
    there = [one for one in found if one is not None]
    if not there or (anchor.later_of and len(there) < len(found)):
        return None
    known = sorted((one for one in there if one.on is not None), key=_moment)
    waiting = next((one for one in there if one.stands == "held"), None) or next(
        (one for one in there if one.stands == "unset"), None
    )
    if anchor.later_of:
        return waiting or known[-1]
    return known[0] if known else waiting


def grounds(procedure: Procedure, dossier: Dossier, deadline: Deadline) -> Iterator[tuple[Start, Ground | None]]:
    """Each thing a date may start from, with what is known of it: to explain which of them decided."""
    for part in procedure.timescales[deadline.timescale].anchor.parts:
        yield part, of_part(procedure, dossier, part, deadline)


def of_part(procedure: Procedure, dossier: Dossier, part: Start, deadline: Deadline) -> Ground | None:
    """What is known of one of the things a clock starts from; None where it has not come about."""
    if part.timescale is not None:
        return _of_date(dossier, part, deadline)
    if part.register is not None:
        return _of_item(procedure, dossier, part, deadline)
    if part.request or part.pause or part.field or part.period:
        day = _day_of(dossier, part, deadline)
        return Ground("known", part, day) if day is not None else None
    mark = mark_of(dossier, part)
    return Ground("known", part, mark.on, mark.at) if mark is not None else None


def base_of(dossier: Dossier, timescale: str, deadline: Deadline) -> Deadline | None:
    """The date another one hangs on: the one it was counted from, else the newest of its item, agency or case."""
    if deadline.base in dossier.deadlines:
        return dossier.deadlines[deadline.base]
    rows = [one for one in dossier.deadlines.values() if one.timescale == timescale]
    own = [one for one in rows if one.subject == deadline.subject] or [one for one in rows if not one.subject]
    found = own or (rows if not deadline.subject else [])
    return found[-1] if found else None


def bases(procedure: Procedure, dossier: Dossier, deadline: Deadline) -> tuple[Deadline, ...]:
    """The dates another one hangs on; none for one that is counted from something else."""
    rule = procedure.timescales.get(deadline.timescale)
    found = (base_of(dossier, name, deadline) for name in (rule.anchor.bases if rule is not None else ()))
    return tuple(one for one in found if one is not None and one.key != deadline.key)


def entries_behind(procedure: Procedure, dossier: Dossier, deadline: Deadline) -> tuple[int, ...]:
    """The entries that recorded from which day a date counts, where it follows what they say; by their numbers."""
    rule = procedure.timescales.get(deadline.timescale)
    parts = rule.anchor.parts if rule is not None and rule.anchor.follows else ()
    marks = (mark_of(dossier, part) for part in parts)
    fields = (dossier.recorded_by.get(part.field or "") for part in parts)
    numbers = (*(mark.sequence for mark in marks if mark is not None), *(one for one in fields if one is not None))
    return tuple(dict.fromkeys(numbers))


def _of_date(dossier: Dossier, part: Start, deadline: Deadline) -> Ground | None:
    base = base_of(dossier, part.timescale or "", deadline)
    if base is None or base.status == "cancelled":
        return None
    if base.due_on is not None:
        return Ground("known", part, base.due_on, base.due_at, base.key)
    held = base.status == "held" or any(stop.ends is None for stop in dossier.stops_for(base.timescale))
    return Ground("held" if held else "unset", part, base=base.key)


def _of_item(procedure: Procedure, dossier: Dossier, part: Start, deadline: Deadline) -> Ground | None:
    item = dossier.item_of(deadline)
    if item is None:
        return None
    kept = procedure.registers.get(item.kept_in)
    planned = as_day(item.fields.get(kept.counts_from or "")) if kept is not None and part.items else None
    return Ground("known", part, planned or item.on)


def mark_of(dossier: Dossier, part: Start) -> Mark | None:
    """When a state was entered, a step taken or an event recorded from which a clock starts; None for another start."""
    if part.state is not None:
        return dossier.entered.get(part.state)
    if part.trigger is not None:
        return dossier.done.get(part.trigger)
    return dossier.events.get(part.event or "")


def _day_of(dossier: Dossier, part: Start, deadline: Deadline) -> date | None:
    """The day of a request or a hold a date belongs to, of a recorded date, or of the end of a period."""
    if part.request is not None:
        asked = dossier.request_of(deadline)
        return asked.asked_on if asked is not None else None
    if part.pause is not None:
        pause = dossier.hold_of(deadline)
        return pause.starts if pause is not None else None
    if part.period is not None:
        return end_of_period(part.period, dossier.opened_on) if dossier.opened_on is not None else None
    return as_day(dossier.fields.get(part.field or ""))


def _moment(one: Ground) -> tuple[date, bool, datetime | None]:
    """What days are put in order by: of one day, what has no time counts from its start."""
    assert one.on is not None
    return one.on, one.at is not None, one.at

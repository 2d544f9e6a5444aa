"""Forecasts the ladders: for every date owed, who would be told what and when, and which rungs reach nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, select

from config.phrases import loosened_words, quiet_of
from records import cases, contacts
from records.cases import CASES, Case
from states.calendars import Calendar
from states.dossier import Deadline
from states.errors import DAMAGED
from states.escalation import broken_promise, held_until, last_word, owed, steps
from states.moments import local_day, local_moment
from states.timescales import Ladder, Rung
from workflows.messages.notices import PROMISE_BROKEN
from workflows.messages.owe import About, recipients, rung_of
from workflows.views.ladders import Forecast, Planned, PlannedRung


def forecast(tx: Connection, now: datetime, *, ref: str = "", silent: bool = False, hidden: frozenset[str]) -> Forecast:
    """What lies ahead of the dates of one case, or of the open ones seen; with `silent` only what reaches nobody."""
    planned = rehearse(tx, now, ref=ref, hidden=hidden)
    chosen = (one for one in planned if one.reaches_nobody or not silent)
    lines = tuple(PlannedRung(one, one.reaches_nobody) for one in chosen)
    return Forecast(lines, len(planned), sum(one.reaches_nobody for one in planned))


def rehearse(tx: Connection, now: datetime, *, ref: str = "", hidden: frozenset[str]) -> tuple[Planned, ...]:
    """Every rung that lies ahead of every date that runs, on one case or on all open ones. Nothing is written.

    Contacts are taken as they will be on the day of the rung: absences are known by their dates.
    """
    found = [cases.find(tx, ref, to_change=False)] if ref else _open_cases(tx, hidden)
    return tuple(planned for case in found for planned in ahead(tx, case, now))


def ahead(tx: Connection, case: Case, now: datetime) -> Iterator[Planned]:
    """The rungs that lie ahead of the dates of one case, soonest date first."""
    for deadline in case.dossier.open_deadlines():
        rule = case.procedure.timescales.get(deadline.timescale)
        ladder = case.procedure.ladders.get(rule.ladder or "") if rule is not None else None
        if ladder is None or deadline.status != "running":
            continue
        yield from _of_date(tx, case, deadline, ladder, now)


def _of_date(tx: Connection, case: Case, deadline: Deadline, ladder: Ladder, now: datetime) -> Iterator[Planned]:
    """The rungs ahead of one date; the first after a promise tells of it, should it be broken."""
    calendar = case.calendars[ladder.calendar or case.procedure.calendar]
    told = False
    for number, day, at in _climbs(case, deadline, ladder, calendar, now):
        planned = _planned(tx, case, deadline, ladder, number, day, at)
        broken = not told and broken_promise(deadline, local_day(at, deadline.zone)) is not None
        told = told or broken
        message = PROMISE_BROKEN if broken else planned.message
        yield replace(planned, message=message, said=quiet_of(deadline, local_day(now, deadline.zone)))


def _open_cases(tx: Connection, hidden: frozenset[str]) -> Iterator[Case]:
    wanted = select(CASES).where(CASES.c.closed_on.is_(None), CASES.c.ref.not_in(hidden)).order_by(CASES.c.id)
    for row in tx.execute(wanted).mappings():
        with suppress(*DAMAGED):  # a task says so
            yield cases.in_hand(tx, row)


def _climbs(
    case: Case, deadline: Deadline, ladder: Ladder, calendar: Calendar, now: datetime
) -> Iterator[tuple[int | None, date, datetime]]:
    """The rung that goes next where one is due, and every rung after it; after the hold that covers the clock.

    Where none is left, and a promise stands, word of it should it be broken.
    """
    this = owed(deadline, ladder, calendar, now)
    held = held_until(case.dossier, deadline, local_day(now, deadline.zone))
    resumes = local_moment(held, ladder.at, deadline.zone) if held is not None else now
    for step in steps(deadline, ladder, calendar):
        if step.rung == this.climb:
            yield step.rung, step.day, max(now, resumes)
        elif step.at > now:
            yield step.rung, step.day, max(step.at, resumes)
    if (word := last_word(deadline, ladder, calendar)) is not None:
        yield None, word[0], max(now, word[1], resumes)


def _planned(
    tx: Connection, case: Case, deadline: Deadline, ladder: Ladder, number: int | None, day: date, at: datetime
) -> Planned:
    assert deadline.due_on is not None
    rung = rung_of(ladder, number)
    told, missing = _audience(tx, case, deadline, rung, local_day(at, deadline.zone))
    return Planned(
        ref=case.ref,
        key=deadline.key,
        timescale=case.procedure.label_of("timescales", deadline.timescale),
        agency=deadline.agency,
        due_on=deadline.due_on,
        rung=number,
        day=local_day(at, deadline.zone),
        at=at,
        message=rung.message,
        told=told,
        unreachable=missing,
        confirm=case.procedure.said("roles", rung.confirm) if rung.confirm else "",
        late=local_day(at, deadline.zone) > day,
        note=loosened_words(case.procedure.timescales.get(deadline.timescale)),
    )


def _audience(
    tx: Connection, case: Case, deadline: Deadline, rung: Rung, day: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    about = About(case, case.dossier.sequence, deadline.agency, deadline)
    reachable, told, missing = contacts.reachable(tx, day), [], []
    for audience in rung.tell:
        for agency, reach in recipients(reachable, about, audience):
            usable = [one for one in reach.channels if not rung.channels or one in rung.channels] if reach else []
            place = f"{agency} ({audience.replace('_', ' ')})" if agency else case.procedure.label_of("roles", audience)
            if reach is None or not usable:
                missing.append(place)
            else:
                told.append(f"{reach.name}, {agency or reach.role.replace('_', ' ')}, by {' and '.join(usable)}")
    return tuple(dict.fromkeys(told)), tuple(dict.fromkeys(missing))

"""Which rungs of a ladder are due and not yet climbed: one is climbed, those missed below it are passed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from states.calendars import Calendar
from states.deadlines import due_on
from states.dossier import Deadline, Dossier, Quiet
from states.limits import Limit, Unit
from states.moments import local_day, local_moment
from states.timescales import Ladder

DAY = timedelta(days=1)


@dataclass(frozen=True)
class TimedRung:
    """A rung with its moment: its day in the time zone of the date, the instant in UTC, its place on the ladder."""

    rung: int
    day: date
    at: datetime


@dataclass(frozen=True)
class Owed:
    """What a ladder owes at an instant: the rung to climb, those passed over, whether late, when to look again.

    `broken` is a promise that was not kept and of which nobody has been told: the rung says so in place of its words.
    Where no rung is left to say it, it is said all the same: `broken` without a rung to climb.
    """

    climb: int | None
    passed: tuple[int, ...]
    late: bool
    next_at: datetime | None
    broken: Quiet | None = None

    @property
    def due(self) -> bool:
        """Whether somebody is to be told of something now."""
        return self.climb is not None or self.broken is not None


def steps(deadline: Deadline, ladder: Ladder, calendar: Calendar) -> tuple[TimedRung, ...]:
    """Every rung of a ladder with its moment for this date, lowest first; none while the date is not known.

    A reminder that would have come before the date was on record is left out, and so is one a promise has overtaken. A
    date recorded when it had gone by is chased from its first rung: the days before it was on record are not counted.
    Nor are, after a promise, those between the later of due day and promise, and the promised day: chasing goes on
    where it stopped, by the days the ladder counts.
    """
    if deadline.due_on is None or deadline.status != "running":
        return ()
    known = max(deadline.due_on, deadline.opened_on)
    plain = _plain(known, ladder.days, ladder.unit, ladder.at, deadline.zone, calendar)
    if known > deadline.due_on:
        plain = tuple(one for one in plain if ladder.days[one.rung] > 0)
    elif plain and plain[0].day <= deadline.opened_on:
        plain = tuple(one for one in plain if ladder.days[one.rung] >= 0 or one.day > deadline.opened_on)
    if not deadline.quiets:
        return plain
    found, done = [], rungs_done(deadline)
    for one in plain:
        day = one.day if one.rung in done else _after_promises(deadline, one.day, ladder.unit, calendar)
        if day is not None:
            found.append(TimedRung(one.rung, day, local_moment(day, ladder.at, deadline.zone)))
    return tuple(sorted(found, key=lambda step: (step.at, step.rung)))


@lru_cache(maxsize=16384)
def _plain(
    due: date, days: tuple[int, ...], unit: Unit, clock: str, zone: str, calendar: Calendar
) -> tuple[TimedRung, ...]:
    """The rungs of a date that nobody has promised anything about, lowest first."""
    on = [due_on(due, Limit(day, unit), calendar) if day else due for day in days]
    found = [TimedRung(rung, day, local_moment(day, clock, zone)) for rung, day in enumerate(on) if day is not None]
    return tuple(sorted(found, key=lambda step: (step.at, step.rung)))


def rungs_done(deadline: Deadline) -> frozenset[int]:
    """The rungs climbed or passed over for the date as it is now, and not withdrawn."""
    if not deadline.climbed:
        return frozenset()
    return frozenset(step.rung for step in deadline.climbed if step.due_on == deadline.due_on and not step.withdrawn)


def times_withdrawn(deadline: Deadline, rung: int) -> int:
    """How often the draft of a rung was withdrawn for the date as it is now."""
    mine = ((step.due_on, step.rung) == (deadline.due_on, rung) for step in deadline.climbed if step.withdrawn)
    return sum(mine)


def _after_promises(deadline: Deadline, day: date, unit: Unit, calendar: Calendar) -> date | None:
    """The day of a rung not climbed yet: what was owed before a promise waits for the day after it, if it is broken.

    A promise lasts until its day, or until another takes its place or the more time it goes with is refused.
    """
    assert deadline.due_on is not None
    for quiet, after in zip(deadline.quiets, (*deadline.quiets[1:], None), strict=True):
        until = quiet.lasts_until if after is None else min(quiet.lasts_until, after.start)
        stopped = max(quiet.start, deadline.due_on)
        if day <= deadline.due_on:
            if day <= until:
                return None
        elif day <= quiet.start or until > stopped:
            day = _going_on(stopped, day, until, unit, calendar)
    return day


def _going_on(stopped: date, day: date, until: date, unit: Unit, calendar: Calendar) -> date:
    """As far after `until` as `day` was after `stopped`, by the days the ladder counts; at least the next of them."""
    if unit == "working_days":
        return calendar.at(calendar.tally(until) + max(1, calendar.tally(day) - calendar.tally(stopped)))
    return until + max(DAY, day - stopped)


def broken_promise(deadline: Deadline, today: date) -> Quiet | None:
    """The newest promise on a date, when its day has gone by and nobody has been told so yet."""
    promise = _promise(deadline)
    return promise if promise is not None and promise.until < today else None


def _promise(deadline: Deadline) -> Quiet | None:
    """The newest promise on a date, kept or not, while nobody has been told that it was broken.

    A promise for a day before the date is set aside when the date is moved: more time was given. One for a day after it
    counts no more once more time is refused.
    """
    promise = next((quiet for quiet in reversed(deadline.quiets) if not quiet.acknowledged), None)
    if promise is None or promise.told or not promise.is_promise or deadline.due_on is None:
        return None
    stands = promise.until >= deadline.due_on or promise.due_on == deadline.due_on
    return promise if stands else None


def last_word(deadline: Deadline, ladder: Ladder, calendar: Calendar) -> tuple[date, datetime] | None:
    """When it is said that a promise was broken which no rung is left to tell of: the day, and the instant (UTC).

    The next day the ladder counts after the promised one. None when no promise is open, or a rung is left.
    """
    promise = _promise(deadline)
    if promise is None or deadline.status != "running" or rungs_left(deadline, ladder, calendar):
        return None
    until = max(promise.until, deadline.quiets[-1].lasts_until)
    day = _going_on(until, until, until, ladder.unit, calendar)
    return day, local_moment(day, ladder.at, deadline.zone)


def rungs_left(deadline: Deadline, ladder: Ladder, calendar: Calendar) -> list[TimedRung]:
    """The rungs of a date that are neither climbed nor passed over yet, lowest first."""
    done = rungs_done(deadline)
    return [step for step in steps(deadline, ladder, calendar) if step.rung not in done]


def owed(deadline: Deadline, ladder: Ladder, calendar: Calendar, now: datetime) -> Owed:
    """What a ladder owes at `now` (UTC): after an outage only the highest rung, marked late, and no storm."""
    left = rungs_left(deadline, ladder, calendar)
    if not left:
        return _without_a_rung(deadline, last_word(deadline, ladder, calendar), now)
    ready = [step for step in left if step.at <= now]
    ahead = [step.at for step in left if step.at > now]
    next_at = min(ahead, default=None)
    if not ready:
        return Owed(None, (), late=False, next_at=next_at)
    highest = ready[-1]
    passed = tuple(step.rung for step in ready[:-1])
    today = local_day(now, deadline.zone)
    return Owed(highest.rung, passed, today > highest.day, next_at, broken_promise(deadline, today))


def _without_a_rung(deadline: Deadline, word: tuple[date, datetime] | None, now: datetime) -> Owed:
    if word is None or word[1] > now:
        return Owed(None, (), late=False, next_at=word[1] if word else None)
    today = local_day(now, deadline.zone)
    return Owed(None, (), today > word[0], None, broken_promise(deadline, today))


def held_until(dossier: Dossier, deadline: Deadline, today: date) -> date | None:
    """The day a hold that covers this clock today ends; None when none covers it. A paused clock chases nobody."""
    ends = [
        stop.ends
        for stop in dossier.stops_for(deadline.timescale)
        if stop.starts <= today and stop.ends is not None and today < stop.ends
    ]
    return max(ends, default=None)


def stands_still(dossier: Dossier, deadline: Deadline, day: date) -> bool:
    """Whether nobody is to be chased about a date on a day, and nobody knows until when.

    A hold on its clock has no end yet, or the hold it belongs to has ended.
    """
    pause = dossier.hold_of(deadline)
    if pause is not None and not pause.runs_on(day):
        return True
    return any(stop.ends is None and stop.covers(day) for stop in dossier.stops_for(deadline.timescale))


def is_chased(dossier: Dossier, deadline: Deadline, day: date) -> bool:
    """Whether somebody may be chased about a date on a day: its clock does not stand still, and no hold covers it."""
    return not stands_still(dossier, deadline, day) and held_until(dossier, deadline, day) is None


def next_action(
    dossier: Dossier, deadline: Deadline, ladder: Ladder | None, calendar: Calendar, now: datetime
) -> datetime | None:
    """When the sweep must look at this date again (UTC); None when nothing will ever be owed on it."""
    if ladder is None or deadline.status != "running" or stands_still(dossier, deadline, local_day(now, deadline.zone)):
        return None
    this = owed(deadline, ladder, calendar, now)
    wake = now if this.due else this.next_at
    held = held_until(dossier, deadline, local_day(now, deadline.zone))
    if wake is None or held is None:
        return wake
    return max(wake, local_moment(held, ladder.at, deadline.zone))

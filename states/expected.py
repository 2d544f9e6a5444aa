"""Which rungs must have been climbed, computed from history and calendars alone, to check what was done."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from states.calendars import Calendar
from states.dossier import Deadline, Dossier
from states.entry import Entry
from states.escalation import Owed, held_until, is_chased, last_word, owed, rungs_left, stands_still
from states.moments import local_day, local_moment
from states.procedure import Procedure
from states.timescales import Ladder

SETTLED = timedelta(minutes=15)
"""How long a rung may be due, around the moment of a sweep, before that sweep must have seen it as it was."""


@dataclass(frozen=True)
class SweepTimes:
    """The instants at which the sweep is known to have been at work (UTC, in order), and the last it finished."""

    seen: Sequence[datetime] = ()
    finished: datetime | None = None

    def passed_over(self, start: datetime, end: datetime | None) -> bool:
        """Whether what was due from `start` to `end` (None: until now) must have been seen.

        One sweep may have been killed half-way, so two are wanted, or the last that finished.
        """
        first = start + SETTLED
        if self.finished is not None and first <= self.finished and (end is None or self.finished <= end - SETTLED):
            return True
        last = len(self.seen) if end is None else bisect_right(self.seen, end - SETTLED)
        return last - bisect_left(self.seen, first) >= 2  # noqa: PLR2004 (two sweeps, as said)


@dataclass(frozen=True)
class Missed:
    """A rung that should have been climbed and was not: of which date, and since when it was due (UTC).

    With no rung it is word of a broken promise, of which no rung was left to tell.
    """

    key: str
    due_on: date
    rung: int | None
    since: datetime

    @property
    def what(self) -> str:
        """What was missed, in words."""
        return f"{named(self.rung)} of {self.key} ({self.due_on})"


class CaseInReplay(Protocol):
    """A case at one entry of its replay: the edition and calendars it goes by, and what it adds up to."""

    @property
    def procedure(self) -> Procedure:
        """The edition."""
        ...

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """The calendars by name."""
        ...

    @property
    def dossier(self) -> Dossier:
        """What the history adds up to so far."""
        ...


def ladder_of(case: CaseInReplay, deadline: Deadline) -> tuple[Ladder, Calendar] | None:
    """The ladder of a date with the calendar it is counted by; None when it has none, or its clock stands still."""
    rule = case.procedure.timescales.get(deadline.timescale) if deadline.status == "running" else None
    if rule is None or rule.ladder is None:
        return None
    ladder = case.procedure.ladders[rule.ladder]
    return ladder, case.calendars[ladder.calendar or case.procedure.calendar]


def owed_at(case: CaseInReplay, deadline: Deadline, now: datetime) -> Owed | None:
    """What a sweep at `now` (UTC) owes on a date; None when it has nothing to look at."""
    climbing = ladder_of(case, deadline)
    if climbing is None:
        return None
    this = owed(deadline, *climbing, now)
    return this if this.due and is_chased(case.dossier, deadline, local_day(now, deadline.zone)) else None


def wrongly_climbed(case: CaseInReplay, entry: Entry) -> str:
    """Why a climbed rung was not the one that was due, or "" when it was. `case` is as it stood before the entry."""
    data = entry.data
    deadline = case.dossier.deadlines.get(data["key"])
    if deadline is None:
        return f"{named(data['rung'])} of {data['key']} was climbed, and there is no such date"
    this = owed_at(case, deadline, entry.recorded_at)
    told = (data["due_on"], data["rung"], tuple(data["passed"]), data["late"])
    due_on = deadline.due_on.isoformat() if deadline.due_on else None
    if this is None or told != (due_on, this.climb, this.passed, this.late):
        return f"{named(data['rung'])} of {deadline.key} was climbed when it was not due"
    if data.get("promise") != (this.broken.until.isoformat() if this.broken else None):
        return f"{named(data['rung'])} of {deadline.key} does not tell of the promise that was broken, or of none"
    return ""


def named(rung: int | None) -> str:
    """What a sweep climbs, in words: a rung, or word of a promise where none was left to tell of it."""
    return "word of a broken promise" if rung is None else f"rung {rung}"


def first_due(case: CaseInReplay, deadline: Deadline, since: datetime) -> tuple[int | None, datetime] | None:
    """The next rung of a date that is not climbed yet, and from when on (UTC) a sweep must climb it.

    No rung stands for word of a broken promise, where no rung is left to tell of it.

    `since` is when the date took its present form: nothing is due before that.
    """
    climbing = ladder_of(case, deadline)
    if climbing is None:
        return None
    left = next(iter(rungs_left(deadline, *climbing)), None)
    word = last_word(deadline, *climbing) if left is None else None
    rung, due = (left.rung, left.at) if left else (None, word[1] if word else None)
    if due is None:
        return None
    at, clock = max(due, since), climbing[0].at
    if not case.dossier.pauses:  # nothing is held: no day need be looked at
        return rung, at
    while held := held_until(case.dossier, deadline, local_day(at, deadline.zone)):
        at = local_moment(held, clock, deadline.zone)
    return None if stands_still(case.dossier, deadline, local_day(at, deadline.zone)) else (rung, at)


class MissedRungs:
    """A watch over the replay of one case: it names every rung that a sweep must have climbed and did not."""

    def __init__(self, sweeps: SweepTimes) -> None:
        self.sweeps = sweeps
        self._watched: dict[str, tuple[CaseInReplay, Deadline, datetime]] = {}
        self._last: Dossier | None = None

    def turn(self, case: CaseInReplay, at: datetime) -> list[Missed]:
        """The case once an entry recorded at `at` is in; gives the rungs that were missed before it."""
        last, now = self._last, case.dossier
        self._last = now
        anew = last is None or _stands_otherwise(last, now)
        if not anew and last is not None and last.deadlines is now.deadlines:
            return []
        ended = []
        for key, deadline in now.deadlines.items():
            before = self._watched.get(key)
            if before is None or anew or before[1] is not deadline:
                self._watched[key] = (case, deadline, at)
                if before is not None and before[1].status == "running":
                    ended.append(before)
        return [missed for before in ended for missed in self._missed(before, at)]

    def end(self) -> Iterator[Missed]:
        """The rungs that were missed from the last entry to now."""
        for watched in self._watched.values():
            yield from self._missed(watched, None)

    def _missed(self, watched: tuple[CaseInReplay, Deadline, datetime], end: datetime | None) -> Iterator[Missed]:
        case, deadline, since = watched
        if deadline.status != "running" or deadline.due_on is None or not self.sweeps.passed_over(since, end):
            return
        due = None if self._too_early(case, deadline, end) else first_due(case, deadline, since)
        if due is not None and self.sweeps.passed_over(due[1], end):
            yield Missed(deadline.key, deadline.due_on, *due)

    def _too_early(self, case: CaseInReplay, deadline: Deadline, end: datetime | None) -> bool:
        """Whether no rung can have been due by then: spares the counting for the many dates that are met in time."""
        climbing = ladder_of(case, deadline)
        if climbing is None or deadline.due_on is None:
            return True
        last = end or self.sweeps.finished or (self.sweeps.seen[-1] if self.sweeps.seen else None)
        lowest = min(0, *climbing[0].days)
        return last is None or last.date() < deadline.due_on + timedelta(days=2 * lowest - 14)


def _stands_otherwise(was: Dossier, now: Dossier) -> bool:
    """Whether what the moments of rungs rest on besides their date has changed; what has not is the same object."""
    return now.pauses is not was.pauses or now.calendars is not was.calendars or now.digest != was.digest

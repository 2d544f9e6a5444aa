"""What one case adds to a year's figures: whether it was considered, the decision, steps, stages and holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from states.conformance import COUNTED
from states.limits import standing_still
from states.steps import Transition
from states.words import first_up
from workflows.reports.case_files import Facts, File, Year

UNDECIDED = "Not decided by the end of the year"
LED_ON, NEITHER = "A review, or learning in another way", "Neither"
"""What the two groups of decided cases are called, where their edition has no words of its own for them."""
HOLD, EXTENSION, CALENDAR = "hold", "extension", "calendar"
"""What moves a date."""


@dataclass(frozen=True)
class Considered:
    """A case that was considered in a year. `led_on`: whether a review or other learning followed (None: undecided).

    `groups` are the words for the cases that led on and for those that did not. `reasons` are words of the committee,
    `grounds` the criteria it named; `days` run from opening to decision.
    """

    id: int
    ref: str
    review: str
    opened_on: date
    decision: str
    decided_on: date | None
    sequence: int
    led_on: bool | None
    grounds: tuple[str, ...]
    reasons: tuple[str, ...]
    days: int | None
    stands: str
    groups: tuple[str, str] = (LED_ON, NEITHER)


@dataclass(frozen=True)
class Step:
    """A step that was finished in a year, or still owed and late when it ended. `days` are those it took, if known.

    `key` names its date on the case, `sequence` the entry that ended it (0: none), `moved` by what its date was moved.
    """

    ref: str
    label: str
    agency: str
    due_on: date | None
    ended_on: date | None
    days: int | None
    late: bool
    reason: str
    key: str = ""
    sequence: int = 0
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hold:
    """A hold that ran in a year, for how many days of its whole length so far."""

    ref: str
    kind: str
    authority: str
    reason: str
    starts: date
    ends: date | None
    days: int


def considered(file: File, year: Year) -> Considered | None:
    """What became of a case in a year; None where it was not under consideration in it.

    A case is considered from the day it is opened until it is decided what becomes of it; of what a sheet knows without
    the decision, that is not said.
    """
    if file.opened_on > year.last:
        return None
    found = _decision(file, year.last)
    if found is None and _came_later(file):
        return None
    gone = file.closed_on if found is None else found[2]
    if gone is not None and gone < year.first:
        return None
    return _undecided(file) if found is None else decided_by(file, *found)


def _came_later(file: File) -> bool:
    """Whether a file came out of a sheet that does not say what was decided, and was decided or went beyond it."""
    if not file.dossier.get("imported"):
        return False
    decided = "decided" in file.dossier.get("known", {})
    return decided or file.procedure.states[file.state].phase not in {"referral", "decision"}


def decided_by(file: File, trigger: str, sequence: int, day: date) -> Considered:
    """A case as one decision settled it, with the criteria and the reasons that were recorded with that decision."""
    move = file.reading.decisions[trigger]
    said = file.recorded_with(sequence)
    return Considered(
        id=file.id,
        ref=file.ref,
        review=file.procedure.review,
        opened_on=file.opened_on,
        decision=first_up(move.outcome or move.label),
        decided_on=day,
        sequence=sequence,
        led_on=file.reading.leads_on(move),
        grounds=_grounds(file, move, said),
        reasons=_reasons(move, said, file.reason_of(sequence)),
        days=(day - file.opened_on).days,
        stands=file.stands,
        groups=(file.procedure.figures.led_to or LED_ON, file.procedure.figures.led_to_none or NEITHER),
    )


def newest_decision(file: File, before: int | None = None) -> Considered | None:
    """The newest decision on a case, whether or not it was opened again since; with `before` that before an entry."""
    marks = [(one.trigger, sequence, day) for sequence, day, one in file.went()] or _marks(file)
    taken = [mark for mark in marks if mark[0] in file.reading.decisions and (before is None or mark[1] < before)]
    newest = max(taken, key=lambda mark: mark[1], default=None)
    return decided_by(file, *newest) if newest else None


def reopened_on(file: File, since: int) -> date | None:
    """The day a case was opened again after an entry; None where it was not."""
    found = [mark for mark in _marks(file) if mark[0] in file.reading.reopenings and mark[1] > since]
    return max(found, key=lambda mark: mark[1])[2] if found else None


def _undecided(file: File) -> Considered:
    review, opened, stands = file.procedure.review, file.opened_on, file.stands
    return Considered(file.id, file.ref, review, opened, UNDECIDED, None, 0, None, (), (), None, stands)


def _marks(file: File) -> list[tuple[str, int, date]]:
    """The last time each step was taken: its trigger, its entry and its day."""
    done: Facts = file.dossier.get("done", {})
    return [(name, mark["sequence"], date.fromisoformat(mark["on"])) for name, mark in done.items()]


def _decision(file: File, last: date) -> tuple[str, int, date] | None:
    """The newest decision up to a day, unless the case was opened again after it."""
    known = [mark for mark in _marks(file) if mark[2] <= last]
    reopened = max((mark[1] for mark in known if mark[0] in file.reading.reopenings), default=0)
    taken = [mark for mark in known if mark[0] in file.reading.decisions and mark[1] > reopened]
    return max(taken, key=lambda mark: mark[1], default=None)


def _grounds(file: File, move: Transition, said: Facts) -> tuple[str, ...]:
    """What the committee ticked when it decided: answers with a choice of several, and a single ground."""
    several = [field.name for field in move.fields if field.kind == "choices"]
    single = [field.name for field in move.fields if field.kind == "choice" and "ground" in field.name]
    named = [(name, one) for name in several for one in said.get(name) or ()]
    named += [(name, said[name]) for name in single if said.get(name)]
    return tuple(dict.fromkeys(file.reading.choice(name, str(one)) for name, one in named))


def _reasons(move: Transition, said: Facts, why: str) -> tuple[str, ...]:
    asked = (field.name for field in move.fields if field.kind == "text")
    written = (str(said[name]) for name in asked if "reason" in name and said.get(name))
    return tuple(dict.fromkeys(filter(None, (*written, why))))


def steps(file: File, year: Year, today: date) -> Iterator[Step]:
    """The steps of a case that ended in a year, and those that were owed and late when it ended."""
    rules = file.procedure.timescales
    for deadline in file.dossier.get("deadlines", {}).values():
        rule = rules.get(deadline["timescale"])
        if rule is None or rule.kind not in COUNTED:
            continue
        ended, due = _day(deadline.get("ended_on")), _day(deadline.get("due_on"))
        late = bool(deadline.get("late"))
        if deadline.get("status", "running") == "met" and year.holds(ended):
            days = taken(deadline, ended)
        elif ended is None and deadline.get("status", "running") == "running" and _is_owed(due, year, today):
            days, late = None, True
        else:
            continue
        reason = str(deadline.get("late_reason") or "").strip()
        place = (deadline["key"], int(deadline.get("ended_by", 0)), moved_by(file.dossier, deadline))
        yield Step(file.ref, rule.label, deadline.get("agency", ""), due, ended, days, late, reason, *place)


def moved_by(dossier: Facts, deadline: Facts) -> tuple[str, ...]:
    """By what a date was moved from the one it had at first: holds, time granted, or a calendar that was changed.

    What neither a hold nor time granted moved was moved by a change of the calendar (or of the edition).
    """
    due, ended = deadline.get("due_on"), deadline.get("ended_on")
    if due == deadline.get("original_on") or deadline.get("original_on") is None:
        return ()
    holds = [one for one in dossier.get("pauses", {}).values() if deadline["timescale"] in one.get("stops", ())]
    held = any(_stood_still(one, deadline["anchor_on"], ended) for one in holds)
    more = dossier.get("extensions", {}).values()
    granted = any(one["deadline"] == deadline["key"] and one.get("status") == "granted" for one in more)
    found = (*((HOLD,) if held else ()), *((EXTENSION,) if granted else ()))
    return found or (CALENDAR,)


def _stood_still(pause: Facts, since: str, ended: str | None) -> bool:
    """Whether a hold covers any day of a clock that runs since a day, until it ended."""
    starts, ends = standing_still(
        date.fromisoformat(pause["starts"]), _day(pause.get("ends")), pause.get("days", "with_first")
    )
    begun = ended is None or starts < date.fromisoformat(ended)
    return starts != ends and (ends is None or ends > date.fromisoformat(since)) and begun


def taken(deadline: Facts, ended: date | None) -> int | None:
    """The days a step took; None where the days on record do not tell.

    They run from the anchor; where that is a date planned beforehand, from the day it was entered.
    """
    begun = min(date.fromisoformat(deadline[name]) for name in ("anchor_on", "opened_on") if deadline.get(name))
    return (ended - begun).days if ended is not None and ended >= begun else None


def _is_owed(due: date | None, year: Year, today: date) -> bool:
    return due is not None and due < min(today, year.last)


def stages(file: File, year: Year) -> Iterator[tuple[str, int]]:
    """How many days a case stood in each stage it left in a year; where it stood twice, the last time.

    Not those that it came to or left by an import: a sheet gives days, and no stages.
    """
    brought = {one.sequence for one in file.lines() if one.kind == "imported"} if file.dossier.get("imported") else ()
    marks: list[tuple[int, str, date]] = sorted(
        (mark["sequence"], state, date.fromisoformat(mark["on"]))
        for state, mark in file.dossier.get("entered", {}).items()
    )
    for (first, state, came), (then, _, left) in pairwise(marks):
        if year.holds(left) and first not in brought and then not in brought:
            yield file.procedure.label_of("states", state), (left - came).days


def holds(file: File, year: Year, today: date) -> Iterator[Hold]:
    """The holds that ran in a year."""
    for pause in file.dossier.get("pauses", {}).values():
        starts, ends = date.fromisoformat(pause["starts"]), _day(pause.get("ends"))
        if starts <= year.last and (ends is None or ends >= year.first):
            days = (min(ends or today, today) - starts).days
            label = file.procedure.label_of("pauses", pause["kind"])
            yield Hold(
                file.ref, first_up(label), _authority(file, pause), pause.get("reason", ""), starts, ends, max(days, 0)
            )


def _authority(file: File, pause: Facts) -> str:
    return file.procedure.authorities.get(pause["authority"], str(pause["authority"]))


def _day(written: Any) -> date | None:
    return date.fromisoformat(written) if written else None

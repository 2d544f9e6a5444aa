"""Turning the diary of a case: which dates an entry starts, which it ends, which it moves. Pure; replayed by verify."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from states.calendars import Calendar
from states.dating import dated
from states.dossier import Climbed, Deadline, Dossier, Quiet
from states.entry import Entry
from states.procedure import Procedure
from states.signals import Signal, known, signals
from states.steps import as_day
from states.timescales import Ending, Timescale

Dates = dict[str, Deadline]


@dataclass(frozen=True)
class Turn:
    """One turn of a diary: the edition and calendars it goes by, the facts before and after, and the entry between."""

    procedure: Procedure
    calendars: Mapping[str, Calendar]
    before: Dossier
    after: Dossier
    entry: Entry


def turn(
    procedure: Procedure, calendars: Mapping[str, Calendar], before: Dossier, after: Dossier, entry: Entry
) -> Dossier:
    """The case with its diary turned: dates started, met, set aside, come round again, moved or chased by the entry."""
    this = Turn(procedure, calendars, before, after, entry)
    dates: Dates = dict(after.deadlines)
    for step in STEPS:
        dates = step(this, dates)
    return after.model_copy(update={"deadlines": dates})


def _start(this: Turn, dates: Dates) -> Dates:
    for signal in signals(this.after, this.entry):
        for name in this.procedure.anchored.get((signal.kind, signal.name), ()):
            dates = _begin(this, dates, name, signal)
    return dates


def _begin(this: Turn, dates: Dates, name: str, signal: Signal) -> Dates:
    rule = this.procedure.timescales[name]
    standing = _standing(dates, name, signal.subject)
    if standing is not None and signal.kind == "field" and (standing.open or this.entry.kind == "corrected"):
        moved = standing.model_copy(update={"anchor_on": signal.on, "since": this.entry.sequence})
        return _with_dependents(this, {**dates, standing.key: _dated(this, dates, moved)}, name)
    if _may_not_start(this, rule, standing):
        return dates
    fresh = Deadline(
        key=_key(dates, name, signal.subject),
        timescale=name,
        subject=signal.subject,
        agency=signal.agency,
        anchor_on=signal.on,
        anchor_at=signal.at,
        since=this.entry.sequence,
        opened_on=this.entry.happened_on,
    )
    return _with_dependents(this, {**dates, fresh.key: _dated(this, dates, fresh)}, name)


def _may_not_start(this: Turn, rule: Timescale, standing: Deadline | None) -> bool:
    running = standing is not None and standing.open
    elsewhere = bool(rule.while_in) and this.after.state not in rule.while_in
    closed = this.after.closed_on is not None and not rule.outlives_closing
    return running or elsewhere or closed


def _with_dependents(this: Turn, dates: Dates, name: str) -> Dates:
    """Start the timescales that hang on this one's date, once it is there."""
    base = _standing(dates, name, "") or next(d for d in reversed(dates.values()) if d.timescale == name)
    for dependent in this.procedure.anchored.get(("timescale", name), ()):
        dates = _begin(this, dates, dependent, Signal("timescale", name, base.due_on or base.anchor_on))
    return dates


def _standing(dates: Dates, name: str, subject: str) -> Deadline | None:
    same = [date for date in dates.values() if date.timescale == name and date.subject == subject]
    return same[-1] if same else None


def _key(dates: Dates, name: str, subject: str) -> str:
    base = f"{name}/{subject}" if subject else name
    earlier = sum(1 for date in dates.values() if date.timescale == name and date.subject == subject)
    return f"{base}#{earlier + 1}" if earlier else base


def _dated(this: Turn, dates: Dates, deadline: Deadline) -> Deadline:
    facts = this.after.model_copy(update={"deadlines": dates})
    return dated(this.procedure, this.calendars, facts, deadline)


def _end(this: Turn, dates: Dates) -> Dates:
    for deadline in tuple(dates.values()):
        rule = this.procedure.timescales.get(deadline.timescale)
        if not deadline.open or rule is None:
            continue
        if _meets(this.entry, deadline, rule.met_by):
            dates = _again(this, {**dates, deadline.key: _met(this.entry, rule, deadline)}, rule, deadline)
        elif _sets_aside(this, deadline, rule):
            dates = {**dates, deadline.key: _ended(this.entry, deadline, status="cancelled")}
    return dates


def _meets(entry: Entry, deadline: Deadline, ending: Ending) -> bool:
    if entry.kind in {"opened", "advanced"}:
        return entry.trigger in ending.triggers
    if entry.kind == "answered":
        return deadline.subject == entry.data["id"] and entry.data["request"] in ending.requests
    if entry.kind == "event_recorded":
        return entry.data["event"] in ending.events
    if entry.kind == "asked_after":
        return ending.contact and entry.data["event"] in ending.events
    return entry.kind == "pause_reviewed" and ending.contact and deadline.subject == entry.data["id"]


def _sets_aside(this: Turn, deadline: Deadline, rule: Timescale) -> bool:
    entry, after = this.entry, this.after
    if entry.kind in {"declined", "redirected"} and deadline.subject == entry.data["id"]:
        return True
    if deadline.subject in after.pauses and after.pauses[deadline.subject].ended:
        return True
    if _meets(entry, deadline, rule.cancelled_by):
        return True
    left = bool(rule.while_in) and after.state not in rule.while_in
    return left or (after.closed_on is not None and not rule.outlives_closing)


def _met(entry: Entry, rule: Timescale, deadline: Deadline) -> Deadline:
    late = rule.kind != "chase" and deadline.due_on is not None and entry.happened_on > deadline.due_on
    if deadline.due_at is not None and entry.happened_at is not None:
        late = entry.happened_at > deadline.due_at
    reason = deadline.late_reason or (entry.data.get("late_reason", "") if late else "")
    return _ended(entry, deadline, status="met", late=late, late_reason=reason)


def _ended(entry: Entry, deadline: Deadline, **change: object) -> Deadline:
    return deadline.model_copy(update={"ended_on": entry.happened_on, "ended_by": entry.sequence, **change})


def _again(this: Turn, dates: Dates, rule: Timescale, met: Deadline) -> Dates:
    closed = this.after.closed_on is not None and not rule.outlives_closing
    elsewhere = bool(rule.while_in) and this.after.state not in rule.while_in
    over = this.entry.kind == "event_recorded" or this.entry.trigger in (rule.repeat.until if rule.repeat else ())
    if rule.repeat is None or closed or elsewhere or over:
        return dates
    from_day = this.entry.happened_on if rule.kind == "chase" or met.due_on is None else met.due_on
    following = Deadline(
        key=_key(dates, met.timescale, met.subject),
        timescale=met.timescale,
        subject=met.subject,
        agency=met.agency,
        anchor_on=from_day,
        since=this.entry.sequence,
        round=met.round + 1,
        opened_on=this.entry.happened_on,
    )
    return {**dates, following.key: _dated(this, dates, following)}


def _redate(this: Turn, dates: Dates) -> Dates:
    if this.entry.kind not in MOVES_DATES:
        return dates
    for _ in range(2):  # once for the dates themselves, once more for those that hang on them
        for deadline in tuple(dates.values()):
            if deadline.timescale in this.procedure.timescales and deadline.status != "cancelled":
                dates = {**dates, deadline.key: _dated(this, dates, deadline)}
    return dates


def _correct(this: Turn, dates: Dates) -> Dates:
    day = as_day(this.entry.data.get("happened_on"))
    if this.entry.kind != "corrected" or day is None:
        return dates
    wrong = this.entry.data["sequence"]
    for deadline in tuple(dates.values()):
        change: dict[str, object] = {}
        if deadline.since == wrong and not this.procedure.timescales[deadline.timescale].anchor.field:
            change = {"anchor_on": day, "anchor_at": None}
        if deadline.ended_by == wrong:
            change["ended_on"] = day
        dates = {**dates, deadline.key: deadline.model_copy(update=change)}
    return dates


def _move_edition(this: Turn, dates: Dates) -> Dates:
    if this.entry.kind != "moved_edition":
        return dates
    for deadline in tuple(dates.values()):
        if deadline.open and deadline.timescale not in this.procedure.timescales:
            dates = {**dates, deadline.key: _ended(this.entry, deadline, status="cancelled")}
    for signal in known(this.procedure, this.after):
        for name in this.procedure.anchored.get((signal.kind, signal.name), ()):
            done = this.procedure.timescales[name].met_by.triggers
            if _standing(dates, name, signal.subject) is None and not set(done) & set(this.after.done):
                dates = _begin(this, dates, name, signal)
    return dates


def _annotate(this: Turn, dates: Dates) -> Dates:
    data = this.entry.data
    if this.entry.kind == "missed":
        named = dates[data["key"]]
        return {**dates, named.key: named.model_copy(update={"late_reason": this.entry.reason})}
    if this.entry.kind == "promised":
        return _quieten(this.entry, dates)
    if this.entry.kind == "chased":
        named = dates[data["key"]]
        passed = (Climbed(due_on=data["due_on"], rung=rung, passed=True) for rung in data["passed"])
        own = () if data["rung"] is None else (Climbed(due_on=data["due_on"], rung=data["rung"]),)
        return {**dates, named.key: named.model_copy(update={"climbed": (*named.climbed, *passed, *own)})}
    return dates


def _quieten(entry: Entry, dates: Dates) -> Dates:
    quiet = Quiet(start=entry.happened_on, until=entry.data["until"])
    for deadline in tuple(dates.values()):
        if deadline.open and (deadline.subject or deadline.key) == entry.data["id"]:
            dates = {**dates, deadline.key: deadline.model_copy(update={"quiets": (*deadline.quiets, quiet)})}
    return dates


MOVES_DATES = frozenset(
    {
        "paused",
        "pause_reviewed",
        "pause_ended",
        "event_recorded",
        "extension_granted",
        "extension_withdrawn",
        "calendar_changed",
        "corrected",
        "moved_edition",
    }
)

STEPS: tuple[Callable[[Turn, Dates], Dates], ...] = (_correct, _move_edition, _start, _end, _redate, _annotate)

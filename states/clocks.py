"""The deadlines of a case as an entry changes them: which it starts, ends or moves. Pure; replayed by verify."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date

from states.calendars import Calendar
from states.conditional import reconsider
from states.dossier import DUPLICATE_OF, STILL_OWED, Climbed, Deadline, Dossier, Quiet
from states.endings import belongs_to, ended, ended_before, met
from states.entry import BY_THE_CLOCK, Entry
from states.following import follow
from states.moments import local_day
from states.procedure import Procedure
from states.signals import Signal, holding, known
from states.starting import Dates, Turn, again, begin, dated_in, done_before, item_in, meets_now, start
from states.steps import as_day
from states.timescales import Timescale

UNCLIMBED = Climbed(due_on=date.min, rung=0)


def turn(procedure: Procedure, calendars: Mapping[str, Calendar], after: Dossier, entry: Entry) -> Dates:
    """The dates of a case after an entry: what it started, met, set aside, repeated, moved or chased."""
    this = Turn(procedure, calendars, after, entry)
    dates = after.deadlines
    steps = STEPS_OF.get(entry.kind, ())
    for step in steps:
        dates = step(this, dates)
    return follow(this, dates) if steps and entry.kind not in BY_THE_CLOCK else dates


def _end(this: Turn, dates: Dates) -> Dates:
    for deadline in [one for one in dates.values() if one.status in STILL_OWED]:
        rule = this.procedure.timescales.get(deadline.timescale)
        if rule is None:
            continue
        if meets_now(this, deadline, rule.met_by) and not _just_begun(this, dates, deadline, rule):
            dates = again(this, {**dates, deadline.key: met(this.entry, rule, deadline)}, rule, deadline)
        elif _sets_aside(this, deadline, rule):
            dates = {**dates, deadline.key: ended(this.entry, deadline, status="cancelled")}
    return dates


def _just_begun(this: Turn, dates: Dates, deadline: Deadline, rule: Timescale) -> bool:
    """A step that starts a clock, or meets a date and records the next one, has not met what it has just begun."""
    entry = this.entry
    if deadline.since != entry.sequence:
        return False
    if deadline.key not in this.after.deadlines and rule.anchor.field is None:
        return True
    before = (one for one in dates.values() if (one.timescale, one.subject) == (deadline.timescale, deadline.subject))
    return any(one.ended_by == entry.sequence for one in before)


def _sets_aside(this: Turn, deadline: Deadline, rule: Timescale) -> bool:
    entry, after = this.entry, this.after
    turned_away = entry.kind in {"declined", "redirected", "request_withdrawn"}
    if turned_away and belongs_to(entry, deadline, "request"):
        return True
    pause = after.pauses.get(deadline.subject) if entry.by_number_alone else after.hold_of(deadline)
    if pause is not None and (pause.ended or (pause.ends is not None and pause.ends <= entry.happened_on)):
        return True
    item = item_in(this, deadline.about, deadline.subject)
    if (item is not None and item.ended) or meets_now(this, deadline, rule.cancelled_by):
        return True
    left = bool(rule.while_in) and after.state not in rule.while_in
    return left or (after.closed_on is not None and not rule.outlives_closing)


def _redate(this: Turn, dates: Dates) -> Dates:
    dates = _dated_again(this, dates, this.procedure.timescales)
    hanging = this.procedure.hanging  # what they hang on may just have moved; by later rules they follow it
    return _dated_again(this, dates, hanging) if hanging and not this.entry.dates_follow else dates


def _may_move(this: Turn, deadline: Deadline) -> bool:
    """A date that was met stays as it was, but for three things.

    What it was counted from, or its end, is put right; a hold turns out to have begun before it was met; or the time
    granted on it is taken back.
    """
    if deadline.open:
        return True
    kind = this.entry.kind
    if deadline.status == "cancelled" or kind in {"calendar_changed", "moved_edition"}:
        return False
    if kind == "corrected":
        rule = this.procedure.timescales[deadline.timescale]
        return rule.anchor.timescale is not None or this.after.deadlines.get(deadline.key) is not deadline
    if kind in {"extension_granted", "extension_withdrawn"}:
        return this.after.extensions[this.entry.data["id"]].deadline == deadline.key
    return any(deadline.timescale in pause.stops for pause in this.after.pauses.values())


def _dated_again(this: Turn, dates: Dates, names: Container[str]) -> Dates:
    moved: Dates = {}
    for key, deadline in dates.items():
        if deadline.timescale in names and _may_move(this, deadline):
            again = dated_in(this, {**dates, **moved} if moved else dates, deadline)
            if again is not deadline:
                moved[key] = again
    return {**dates, **moved} if moved else dates


def _correct(this: Turn, dates: Dates) -> Dates:
    day = as_day(this.entry.data.get("happened_on"))
    for deadline in tuple(dates.values()):
        rule = this.procedure.timescales.get(deadline.timescale)
        change = {} if day is None else _began_on(this, rule, deadline, day)
        ended_on = _ended_on(this, rule, day) if deadline.ended_by == this.entry.data["sequence"] else None
        if ended_on is not None:
            change |= {"ended_on": ended_on, "ended_at": None}
        dates = {**dates, deadline.key: deadline.but(**change)} if change else dates
    return dates


def _empty(this: Turn, dates: Dates) -> Dates:
    """The dates once some fields should have been left empty: what was counted from one of them is owed no more."""
    emptied = this.entry.emptied
    for key, deadline in tuple(dates.items()) if emptied else ():
        rule = this.procedure.timescales.get(deadline.timescale)
        if rule is None:
            continue
        if deadline.open and not rule.anchor.follows and rule.anchor.field in emptied:
            dates = {**dates, key: ended(this.entry, deadline, status="cancelled")}
        elif deadline.status == "met" and rule.met_on in emptied:
            dates = {**dates, key: _met_on_its_step(this, rule, deadline)}
    return dates


def _met_on_its_step(this: Turn, rule: Timescale, deadline: Deadline) -> Deadline:
    """A date as met on the day of the step that met it, as no other day is recorded for it any more."""
    marks = (mark for mark in this.after.done.values() if mark.sequence == deadline.ended_by)
    mark = next(marks, None)
    return deadline if mark is None else ended_before(mark, rule, deadline, this.after.fields)


def _began_on(this: Turn, rule: Timescale | None, deadline: Deadline, day: date) -> dict[str, object]:
    """What a day put right changes of the beginning of a date; one that follows others finds its day by itself."""
    if rule is None or rule.anchor.field or deadline.since != this.entry.data["sequence"]:
        return {}
    if this.entry.data.get("kind") == "redirected":  # the other agency was asked when it was recorded
        return {}
    follows = rule.anchor.follows and this.entry.dates_follow
    return {} if follows or _left_later(this, deadline, day) else {"anchor_on": day, "anchor_at": None}


def _ended_on(this: Turn, rule: Timescale | None, day: date | None) -> date | None:
    """The day put right on which a date was met: the one recorded for it goes before the day of the step."""
    if rule is None or rule.met_on is None:
        return day
    recorded = this.after.recorded_by.get(rule.met_on) == this.entry.data["sequence"]
    return as_day(this.after.fields[rule.met_on]) if recorded else day


def _left_later(this: Turn, deadline: Deadline, day: date) -> bool:
    """Whether the clock of a request counts from a letter that could leave no sooner than the day put right."""
    after = this.after
    asked = after.requests.get(deadline.subject) if this.entry.by_number_alone else after.request_of(deadline)
    sent = this.procedure.timescales[deadline.timescale].starts == "sent"
    return (
        sent and asked is not None and asked.leaves_at is not None and local_day(asked.leaves_at, deadline.zone) >= day
    )


def _move_edition(this: Turn, dates: Dates) -> Dates:
    for deadline in tuple(dates.values()):
        rule = this.procedure.timescales.get(deadline.timescale)
        if deadline.open and rule is None:
            dates = {**dates, deadline.key: ended(this.entry, deadline, status="cancelled")}
        elif rule is not None and deadline.open and rule.repeat is None:
            dates = {**dates, deadline.key: _met_before(this, rule, deadline)}
    for signal in known(this.procedure, this.after):
        for name in this.procedure.anchored.get((signal.kind, signal.name), ()):
            there = any(_is_of(this, one, name, signal) for one in dates.values())
            if not there and not done_before(this, this.procedure.timescales[name]):
                dates = begin(this, dates, name, signal)
    return _begin_hanging(this, dates)


def _is_of(this: Turn, one: Deadline, name: str, signal: Signal) -> bool:
    """Whether a date is the one that a signal would start."""
    by_number = (one.timescale, one.subject) == (name, signal.subject)
    return by_number and (one.about == signal.about or this.entry.by_number_alone)


def _met_before(this: Turn, rule: Timescale, deadline: Deadline) -> Deadline:
    """A date that a step already taken would have met, had the case been under this edition: met on that step's day."""
    marks = [mark for name, mark in this.after.done.items() if name in rule.met_by.triggers]
    mark = next((one for one in marks if one.sequence > deadline.since), None)
    return ended_before(mark, rule, deadline, this.after.fields) if mark is not None else deadline


def _begin_hanging(this: Turn, dates: Dates) -> Dates:
    """What an edition newly hangs on a date that ran before the case came under it; by the rules before it followed."""
    if this.entry.dates_follow:
        return dates
    for name in this.procedure.hanging:
        base = this.procedure.timescales[name].anchor.timescale
        on = next((one.due_on for one in dates.values() if one.timescale == base and one.open), None)
        if (
            on is not None
            and not done_before(this, this.procedure.timescales[name])
            and all(one.timescale != name for one in dates.values())
        ):
            dates = begin(this, dates, name, Signal("timescale", base or "", on))
    return dates


def _look_again(this: Turn, dates: Dates) -> Dates:
    """A hold that lasts longer than was known is looked at again; one that ends before its next review is not."""
    for pause in this.after.pauses.values():
        rules = this.procedure.anchored.get(("pause", pause.kind), ())
        for name in rules if this.entry.kind == "pause_reviewed" and this.entry.data["id"] == pause.id else ():
            dates = begin(this, dates, name, holding(pause, this.entry.happened_on))
        for key, deadline in tuple(dates.items()):
            past = pause.ends is not None and deadline.due_on is not None and deadline.due_on >= pause.ends
            mine = deadline.subject == pause.id and (deadline.about == "hold" or this.entry.by_number_alone)
            if mine and deadline.open and past:
                dates = {**dates, key: ended(this.entry, deadline, status="cancelled")}
    return dates


def _excuse(this: Turn, dates: Dates) -> Dates:
    named = dates[this.entry.data["key"]]
    return {**dates, named.key: named.but(late_reason=this.entry.reason)}


def _climb(this: Turn, dates: Dates) -> Dates:
    data, named = this.entry.data, dates[this.entry.data["key"]]
    due_on = as_day(data["due_on"])
    passed = tuple(UNCLIMBED.but(due_on=due_on, rung=rung, passed=True) for rung in data["passed"])
    promise = as_day(data.get("promise"))
    own = () if data["rung"] is None else (UNCLIMBED.but(due_on=due_on, rung=data["rung"], promise=promise),)
    quiets = named.quiets
    if "promise" in data:  # whatever was promised before went with it
        quiets = tuple(quiet.but(told=True) for quiet in quiets)
    return {**dates, named.key: named.but(climbed=(*named.climbed, *passed, *own), quiets=quiets)}


def _take_back(this: Turn, dates: Dates) -> Dates:
    """A rung whose draft was withdrawn was not climbed, and the promise it was to tell of has not been told."""
    data, named = this.entry.data, dates[this.entry.data["key"]]
    rung = (as_day(data["due_on"]), data["rung"])
    climbed = tuple(one.but(withdrawn=True) if (one.due_on, one.rung) == rung else one for one in named.climbed)
    untold = {one.promise for one in named.climbed if (one.due_on, one.rung) == rung and not one.withdrawn}
    quiets = tuple(one.but(told=False) if one.until in untold else one for one in named.quiets)
    return {**dates, named.key: named.but(climbed=climbed, quiets=quiets)}


def _quieten(this: Turn, dates: Dates) -> Dates:
    data, actor = this.entry.data, this.entry.actor
    if "until" not in data:  # acknowledged, and no date is known: nothing is chased
        return dates
    by = "" if actor.agency and actor.agency == data.get("agency") else actor.role
    acknowledged = data.get("acknowledged", False)
    quiet = Quiet(start=this.entry.happened_on, until=data["until"], acknowledged=acknowledged, by=by)
    for deadline in tuple(dates.values()):
        by_number = this.entry.by_number_alone and (deadline.subject or deadline.key) == data["id"]
        if deadline.open and (by_number or belongs_to(this.entry, deadline, "request")):
            now = quiet.but(due_on=deadline.due_on)
            dates = {**dates, deadline.key: deadline.but(quiets=(*deadline.quiets, now))}
    return dates


def _promise_ends(this: Turn, dates: Dates) -> Dates:
    """More time is refused: a day promised after the due day keeps nobody still any more.

    What was acknowledged rests until its due day all the same. Entries from before that was so leave both as they were.
    """
    if "promise_ends" not in this.entry.data:
        return dates
    named, day = dates[this.after.extensions[this.entry.data["id"]].deadline], this.entry.happened_on
    due_on = named.due_on or day
    return {**dates, named.key: named.but(quiets=tuple(_ended_at(one, due_on, day) for one in named.quiets))}


def _ended_at(quiet: Quiet, due_on: date, day: date) -> Quiet:
    last = max(day, due_on) if quiet.acknowledged else day
    return quiet.but(ends_on=last) if quiet.until > due_on and quiet.lasts_until >= last else quiet


def _reached(this: Turn, dates: Dates) -> Dates:
    """The clock of a request counts from the day it reached its agency."""
    day = this.entry.happened_on
    rules = this.procedure.timescales
    mine = (one for one in dates.values() if one.open and belongs_to(this.entry, one, "request"))
    mine = (one for one in mine if one.timescale not in rules or not rules[one.timescale].anchor.follows)
    return {**dates, **{one.key: one.but(anchor_on=day, anchor_at=None) for one in mine}}


def _close_duplicate(this: Turn, dates: Dates) -> Dates:
    """A case that is closed as a duplicate owes nothing more, whatever outlives a closing."""
    return dates if this.entry.data["link"] != DUPLICATE_OF else _owe_nothing(this, dates)


def _gone_with_import(this: Turn, dates: Dates) -> Dates:
    """What came with an import owes nothing once it is taken back."""
    items = this.entry.data.get("items")
    if items is None:
        return _owe_nothing(this, dates)
    gone = [key for key, one in dates.items() if one.open and one.about == "item" and one.subject in items]
    return {**dates, **{key: ended(this.entry, dates[key], status="cancelled") for key in gone}}


def _owe_nothing(this: Turn, dates: Dates) -> Dates:
    """Nothing is owed on the case any more."""
    return {key: ended(this.entry, one, status="cancelled") if one.open else one for key, one in dates.items()}


def _open_duplicate(this: Turn, dates: Dates) -> Dates:
    """What a case owed when it was taken for a duplicate it owes again."""
    closed = this.entry.data.get("closed_by", 0)
    again = {"status": "running", "ended_on": None, "ended_at": None, "ended_by": 0}
    dates = {key: one.but(**again) if closed and one.ended_by == closed else one for key, one in dates.items()}
    return _redate(this, dates) if closed else dates


STEPS_OF: dict[str, tuple[Callable[[Turn, Dates], Dates], ...]] = {
    "opened": (start, _end),
    "advanced": (start, _end, reconsider),
    "requested": (start,),
    "answered": (_end,),
    "declined": (_end,),
    "redirected": (start, _end),
    "promised": (_quieten,),
    "sent_back": (start,),
    "request_reached": (_reached, _redate),
    "request_withdrawn": (_end,),
    "paused": (start, _redate, _look_again),
    "pause_reviewed": (_end, _redate, _look_again),
    "pause_ended": (_end, _redate),
    "extension_granted": (_redate,),
    "extension_refused": (_promise_ends,),
    "extension_withdrawn": (_redate,),
    "missed": (_excuse,),
    "corrected": (_correct, _empty, reconsider, start, _redate),
    "moved_edition": (_move_edition, _end, _redate),
    "event_recorded": (start, _end, _redate),
    "asked_after": (_end,),
    "item_added": (start, _end),
    "item_answered": (_end, reconsider),
    "item_updated": (start, _end, reconsider),
    "calendar_changed": (_redate,),
    "linked": (_close_duplicate,),
    "unlinked": (_open_duplicate,),
    "chased": (_climb,),
    "withdrawn": (_take_back,),
    "imported": (start,),
    "import_taken_back": (_gone_with_import,),
}
"""What each kind of entry does to the dates, in this order; the other kinds leave them as they are."""

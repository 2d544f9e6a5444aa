"""Starts the dates of a case: from a triggered anchor, from a date they depend on, or because a duty recurs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from states.answers import holds
from states.calendars import Calendar
from states.counting import day_kept, plain_end
from states.dossier import About, Deadline, Dossier, Item
from states.due_dates import dated, limit_of, ran_out_on
from states.endings import meets, met
from states.entry import ROUNDS, Entry
from states.moments import local_day
from states.procedure import Procedure
from states.rounds import opened_with
from states.signals import Signal, signals
from states.steps import Condition
from states.timescales import Ending, Timescale

Dates = dict[str, Deadline]

UNBEGUN = Deadline(key="", timescale="", anchor_on=date.min, since=0, opened_on=date.min)


@dataclass(slots=True)
class Turn:
    """One turn of a diary: the edition and calendars it goes by, the facts after the entry, and the entry."""

    procedure: Procedure
    calendars: Mapping[str, Calendar]
    after: Dossier
    entry: Entry

    def day_in(self, zone: str) -> date:
        """The day on which the entry was recorded, in a time zone."""
        return local_day(self.entry.recorded_at, zone)


def start(this: Turn, dates: Dates) -> Dates:
    """The dates with those that an entry's anchors start."""
    for signal in signals(this.after, this.entry):
        for name in this.procedure.anchored.get((signal.kind, signal.name), ()):
            dates = begin(this, dates, name, signal)
    return dates


def begin(this: Turn, dates: Dates, name: str, signal: Signal) -> Dates:
    """The dates with one more, of the timescale named, counted from a signal; or with the existing one recounted."""
    rule = this.procedure.timescales[name]
    earlier = [one for one in dates.values() if one.timescale == name and one.subject == signal.subject]
    mine = [one for one in earlier if one.about == signal.about or this.entry.by_number_alone]
    standing = mine[-1] if mine else None
    if standing is not None and standing.open and signal.kind == "field" and meets_now(this, standing, rule.met_by):
        dates = {**dates, standing.key: met(this.entry, rule, standing)}
        standing = dates[standing.key]
    if standing is not None and _counts_anew(this, standing, signal):
        moved = standing.but(anchor_on=signal.on, since=this.entry.sequence)
        return _with_dependents(this, {**dates, standing.key: dated_in(this, dates, moved)}, name)
    if may_not_start(this, rule, standing, signal.about, signal.subject):
        return dates
    zone = this.procedure.zone_of(rule, signal.agency)
    anchor_on, anchor_at = _counted_from(rule, signal, zone)
    fresh = UNBEGUN.but(
        key=key_of(name, signal.subject, len(earlier)),
        timescale=name,
        subject=signal.subject,
        about=signal.about,
        agency=signal.agency,
        item=signal.item,
        anchor_on=anchor_on,
        anchor_at=anchor_at,
        since=this.entry.sequence,
        opened_on=this.day_in(zone),
        zone=zone,
    )
    return _with_dependents(this, {**dates, fresh.key: dated_in(this, dates, fresh)}, name)


def _counted_from(rule: Timescale, signal: Signal, zone: str) -> tuple[date, datetime | None]:
    """From when a clock counts: the signal, or when the letter of a request may leave where it starts with that."""
    if rule.starts == "sent" and signal.leaves_at is not None:
        return local_day(signal.leaves_at, zone), signal.leaves_at
    return signal.on, signal.at


def _counts_anew(this: Turn, standing: Deadline, signal: Signal) -> bool:
    """Whether a day recorded again moves a date; a later round is counted from the round before it instead.

    A date that was set aside because its day should have been left empty begins anew once that is filled in again.
    """
    if signal.kind not in {"field", "items"} or standing.round:
        return False
    begins_anew = standing.status == "cancelled" and signal.name in this.entry.filled
    return standing.open or (this.entry.kind == "corrected" and not begins_anew)


def may_not_start(this: Turn, rule: Timescale, standing: Deadline | None, about: About, number: str) -> bool:
    """Whether a clock must not start: it runs already, or is not for this case as it stands, or not for this item."""
    own = rule.anchor.timescale is not None and this.entry.dates_follow  # one for each date it hangs on
    running = standing is not None and standing.open and not own
    elsewhere = bool(rule.while_in) and this.after.state not in rule.while_in
    closed = this.after.closed_on is not None and not rule.outlives_closing
    item = item_in(this, about, number)
    not_for_this = rule.when is not None and not holds(rule.when, this.after.answers_with(item))
    return running or elsewhere or closed or not_for_this or _said_again(this, standing, item)


def item_in(this: Turn, about: About, number: str) -> Item | None:
    """The item of a register that a date belongs to; None for a date of anything else.

    In entries from before items had numbers of their own, any item of that number.
    """
    return this.after.items.get(number) if about == "item" or this.entry.by_number_alone else None


def _said_again(this: Turn, standing: Deadline | None, item: Item | None) -> bool:
    """Whether an item whose date has ended is told once more to have ended: there is nothing left to be owed.

    Entries from before that was so are counted as they were when they were recorded.
    """
    return this.entry.counting > 1 and standing is not None and item is not None and item.ended


def holds_of(this: Turn, deadline: Deadline, condition: Condition) -> bool:
    """Whether a condition holds of the case, of the item a date belongs to, and of what the entry itself records."""
    recorded = this.entry.data.get("fields", {}) if this.entry.kind == "answered" else {}
    item = item_in(this, deadline.about, deadline.subject)
    return holds(condition, {**this.after.answers_with(item), **recorded})


def asks(condition: Condition | None, said: frozenset[str]) -> bool:
    """Whether a condition asks about one of the fields named."""
    if condition is None:
        return False
    return condition.field in said or (condition.within is not None and condition.within.before in said)


def meets_now(this: Turn, deadline: Deadline, ending: Ending) -> bool:
    """Whether an entry ends a date by what the edition says does, on the condition it makes."""
    return meets(this.entry, deadline, ending) and (ending.when is None or holds_of(this, deadline, ending.when))


def done_before(this: Turn, rule: Timescale) -> bool:
    """Whether a step of the present round, or an event, that meets a date is on record already."""
    by, after = rule.met_by, this.after
    since = opened_with(this.procedure, after) if this.entry.counting >= ROUNDS else 0
    marks = [after.done.get(trigger) for trigger in by.triggers]
    return bool(set(by.events) & set(after.events)) or any(mark and mark.sequence >= since for mark in marks)


def _with_dependents(this: Turn, dates: Dates, name: str) -> Dates:
    """Start the timescales that hang on this one's date, once it is there; by the rules before they followed it."""
    hanging = this.procedure.anchored.get(("timescale", name))
    if not hanging or this.entry.dates_follow:
        return dates
    of_it = [one for one in dates.values() if one.timescale == name]
    base = next((one for one in reversed(of_it) if not one.subject), of_it[-1])
    for dependent in hanging:
        if this.entry.kind == "corrected" and any(one.timescale == dependent for one in dates.values()):
            continue  # what was done stays done: only its date moves
        dates = begin(this, dates, dependent, Signal("timescale", name, base.due_on or base.anchor_on))
    return dates


def key_of(name: str, subject: str, earlier: int) -> str:
    """The key of a date: its timescale, what it belongs to, and its number where there were others before it."""
    base = f"{name}/{subject}" if subject else name
    return f"{base}#{earlier + 1}" if earlier else base


def dated_in(this: Turn, dates: Dates, deadline: Deadline) -> Deadline:
    """A deadline with its date, the other dates of the case being as given."""
    facts = this.after if dates is this.after.deadlines else this.after.but(deadlines=dates)
    known = this.after.deadlines.get(deadline.key) if this.entry.kind == "corrected" else None
    was = known.anchor_on if known else None
    counting = this.entry.counting
    return dated(this.procedure, this.calendars, facts, deadline, was_counted_from=was, counting=counting)


def again(this: Turn, dates: Dates, rule: Timescale, done: Deadline) -> Dates:
    """The dates with the next round of a recurring duty that was met."""
    if rule.repeat is None:
        return dates
    closed = this.after.closed_on is not None and not rule.outlives_closing
    elsewhere = bool(rule.while_in) and this.after.state not in rule.while_in
    item = item_in(this, done.about, done.subject)
    over = this.entry.kind == "event_recorded" or this.entry.trigger in rule.repeat.until or (item and item.ended)
    if closed or elsewhere or over:
        return dates
    from_day = this.entry.happened_on if rule.kind == "chase" or done.due_on is None else _ran_out(this, done)
    same = (one for one in dates.values() if one.timescale == done.timescale and one.subject == done.subject)
    following = UNBEGUN.but(
        key=key_of(done.timescale, done.subject, sum(1 for _ in same)),
        timescale=done.timescale,
        subject=done.subject,
        about=done.about,
        agency=done.agency,
        item=done.item,
        anchor_on=from_day,
        since=this.entry.sequence,
        round=done.round + 1,
        keeps_day=_keeps_day(this, dates, rule, done) if done.due_on and from_day == _ran_out(this, done) else 0,
        base=done.base,
        opened_on=this.day_in(done.zone),
        zone=done.zone,
    )
    return {**dates, following.key: dated_in(this, dates, following)}


def _ran_out(this: Turn, one: Deadline) -> date:
    """The day on which the time of a date ran out: the next round counts from it, wherever the date was moved to."""
    return ran_out_on(this.procedure, this.calendars, this.after, one)


def _keeps_day(this: Turn, dates: Dates, rule: Timescale, done: Deadline) -> int:
    """The day of the month for the round after this one: 0 where it is the day on which this one fell due.

    Entries from before months kept their day are counted as they were when they were recorded.
    """
    assert rule.repeat is not None
    if rule.repeat.unit != "months" or not this.entry.counting:
        return 0
    day = _day_of_month(this, dates, rule, done)
    return 0 if day == _ran_out(this, done).day else day


def _day_of_month(this: Turn, dates: Dates, rule: Timescale, one: Deadline) -> int:
    """The day of the month that a row of rounds keeps: that of the first, as long as none was moved by a hold."""
    limit, due = limit_of(this.procedure, rule, one), _ran_out(this, one)
    monthly = limit is not None and limit.unit in {"months", "fixed_date"} and limit.counted != "clear"
    if limit is None or not monthly or due != plain_end(one.anchor_on, limit):
        return due.day
    if limit.day:
        return limit.day
    row = (other for other in dates.values() if (other.timescale, other.subject) == (one.timescale, one.subject))
    dated = (other for other in row if other.due_on is not None and other.round == one.round - 1)
    before = next((other for other in dated if _ran_out(this, other) == one.anchor_on), None)
    return _day_of_month(this, dates, rule, before) if before else day_kept(one.anchor_on, limit)

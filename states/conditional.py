"""Dates that apply to some cases only, and conditional endings: re-evaluated when the record changes."""

from __future__ import annotations

from collections.abc import Iterator

from states.answers import holds
from states.dossier import Deadline, Mark
from states.endings import ended, ended_before
from states.signals import Signal, known
from states.starting import Dates, Turn, asks, begin, dated_in, holds_of
from states.timescales import Ending, Timescale


def reconsider(this: Turn, dates: Dates) -> Dates:
    """The dates after every condition that depends on what an entry recorded or corrected is evaluated again.

    A running date that is not for the case any more is set aside; one that is for it after all runs from the day its
    clock would have started. In a history from before that was so, a condition is asked once, when the clock starts.
    """
    said = this.entry.fields_said
    if not said or not this.entry.dates_follow:
        return dates
    for name, rule in this.procedure.conditional:
        if asks(rule.when, said):
            dates = _begin_after_all(this, _set_aside(this, dates, name, rule), name, rule)
        if this.entry.kind == "corrected" and (asks(rule.met_by.when, said) or asks(rule.cancelled_by.when, said)):
            dates = _ended_otherwise(this, dates, name, rule)
    return dates


def _set_aside(this: Turn, dates: Dates, name: str, rule: Timescale) -> Dates:
    assert rule.when is not None
    for key, one in tuple(dates.items()):
        if one.timescale == name and one.open and not holds_of(this, one, rule.when):
            dates = {**dates, key: ended(this.entry, one, status="cancelled", by_condition=True)}
    return dates


def _begin_after_all(this: Turn, dates: Dates, name: str, rule: Timescale) -> Dates:
    """A date that its condition kept away, or set aside, begins on the day it would have: unless it was met since."""
    for signal in known(this.procedure, this.after):
        if rule.anchor.follows or name not in this.procedure.anchored.get((signal.kind, signal.name), ()):
            continue
        row = [one for one in dates.values() if one.timescale == name and one.subject == signal.subject]
        last = row[-1] if row else None
        if (last is None or (last.by_condition and last.ended_by != this.entry.sequence)) and not _met_since(
            this, rule.met_by, signal
        ):
            dates = begin(this, dates, name, signal)
    return dates


def _met_since(this: Turn, by: Ending, signal: Signal) -> bool:
    """Whether what would have met a date came about after its clock would have started."""
    after = this.after
    began = {"trigger": after.done, "event": after.events, "state": after.entered}.get(signal.kind, {}).get(signal.name)
    since = began.sequence if began is not None else after.recorded_by.get(signal.name, 0)
    return any(mark.sequence > since for mark in _marks(this, by))


def _marks(this: Turn, ending: Ending) -> Iterator[Mark]:
    """The steps and events on record that end a date under an ending, when its condition holds."""
    if ending.when is not None and not holds(ending.when, this.after.fields):
        return
    yield from (mark for name, mark in this.after.done.items() if name in ending.triggers)
    yield from (mark for name, mark in this.after.events.items() if name in ending.events)


def _ended_otherwise(this: Turn, dates: Dates, name: str, rule: Timescale) -> Dates:
    """What a step or an event ended, or did not, is as it would have been had the record been right then."""
    by = {"met": rule.met_by, "cancelled": rule.cancelled_by}
    for key in [key for key, one in dates.items() if one.timescale == name]:
        was = by.get(dates[key].status)
        if was is not None and _ended_by_step(this, dates[key], was) and not _holds_now(this, dates[key], was):
            again = dates[key].but(status="running", ended_on=None, ended_at=None, ended_by=0, late=False)
            dates = {**_without_next(this, dates, again), key: dated_in(this, dates, again)}
        for status, ending in by.items() if dates[key].open else ():
            mark = next((mark for mark in _marks(this, ending) if mark.sequence > dates[key].since), None)
            if ending.when is not None and mark is not None:
                dates = {**dates, key: ended_before(mark, rule, dates[key], this.after.fields, status)}
                break
    return dates


def _holds_now(this: Turn, one: Deadline, ending: Ending) -> bool:
    return ending.when is None or holds_of(this, one, ending.when)


def _ended_by_step(this: Turn, one: Deadline, ending: Ending) -> bool:
    found = (this.after.done.get(name) for name in ending.triggers)
    events = (this.after.events.get(name) for name in ending.events)
    return any(mark is not None and mark.sequence == one.ended_by for mark in (*found, *events))


def _without_next(this: Turn, dates: Dates, one: Deadline) -> Dates:
    """The dates without the round that began because one was thought to be met."""
    following = (
        (key, other)
        for key, other in dates.items()
        if (other.timescale, other.subject, other.round) == (one.timescale, one.subject, one.round + 1)
    )
    fallen = {key: ended(this.entry, other, status="cancelled") for key, other in following if other.open}
    return {**dates, **fallen}

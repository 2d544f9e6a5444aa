"""Dates whose day is computed again after every entry: they begin, move, stop and end with what they rest on."""

from __future__ import annotations

from collections.abc import Iterator

from states.dossier import Deadline
from states.endings import ended
from states.grounds import Ground, ground, mark_of
from states.signals import signals
from states.starting import UNBEGUN, Dates, Turn, asks, dated_in, done_before, key_of, may_not_start
from states.timescales import Timescale


def follow(this: Turn, dates: Dates) -> Dates:
    """The dates once those that hang on others, or on several things, have followed what an entry changed.

    In a history from before that was so they are counted as they were when its entries were recorded.
    """
    if not this.entry.dates_follow:
        return dates
    for name in this.procedure.following:
        dates = _begin(this, _moved(this, dates, name), name)
    return dates


def _moved(this: Turn, dates: Dates, name: str) -> Dates:
    rule = this.procedure.timescales[name]
    for key, deadline in tuple(dates.items()):
        if deadline.timescale != name or not (deadline.open or _put_right(this, dates, deadline, rule)):
            continue
        found = ground(this.procedure, this.after.but(deadlines=dates), deadline)
        if found is None:
            dates = {**dates, key: ended(this.entry, deadline, status="cancelled")} if deadline.open else dates
        elif not deadline.round:
            again = dated_in(this, dates, _resting_on(deadline, rule, found))
            dates = dates if again is deadline else {**dates, key: again}
    return dates


def _resting_on(deadline: Deadline, rule: Timescale, found: Ground) -> Deadline:
    base = found.base if rule.anchor.timescale else ""
    on, at = (deadline.anchor_on, deadline.anchor_at) if found.on is None else (found.on, found.at)
    if (deadline.base, deadline.anchor_on, deadline.anchor_at) == (base, on, at):
        return deadline
    return deadline.but(base=base, anchor_on=on, anchor_at=at)


def _put_right(this: Turn, dates: Dates, deadline: Deadline, rule: Timescale) -> bool:
    """Whether a date that was met is counted from something that is put right: it is as if that had stood there."""
    if this.entry.kind != "corrected" or deadline.status != "met":
        return False
    after, wrong, parts = this.after, this.entry.data["sequence"], rule.anchor.parts
    recorded = any(part.field and after.recorded_by.get(part.field) == wrong for part in parts)
    marks = (mark_of(after, part) for part in parts)
    asked = deadline.about == "request" and deadline.subject in this.entry.data.get("ids", ())
    bases = (one for one in dates.values() if one.timescale in {part.timescale for part in parts})
    moved = any(after.deadlines.get(one.key) is not one for one in bases if one.subject in ("", deadline.subject))
    begun_by_it = recorded or asked or any(mark is not None and mark.sequence == wrong for mark in marks)
    return moved or (begun_by_it and wrong < deadline.ended_by)


def _begin(this: Turn, dates: Dates, name: str) -> Dates:
    rule = this.procedure.timescales[name]
    for blank in tuple(_wanted(this, dates, rule, name)):
        row = [one for one in dates.values() if (one.timescale, one.subject) == (name, blank.subject)]
        if may_not_start(this, rule, row[-1] if row else None, blank.about, blank.subject):
            continue
        found = ground(this.procedure, this.after.but(deadlines=dates), blank)
        if found is not None:
            zone = this.procedure.zone_of(rule, blank.agency)
            fresh = blank.but(
                key=key_of(name, blank.subject, len(row)),
                anchor_on=found.on or this.entry.happened_on,
                anchor_at=found.at,
                since=this.entry.sequence,
                opened_on=this.day_in(zone),
                zone=zone,
            )
            dates = {**dates, fresh.key: dated_in(this, dates, fresh)}
    return dates


def _wanted(this: Turn, dates: Dates, rule: Timescale, name: str) -> Iterator[Deadline]:
    """The dates of a timescale that are to begin with an entry, each for its item, its agency, its hold or the case."""
    anew = _asked_anew(this, rule)
    if rule.anchor.timescale and not rule.anchor.each:
        mine = {one.base for one in dates.values() if one.timescale == name and not _kept_away(this, one)}
        for base in dates.values():
            fresh = base.key not in this.after.deadlines or (anew and base.open)
            if (
                base.timescale == rule.anchor.timescale
                and base.status != "cancelled"
                and fresh
                and base.key not in mine
            ):
                yield UNBEGUN.but(timescale=name, **_owners(base), base=base.key)
        return
    fired = _fired(this, dates, rule)
    newest = {one.subject: one for one in dates.values() if one.timescale == name}
    for blank in _blanks(this, name):
        standing = newest.get(blank.subject)
        if standing is None or _kept_away(this, standing):
            begins = anew or bool(_marked(fired, blank))
        else:
            begins = not standing.open and _again(this, rule, standing, fired)
        if begins:
            yield blank


def _asked_anew(this: Turn, rule: Timescale) -> bool:
    """Whether a clock that has not started is looked for again: another edition, or another answer to its condition."""
    if this.entry.kind == "moved_edition":
        return not done_before(this, rule)
    return asks(rule.when, this.entry.fields_said)


def _kept_away(this: Turn, deadline: Deadline) -> bool:
    """Whether a date was set aside before because it was not for the case, as if its clock had never started."""
    return deadline.by_condition and deadline.ended_by != this.entry.sequence


Fired = frozenset[tuple[str, str]]
"""What an entry brought about of that from which a clock starts: its kind, with the item or agency it is about."""


def _marked(fired: Fired, deadline: Deadline) -> set[tuple[str, str]]:
    return {one for one in fired if one[1] in ("", deadline.subject)}


def _again(this: Turn, rule: Timescale, standing: Deadline, fired: Fired) -> bool:
    """Whether a date that has ended begins once more: something it starts from came about again.

    What is only put right moves it, unless it had been left empty meanwhile; and what a step meets it has not begun as
    well, unless it records the next day.
    """
    mine = _marked(fired, standing)
    if this.entry.kind == "corrected":
        filled = any(part.field in this.entry.filled for part in rule.anchor.parts)
        return standing.status == "cancelled" and filled and bool(mine)
    if standing.ended_by == this.entry.sequence:
        return any(kind == "field" for kind, _ in mine)
    return bool(mine)


def _fired(this: Turn, dates: Dates, rule: Timescale) -> Fired:
    wanted = {pair for part in rule.anchor.parts for pair in part.given().items()}
    if rule.anchor.each:
        wanted.add(("request", rule.anchor.each))
    found = {(one.kind, one.subject) for one in signals(this.after, this.entry) if (one.kind, one.name) in wanted}
    bases = {name for kind, name in wanted if kind == "timescale"}
    fresh = (one for key, one in dates.items() if one.timescale in bases and key not in this.after.deadlines)
    return frozenset({*found, *(("timescale", one.subject) for one in fresh)})


def _blanks(this: Turn, name: str) -> Iterator[Deadline]:
    """For what a timescale has a clock now: what was asked and is open, items and holds that have not ended."""
    about, of = this.procedure.belonging.get(name, ("", ""))
    after, blank = this.after, UNBEGUN.but(timescale=name)
    if not about:
        yield blank
    if about == "request":
        asked = (one for one in after.requests.values() if (one.request, one.status) == (of, "open"))
        yield from (blank.but(about="request", subject=one.id, agency=one.agency, item=one.item) for one in asked)
    if about == "item":
        kept = (one for one in after.items.values() if one.kept_in == of and not one.ended)
        yield from (blank.but(about="item", subject=one.id, agency=str(one.fields.get("agency", ""))) for one in kept)
    if about == "hold":
        holds = (one for one in after.pauses.values() if one.kind == of and not one.ended)
        yield from (blank.but(about="hold", subject=one.id) for one in holds)


def _owners(base: Deadline) -> dict[str, object]:
    return {"about": base.about, "subject": base.subject, "agency": base.agency, "item": base.item}

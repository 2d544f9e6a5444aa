"""Holding a case for proceedings elsewhere: on whose authority, which clocks stop, and when it is looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from config.printing_steps import condition_words
from records import cases
from records.cases import Case
from states.answers import holds
from states.dossier import Paused
from states.entry import Entry
from states.errors import BadAnswer, NotFound, NotPossible
from states.next_step import advice
from states.steps import PauseKind
from states.words import long_day
from workflows.messages.owe import recorded
from workflows.unit_of_work import UnitOfWork, check_ahead, check_day, check_role, check_words, find

NO_CLOCK = "none"
"""What is said where a hold stops no clock."""
WHICH = "Say which clocks the hold stops: {choices}; or none of them, where it only puts on record that one lasts."
ORDERED = "This hold was ordered before: it is {pause}, since {since}. Review it or end it instead."


def order_pause(
    uow: UnitOfWork,
    ref: str,
    kind: str,
    authority: str,
    why: str,
    *,
    starts: date | None = None,
    ends: date | None = None,
    event: str = "",
    stops: tuple[str, ...] | None = None,
    seen: int | None = None,
) -> tuple[Case, Entry]:
    """Order a hold: until a date, until an outside event, or until further notice.

    `stops` names the timescales whose clocks stop; without it those the edition names, and where it leaves the choice
    open, none of them is a choice to be made too. Raises Refused with every obstacle.
    """
    case = find(uow, ref, seen)
    rule = case.procedure.pauses.get(kind)
    if rule is None:
        raise NotFound(
            f"{kind!r} is no hold under this edition: {', '.join(case.procedure.pauses) or 'there is none'}."
        )
    uow = check_role(uow, case, rule.ordered_by, f"Ordering {case.procedure.in_a_sentence(rule.label)}")
    check_day(uow, starts, case)
    check_words(uow, case, authority, why)
    check_ahead(uow, "The end of the hold", ends)
    order = HoldOrder(kind, authority, why, starts or uow.today, ends, event, stops)
    pause = hold_ordered(case, rule, order, uow.today)
    entry = uow.entry("paused", on=starts, reason=why, authority=authority, data={"pause": pause})
    return recorded(uow, case, entry)


def clocks_named(said: Sequence[str] | None) -> tuple[str, ...] | None:
    """The clocks that a hold is to stop, as they were named; () where it was said to stop none, None where nothing was.

    Raises BadAnswer where both were said.
    """
    named = tuple(one for one in said or () if one != NO_CLOCK)
    if named and len(named) < len(said or ()):
        raise BadAnswer("The hold stops the clocks that are named, or none: leave out the one or the other.")
    return named if said else None


@dataclass(frozen=True)
class HoldOrder:
    """What is ordered: which hold, on whose authority, why, from when, until when or until which event, what it stops.

    `stops` is None where the order leaves that to the edition.
    """

    kind: str
    authority: str
    why: str
    starts: date
    ends: date | None
    event: str
    stops: tuple[str, ...] | None

    @property
    def until(self) -> Literal["date", "event", "further_notice"]:
        """By what it ends."""
        return "date" if self.ends else "event" if self.event else "further_notice"


def hold_ordered(case: Case, rule: PauseKind, order: HoldOrder, today: date) -> dict[str, Any]:
    """A hold as its entry records it. Raises NotPossible with everything that stands in the way of ordering it."""
    stopping = rule.stops if order.stops is None else order.stops
    obstacles = _cannot_order(case, rule, order.authority, order.why, stopping, order.until, order.event)
    if order.stops is None and rule.may_stop and not rule.stops:
        obstacles.append(WHICH.format(choices=", ".join(rule.may_stop)))
    if order.ends is not None and order.ends < order.starts:
        obstacles.append("The hold would end before it starts: check the two dates.")
    if same := _ordered_before(case, order.kind, order.authority, order.event, order.ends, stopping, today):
        obstacles.append(ORDERED.format(pause=same.id, since=long_day(same.starts)))
    if obstacles:
        raise NotPossible(*obstacles)
    return {
        "id": f"P{len(case.dossier.pauses) + 1}",
        "kind": order.kind,
        "authority": order.authority,
        "ends": order.ends.isoformat() if order.ends else None,
        "until": order.until,
        "event": order.event,
        "stops": list(stopping),
        "label": rule.label,
    } | ({"days": rule.days} if rule.days != "with_first" else {})


def review_pause(
    uow: UnitOfWork,
    ref: str,
    pause_id: str,
    note: str,
    *,
    ends: date | None = None,
    on: date | None = None,
    seen: int | None = None,
) -> tuple[Case, Entry]:
    """Record that a hold was looked at again: it stays, or (with `ends`) its end is now known."""
    case = find(uow, ref, seen)
    pause = _running(uow, case, pause_id)
    uow = check_role(uow, case, case.procedure.pauses[pause.kind].ordered_by, "Reviewing a hold")
    _check_while_held(uow, case, pause, on)
    check_words(uow, case, note)
    check_ahead(uow, "The end of the hold", ends)
    if not note.strip():
        raise BadAnswer("Say what was found: a review of a hold needs its reason.")
    if ends is not None and ends < uow.today:
        ending = advice("end the hold instead ({}).", "pause end")
        raise BadAnswer(f"{long_day(ends)} has gone by.", advice=ending)
    data = {"id": pause.id} | ({"ends": ends.isoformat()} if ends else {})
    entry = uow.entry("pause_reviewed", on=on, reason=note, data=data)
    return cases.record(uow.tx, case, entry, uow.now), entry


def end_pause(
    uow: UnitOfWork, ref: str, pause_id: str, why: str, *, on: date | None = None, seen: int | None = None
) -> tuple[Case, Entry]:
    """End a hold: from that day its clocks run again, with the days that had been left."""
    case = find(uow, ref, seen)
    pause = _running(uow, case, pause_id)
    uow = check_role(uow, case, case.procedure.pauses[pause.kind].ordered_by, "Ending a hold")
    check_words(uow, case, why)
    _check_while_held(uow, case, pause, on, "end")
    entry = uow.entry("pause_ended", on=on, reason=why, data={"id": pause.id})
    return recorded(uow, case, entry)


def _check_while_held(uow: UnitOfWork, case: Case, pause: Paused, on: date | None, doing: str = "be looked at") -> None:
    """Refuse a day that cannot be right for something done about a hold: one to come, or before the hold began."""
    check_day(uow, on, case)
    if (on or uow.today) < pause.starts:
        raise BadAnswer(f"The hold began on {long_day(pause.starts)}: it cannot {doing} before that.")


def _running(uow: UnitOfWork, case: Case, pause_id: str) -> Paused:
    pause = case.dossier.pauses.get(pause_id.upper())
    if pause is None:
        raise NotFound(
            f"{case.ref} has no hold {pause_id[:20]!r}: its holds are {', '.join(case.dossier.pauses) or 'none'}."
        )
    if pause.ended or (pause.ends is not None and pause.ends <= uow.today):
        raise NotPossible(f"The hold {pause.id} has ended: order a new one if it is needed again.")
    return pause


def _ordered_before(
    case: Case, kind: str, authority: str, event: str, ends: date | None, stops: tuple[str, ...], today: date
) -> Paused | None:
    """The same hold, where it was ordered before and is not over."""
    same = (kind, authority.strip(), event, ends, frozenset(stops))
    return next(
        (
            one
            for one in case.dossier.pauses.values()
            if not one.ended
            and (one.ends is None or one.ends > today)
            and (one.kind, one.authority, one.event, one.ends, frozenset(one.stops)) == same
        ),
        None,
    )


ENDS = {"date": "on a day", "event": "with an event", "further_notice": "by further notice"}
"""How a hold ends, in a sentence."""


def _cannot_order(
    case: Case, rule: PauseKind, authority: str, why: str, stops: tuple[str, ...], until: str, event: str
) -> list[str]:
    allowed = set(rule.may_stop) | set(rule.stops)
    obstacles = [
        f"This hold may not stop {name!r}: it may stop {', '.join(sorted(allowed)) or 'nothing'}."
        for name in stops
        if name not in allowed
    ]
    if not authority.strip():
        obstacles.append("Say on whose authority the hold is ordered.")
    elif rule.authorities and authority not in rule.authorities:
        obstacles.append(f"The authority must be one of: {'; '.join(rule.authorities)}.")
    if not why.strip():
        obstacles.append("Say why the hold is ordered: it needs its reason.")
    if until not in rule.until:
        allowed_ends = " or ".join(ENDS[one] for one in rule.until)
        obstacles.append(f"This hold may end {allowed_ends}, not {ENDS[until]}: say which.")
    if event and event not in (rule.events or tuple(case.procedure.events)):
        obstacles.append(f"{event!r} is not something this hold can wait for: {', '.join(rule.events)}.")
    if event in case.dossier.events:
        obstacles.append(
            f"{case.procedure.label_of('events', event)} has happened already: the hold would wait for nothing."
        )
    if rule.when is not None and not holds(rule.when, case.dossier.fields):
        only = condition_words(case.procedure, rule.when)
        obstacles.append(f"This hold may be ordered only where {only}: record that first, if it is so.")
    if case.dossier.closed_on is not None:
        obstacles.append("The case is closed: there is nothing to hold.")
    return obstacles

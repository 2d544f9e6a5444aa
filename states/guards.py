"""What can stand in the way of a step. Each guard returns the sentence to show, or None; the list is the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from states.answers import holds
from states.asking import unasked
from states.dossier import Asked, Deadline, Dossier, Item
from states.due_dates import latest
from states.entry import COUNTING, FOLLOWING, ROUNDS, Actor
from states.identity import is_same_person
from states.procedure import LEAD, Procedure
from states.roles import may_act
from states.rounds import asked_in, items_in, opened_with, steps_of_round
from states.steps import Guard, as_day
from states.words import counted, long_day


class Facts(NamedTuple):
    """All a guard may look at: the case, its edition, who acts, what they filled in, and the day it is in Scotland.

    `override` is the reason given for going on without what the guard waits for, `on` the day the step was taken where
    that is not today, `counting` the rules in force when it was.
    """

    procedure: Procedure
    dossier: Dossier
    actor: Actor
    today: date
    answers: Mapping[str, Any] = MappingProxyType({})
    reason: str = ""
    authority: str = ""
    override: str = ""
    on: date | None = None
    counting: int = COUNTING

    @property
    def day(self) -> date:
        """The day on which the step is taken."""
        return self.on or self.today

    @property
    def before_held(self) -> bool:
        """Whether the step is from before guards told a held clock from one that runs, or was set aside."""
        return self.counting < FOLLOWING

    def looks_at_all(self, guard: Guard) -> bool:
        """Whether a guard looks at the whole case: where the edition says so, and for steps from before rounds."""
        return guard.whole_case or self.counting < ROUNDS

    def all_answers(self) -> Mapping[str, Any]:
        """What the case had recorded, with what is being filled in now."""
        return {**self.dossier.fields, **self.answers}


def listed(names: list[str]) -> str:
    """Names as they are read aloud: "NHS Fife, Police Scotland"."""
    return ", ".join(dict.fromkeys(names))


def answers_in(facts: Facts, guard: Guard) -> str | None:
    """Everybody asked has answered, or enough have, or the role that may go on without them says why."""
    every = _requests(facts, guard)
    asked = [one for one in every if not one.unwanted]
    waiting = [f"{one.agency} ({one.item})" if one.item else one.agency for one in asked if one.status == "open"]
    label = facts.procedure.requests[guard.request or ""].label if guard.request else "request"
    missing = _not_asked(facts, guard.request or "")
    if not asked and guard.least:
        before = any(one.request == guard.request for one in facts.dossier.requests.values())
        nobody = "Nobody has been asked in this round of the case yet" if before else "Nobody has been asked yet"
        why = "What was asked is withdrawn" if every else nobody
        return f"{why} ({label}): ask the agencies involved first."
    answered, wanted = sum(one.status == "answered" for one in asked), _wanted(asked, guard)
    if answered >= wanted if guard.join == "quorum" else not (waiting or missing):
        return None
    if _goes_on(facts, guard):
        return None
    also = _who_may_override(facts, guard)
    if missing and not waiting:
        return f"{label}: not asked yet of {listed(missing)}: ask them first.{also}"
    if not waiting:
        return f"{label}: {answered} of the {wanted} answers needed, and nobody is asked any more: ask again.{also}"
    return f"Waiting for {label} from {listed(waiting)}.{also}"


def _requests(facts: Facts, guard: Guard) -> list[Asked]:
    if facts.looks_at_all(guard):
        return [one for one in facts.dossier.requests.values() if one.request == guard.request]
    return asked_in(facts.procedure, facts.dossier, guard.request or "")


def _not_asked(facts: Facts, request: str) -> list[str]:
    """The agencies that were not asked yet about an item that names them, where a request is made about each item."""
    left = unasked(facts.procedure, facts.dossier, request)
    return [f"{agency} ({item.id})" for item, whom in left for agency in whom]


def _wanted(asked: list[Asked], guard: Guard) -> int:
    """How many answers a quorum needs: no more than there are agencies to give one."""
    return min(guard.quorum, sum(one.status != "redirected" for one in asked))


def _goes_on(facts: Facts, guard: Guard) -> bool:
    """Whether the role that may go on in spite of a guard does so, and says why."""
    may = guard.override is not None and may_act(facts.procedure, facts.actor, (guard.override,))
    return may and bool(facts.override)


def _who_may_override(facts: Facts, guard: Guard, though: str = "") -> str:
    if guard.override is None:
        return ""
    role, on = facts.procedure.said("roles", guard.override), f"though {though}" if though else "without them"
    if facts.override:
        return f" Only the {role} may go on {on}."
    return f" The {role} may go on {on}, giving the reason."


def agencies_named(facts: Facts, guard: Guard) -> str | None:
    """At least so many agencies are named on the case."""
    there = len(facts.dossier.agencies)
    if there >= guard.least:
        return None
    found = f"{_too_few(there, guard, 'agency')} named on the case"
    return guard.says or f"{found}: add those involved with the {facts.procedure.subject}."


def _too_few(there: int, guard: Guard, noun: str) -> str:
    """How many there are, where more are needed: "No agency is", "Of the 2 agencies needed, 1 is"."""
    if not there:
        return f"No {noun} is"
    return f"Of the {counted(guard.least, noun)} needed, {there} {'is' if there == 1 else 'are'}"


def lead_named(facts: Facts, guard: Guard) -> str | None:
    """The case has a lead officer."""
    return (
        None
        if facts.dossier.lead
        else guard.says or f"The case has no {facts.procedure.said('roles', LEAD)}: name one."
    )


def condition_met(facts: Facts, guard: Guard) -> str | None:
    """A recorded answer is as the step needs it."""
    assert guard.condition is not None
    return None if holds(guard.condition, facts.all_answers()) else guard.says


def recorded(facts: Facts, guard: Guard) -> str | None:
    """An earlier step has been taken."""
    if _taken(facts, guard):
        return None
    earlier = facts.procedure.transition(guard.trigger or "")
    before = " It was recorded in an earlier round of the case." if guard.trigger in facts.dossier.done else ""
    return guard.says or f"First: {earlier.label if earlier else guard.trigger}.{before}"


def not_recorded(facts: Facts, guard: Guard) -> str | None:
    """A step that excludes this one has not been taken."""
    return guard.says if _taken(facts, guard) else None


def _taken(facts: Facts, guard: Guard) -> bool:
    if facts.looks_at_all(guard):
        return guard.trigger in facts.dossier.done
    return steps_of_round(facts.procedure, facts.dossier, guard.trigger or "")


def by_another(facts: Facts, guard: Guard) -> str | None:
    """Somebody other than the person who took the earlier step takes this one."""
    mark = facts.dossier.done.get(guard.trigger or "")
    if mark is None or not is_same_person(facts.actor, mark.by, mark.account):
        return None
    return guard.says or f"{facts.actor.name} took the step before this one: somebody else must take this one."


def not_held(facts: Facts, guard: Guard) -> str | None:
    """No hold that keeps this step waiting is running."""
    running = [pause for pause in facts.dossier.pauses.values() if pause.runs_on(facts.today)]
    for pause in running:
        kind = facts.procedure.pauses[pause.kind]
        if guard.pause == pause.kind or guard.trigger in kind.holds:
            since, whose = long_day(pause.starts), facts.procedure.authorities.get(pause.authority, pause.authority)
            return f"Held since {since} ({kind.label}), on the authority of {whose}: end the hold first."
    return None


def event_recorded(facts: Facts, guard: Guard) -> str | None:
    """What the case waits for outside the committee has happened."""
    mark = facts.dossier.events.get(guard.event or "")
    since = 0 if facts.looks_at_all(guard) else opened_with(facts.procedure, facts.dossier)
    if mark is not None and mark.sequence >= since:
        return None
    return guard.says or f"Waiting for {facts.procedure.said('events', guard.event or '')}: record it when it comes."


def children_known(facts: Facts, guard: Guard) -> str | None:
    """At least so many children are entered on the case (their names are kept apart)."""
    if facts.dossier.erased or facts.dossier.children >= guard.least:
        return None
    return guard.says or f"{_too_few(facts.dossier.children, guard, facts.procedure.subject)} entered on the case yet."


def date_reached(facts: Facts, guard: Guard) -> str | None:
    """A notice period has run out, for every item or agency that has one; it has not while it is held, or not set."""
    if facts.override:
        return None
    until = next(filter(None, (_runs_on(facts, deadline) for deadline in _newest(facts, guard))), None)
    return until and f"{until}: wait, or give the reason for not waiting."


def _runs_on(facts: Facts, deadline: Deadline) -> str | None:
    label = facts.procedure.label_of_date(deadline.timescale, deadline.subject, deadline.agency, deadline.item)
    if deadline.status == "cancelled" and not facts.before_held:
        return None
    if deadline.due_on is not None:
        return f"{label} runs until {long_day(deadline.due_on)}" if facts.day < deadline.due_on else None
    why = None if facts.before_held else {"held": "is held", "unset": "has no limit"}.get(deadline.status)
    return f"{label} {why}, so nobody knows until when it runs" if why else None


def date_met(facts: Facts, guard: Guard) -> str | None:
    """What a timescale asks for has been done or is not owed any more, or the reason for going on is given."""
    since = 0 if facts.looks_at_all(guard) else opened_with(facts.procedure, facts.dossier)
    found = [one for one in _newest(facts, guard) if one.open or one.ended_by >= since]
    if facts.override or (found and all(one.status == "met" or _set_aside(facts, one) for one in found)):
        return None
    return guard.says or f"Not yet done: {facts.procedure.timescales[guard.timescale or ''].label}."


def not_after(facts: Facts, guard: Guard) -> str | None:
    """The time in which a step may be taken has not gone by, or the role that may go on all the same says why."""
    runs = (one for one in _newest(facts, guard) if one.status != "cancelled")
    gone = [one for one in runs if one.due_on is not None and facts.day > one.due_on]
    if not gone or _goes_on(facts, guard):
        return None
    label = facts.procedure.label_of_date(gone[0].timescale, gone[0].subject, gone[0].agency, gone[0].item)
    ended = f"{label} ended on {long_day(gone[0].due_on)}: this step could be taken until then."
    return (guard.says or ended) + (_who_may_override(facts, guard, "it has ended") or " Take another step.")


def _newest(facts: Facts, guard: Guard) -> list[Deadline]:
    """The newest date of a timescale for each item, agency or hold that has one; for the case where it is the case's.

    A step from before these rules is judged by the newest of all.
    """
    if facts.before_held:
        last = latest(facts.dossier, guard.timescale or "")
        return [] if last is None else [last]
    rows = {one.subject: one for one in facts.dossier.deadlines.values() if one.timescale == guard.timescale}
    return list(rows.values())


def _set_aside(facts: Facts, deadline: Deadline) -> bool:
    """Whether a date was set aside by itself, and not with the case: what a closed case still owed was never done."""
    if deadline.status != "cancelled" or facts.before_held:
        return False
    states = facts.procedure.states  # a state of the edition it was under before may have no name in this one
    closing = (mark for name, mark in facts.dossier.entered.items() if name in states and states[name].final)
    return all(mark.sequence != deadline.ended_by for mark in closing)


def items_entered(facts: Facts, guard: Guard) -> str | None:
    """A register holds at least so many items (of those meant)."""
    there = _meant(facts, guard)
    label = facts.procedure.label_of("registers", guard.items or "")
    if len(there) >= guard.least:
        return None
    found = f"{len(there)} of the {guard.least} needed {'is' if len(there) == 1 else 'are'} entered" if there else ""
    return _as_people_call_it(facts, guard, label) if guard.says else f"{label}: {found or 'none is entered'} yet."


def _as_people_call_it(facts: Facts, guard: Guard, label: str) -> str:
    """What an edition says of a list that misses an item, with the words of the list's form for its keys."""
    said = re.sub(rf"\b{guard.items}\b", lambda _: f"“{label}”", guard.says)
    register = facts.procedure.registers.get(guard.items or "")
    fields = {one.name: one for one in register.fields} if register else {}
    for one in (one for one in guard.where if one.field in fields):
        asked, answer = fields[one.field], str(one.equals)
        called = next((choice.label for choice in asked.choices if choice.name == answer), answer)
        said = said.replace(f"{one.field}: {answer}", f"{asked.label}: {called}")
    return said


def items_ended(facts: Facts, guard: Guard) -> str | None:
    """Every item of a register (of those meant) has been answered, or has ended."""
    left = [item.id for item in _meant(facts, guard) if not item.ended]
    label = facts.procedure.label_of("registers", guard.items or "")
    return f"{label}: still open are {listed(left)}." if left and not facts.override else None


def _meant(facts: Facts, guard: Guard) -> list[Item]:
    return [
        item
        for item in _items(facts, guard)
        if all(holds(one, item.fields) for one in guard.where) and _in_time(facts, guard, item)
    ]


def _items(facts: Facts, guard: Guard) -> list[Item]:
    if facts.looks_at_all(guard):
        return [one for one in facts.dossier.items.values() if one.kept_in == guard.items]
    return items_in(facts.procedure, facts.dossier, guard.items or "")


def _in_time(facts: Facts, guard: Guard, item: Item) -> bool:
    """Whether the date of an item is no later than the one it is held against, where a guard asks for that."""
    day, last = as_day(item.fields.get(guard.dated or "")), as_day(facts.all_answers().get(guard.until or ""))
    return guard.until is None or last is None or (day is not None and day <= last)


def later_than(facts: Facts, guard: Guard) -> str | None:
    """One recorded date lies after another."""
    answers = facts.all_answers()
    one, other = as_day(answers.get(guard.field or "")), as_day(answers.get(guard.than or ""))
    return guard.says if one is not None and other is not None and one <= other else None


GUARDS: dict[str, Callable[[Facts, Guard], str | None]] = {
    "answers_in": answers_in,
    "agencies_named": agencies_named,
    "lead_named": lead_named,
    "condition": condition_met,
    "recorded": recorded,
    "not_recorded": not_recorded,
    "by_another": by_another,
    "not_held": not_held,
    "event_recorded": event_recorded,
    "children_known": children_known,
    "date_reached": date_reached,
    "date_met": date_met,
    "not_after": not_after,
    "items_entered": items_entered,
    "items_ended": items_ended,
    "later_than": later_than,
}
"""The whole vocabulary: a procedure that names any other guard is refused."""

NEEDS: dict[str, tuple[str, ...]] = {
    "answers_in": ("request",),
    "condition": ("condition", "says"),
    "recorded": ("trigger",),
    "not_recorded": ("trigger", "says"),
    "by_another": ("trigger",),
    "event_recorded": ("event",),
    "date_reached": ("timescale",),
    "date_met": ("timescale",),
    "not_after": ("timescale",),
    "items_entered": ("items",),
    "items_ended": ("items",),
    "later_than": ("field", "than", "says"),
}
"""What each guard must be given."""

MAY_TAKE: dict[str, tuple[str, ...]] = {
    "answers_in": ("join", "quorum", "override", "least", "scope"),
    "agencies_named": ("least", "says"),
    "lead_named": ("says",),
    "recorded": ("scope", "says"),
    "not_recorded": ("scope",),
    "by_another": ("says",),
    "not_held": ("pause", "trigger"),
    "event_recorded": ("scope", "says"),
    "children_known": ("least", "says"),
    "date_met": ("scope", "says"),
    "not_after": ("override", "says"),
    "items_entered": ("least", "where", "dated", "until", "scope", "says"),
    "items_ended": ("where", "dated", "until"),
}
"""What each guard may be given besides; all of them take `when`."""


def taken(name: str) -> tuple[str, ...]:
    """The keys a guard of this name looks at: what it must be given, what it may be, and where it is asked at all."""
    return (*NEEDS.get(name, ()), *MAY_TAKE.get(name, ()), "when")


def obstacle(facts: Facts, guard: Guard) -> str | None:
    """The sentence of what stands in the way of a step; None where nothing does, or the guard is not asked here."""
    if guard.when is not None and not holds(guard.when, facts.all_answers()):
        return None
    return GUARDS[guard.name](facts, guard)

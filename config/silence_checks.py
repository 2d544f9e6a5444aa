"""Finds states in which a case can stand with no date running, so that nobody would be reminded of it.

That is no fault of an edition: the guidance may set no limit there. Whoever writes one should know it, and the lead
officer's list names such a case (workflows/messages/digest.py).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

from states.next_step import always
from states.procedure import Procedure
from states.steps import Transition
from states.timescales import Timescale

MOST = 20_000
"""How many situations are looked at; an edition with more is not looked at to its end."""


@dataclass(frozen=True)
class Silence:
    """A state in which a case can stand without a date, and the steps that lead there, by their triggers."""

    state: str
    steps: tuple[str, ...]


Part = tuple[str, str]
"""One of the things from which a clock starts: its kind, such as field, state or timescale, and its name."""


class _Situation(NamedTuple):
    """Where a case stands, which clocks run, and what has come about of that which others wait for besides."""

    state: str
    running: frozenset[str] = frozenset()
    known: frozenset[Part] = frozenset()


def silences(procedure: Procedure) -> tuple[Silence, ...]:
    """The states of an edition in which a case can stand with no date running, each with the shortest way there.

    Only what a step itself begins is counted on: what runs when an agency is asked, a hold ordered or an item entered
    does so only where somebody does that.
    """
    found: dict[str, Silence] = {}
    waiting: deque[tuple[_Situation, tuple[str, ...]]] = deque(
        (_taken(procedure, None, move), (move.trigger,)) for move in procedure.openings
    )
    seen = {situation for situation, _ in waiting}
    while waiting and len(seen) < MOST:
        here, steps = waiting.popleft()
        state = procedure.states[here.state]
        if not state.final and not here.running and not state.waits_for:
            found.setdefault(here.state, Silence(here.state, steps))
        for move in procedure.moves_from(here.state):
            there = _taken(procedure, here, move)
            if there not in seen:
                seen.add(there)
                waiting.append((there, (*steps, move.trigger)))
    return tuple(found[name] for name in procedure.states if name in found)


def _taken(procedure: Procedure, here: _Situation | None, move: Transition) -> _Situation:
    """What a step leads to: the state, the clocks that run, and what is known of that which others wait for."""
    before = here or _Situation("")
    dest, order = move.dest or before.state, _in_order(procedure)
    fired = {("trigger", move.trigger), *(("field", one.name) for one in move.fields if always(one))}
    fired |= {("state", dest)} if dest != before.state else set()
    fired |= {("period", "financial_year"), ("period", "calendar_year")} if here is None else set()
    for name in order:
        if _begins(procedure.timescales[name], fired, before.known):
            fired.add(("timescale", name))
    clocks = {*before.running, *(name for kind, name in fired if kind == "timescale")}
    ended = {name for name in clocks if _ends(procedure, procedure.timescales[name], move, dest)}
    gone = {name for name in ended if move.trigger not in procedure.timescales[name].met_by.triggers}
    for name in order:
        anchor = procedure.timescales[name].anchor
        if name in clocks - ended and not anchor.earlier_of and gone.intersection(anchor.bases):
            gone.add(name)  # what it was counted from is set aside, and with it this
    known = {*before.known, *fired} - {("timescale", name) for name in gone}
    return _Situation(dest, frozenset(clocks - ended - gone), frozenset(known) & _waited_for(procedure))


def _in_order(procedure: Procedure) -> tuple[str, ...]:
    """The time limits, those that others are counted from before these."""
    return (*(name for name in procedure.timescales if name not in procedure.following), *procedure.following)


def _begins(rule: Timescale, fired: set[Part], known: frozenset[Part]) -> bool:
    """Whether a clock begins with what a step brings about, whatever it records; the later of several once all are.

    A date recorded again moves its clock, or begins it anew.
    """
    wanted = _parts(rule)
    if not _owed_always(rule) or rule.anchor.each or wanted.isdisjoint(fired):
        return False
    return not rule.anchor.later_of or wanted <= known | fired


def _parts(rule: Timescale) -> frozenset[Part]:
    return frozenset(pair for part in rule.anchor.parts for pair in part.given().items())


def _waited_for(procedure: Procedure) -> frozenset[Part]:
    """What a clock waits for that starts from the later of several things."""
    waiting = (_parts(rule) for rule in procedure.timescales.values() if rule.anchor.later_of)
    return frozenset[Part]().union(*waiting)


def _owed_always(rule: Timescale) -> bool:
    """Whether somebody owes a date once its clock starts, whatever is recorded: nobody owes a right."""
    return rule.when is None and rule.kind != "window"


def _ends(procedure: Procedure, rule: Timescale, move: Transition, dest: str) -> bool:
    by = {*rule.met_by.triggers, *rule.cancelled_by.triggers}
    left = bool(rule.while_in) and dest not in rule.while_in
    closed = procedure.states[dest].final and not rule.outlives_closing
    again = rule.repeat is not None and move.trigger in rule.met_by.triggers and move.trigger not in rule.repeat.until
    return (move.trigger in by and not again) or left or closed

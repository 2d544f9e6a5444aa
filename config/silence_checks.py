"""Where a case under an edition can stand with no date running, so that no date reminds anybody of it.

That is no fault of an edition: the guidance may set no limit there. Whoever writes one should know it, and the lead
officer's list names such a case (workflows/messages/digest.py).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
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


class _Situation(NamedTuple):
    state: str
    running: frozenset[str]


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
    """What a step leads to: the state, and the clocks that run."""
    running = here.running if here else frozenset[str]()
    dest = move.dest or (here.state if here else "")
    started = set(_started(procedure, here.state if here else "", move, dest))
    ended = {name for name in {*running, *started} if _ends(procedure, procedure.timescales[name], move, dest)}
    return _Situation(dest, frozenset({*running, *started} - ended))


def _started(procedure: Procedure, source: str, move: Transition, dest: str) -> Iterator[str]:
    """The clocks that a step begins whatever it records; a date recorded again moves its clock, or begins it anew."""
    recorded = {field.name for field in move.fields if always(field)}
    fresh = set()
    for name, rule in procedure.timescales.items():
        parts = () if rule.anchor.later_of or rule.anchor.each else rule.anchor.parts
        entered = source != dest and any(part.state == dest for part in parts)
        begins = any(part.field in recorded or part.trigger == move.trigger for part in parts)
        if _owed_always(rule) and (entered or begins):
            fresh.add(name)
    always_due = ((name, rule) for name, rule in procedure.timescales.items() if _owed_always(rule))
    yield from {*fresh, *(name for name, rule in always_due if rule.anchor.timescale in fresh)}


def _owed_always(rule: Timescale) -> bool:
    """Whether somebody owes a date once its clock starts, whatever is recorded: nobody owes a right."""
    return rule.when is None and rule.kind != "window"


def _ends(procedure: Procedure, rule: Timescale, move: Transition, dest: str) -> bool:
    by = {*rule.met_by.triggers, *rule.cancelled_by.triggers}
    left = bool(rule.while_in) and dest not in rule.while_in
    closed = procedure.states[dest].final and not rule.outlives_closing
    again = rule.repeat is not None and move.trigger in rule.met_by.triggers and move.trigger not in rule.repeat.until
    return (move.trigger in by and not again) or left or closed

"""Paths through an edition's state graph: what can come before a move, and where a clock can start and run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from config.graph_checks import closure, graph_of, meant
from states.procedure import Procedure
from states.steps import Transition
from states.timescales import Start, Timescale

Moves = Iterable[Transition]

DEEPEST = 20
"""How many time limits may hang on one another in a row."""


@dataclass(frozen=True, eq=False)
class Ways:
    """An edition as a map. A state whose name is misspelt stands for the one it is nearly: it is told elsewhere."""

    procedure: Procedure
    _begun: dict[str, set[str] | None] = field(default_factory=dict)

    @cached_property
    def moves(self) -> tuple[Transition, ...]:
        """The moves, in the order of the edition."""
        return tuple(self._meant(move) for move in self.procedure.transitions)

    def _meant(self, move: Transition) -> Transition:
        known = self.procedure.states
        if move.dest in known and all(one in known for one in move.source):
            return move
        source = tuple(meant(self.procedure, one) for one in move.source)
        return move.model_copy(update={"source": source, "dest": meant(self.procedure, move.dest)})

    @cached_property
    def reached(self) -> set[str]:
        """Where a case can come to at all."""
        return self.without(lambda _: False)

    @cached_property
    def is_whole(self) -> bool:
        """Whether every move starts and leads where there is a state, as far as can be guessed."""
        return all({*move.source, move.dest} <= self.procedure.states.keys() for move in self.moves)

    @cached_property
    def by_trigger(self) -> dict[str, tuple[Transition, ...]]:
        """The moves of each trigger."""
        found: dict[str, tuple[Transition, ...]] = {}
        for move in self.moves:
            found[move.trigger] = (*found.get(move.trigger, ()), move)
        return found

    @cached_property
    def recording(self) -> dict[str, tuple[Transition, ...]]:
        """The moves that record each field."""
        found: dict[str, tuple[Transition, ...]] = {}
        for move in self.moves:
            for name in dict.fromkeys(one.name for one in move.fields):
                found[name] = (*found.get(name, ()), move)
        return found

    @cached_property
    def _onward(self) -> dict[str, set[str]]:
        return graph_of(self.moves)

    def from_states(self, states: Iterable[str]) -> set[str]:
        """Where a case can come to from these states, themselves among them."""
        return closure(states, self._onward)

    def after(self, moves: Moves) -> set[str]:
        """Where a case can stand once one of these moves was made."""
        return self.from_states(move.dest for move in moves)

    def until_closed(self, moves: Moves) -> set[str]:
        """Where a case can stand once one of these moves was made, until it is opened again."""
        return closure((move.dest for move in moves), graph_of(move for move in self.moves if not move.reopens))

    def without(self, is_left_out: Callable[[Transition], bool]) -> set[str]:
        """Where a case can come to without ever making a move of some kind."""
        kept = [move for move in self.moves if not is_left_out(move)]
        return closure((move.dest for move in kept if not move.source), graph_of(kept))

    def starts_in(self, rule: Timescale, seen: Collection[str] = ()) -> set[str] | None:
        """The states in which what a clock is anchored on can happen; None where that cannot be said."""
        found = [self._starts_with(part, seen) for part in rule.anchor.parts]
        if rule.anchor.each is not None:
            found.append(_of_request(self, rule.anchor.each))
        there = [one for one in found if one is not None]
        return set[str]().union(*there) if there and len(there) == len(found) else None

    def _starts_with(self, part: Start, seen: Collection[str]) -> set[str] | None:
        given = part.given()
        if len(given) != 1:
            return None
        ((kind, name),) = given.items()
        if kind == "timescale":
            return self._hangs_on(name, seen)
        find = STARTS.get(kind)
        return None if find is None else find(self, name)

    def _hangs_on(self, name: str, seen: Collection[str]) -> set[str] | None:
        base = self.procedure.timescales.get(name)
        if base is None or name in seen or len(seen) >= DEEPEST:
            return None
        if name not in self._begun:
            there = self.starts_in(base, (*seen, name))
            self._begun[name] = None if there is None else {one for one in there if self.may_run_in(base, one)}
        return self._begun[name]

    def may_run_in(self, rule: Timescale, state: str) -> bool:
        """Whether a clock may run while a case stands in a state."""
        final = state in self.procedure.states and self.procedure.states[state].final
        return (not rule.while_in or state in rule.while_in) and (rule.outlives_closing or not final)

    def runs_in(self, rule: Timescale, begun: Iterable[str]) -> set[str]:
        """The states a case can come to from those a clock begins in, while it runs."""
        onward = {
            state: {dest for dest in dests if self.may_run_in(rule, dest)} for state, dests in self._onward.items()
        }
        return closure(begun, onward)


def _of_field(ways: Ways, name: str) -> set[str] | None:
    return {move.dest for move in ways.recording[name]} if name in ways.recording else None


def _of_state(ways: Ways, name: str) -> set[str] | None:
    return {name} if name in ways.procedure.states else None


def _of_trigger(ways: Ways, name: str) -> set[str] | None:
    return {move.dest for move in ways.by_trigger[name]} if name in ways.by_trigger else None


def _of_request(ways: Ways, name: str) -> set[str] | None:
    asked = ways.procedure.requests.get(name)
    return _known(ways, asked.states) if asked else None


def _of_register(ways: Ways, name: str) -> set[str] | None:
    kept = ways.procedure.registers.get(name)
    return _known(ways, kept.states or ways.procedure.states) if kept else None


def _of_period(ways: Ways, _: str) -> set[str] | None:
    return {move.dest for move in ways.moves if not move.source} or None


def _anywhere(ways: Ways, _: str) -> set[str] | None:
    return set(ways.procedure.states)


def _known(ways: Ways, states: Iterable[str]) -> set[str] | None:
    return {state for state in states if state in ways.procedure.states} or None


STARTS: dict[str, Callable[[Ways, str], set[str] | None]] = {
    "field": _of_field,
    "state": _of_state,
    "trigger": _of_trigger,
    "request": _of_request,
    "items": _of_register,
    "entered": _of_register,
    "pause": _anywhere,
    "event": _anywhere,
    "period": _of_period,
}
"""Where a case stands once what a clock is anchored on has happened, by the kind of anchor."""


def some(moves: Moves, states: Collection[str]) -> bool:
    """Whether one of the moves starts in one of the states."""
    return any(not set(states).isdisjoint(move.source) for move in moves)

"""Checks of an edition's state graph: cases can be opened and closed, none gets stuck, every clock can start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from typing import NamedTuple

from config.toml_places import Fault
from states.procedure import Procedure
from states.steps import Guard, Transition

KEPT_IN = (
    "a case that comes to {state!r} without it can never do it there, nor go on. "
    "Let it be done in that state too, or give the case another way out."
)


class MoveStates(NamedTuple):
    """A move by its states: from which, to which, and for each guard those where what it waits for can be done."""

    source: frozenset[str]
    dest: str
    waits_for: tuple[frozenset[str], ...]


def opened(procedure: Procedure) -> Iterator[Fault]:
    """Something opens a case."""
    if procedure.kind == "case" and not procedure.openings:
        yield ("transitions",), "no move opens a case. Add a transition without source."


def reached(procedure: Procedure) -> Iterator[Fault]:
    """Every state can be reached from an opening."""
    if not procedure.openings:
        return
    reachable = closure({meant(procedure, move.dest) for move in procedure.openings}, _onward(procedure))
    for name in procedure.states:
        if name not in reachable:
            yield (
                ("states", name),
                f"no case can reach it from an opening. Add a transition with dest = {name!r}, or remove the state.",
            )


def left(procedure: Procedure) -> Iterator[Fault]:
    """Every state but a final one can be left, and leads to a final one in the end."""
    final = {name for name, state in procedure.states.items() if state.final}
    if not final:
        if procedure.kind == "case":
            yield ("states",), "no state is final, so no case can be closed. Write final = true where it is closed."
        return
    onward = _onward(procedure)
    ending = closure(final, _turned(onward))
    for name in procedure.states:
        if name not in final and not onward.get(name, set()) - {name}:
            yield ("states", name), "nothing leads out of it. Add a transition from it, or write final = true."
        elif name not in ending:
            yield ("states", name), "no final state can be reached from it. Add a transition that leads towards one."


def stranded(procedure: Procedure) -> Iterator[Fault]:
    """A case that comes to a state with nothing done of what later moves wait for can do it then, and be closed."""
    final = {name for name, state in procedure.states.items() if state.final}
    if not all({*move.source, move.dest} <= procedure.states.keys() for move in procedure.transitions):
        return  # where the way itself is wrong, that is told
    onward = _onward(procedure)
    reachable = closure({meant(procedure, move.dest) for move in procedure.openings}, onward)
    ways = _ways(procedure)
    for name in sorted(reachable - final):
        there = _from_scratch(ways, name)
        if final.isdisjoint(there) and not final.isdisjoint(closure({name}, onward)):
            yield _kept_in(procedure, name, there)


def _from_scratch(ways: Mapping[str, Sequence[MoveStates]], start: str) -> set[str]:
    """The states that a case comes to from one, if nothing was done before it came there."""
    there, ahead = {start}, [start]
    while ahead:
        for way in ways.get(ahead.pop(), ()):
            if way.dest not in there and all(not there.isdisjoint(one) for one in (way.source, *way.waits_for)):
                there.add(way.dest)
                ahead.append(way.dest)
    return there


def _ways(procedure: Procedure) -> dict[str, list[MoveStates]]:
    """The moves, each under every state that may be what it still lacked."""
    found = defaultdict[str, list[MoveStates]](list)
    for move in procedure.transitions:
        way = MoveStates(
            frozenset(move.source), move.dest, tuple(frozenset(one) for one in _waits(procedure, move) if one)
        )
        for name in way.source.union(*way.waits_for):
            found[name].append(way)
    return found


def _waits(procedure: Procedure, move: Transition) -> Iterator[set[str]]:
    """Of each guard of a move, the states in which what it waits for can be done; empty where it waits for nothing."""
    for guard in move.guards:
        yield _done_in(procedure, guard) if guard.when is None else set()


def _kept_in(procedure: Procedure, state: str, there: Collection[str]) -> Fault:
    """The first guard that keeps a case in these states."""
    index, number = next(
        (index, number)
        for index, move in enumerate(procedure.transitions)
        if set(there) & set(move.source)
        for number, where in enumerate(_waits(procedure, move))
        if where and where.isdisjoint(there)
    )
    return ("transitions", index, "guards", number), KEPT_IN.format(state=state)


def reopened(procedure: Procedure) -> Iterator[Fault]:
    """A closed case is opened again only by a move that says so."""
    for index, move in enumerate(procedure.transitions):
        closed = [name for name in move.source if name in procedure.states and procedure.states[name].final]
        if closed and not move.reopens and move.dest not in closed:
            yield (
                ("transitions", index, "source"),
                f"it leaves the final state {closed[0]!r}. Write reopens = true, or leave that state out.",
            )


def once(procedure: Procedure) -> Iterator[Fault]:
    """From one state a trigger leads to one place."""
    first: dict[tuple[str, str], int] = {}
    for index, move in enumerate(procedure.transitions):
        for source in dict.fromkeys(move.source or ("",)):
            if first.setdefault((source, move.trigger), index) != index:
                where = f"from the state {source!r}" if source else "as an opening"
                yield (
                    ("transitions", index, "trigger"),
                    f"{move.trigger!r} is there twice {where}. Rename one of the two.",
                )


def alike(procedure: Procedure) -> Iterator[Fault]:
    """A field means the same wherever it is recorded."""
    first: dict[str, tuple[str, str]] = {}
    for index, move in enumerate(procedure.transitions):
        for number, field in enumerate(move.fields):
            trigger, kind = first.setdefault(field.name, (move.trigger, field.kind))
            if kind != field.kind:
                yield (
                    ("transitions", index, "fields", number, "kind"),
                    f"{field.name!r} is of kind {kind} in {trigger}, and {field.kind} here. Rename one of the two.",
                )


def cycles(procedure: Procedure) -> Iterator[Fault]:
    """No time limits hang on one another in a ring."""
    told: set[str] = set()
    for name in procedure.timescales:
        ring = _ring(procedure, name)
        if ring and not told & set(ring):
            told |= set(ring)
            yield (
                ("timescales", name, "anchor"),
                f"these hang on one another in a ring: {' > '.join((*ring, ring[0]))}. Anchor one on something else.",
            )


def _ring(procedure: Procedure, name: str) -> tuple[str, ...]:
    """The shortest ring of time limits a name is part of, from itself on; empty when it is in none."""
    ahead: list[tuple[str, ...]] = [(name,)]
    seen = {name}
    for chain in ahead:
        for base in procedure.timescales[chain[-1]].anchor.bases:
            if base == name:
                return chain
            if base in procedure.timescales and base not in seen:
                seen.add(base)
                ahead.append((*chain, base))
    return ()


def _onward(procedure: Procedure) -> dict[str, set[str]]:
    return graph_of(procedure.transitions, partial(meant, procedure))


def graph_of(moves: Iterable[Transition], called: Callable[[str], str] = str) -> dict[str, set[str]]:
    """Which states lead to which, each by the name it is called."""
    graph: dict[str, set[str]] = {}
    for move in moves:
        for source in move.source:
            graph.setdefault(called(source), set()).add(called(move.dest))
    return graph


def meant(procedure: Procedure, name: str) -> str:
    """The state a name stands for: a misspelt one is told elsewhere, and should strand nothing here."""
    if name in procedure.states:
        return name
    return next(iter(get_close_matches(name, procedure.states, n=1)), name)


def _turned(graph: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    back: dict[str, set[str]] = {}
    for source, dests in graph.items():
        for dest in dests:
            back.setdefault(dest, set()).add(source)
    return back


def closure(start: Iterable[str], graph: Mapping[str, Collection[str]]) -> set[str]:
    """The states that are reached from some, themselves among them."""
    seen = set(start)
    ahead = list(seen)
    while ahead:
        fresh = set(graph.get(ahead.pop(), ())) - seen
        seen |= fresh
        ahead.extend(fresh)
    return seen


def kept(procedure: Procedure) -> Iterator[Fault]:
    """One role keeps the cases, and it is there to do so."""
    keeping = [name for name, role in procedure.roles.items() if role.keeps_cases]
    if len(keeping) > 1:
        yield ("roles", keeping[1], "keeps_cases"), f"{keeping[0]!r} keeps the cases already. Leave one of the two out."
    if procedure.keeper and procedure.roles[procedure.keeper].external:
        yield ("roles", procedure.keeper, "external"), "whoever keeps the cases is not external. Name another role."
    if procedure.kind == "case" and procedure.roles and not procedure.keeper:
        yield ("roles",), "no role keeps the cases. Write keeps_cases = true in one of them, or call one lead_officer."


NEVER_AGAIN = (
    "a case that was opened again can never do this anew. "
    "Write scope = 'case', if what was done before it was closed is enough."
)


def again(procedure: Procedure) -> Iterator[Fault]:
    """What a move waits for can be done anew once a case is open again, unless what was done before counts as well."""
    onward = _onward(procedure)
    ways = [closure({meant(procedure, move.dest)}, onward) for move in procedure.transitions if move.reopens]
    for index, move in enumerate(procedure.transitions):
        for number, guard in enumerate(move.guards):
            where = _done_in(procedure, guard)
            if where and any(way & set(move.source) and not way & where for way in ways):
                yield ("transitions", index, "guards", number), NEVER_AGAIN


def _done_in(procedure: Procedure, guard: Guard) -> set[str]:
    """The states in which what a guard waits for is done; none where it is done anywhere, or may be of any round."""
    if guard.whole_case:
        return set()
    if guard.name == "recorded":
        return {state for move in procedure.transitions if move.trigger == guard.trigger for state in move.source}
    if guard.name == "answers_in" and guard.least and guard.request in procedure.requests:
        return set(procedure.requests[guard.request].states)
    kept = procedure.registers.get(guard.items or "") if guard.name == "items_entered" else None
    return set(kept.states) if kept is not None else set()


GRAPH_CHECKS: tuple[Callable[[Procedure], Iterator[Fault]], ...] = (
    opened,
    reached,
    left,
    reopened,
    again,
    stranded,
    kept,
    once,
    alike,
    cycles,
)

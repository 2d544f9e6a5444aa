"""The state machine: what may happen next, and taking one step. The only file that knows `transitions`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from transitions import EventData, Machine, MachineError

from states.answers import expected, faults, line_fault
from states.errors import NotPossible, UnknownStep
from states.guards import Facts, obstacle
from states.next_step import Advice, NextStep, advice
from states.procedure import Procedure
from states.roles import role_obstacle
from states.steps import Guard, Transition

UNOPENED = "unopened"


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way of a step: the sentence, and the guard that says it; without one it is the role."""

    sentence: str
    guard: Guard | None = None
    of_role: bool = False


@dataclass
class Walker:
    """What the machine moves: a state, the facts it is asked about, what stands in the way. Never a row."""

    state: str
    facts: Facts
    obstacles: list[str] = field(default_factory=list)


def step(facts: Facts, trigger: str) -> Transition:
    """Take one step, or refuse it with every obstacle at once.

    Raises UnknownStep when the step does not start from here, NotPossible with all that stands in its way.
    """
    walker = Walker(facts.dossier.state or UNOPENED, facts)
    event = _machine(facts.procedure).events.get(trigger)
    if event is None:
        raise UnknownStep(_no_such_step(facts, trigger))
    try:
        moved = event.trigger(walker)
    except MachineError:
        raise UnknownStep(_no_such_step(facts, trigger)) from None
    if not moved:
        raise NotPossible(*walker.obstacles, advice=_where_it_is_entered(facts, trigger))
    return facts.procedure.moves[facts.dossier.state, trigger]


def _where_it_is_entered(facts: Facts, trigger: str) -> Advice | None:
    """The lists in which a step misses an item, each by the name it has for people."""
    found = obstacles(facts, facts.procedure.moves[facts.dossier.state, trigger])
    missing = [one.guard.items for one in found if one.guard and one.guard.name == "items_entered" and one.guard.items]
    lists = {name: f"“{facts.procedure.label_of('registers', name)}”: {{}}" for name in missing}
    steps = (NextStep("item add", {"ref": (facts.dossier.ref,), "what": (name,)}) for name in lists)
    return advice(f"{'; '.join(lists.values())}.", *steps) if lists else None


def choices(facts: Facts) -> tuple[tuple[Transition, tuple[str, ...]], ...]:
    """The steps from where the case stands, each with the obstacles in its way (none: it can be taken now).

    What a step asks to be filled in is not counted as an obstacle here.
    """
    moves = () if facts.dossier.closed_as else facts.procedure.moves_from(facts.dossier.state)
    return tuple((move, _standing_in_the_way(facts, move)) for move in moves)


def obstacles(facts: Facts, move: Transition) -> tuple[Obstacle, ...]:
    """What stands in the way of one step: of the role first, then a hold, then what its guards say."""
    role = role_obstacle(facts.procedure, facts.actor, move.roles, move.label)
    found = [Obstacle(role, of_role=True)] if role else []
    asked = ((guard, obstacle(facts, guard)) for guard in (_hold(move.trigger), *move.guards))
    return (*found, *(Obstacle(sentence, guard) for guard, sentence in asked if sentence))


@lru_cache(maxsize=1024)
def _hold(trigger: str) -> Guard:
    return Guard(name="not_held", trigger=trigger)


@dataclass(frozen=True)
class _Holder:
    """A procedure that is the same when its digest is, so that its machine is built once."""

    digest: str
    procedure: Procedure = field(compare=False)


@lru_cache(maxsize=64)
def _built(holder: _Holder) -> Machine:
    procedure = holder.procedure
    machine = Machine(
        model=None,
        states=[UNOPENED, *procedure.states],
        initial=UNOPENED,
        auto_transitions=False,
        send_event=True,
    )
    for move in procedure.transitions:
        machine.add_transition(move.trigger, list(move.source) or UNOPENED, move.dest, conditions=[_nothing_in_the_way])
    return machine


def _machine(procedure: Procedure) -> Machine:
    return _built(_Holder(procedure.digest, procedure))


def _nothing_in_the_way(event: EventData) -> bool:
    walker = cast("Walker", event.model)
    facts = walker.facts
    move = facts.procedure.moves[facts.dossier.state, event.event.name]
    filled_in = faults(move.fields, facts.answers, facts.dossier.fields, facts.today)
    in_the_way = _standing_in_the_way(facts, move, naming_fields=True)
    walker.obstacles.extend((*in_the_way, *_wording(facts, move), *filled_in))
    return not walker.obstacles


def _wording(facts: Facts, move: Transition) -> tuple[str, ...]:
    missing = "Say why: this step needs its reason." if move.reason == "required" and not facts.reason else None
    unnamed = None
    if move.authority and facts.authority not in move.authority:
        labels = facts.procedure.authorities
        names = ", ".join(f"{one} ({labels[one]})" if one in labels else one for one in move.authority)
        unnamed = f"Say on whose authority this is done: one of {names}."
    return tuple(fault for fault in (missing, unnamed, line_fault("The reason", facts.reason)) if fault)


def _standing_in_the_way(facts: Facts, move: Transition, *, naming_fields: bool = False) -> tuple[str, ...]:
    found = obstacles(facts, move)
    named = (f"{one.sentence}{_filling_in(move, one.guard) if naming_fields else ''}" for one in found)
    return tuple(dict.fromkeys(named))


def _filling_in(move: Transition, guard: Guard | None) -> str:
    """Which field of the step gives what a guard misses; empty where none does."""
    condition = guard.condition if guard is not None else None
    wanted = condition.field if condition is not None and condition.given else ""
    return next((f" Fill in {one.name!r}{expected(one)}." for one in move.fields if one.name == wanted), "")


def _no_such_step(facts: Facts, trigger: str) -> str:
    here = facts.procedure.moves_from(facts.dossier.state) if facts.dossier.state else facts.procedure.openings
    names = ", ".join(move.trigger for move in here)
    where = facts.procedure.label_of("states", facts.dossier.state) if facts.dossier.state else "a new case"
    return f"{trigger!r} is not a step from {where!r}: " + (f"the steps are {names}." if names else "it is closed.")

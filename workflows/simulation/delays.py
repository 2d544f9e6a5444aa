"""Holds, extensions and missed dates of a simulation: each occurs with a set probability, and ends."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from records.cases import Case
from workflows.simulation.choices import REASONS, chance, days
from workflows.simulation.world import Life, World, actor_for, keeper_of
from workflows.verbs import advance, extend, outside_events, pause


def say_why_late(world: World, dice: Random, case: Case) -> None:
    """Record of some of the dates that were missed why they were."""
    for key, deadline in case.dossier.deadlines.items():
        if case.dossier.wants_reason(deadline, world.now) and chance(dice, 0.4):
            world.attempt(keeper_of(case), advance.record_missed, case.ref, key, dice.choice(REASONS))


def sometimes_hold(world: World, dice: Random, case: Case) -> None:
    """Now and then a case is held for proceedings elsewhere."""
    rules = case.procedure.pauses
    held = any(not one.ended for one in case.dossier.pauses.values())
    if not rules or held or case.dossier.closed_on or not chance(dice, 0.04):
        return
    kind = dice.choice(list(rules))
    rule = rules[kind]
    stops = tuple(dice.sample(rule.may_stop, min(2, len(rule.may_stop)))) if rule.may_stop else None
    event = dice.choice(rule.events) if rule.events and chance(dice, 0.7) else ""
    authority = dice.choice(rule.authorities) if rule.authorities else "Procurator Fiscal"
    why = "Witnesses in other proceedings would be asked about the same events."
    given = {"event": event, "stops": stops}
    done = world.attempt(actor_for(case, rule.ordered_by), pause.order_pause, case.ref, kind, authority, why, **given)
    if done is not None:
        number = list(done.dossier.pauses)[-1]
        world.plan(world.working_time(dice, timedelta(days=30)), hold_life(world, dice, done, number))


def hold_life(world: World, dice: Random, case: Case, number: str) -> Life:
    """A hold: looked at again about each month, ended by what it waits for, or by whoever ordered it."""
    held = case.dossier.pauses[number]
    rule = case.procedure.pauses[held.kind]
    who = actor_for(case, rule.ordered_by)
    for _ in range(dice.randint(1, 7)):
        if chance(dice, 0.85):
            world.attempt(who, pause.review_pause, case.ref, number, "The reason for the hold still stands.")
        yield world.working_time(dice, days(dice, 27, 34))
    if held.event:
        recorder = actor_for(case, case.procedure.events[held.event].recorded_by)
        world.attempt(recorder, outside_events.record_event, case.ref, held.event, note="Heard today.")
    else:
        world.attempt(who, pause.end_pause, case.ref, number, "The reason for the hold is gone.")


def sometimes_extend(world: World, dice: Random, case: Case) -> None:
    """Now and then more time is asked for a date of the committee's own."""
    for deadline in case.dossier.open_deadlines():
        rule = case.procedure.timescales[deadline.timescale].extension
        if rule is None or deadline.agency or deadline.due_on is None or not chance(dice, 0.1):
            continue
        asking = actor_for(case, tuple(role for role in rule.asked_by if role != "agency"))
        count = dice.randint(1, 4) * 7
        done = world.attempt(asking, extend.ask_extension, case.ref, deadline.key, count, dice.choice(REASONS))
        if done is not None:
            number = list(done.dossier.extensions)[-1]
            at = world.working_time(dice, days(dice, 1, 4))
            world.plan(at, extension_life(world, dice, case, rule.granted_by, number))


def extension_life(world: World, dice: Random, case: Case, granted_by: tuple[str, ...], number: str) -> Life:
    """An extension that was asked for: decided within days, by somebody else."""
    who = actor_for(case, granted_by[-1:])
    if chance(dice, 0.75):
        world.attempt(who, extend.grant_extension, case.ref, number, "Better late than incomplete.")
    else:
        world.attempt(who, extend.refuse_extension, case.ref, number, "The date was set with this in mind.")
    yield from ()

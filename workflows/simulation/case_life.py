"""The course of a simulated case: opened under the edition of its day, taken on step by step until it is closed."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from records.cases import Case
from records.children import ChildDetails
from states.dossier import Dossier
from states.entry import Actor
from states.guards import Facts, obstacle
from states.moments import local_day
from states.procedure import Procedure
from states.steps import Transition
from workflows.simulation.agency_answers import ask_for_information
from workflows.simulation.choices import (
    FIRST_NAMES,
    LAST_NAMES,
    REASONS,
    WORDS,
    chance,
    days,
    filled_in,
    next_step,
    pick,
    waiting_time,
)
from workflows.simulation.delays import say_why_late, sometimes_extend, sometimes_hold
from workflows.simulation.review_findings import after_a_step, before_a_step
from workflows.simulation.world import AGENCIES, LEADS, Life, World, actor_for, keeper_of
from workflows.verbs import advance, link, people, register_items
from workflows.verbs.open import open_case

PATIENCE = 6
"""How often a case that waits for answers is looked at again before it goes on without them."""
MOST_STEPS = 80


def case_life(world: World, number: int) -> Life:
    """One case: opened under the edition of its day, taken on step by step, until it is closed or the time is up."""
    dice = world.dice("case", number)
    case = _opened(world, dice)
    if case is None:
        return
    world.refs.append(case.ref)
    _children(world, dice, case.ref)
    if number and chance(dice, 0.06):
        kind = dice.choice(("same_child", "sibling", "same_incident", "related"))
        world.attempt(keeper_of(case), link.link, case.ref, dice.choice(world.refs[:-1] or [case.ref]), kind)
    ask_for_information(world, case)
    waited = 0
    for _ in range(MOST_STEPS):
        yield world.working_time(
            dice, waiting_time(dice, case.procedure, case.dossier) if not waited else timedelta(days=7)
        )
        case = world.case(case.ref)
        move = next_step(dice, world.guidance(case), case.dossier)
        if move is None:
            return
        say_why_late(world, dice, case)
        case = before_a_step(world, dice, case, move)
        taken = _step(world, dice, case, move, go_on=waited >= PATIENCE)
        waited = 0 if taken else waited + 1
        if taken is not None:
            sometimes_hold(world, dice, taken)
            sometimes_extend(world, dice, taken)
            after_a_step(world, dice, taken, move)
            entered = taken.dossier.state != case.dossier.state
            case = taken
            if entered:
                ask_for_information(world, case)


def _opened(world: World, dice: Random) -> Case | None:
    procedure = in_force(world.editions, local_day(world.now))
    move = dice.choice(procedure.openings)
    agencies = tuple(one for one in AGENCIES if chance(dice, 0.5)) or AGENCIES[:2]
    blank = Dossier(ref="", edition=procedure.name, digest=procedure.digest, agencies=agencies)
    answers = filled_in(dice, move.fields, move, blank, local_day(world.now))
    notifier = dice.choice(agencies)
    actor = Actor(name=f"Designated person, {notifier}", role=move.roles[0], agency=notifier)
    lead = dice.choice(LEADS)
    given = {"answers": answers, "agencies": agencies, "lead": lead}
    return world.attempt(actor, open_case, procedure.name, move.trigger, **given)


def in_force(editions: tuple[Procedure, ...], day: date) -> Procedure:
    """The edition in force on a day: the newest that had been issued by then."""
    known = [one for one in editions if one.issued_on <= day.isoformat()]
    return max(known or editions, key=lambda one: one.issued_on)


def _children(world: World, dice: Random, ref: str) -> None:
    for _ in range(int(pick(dice, {"1": 0.72, "2": 0.18, "3": 0.1}))):
        born = local_day(world.now) - days(dice, 30, 6200)
        child = ChildDetails(name=f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)}", born=born)
        world.attempt(Actor(name=LEADS[0], role="lead_officer"), people.add_child, ref, child)


def _step(world: World, dice: Random, case: Case, move: Transition, *, go_on: bool) -> Case | None:
    answers = filled_in(dice, move.fields, move, case.dossier, local_day(world.now))
    _enter_first(world, dice, case, move, answers)
    given = {
        "answers": answers,
        "reason": dice.choice(WORDS) if move.reason == "required" or move.act == "decide" else "",
        "authority": dice.choice(move.authority) if move.authority else "",
        "late_reason": dice.choice(REASONS) if chance(dice, 0.6) else "",
    }
    roles = tuple(guard.override for guard in move.guards if go_on and guard.override) or move.roles
    if go_on:
        given["override"] = "The committee decided on what it had."
    return world.attempt(actor_for(case, roles), advance.advance, case.ref, move.trigger, **given)


def _enter_first(world: World, dice: Random, case: Case, move: Transition, answers: dict[str, Any]) -> None:
    """Enter what a step waits for in a list: that the family was told, before a report is published."""
    facts = Facts(case.procedure, case.dossier, keeper_of(case), local_day(world.now), answers)
    for guard in move.guards:
        if guard.name == "items_entered" and guard.items and obstacle(facts, guard):
            rule = case.procedure.registers[guard.items]
            known = {one.field: one.equals for one in guard.where}
            item = filled_in(dice, rule.fields, None, case.dossier, facts.today, known=known)
            world.attempt(keeper_of(case), register_items.add_item, case.ref, guard.items, item)

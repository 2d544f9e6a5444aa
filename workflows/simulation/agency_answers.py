"""Agencies of a simulation: asked for information, each answers in its own way, in its own time, or not at all."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from records.cases import Case
from states.dossier import Asked
from states.entry import Actor
from states.moments import local_day
from workflows.simulation.choices import REASONS, chance, days, filled_in, pick
from workflows.simulation.world import AGENCIES, Life, World, actor_for
from workflows.verbs import request

HABITS = {"in time": 0.62, "late": 0.2, "promise": 0.11, "decline": 0.03, "redirect": 0.02, "never": 0.02}
"""How agencies answer, and how often."""


def ask_for_information(world: World, case: Case) -> None:
    """Ask the agencies what the edition lets be asked where the case now stands; each then answers in its own way."""
    for name, rule in case.procedure.requests.items():
        asked = [one.agency for one in case.dossier.requests.values() if one.request == name and one.status == "open"]
        agencies = tuple(one for one in case.dossier.agencies if one not in asked)
        if case.dossier.state not in rule.states or not agencies:
            continue
        done = world.attempt(actor_for(case, rule.asked_by), request.request, case.ref, name, agencies)
        for one in done.dossier.requests.values() if done else ():
            if one.request == name and one.agency in agencies and one.status == "open":
                _begin_agency(world, case.ref, one)


def _begin_agency(world: World, ref: str, asked: Asked) -> None:
    dice = world.dice("agency", ref, asked.id, asked.returns)
    world.plan(world.working_time(dice, days(dice, 0, 4)), agency_life(world, dice, ref, asked))


def agency_life(world: World, dice: Random, ref: str, asked: Asked) -> Life:
    """An agency that was asked: it answers early, late or never, keeps or breaks a promise, says no, names another."""
    actor = Actor(name=f"{asked.agency}, first contact", role="agency", agency=asked.agency)
    case = world.case(ref)
    due = next((one.due_on for one in case.dossier.dates_of("request", asked.id) if one.open), None)
    left = max(0, (due - local_day(world.now)).days) if due else 21
    habit = pick(dice, HABITS)
    if habit in {"never", "decline", "redirect"}:
        _turn_away(world, dice, actor, case, asked, habit)
        return
    wait = days(dice, 0, left) if habit == "in time" else timedelta(days=left) + days(dice, 1, 24)
    if habit == "promise":
        until = local_day(world.now) + timedelta(days=left) + days(dice, 2, 14)
        world.attempt(actor, request.promise, ref, asked.id, until, why=dice.choice(REASONS))
        wait = until - local_day(world.now) + timedelta(days=0 if chance(dice, 0.7) else 12)
    yield world.working_time(dice, wait)
    _answer(world, dice, actor, case, asked, late=due is not None and local_day(world.now) > due)


def _answer(world: World, dice: Random, actor: Actor, case: Case, asked: Asked, *, late: bool) -> None:
    rule = case.procedure.requests[asked.request]
    answers = filled_in(dice, rule.fields, None, case.dossier, local_day(world.now))
    why = dice.choice(REASONS) if late and chance(dice, 0.7) else ""
    done = world.attempt(actor, request.answer, case.ref, asked.id, answers=answers, late_reason=why)
    if done is None or asked.returns or not chance(dice, 0.03):
        return
    back = actor_for(done, rule.asked_by)
    again = world.attempt(back, request.send_back, case.ref, asked.id, "It does not cover the time asked about.")
    if again is not None:
        _begin_agency(world, case.ref, again.dossier.requests[asked.id])


def _turn_away(world: World, dice: Random, actor: Actor, case: Case, asked: Asked, habit: str) -> None:
    if habit == "never":
        return
    if habit == "decline":
        world.attempt(actor, request.decline, case.ref, asked.id, "We have no record of the family.")
        return
    others = [one for one in AGENCIES if one not in case.dossier.agencies] or [AGENCIES[-1]]
    why = "The service moved to another agency last year."
    done = world.attempt(actor, request.redirect, case.ref, asked.id, dice.choice(others), why)
    if done is not None:
        _begin_agency(world, case.ref, list(done.dossier.requests.values())[-1])

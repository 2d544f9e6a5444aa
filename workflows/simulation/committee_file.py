"""The year of a simulated committee: meetings, the chairs' forum, and each year's summary."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from records.cases import Case
from records.database import reading
from states.entry import Actor
from states.moments import local_day
from states.procedure import Procedure
from states.steps import Transition
from workflows.reports.annual_summary import summary_of
from workflows.reports.case_files import year_of
from workflows.simulation.choices import chance, days, filled_in, is_asked_for
from workflows.simulation.delays import say_why_late
from workflows.simulation.item_entry import answer, enter, open_items, write_down
from workflows.simulation.world import LEADS, Life, World, actor_for
from workflows.verbs import advance
from workflows.verbs.open import open_case

LEAD = Actor(name=LEADS[0], role="lead_officer")
ITEMS = "forum_item"
SUMMARY, INTRODUCED = "record_yearly_summary", "introduce_summary"
FORUM, SPECIAL = "record_forum", "record_special_meeting"
SUMMED_UP_IN = (5, 6, 7)
"""The months in which the summary of the year before is made; it is introduced in the month after."""


def committee_life(world: World, edition: Procedure) -> Life:
    """The committee's own file: opened at the beginning, then looked at each month for what it owes."""
    dice = world.dice("committee", edition.name)
    move = edition.openings[0]
    opened = world.attempt(LEAD, open_case, edition.name, move.trigger, answers={}, lead=LEADS[0])
    while opened is not None:
        yield world.working_time(dice, days(dice, 20, 32))
        case = world.case(opened.ref)
        say_why_late(world, dice, case)
        _put_forward(world, dice, case)
        for move in case.procedure.moves_from(case.dossier.state):
            case = world.case(case.ref)
            if _is_time(world, case, move):
                _do(world, dice, case, move)
        for register in ("learning_source", "learning_point"):
            if chance(dice, 0.2):
                write_down(world, dice, world.case(case.ref), register)


def _put_forward(world: World, dice: Random, case: Case) -> None:
    if ITEMS in case.procedure.registers and chance(dice, 0.45):
        enter(world, dice, case, ITEMS, {"from_case": dice.choice(world.refs) if world.refs else None})


def _is_time(world: World, case: Case, move: Transition) -> bool:
    """Whether a step is taken this month: a date asks for it, or it follows what was done the month before."""
    today, done = local_day(world.now), case.dossier.done
    if move.trigger == SUMMARY:
        mark = done.get(SUMMARY)
        return today.month in SUMMED_UP_IN and (mark is None or mark.on.year < today.year)
    if move.trigger == INTRODUCED:
        made, told = done.get(SUMMARY), done.get(INTRODUCED)
        return made is not None and made.on < today and (told is None or told.on < made.on)
    if move.trigger == SPECIAL:
        return bool(_special(case))
    return is_asked_for(case.procedure, case.dossier, move, today + timedelta(days=20))


def _do(world: World, dice: Random, case: Case, move: Transition) -> None:
    today = local_day(world.now)
    taken = _special(case) if move.trigger == SPECIAL else open_items(case, ITEMS) if move.trigger == FORUM else []
    numbers = ", ".join(item.id for item in taken) or None
    known = {"forum_items": numbers, "special_meeting_items": numbers, "introduced_points": None}
    if move.trigger == SUMMARY:
        known |= _summed_up(world, today)
    answers = filled_in(dice, move.fields, move, case.dossier, today, known=known)
    if world.attempt(actor_for(case, move.roles), advance.advance, case.ref, move.trigger, answers=answers) is None:
        return
    for item in taken:
        answer(world, dice, case, item)


def _special(case: Case) -> list[Any]:
    return [item for item in open_items(case, ITEMS) if item.fields.get("urgency") == "special"]


def _summed_up(world: World, today: date) -> dict[str, Any]:
    """What the summary of the year that ended in spring says of its cases."""
    year = year_of(f"{today.year - 1}-{today.year % 100:02}")
    with reading(world.installation.engine) as tx:
        cases = summary_of(tx, year, today).cases
    reviewed = sum(bool(case.led_on) for case in cases)
    return {"summary_year_to": year.last.isoformat(), "cases_considered": len(cases), "cases_reviewed": reviewed}

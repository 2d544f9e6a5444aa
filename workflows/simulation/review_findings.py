"""What a simulated review brings to light: findings and their answers, learning, good practice, who was told of it."""

from __future__ import annotations

from random import Random

from records.cases import Case
from states.moments import local_day
from states.steps import Transition
from workflows.reports.inspectorate_pack import Part, limits
from workflows.simulation.choices import NOTHING, chance, pick
from workflows.simulation.item_entry import answer, enter, items, later, open_items, write_down
from workflows.simulation.proposals import propose_all
from workflows.simulation.stock_texts import finding, theme
from workflows.simulation.world import World, keeper_of
from workflows.verbs.submit_form import submitted

FINDINGS, TOLD = "finding", "dissemination"
HOW_MANY = {"0": 0.04, "1": 0.1, "2": 0.2, "3": 0.24, "4": 0.2, "5": 0.13, "6": 0.09}
"""How many findings a review has, and how often."""

LEARNED = {"learning_point": (0, 3), "good_practice": (0, 2)}
"""How many of each a review leaves behind: the fewest and the most."""

REVIEWED = frozenset({"proceed", "decide_scr"})
"""The steps that decide on a full review."""


def before_a_step(world: World, dice: Random, case: Case, move: Transition) -> Case:
    """What a review does before a step: it writes its findings, the committee answers them, the family is told."""
    rule = case.procedure.registers.get(FINDINGS)
    if rule and case.dossier.state in rule.states and not items(case, FINDINGS) and chance(dice, 0.8):
        for _ in range(int(pick(dice, HOW_MANY))):
            enter(world, dice, case, FINDINGS, finding(dice, theme(dice)))
        case = world.case(case.ref)
    for guard in move.guards:
        for item in open_items(case, guard.items or ""):
            answer(world, dice, case, item)
    if case.dossier.state == TOLD and not items(case, TOLD):
        _disseminate(world, dice, case)
    return case


def after_a_step(world: World, dice: Random, case: Case, move: Transition) -> None:
    """What a review does after a step: it recommends, it keeps what was learned, it tells the Care Inspectorate."""
    if any(guard.items == FINDINGS for guard in move.guards):
        propose_all(world, dice, case, "report" if REVIEWED & case.dossier.done.keys() else "alternative_review")
        _learn(world, dice, case)
    elif _without_review(case, move) and chance(dice, 0.25):
        propose_all(world, dice, case, "follow_up_after_no_review", most=2)
    for part in _forms(case, move.trigger):
        _submit(world, dice, case, part)


def _without_review(case: Case, move: Transition) -> bool:
    states = case.procedure.states
    before = states[move.source[0]].phase in {"referral", "decision"}
    return move.act == "decide" and before and states[move.dest].phase in {"closed", "follow_through"}


def _learn(world: World, dice: Random, case: Case) -> None:
    for register, (few, many) in LEARNED.items():
        for _ in range(dice.randint(few, many)):
            write_down(world, dice, case, register)
    if chance(dice, 0.1):
        write_down(world, dice, case, "appreciative_inquiry")


def _disseminate(world: World, dice: Random, case: Case) -> None:
    """Family and staff are told first; then it goes to those it is for."""
    for about in ("findings", "publication"):
        enter(world, dice, case, "family_contact", {"about": about})
    for _ in range(dice.randint(0, 2)):
        enter(world, dice, case, "redaction")
    for audience in ("family", "staff_involved", "chief_officers"):
        enter(world, dice, case, TOLD, {"audience": audience})
    for _ in range(dice.randint(0, 3)):
        enter(world, dice, case, TOLD, NOTHING)


def _forms(case: Case, trigger: str) -> list[Part]:
    """The forms of the Care Inspectorate that a step says were sent."""
    rules = {part: [case.procedure.timescales.get(name) for name in names] for part, names in limits().items()}
    sent = {part for part, found in rules.items() if any(one and trigger in one.met_by.triggers for one in found)}
    outcome: Part = "outcome" if REVIEWED & case.dossier.done.keys() else "alternative"
    wanted: tuple[Part, ...] = ("decision", outcome)
    return [part for part in wanted if part in sent]


def _submit(world: World, dice: Random, case: Case, part: Part) -> None:
    reference = f"CI-{world.now:%Y}-{dice.randint(100, 999)}"
    done = world.attempt(keeper_of(case), submitted, case.ref, part, local_day(world.now), reference)
    if done is not None and chance(dice, 0.6):
        later(world, dice, done, 10, 40)

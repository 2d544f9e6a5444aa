"""What simulated reviews recommend: of each level, and what is said of it when it is proposed."""

from __future__ import annotations

from random import Random
from typing import Any

from records.cases import Case
from states.entry import Actor
from states.moments import local_day
from workflows.simulation.choices import NOTHING, chance, filled_in, pick
from workflows.simulation.item_entry import Known, items
from workflows.simulation.recommendation_life import recommendation_life
from workflows.simulation.stock_texts import measures, recommendation, theme
from workflows.simulation.world import AGENCIES, World
from workflows.unit_of_work import UnitOfWork
from workflows.verbs import recommend

HOW_MANY = {"0": 0.1, "1": 0.1, "2": 0.16, "3": 0.2, "4": 0.17, "5": 0.12, "6": 0.08, "7": 0.04, "8": 0.03}
"""How many recommendations a review makes, and how often."""

LEVELS = {"single_agency": 0.45, "multi_agency": 0.37, "national_sg": 0.1, "other_body": 0.08}
"""Whom they address, and how often."""

REVIEWER = Actor(name="Reviewer", role="reviewer")
BY_THE_VERB = dict.fromkeys(("from_case", "finding", "similar_to"))
"""What proposing fills in by itself."""


def propose_all(world: World, dice: Random, case: Case, source: str, most: int = 8) -> None:
    """Propose what a review recommends; each recommendation is then followed by itself."""
    said_already: set[str] = set()
    for _ in range(min(most, int(pick(dice, HOW_MANY)))):
        findings = [item for item in items(case, "finding") if chance(dice, 0.4)]
        themes = [name for item in findings for name in item.fields.get("themes", ())]
        name = dice.choice(themes or [theme(dice)])
        agencies = case.dossier.agencies or AGENCIES[:2]
        urged = recommendation(dice, pick(dice, LEVELS), name, agencies, said_already)
        known = {**urged, **BY_THE_VERB, "source": source, **_planned(dice, name)}
        _propose(world, dice, case, known, [item.id for item in findings[:2]])


def _propose(world: World, dice: Random, case: Case, known: Known, findings: list[str]) -> None:
    edition = world.installation.settings.recommendations
    fields = world.installation.guidance(edition).openings[0].fields
    answers = filled_in(
        dice, fields, None, case.dossier, local_day(world.now), known=known, recorded=NOTHING, optional=0.6
    )
    done = world.attempt(REVIEWER, propose, case.ref, answers, tuple(findings), edition=edition)
    if done is not None:
        world.recommended.append(done.ref)
        beginning = world.dice("recommendation", done.ref)
        world.plan(world.now, recommendation_life(world, beginning, done.ref))


def _planned(dice: Random, name: str) -> dict[str, Any]:
    """How it is to be measured and reviewed; some of it is left until the committee accepts it."""
    measured = {"measures": measures(dice, name) if chance(dice, 0.7) else None}
    return {**measured, "review_on": None} if chance(dice, 0.5) else measured


def propose(uow: UnitOfWork, ref: str, answers: dict[str, Any], findings: tuple[str, ...], *, edition: str) -> Case:
    """Propose a recommendation, and give back its file."""
    return recommend.propose(uow, ref, answers, findings, edition=edition).case

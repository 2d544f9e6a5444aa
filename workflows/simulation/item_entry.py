"""Lists kept by a simulated committee: entering an item, answering it, bringing it up to date later."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from records.cases import Case
from states.dossier import Item
from states.entry import Actor
from states.moments import local_day
from workflows.simulation.choices import NOTHING, chance, days, filled_in
from workflows.simulation.stock_texts import of_theme, theme
from workflows.simulation.world import Life, World, actor_for
from workflows.verbs.register_items import add_item, answer_item, update_item

Known = Mapping[str, Any]

LATER = {"shared_on": None, "shared_where": None}
WRITTEN: dict[str, tuple[str, str, Known]] = {
    "learning_point": ("point", "learned", LATER),
    "good_practice": ("description", "practice", LATER),
    "appreciative_inquiry": ("", "", {"shared_vision": None, "design": None, "resulting_actions": None}),
    "learning_source": ("", "", NOTHING),
}
"""Lists of what was learned: the field that says it, the part of a theme it comes from, what is known only later."""


def open_items(case: Case, register: str) -> list[Item]:
    """The items of a list that have not ended."""
    return [item for item in items(case, register) if not item.ended]


def items(case: Case, register: str) -> list[Item]:
    """The items of a list."""
    return [item for item in case.dossier.items.values() if item.kept_in == register]


def enter(
    world: World, dice: Random, case: Case, register: str, known: Known = NOTHING, actor: Actor | None = None
) -> Case | None:
    """Enter an item in a list of a file, where its edition keeps one."""
    rule = case.procedure.registers.get(register)
    if rule is None:
        return None
    answers = filled_in(
        dice, rule.fields, None, case.dossier, local_day(world.now), known=known, recorded=NOTHING, optional=0.5
    )
    return world.attempt(actor or actor_for(case, rule.kept_by), add_item, case.ref, register, answers)


def answer(world: World, dice: Random, case: Case, item: Item) -> None:
    """Answer an item of a list."""
    rule = case.procedure.registers[item.kept_in]
    answers = filled_in(dice, rule.answer, None, case.dossier, local_day(world.now), recorded=item.fields, optional=0.5)
    world.attempt(actor_for(case, rule.answered_by), answer_item, case.ref, item.id, answers)


def bring_up_to_date(
    world: World, dice: Random, ref: str, number: str, known: Known = NOTHING, actor: Actor | None = None
) -> None:
    """Record something about an item of a list."""
    case = world.case(ref)
    item = case.dossier.items[number]
    rule = case.procedure.registers[item.kept_in]
    today = local_day(world.now)
    answers = filled_in(dice, rule.update, None, case.dossier, today, known=known, recorded=item.fields, optional=0.7)
    world.attempt(actor or actor_for(case, rule.updated_by), update_item, ref, number, answers)


def later(world: World, dice: Random, done: Case, few: int, many: int) -> None:
    """Bring the newest item of a file up to date some days later."""
    number = list(done.dossier.items)[-1]
    world.plan(world.working_time(dice, days(dice, few, many)), _later(world, dice, done.ref, number))


def _later(world: World, dice: Random, ref: str, number: str) -> Life:
    bring_up_to_date(world, dice, ref, number)
    yield from ()


def write_down(world: World, dice: Random, case: Case, register: str) -> None:
    """Enter something learned on a theme; most of it is shared some weeks later."""
    field, part, unknown = WRITTEN[register]
    name = theme(dice)
    words = {field: of_theme(dice, name, part)} if field else {}
    done = enter(world, dice, case, register, {"themes": [name], **words, **unknown})
    if done is None:
        return
    world.learned += register == "learning_point"
    if done.procedure.registers[register].update and chance(dice, 0.8):
        later(world, dice, done, 14, 120)

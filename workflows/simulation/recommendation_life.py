"""The course of a simulated recommendation: decided on, carried out or sent, proven, and asked what it changed."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from records.cases import Case
from states.answers import holds
from states.dossier import Item
from states.entry import Actor
from states.moments import local_day
from states.steps import Transition, as_day
from states.words import month_of
from workflows.simulation.choices import WORDS, chance, days, filled_in, is_asked_for
from workflows.simulation.delays import say_why_late, sometimes_extend
from workflows.simulation.item_entry import bring_up_to_date, enter, open_items
from workflows.simulation.stock_texts import action, evidence_file, measures, reason
from workflows.simulation.world import Life, World, actor_for, keeper_of
from workflows.verbs import advance, outside_events

ACTIONS = "action"
MOST_STEPS = 60
SHARES: dict[str, dict[str, float]] = {
    "proposed": {"revise": 0.08, "accept": 0.8, "accept_for_others": 0.8, "reject": 0.1, "supersede": 0.02},
    "accepted": {"start": 1.0, "send": 1.0},
    "in_progress": {"claim_complete": 0.75, "report_progress": 0.2, "block": 0.06, "supersede": 0.01},
    "blocked": {"unblock": 0.55, "report_progress": 0.4, "supersede": 0.03},
    "claimed_complete": {"verify": 0.8, "send_back": 0.2},
    "verified": {"assess_impact": 0.93, "close_without_impact": 0.07},
    "impact_assessed": {"close": 0.6, "recheck_impact": 0.1},
    "closed": {},
    "sent": {"record_acknowledgement": 0.6, "record_answer": 0.15},
    "acknowledged": {"record_answer": 0.45, "record_acceptance": 0.2, "record_refusal": 0.08},
    "answered": {"record_acceptance": 0.5, "record_refusal": 0.2, "close_answered": 0.3},
    "accepted_by_them": {"close_answered": 1.0},
    "declined_by_them": {"close_answered": 1.0},
}
"""How likely each step is where a recommendation stands; what falls to none of them is a wait for the next look."""

OWED, REOPENED = 0.5, 0.6
"""How much likelier a step is that a date asks for now, and reopening after a check that found nothing changed."""

PACE = {"immediate": (1, 2, 7, 25), "urgent": (2, 13, 20, 85), "routine": (7, 30, 50, 330)}
"""By urgency, days: until it is begun, the fewest and the most; until an action under it is due, likewise."""

DWELLING = {
    "proposed": (3, 30),
    "in_progress": (25, 80),
    "blocked": (14, 70),
    "claimed_complete": (5, 32),
    "verified": (30, 95),
    "impact_assessed": (20, 90),
    "closed": (30, 60),
    "sent": (20, 45),
    "acknowledged": (25, 60),
}
"""Days until it is looked at again, by where it stands."""


def recommendation_life(world: World, dice: Random, ref: str) -> Life:
    """A recommendation, followed until nothing more is owed on it or the time is up."""
    for _ in range(MOST_STEPS):
        case = world.case(ref)
        if case.dossier.closed_on and not case.dossier.open_deadlines():
            return
        yield world.working_time(dice, _dwell(dice, case))
        case = world.case(ref)
        say_why_late(world, dice, case)
        if case.dossier.state in {"sent", "acknowledged"} and chance(dice, 0.5):
            chasing = "They were asked how it stands."
            world.attempt(keeper_of(case), outside_events.ask_after, ref, "reply", chasing)
        move = _next(world, dice, case)
        done = _step(world, dice, case, move) if move else None
        if done is None or move is None:
            continue
        if move.dest == "in_progress" and move.trigger in {"start", "reopen"}:
            _plan_actions(world, dice, done)
        elif move.dest == case.dossier.state == "in_progress" and chance(dice, 0.3):
            enter(world, dice, done, "monitoring")
        sometimes_extend(world, dice, done)


def _dwell(dice: Random, case: Case) -> timedelta:
    if case.dossier.state == "accepted":
        few, many, *_ = PACE[_urgency(case)]
        return days(dice, few, many)
    return days(dice, *DWELLING.get(case.dossier.state, (10, 40)))


def _urgency(case: Case) -> str:
    found = str(case.dossier.fields.get("urgency") or "")
    return found if found in PACE else "routine"


def _next(world: World, dice: Random, case: Case) -> Transition | None:
    """The step that is taken now, of those that nothing stands in the way of; None: it is left until the next look."""
    moves = [move for move in case.procedure.moves_from(case.dossier.state) if _can(world, case, move)]
    shares = [_share(world, case, move) for move in moves]
    rest = max(0.0, 1.0 - sum(shares))
    return dice.choices([*moves, None], [*shares, rest])[0] if moves else None


def _can(world: World, case: Case, move: Transition) -> bool:
    said = case.dossier.fields
    conditions = [guard.condition for guard in move.guards if guard.condition and guard.condition.field in said]
    waits = any(open_items(case, guard.items) for guard in move.guards if guard.items)
    undone = any(guard.name == "recorded" and guard.trigger not in case.dossier.done for guard in move.guards)
    lonely = move.trigger == "supersede" and not world.recommended[1:]
    return all(holds(one, said) for one in conditions) and not (waits or undone or lonely)


def _share(world: World, case: Case, move: Transition) -> float:
    if move.trigger == "reopen":
        return REOPENED if _nothing_changed(case) else 0.0
    if move.trigger in {"recheck_impact", "conclude_impact"}:
        again = "recheck_impact" in case.dossier.done
        return OWED + 0.4 if again == (move.trigger == "conclude_impact") and _owed(world, case, move) else 0.0
    return SHARES.get(case.dossier.state, {}).get(move.trigger, 0.0) + OWED * _owed(world, case, move)


def _nothing_changed(case: Case) -> bool:
    """Whether a check after the first assessment found that nothing had changed in practice."""
    checked = "recheck_impact" in case.dossier.done and "reopen" not in case.dossier.done
    return checked and case.dossier.fields.get("impact_practice") == "none_seen"


def _owed(world: World, case: Case, move: Transition) -> bool:
    """Whether a date asks for a step by the end of next week."""
    soon = local_day(world.now) + timedelta(days=10)
    return is_asked_for(case.procedure, case.dossier, move, soon)


def _step(world: World, dice: Random, case: Case, move: Transition) -> Case | None:
    today = local_day(world.now)
    known = _known(world, dice, case, move, today)
    answers = filled_in(dice, move.fields, move, case.dossier, today, known=known, optional=0.4)
    given = {
        "answers": answers,
        "reason": reason(dice, move.trigger, WORDS) if move.reason == "required" else "",
        "authority": dice.choice(move.authority) if move.authority else "",
    }
    return world.attempt(_actor(dice, case, move), advance.advance, case.ref, move.trigger, **given)


def _known(world: World, dice: Random, case: Case, move: Transition, today: date) -> dict[str, Any]:
    """What is said at a step: dates that follow one another, files of evidence, what was left until now."""
    since = as_day(case.dossier.fields.get("done_on")) or today - timedelta(days=1)
    other = dice.choice([one for one in world.recommended if one != case.ref] or [case.ref])
    known = {
        "review_on": (today + days(dice, 150, 400)).isoformat(),
        "evidence_on": (since + timedelta(days=dice.randint(1, max(1, (today - since).days)))).isoformat(),
        "done_evidence_on": None,
        "superseded_by": other,
        "finding": None,
        "similar_to": None,
        "reopened_because": "nothing_changed",
        **({"impact_practice": "none_seen"} if case.dossier.fields.get("fulfilled") == "no" else {}),
        "themes": None,
        "level": None,
        "text": None,
    }
    return {**known, **_left_to_say(dice, case, move), **_files(world, dice, case, move)}


def _left_to_say(dice: Random, case: Case, move: Transition) -> dict[str, Any]:
    """What was said when it was proposed is not said again when it is decided; how it is measured may be left out."""
    if not any(guard.condition for guard in move.guards) or case.dossier.state != "proposed":
        return {}
    said = dict.fromkeys(field.name for field in move.fields if field.name in case.dossier.fields)
    name = dice.choice(case.dossier.fields.get("themes") or [""])
    measured = measures(dice, name) if chance(dice, 0.6) else None
    return {**({} if "measures" in said else {"measures": measured}), **said}


def _files(world: World, dice: Random, case: Case, move: Transition) -> dict[str, Any]:
    wanted = [field.name for field in move.fields if field.kind == "files" and chance(dice, 0.3)]
    folder = world.installation.settings.evidence.absolute()
    return {name: [evidence_file(dice, folder, f"{case.ref}, {month_of(world.now)}")] for name in wanted}


def _actor(dice: Random, case: Case, move: Transition) -> Actor:
    if "responsible" in move.roles:
        return Actor(name=str(case.dossier.fields.get("responsible") or "Head of service"), role="responsible")
    return actor_for(case, (dice.choice(move.roles),))


def _plan_actions(world: World, dice: Random, case: Case) -> None:
    """Plan what is to be done: by whom, by when."""
    *_, few, many = PACE[_urgency(case)]
    for _ in range(dice.choice((0, 1, 1, 2, 2, 3))):
        due = local_day(world.now) + days(dice, few, many)
        known = {"text": action(dice), "due_on": due.isoformat(), "depends_on": None}
        if case.dossier.agencies:
            known["agency"] = dice.choice(case.dossier.agencies)
        done = enter(world, dice, case, ACTIONS, known, keeper_of(case))
        if done is not None:
            item = list(done.dossier.items.values())[-1]
            beginning = world.dice(ACTIONS, case.ref, item.id)
            world.plan(world.now, action_life(world, beginning, case.ref, item, due))


def action_life(world: World, dice: Random, ref: str, item: Item, due: date) -> Life:
    """An action: its owner tells each quarter how it stands, and has it done about its date, late, or not at all."""
    ends = due + (days(dice, 4, 70) if chance(dice, 0.25) else -days(dice, 0, 15))
    owner = Actor(name=str(item.fields.get("owner") or "Team manager"), role="responsible")
    while (left := ends - local_day(world.now)) > timedelta(days=100):
        yield world.working_time(dice, min(days(dice, 70, 95), left))
        bring_up_to_date(world, dice, ref, item.id, {"status": "in_progress"}, owner)
    yield world.working_time(dice, max(left, timedelta(days=1)))
    status = "dropped" if chance(dice, 0.07) else "done"
    bring_up_to_date(world, dice, ref, item.id, {"status": status, "evidence_on": None}, owner)

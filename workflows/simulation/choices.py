"""Choices a committee might make, drawn from a seeded random generator: the step, the answers, how soon."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from states.answers import holds
from states.dossier import Dossier
from states.procedure import Procedure
from states.steps import Field, Transition
from workflows.simulation.stock_texts import measures, said, theme

One = TypeVar("One")
Dice = Random

FIRST_NAMES = (
    "Bracken",
    "Puffin",
    "Kelpie",
    "Lochan",
    "Thistledown",
    "Osprey",
    "Selkie",
    "Bramble",
    "Machair",
    "Corrie",
)
LAST_NAMES = ("Invented", "Madeup", "Notreal", "Pretended")
REASONS = (
    "The meeting was not quorate; it was held two weeks later.",
    "The author of the chronology was on leave.",
    "Records had to be fetched from another area.",
    "The request lay with somebody who had changed post.",
    "More time was needed to speak with staff.",
)
WORDS = (
    "Set out in the committee's file.",
    "Several services held parts of the picture.",
    "The services worked well together on the day.",
    "Learning about handovers between teams.",
    "As the sub-group found and the committee agreed.",
)
FILED = (
    "The committee's file, part 2.",
    "Case folder, section 4.",
    "Shared drive of the lead officer, this case's folder.",
    "Papers of the sub-group, this month's folder.",
)
"""Where something might be filed."""
ONLY_IF = "If "
"""So begins the label of a field that is for some cases alone: nothing in an invented case says for which."""
DWELLING = {
    "referral": (1, 9),
    "decision": (5, 30),
    "review": (20, 90),
    "recommendation": (10, 35),
    "follow_through": (25, 110),
    "closed": (1, 10),
}
"""Days between two steps, by the phase a case is in: the fewest and the most."""

NOTHING: Mapping[str, Any] = {}
LEANINGS = {
    "position": {"accept": 0.7, "accept_in_part": 0.17, "reject": 0.04, "note": 0.09},
    "progress": {"on_course": 0.6, "behind": 0.3, "at_risk": 0.1},
    "fulfilled": {"yes": 0.64, "partly": 0.29, "no": 0.07},
    "impact_practice": {"none_seen": 0.15, "emerging": 0.4, "clear": 0.35, "not_measurable": 0.1},
    "impact_outcomes": {"none_seen": 0.2, "emerging": 0.4, "clear": 0.15, "not_measurable": 0.25},
    "urgency": {"quarterly": 0.85, "special": 0.15},
}
"""How often each of several answers is given, where they are not as likely as each other."""

FORWARD, ASIDE, OWED, BACK, REOPEN, ABANDON = 1.0, 0.08, 0.8, 0.06, 0.01, 0.05
"""How likely a kind of step is beside the others: on, standing still, standing still though it meets a date, back."""


def chance(dice: Dice, share: float) -> bool:
    """Whether something happens that happens in this share of cases."""
    return dice.random() < share


def days(dice: Dice, few: int, many: int) -> timedelta:
    """Some days, between few and many."""
    return timedelta(days=dice.randint(few, many))


def waiting_time(dice: Dice, procedure: Procedure, case: Dossier) -> timedelta:
    """How long it is until the next step is taken."""
    return days(dice, *DWELLING[procedure.states[case.state].phase])


def next_step(dice: Dice, procedure: Procedure, case: Dossier) -> Transition | None:
    """The step that is taken next; None when none is, because the case is closed and stays so."""
    moves = procedure.moves_from(case.state)
    weights = [_weight(procedure, case, move) for move in moves]
    rest = 1.0 if procedure.states[case.state].final else 0.0
    if sum(weights) + rest == 0:
        return None
    return dice.choices([*moves, None], [*weights, rest])[0]


def _weight(procedure: Procedure, case: Dossier, move: Transition) -> float:
    if move.reopens or (procedure.states[case.state].final and move.dest != case.state):
        return REOPEN
    order = list(procedure.states)
    here, there = order.index(case.state), order.index(move.dest)
    if here == there:
        return OWED if is_asked_for(procedure, case, move) else (0.0 if move.trigger in case.done else ASIDE)
    if there < here:
        return BACK
    early = procedure.states[case.state].phase == "referral"
    return ABANDON if early and procedure.states[move.dest].final else FORWARD


def is_asked_for(procedure: Procedure, case: Dossier, move: Transition, by: date | None = None) -> bool:
    """Whether a date that is still owed asks for a step; with `by`, one that is due by that day."""
    owed = [one for one in case.open_deadlines() if by is None or (one.due_on is not None and one.due_on <= by)]
    rules = (procedure.timescales[one.timescale] for one in owed if one.timescale in procedure.timescales)
    return any(move.trigger in rule.met_by.triggers for rule in rules if rule.can_be_late)


def filled_in(
    dice: Dice,
    fields: Sequence[Field],
    move: Transition | None,
    case: Dossier,
    today: date,
    *,
    known: Mapping[str, Any] = NOTHING,
    recorded: Mapping[str, Any] | None = None,
    optional: float = 0.03,
) -> dict[str, Any]:
    """Answers to the fields of a step, a request or an item, such as it can be taken or entered with.

    `known` is what is to be said where it is asked for (None: nothing), `recorded` what was recorded before (unless
    said, on the case), `optional` the share of other fields that is filled in though it need not be.
    """
    before = case.fields if recorded is None else recorded
    wanted = {one.condition.field: one.condition for one in (move.guards if move else ()) if one.condition}
    share = optional if move is None or any(field.required for field in fields) else 0.9
    given: dict[str, Any] = {}
    for field in fields:
        condition = wanted.get(field.name)
        needed = condition is not None and condition.given is True and field.name not in before
        asked = field.when is None or holds(field.when, {**before, **given})
        if not asked or not (field.required or needed or _offered(dice, field, known, share)):
            continue
        if known.get(field.name) is not None and _fits(field, known[field.name]):
            value = known[field.name]
        else:
            value = condition.equals if condition and condition.equals else _value(dice, field, case, today)
        given[field.name] = _reasoned(dice, field, value)
    return given


def _offered(dice: Dice, field: Field, known: Mapping[str, Any], optional: float) -> bool:
    """Whether a field that may stay empty is filled in."""
    if field.name in known:
        return known[field.name] is not None
    return field.kind != "files" and chance(dice, optional) and not field.label.startswith(ONLY_IF)


def _fits(field: Field, value: Any) -> bool:
    names = {choice.name for choice in field.choices}
    return not names or names >= set(value if isinstance(value, list) else [value])


def _reasoned(dice: Dice, field: Field, value: Any) -> Any:
    if field.kind == "yes_no" and field.reason_when in (value, "always"):
        return {"answer": value, "reason": dice.choice(WORDS)}
    return value


def _value(dice: Dice, field: Field, case: Dossier, today: date) -> Any:
    if field.kind == "date":
        return _day(dice, field, case, today).isoformat()
    if field.kind in {"choice", "choices"}:
        return _chosen(dice, field)
    return OTHERS[field.kind](dice, field, case)


def _chosen(dice: Dice, field: Field) -> Any:
    names = [choice.name for choice in field.choices]
    shares = {name: share for name, share in LEANINGS.get(field.name, {}).items() if name in names}
    if field.kind == "choice":
        return pick(dice, shares) if shares else dice.choice(names)
    some = dice.sample(names, min(len(names), max(field.least, dice.randint(1, 2))))
    return [one for one in names if one in some]


def _day(dice: Dice, field: Field, case: Dossier, today: date) -> date:
    if field.future:
        return today + days(dice, 60, 150)
    return max(today - days(dice, 0, 3), case.opened_on or today - timedelta(days=3))


OTHERS: dict[str, Callable[[Dice, Field, Dossier], Any]] = {
    "text": lambda dice, field, _: said(dice, field.name, FILED if field.label.startswith("Where ") else WORDS),
    "person": lambda dice, field, _: said(dice, field.name, (f"Somebody ({field.name.replace('_', ' ')})",)),
    "agency": lambda dice, _, case: dice.choice(case.agencies or ("NHS Board",)),
    "agencies": lambda _, __, case: list(case.agencies or ("NHS Board",)),
    "yes_no": lambda dice, _, __: "yes" if chance(dice, 0.85) else "no",
    "number": lambda dice, _, __: dice.randint(1, 12),
    "people": lambda _, field, __: [f"Somebody ({number})" for number in range(1, max(2, field.least) + 1)],
    "files": lambda dice, field, __: [f"Paper {dice.randint(1, 99)}-{number}" for number in range(1, field.least + 1)],
    "measures": lambda dice, _, __: measures(dice, theme(dice)),
}
"""How a field of each other kind is filled in."""


def pick(dice: Dice, shares: Mapping[str, float]) -> str:
    """One of several, each as often as its share says."""
    return dice.choices(list(shares), list(shares.values()))[0]

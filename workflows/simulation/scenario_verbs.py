"""The verbs a scenario may use, each called with what its step gives it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from records.children import ChildDetails
from workflows.messages import chase
from workflows.simulation.scenario import Scenario, ScenarioStep
from workflows.unit_of_work import UnitOfWork
from workflows.verbs import (
    advance,
    correct,
    extend,
    link,
    outside_events,
    pause,
    people,
    recommend,
    register_items,
    request,
)
from workflows.verbs.open import open_case

Given = dict[str, Any]
Verb = Callable[[UnitOfWork, Scenario, ScenarioStep, str, Given], Any]

LISTED = ("agencies", "stops", "joined", "left", "findings")
OPENING = ("open", "propose")
"""The verbs that begin a file, and give its reference."""


def _open(uow: UnitOfWork, scenario: Scenario, step: ScenarioStep, _: str, given: Given) -> str:
    """Open a case under the edition that the scenario names for it; gives its reference."""
    case, _entry = open_case(uow, scenario.cases[step.case].edition, **_fit(given))
    return case.ref


def _propose(uow: UnitOfWork, _: Scenario, __: ScenarioStep, ref: str, given: Given) -> str:
    """Propose a recommendation out of the case it comes from; gives the reference of the recommendation."""
    return recommend.propose(uow, ref, **_fit(given)).case.ref


def _child(uow: UnitOfWork, _: Scenario, __: ScenarioStep, ref: str, given: Given) -> None:
    people.add_child(uow, ref, ChildDetails(**given))


def _confirm(uow: UnitOfWork, _: Scenario, __: ScenarioStep, ref: str, given: Given) -> None:
    chase.confirm(uow, ref, **given)


def _verb(function: Callable[..., Any]) -> Verb:
    return lambda uow, _, __, ref, given: function(uow, ref, **_fit(given))


def _fit(given: Given) -> Given:
    """What a verb takes: lists of names as tuples, and recorded days as they are written in a history."""
    fitted = {key: tuple(value) if key in LISTED else value for key, value in given.items()}
    if "answers" in fitted:
        fitted["answers"] = _written(fitted["answers"])
    return fitted


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _written(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_written(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _nothing(*_: Any) -> None:
    """Only look: the step is there for what it says, or for what must be so by then."""


VERBS: dict[str, Verb] = {
    "open": _open,
    "advance": _verb(advance.advance),
    "missed": _verb(advance.record_missed),
    "request": _verb(request.request),
    "answer": _verb(request.answer),
    "decline": _verb(request.decline),
    "redirect": _verb(request.redirect),
    "promise": _verb(request.promise),
    "send_back": _verb(request.send_back),
    "withdraw_request": _verb(request.withdraw),
    "pause": _verb(pause.order_pause),
    "review_pause": _verb(pause.review_pause),
    "end_pause": _verb(pause.end_pause),
    "ask_extension": _verb(extend.ask_extension),
    "grant_extension": _verb(extend.grant_extension),
    "refuse_extension": _verb(extend.refuse_extension),
    "people": _verb(people.change_people),
    "child": _child,
    "add_item": _verb(register_items.add_item),
    "link": _verb(link.link),
    "correct": _verb(correct.correct),
    "event": _verb(outside_events.record_event),
    "ask_after": _verb(outside_events.ask_after),
    "confirm": _confirm,
    "propose": _propose,
    "answer_item": _verb(register_items.answer_item),
    "update_item": _verb(register_items.update_item),
    "look": _nothing,
}

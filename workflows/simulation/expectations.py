"""What a scenario says must be so after a step, compared with what is: every difference is a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from states.dossier import Deadline, Dossier
from states.due_dates import latest
from states.words import long_day
from workflows.simulation.scenario import Expected, Scenario, ScenarioStep

DOMAIN = "strathmore.example"


@dataclass(frozen=True)
class ArrivedLetter:
    """A letter as it arrived: to which address, with what subject and text."""

    to: str
    subject: str
    body: str = ""


def address(key: str) -> str:
    """The invented address of somebody: of a person by their key, of a contact by its place ("police senior")."""
    return f"{'.'.join(reversed(key.split()))}@{DOMAIN}".lower().replace("_", "-")


def faults(
    scenario: Scenario,
    step: ScenarioStep,
    refused: tuple[str, ...],
    case: Dossier | None,
    letters: tuple[ArrivedLetter, ...],
) -> list[str]:
    """What is not as the step expects; empty when all is."""
    wrong = [*_about_refusal(step.expect, refused), *_about_letters(scenario, step.expect, letters)]
    if case is not None:
        wrong += [*_about_case(step.expect, case), *_about_dates(step.expect, case), *_about_facts(step.expect, case)]
    return wrong


def _about_refusal(expected: Expected, refused: tuple[str, ...]) -> Iterator[str]:
    if expected.refused and not refused:
        yield f"it was to be refused ({expected.refused!r}), and was done."
    elif expected.refused and not any(expected.refused in sentence for sentence in refused):
        yield f"it was refused for another reason than {expected.refused!r}: {' '.join(refused)}"


def _about_letters(scenario: Scenario, expected: Expected, letters: tuple[ArrivedLetter, ...]) -> Iterator[str]:
    for who, words in expected.letters.items():
        if who.split()[0] not in {*scenario.people, *scenario.agencies}:
            yield f"nobody is called {who!r} in the scenario."
            continue
        got = [one for one in letters if one.to == address(who)]
        if not any(words in f"{one.subject}\n{one.body}" for one in got):
            came = "; ".join(one.subject for one in got) or "none"
            yield f"no letter about {words!r} reached {who}; there came: {came}."


def _about_case(expected: Expected, case: Dossier) -> Iterator[str]:
    if expected.state and case.state != expected.state:
        yield f"the case stands at {case.state!r}, not at {expected.state!r}."
    if expected.closed is not None and expected.closed != (case.closed_on is not None):
        yield f"the case is {'closed' if case.closed_on else 'open'}."


def _about_dates(expected: Expected, case: Dossier) -> Iterator[str]:
    for name, day in expected.due.items():
        yield from _differs(name, "due", _date(case, name), day)
    for name, day in expected.first_due.items():
        yield from _differs(name, "first due", _date(case, name), day)
    for name in expected.standing_still:
        found = _date(case, name)
        if found is None or found.status != "held":
            yield f"the clock of {name!r} does not stand still."
    for name in expected.late:
        found = _date(case, name)
        if found is None or not found.late:
            yield f"{name!r} was not late."


def _about_facts(expected: Expected, case: Dossier) -> Iterator[str]:
    for name, value in expected.recorded.items():
        if case.fields.get(name) != value:
            yield f"{name!r} is recorded as {case.fields.get(name)!r}, not as {value!r}."
    for item in expected.ended:
        if item not in case.items or not case.items[item].ended:
            yield f"the item {item!r} has not ended." if item in case.items else f"there is no item {item!r}."


def _date(case: Dossier, name: str) -> Deadline | None:
    return case.deadlines.get(name) or latest(case, name)


def _differs(name: str, which: str, found: Deadline | None, day: date) -> Iterator[str]:
    if found is None:
        yield f"the case has no date {name!r}."
        return
    is_on = found.due_on if which == "due" else found.original_on
    if is_on != day:
        yield f"{name!r} is {which} {long_day(is_on)}, not {long_day(day)}." if is_on else f"{name!r} has no date."

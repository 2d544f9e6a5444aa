"""Running a scenario: each step is done by its verb at its time, and between the steps the clock does its rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from states.entry import CAIRN
from states.errors import Refused
from states.moments import local_moment
from workflows.installation.installation import Installation
from workflows.simulation.clock import Rounds, advance_time, do_rounds, next_rounds
from workflows.simulation.entry_feed import Watcher
from workflows.simulation.expectations import ArrivedLetter, address, faults
from workflows.simulation.scenario import BadScenario, Scenario, ScenarioStep, place_of
from workflows.simulation.scenario_verbs import OPENING, VERBS
from workflows.simulation.stock_texts import kept
from workflows.verbs.contacts import add_contact, set_away
from workflows.views.history import ReplayedEntry

PLACES = {"first": "First contact", "deputy": "Deputy", "senior": "Senior contact"}


@dataclass(frozen=True)
class Scene:
    """What happened at one instant: the step of the scenario (None: the clock), what was recorded, refused and sent."""

    at: datetime
    step: ScenarioStep | None
    changes: tuple[ReplayedEntry, ...] = ()
    refused: tuple[str, ...] = ()
    letters: tuple[ArrivedLetter, ...] = ()


@dataclass
class ScenarioStage:
    """Where a scenario is played: an installation, what does its rounds, the letters that arrived since last asked."""

    installation: Installation
    scenario: Scenario
    rounds: Rounds
    arrived: Callable[[], tuple[ArrivedLetter, ...]]
    refs: dict[str, str] = field(default_factory=dict)
    now: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.now = local_moment(self.scenario.starts, "00:00")
        self.watcher = Watcher(self.installation.engine)


def play(stage: ScenarioStage) -> Iterator[Scene]:
    """Play a scenario from its first step to its last day, scene by scene.

    Raises BadScenario, naming the step, when something is refused or does not come out as the scenario says.
    """
    enter_contacts(stage.installation, stage.scenario, stage.now)
    since: list[ArrivedLetter] = []
    for number, step in enumerate(stage.scenario.steps, 1):
        for scene in wait(stage, step.instant):
            since.extend(scene.letters)
            yield scene
        scene = _act(stage, number, step)
        since.extend(scene.letters)
        yield scene
        wrong = faults(stage.scenario, step, scene.refused, _dossier(stage, step), tuple(since))
        if wrong:
            raise BadScenario(*(f"{place_of(number, step)} did not come out as expected: {one}" for one in wrong))
        since.clear()
    yield from wait(stage, local_moment(stage.scenario.ends, "23:59"))


def wait(stage: ScenarioStage, until: datetime) -> Iterator[Scene]:
    """Let the time pass until an instant (UTC), with every round that is due on the way."""
    for at in advance_time(stage.installation.engine, stage.rounds, stage.now, until):
        yield _scene(stage, at, None)
    stage.now = max(stage.now, until)


def enter_contacts(installation: Installation, scenario: Scenario, now: datetime) -> None:
    """Enter everybody the scenario writes to, at invented addresses."""
    with installation.uow(CAIRN, now) as uow:
        for key, person in scenario.people.items():
            if person.letters:
                where = [("email", address(key))]
                add_contact(uow, role=person.role, name=person.name, channels=where)
        for key, agency in scenario.agencies.items():
            for place in agency.places:
                where = [("email", address(f"{key} {place}"))]
                name = PLACES.get(place, place)
                who = {"agency": agency.name, "role": place, "name": name, "news": agency.news}
                number = add_contact(uow, channels=where, **who)
                if place == "first" and agency.away:
                    set_away(uow, number, agency.away.first, agency.away.last)


def _act(stage: ScenarioStage, number: int, step: ScenarioStep) -> Scene:
    verb = VERBS.get(step.do)
    if verb is None:
        raise BadScenario(f"{place_of(number, step)}: {step.do!r} is not something to do: {', '.join(VERBS)}.")
    refused: tuple[str, ...] = ()
    try:
        with stage.installation.uow(stage.scenario.actor(step.by), stage.now) as uow:
            given = filled_in(stage, step.given)
            done = verb(uow, stage.scenario, step, _about(stage, step), given)
        if step.do in OPENING:
            stage.refs[step.case] = done
    except Refused as no:
        refused = no.obstacles
    except (TypeError, KeyError) as trouble:
        raise BadScenario(f"{place_of(number, step)} is not given what it needs: {trouble}.") from None
    if refused and not step.expect.refused:
        raise BadScenario(f"{place_of(number, step)} was refused: {' '.join(refused)}")
    due = next_rounds(stage.installation.engine, delivering=stage.rounds.deliver is not None)
    if not refused:
        do_rounds(stage.rounds, due, stage.now)
    scene = _scene(stage, stage.now, step)
    return Scene(scene.at, step, scene.changes, refused, scene.letters)


def filled_in(stage: ScenarioStage, value: Any) -> Any:
    """What a step is given: "@police" as the name of that agency, "@B" as the reference of that case.

    A file of evidence is kept, and given as a history names it.
    """
    if isinstance(value, dict):
        return {key: filled_in(stage, one) for key, one in value.items()}
    if isinstance(value, list):
        return [filled_in(stage, one) for one in value]
    if isinstance(value, str) and value.startswith("@"):
        key = value[1:]
        agency = stage.scenario.agencies.get(key)
        if key in stage.scenario.evidence:
            file = stage.scenario.evidence[key]
            return kept(stage.installation.settings.evidence, file.name, file.text)
        return agency.name if agency else stage.refs[key]
    return value


def _about(stage: ScenarioStage, step: ScenarioStep) -> str:
    """The reference of what a step is about; what is still to be proposed is about the case it comes from."""
    found = stage.scenario.recommendations.get(step.case)
    return stage.refs.get(step.case) or (stage.refs.get(found.of, "") if found else "")


def _scene(stage: ScenarioStage, at: datetime, step: ScenarioStep | None) -> Scene:
    return Scene(at, step, stage.watcher.look(), (), stage.arrived())


def _dossier(stage: ScenarioStage, step: ScenarioStep) -> Any:
    ref = stage.refs.get(step.case)
    return next((one for one in stage.watcher.seen.values() if one.ref == ref), None)

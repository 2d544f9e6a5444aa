"""A scenario: invented cases played step by step on the rehearsal clock, written in a TOML file (config/scenarios)."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from states.entry import Actor
from states.errors import Refused
from states.moments import local_moment
from states.words import long_day

SHIPPED = Path(__file__).parents[2] / "config" / "scenarios"


class BadScenario(Refused):
    """A scenario file is faulty, or did not go as it says it should; the sentence names the step."""


class ScenarioPart(BaseModel):
    """A part of a scenario file; a word it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ScenarioPerson(ScenarioPart):
    """Somebody of the committee, or a body it tells: a role, never a real name. Letters go to an invented address."""

    role: str
    name: str
    agency: str = ""
    letters: bool = True


class DaysAway(ScenarioPart):
    """From a first day to a last, both included."""

    first: date
    last: date


class ScenarioAgency(ScenarioPart):
    """An agency and its contacts: first, and deputy or senior where it has one; `away` is the leave of the first.

    `news` is how its contacts have chosen to have news that asks nothing.
    """

    name: str
    places: tuple[str, ...] = ("first", "senior")
    news: str = ""
    away: DaysAway | None = None


class CasePart(ScenarioPart):
    """A case of the scenario: the edition it is opened under, a title for the reader, what it is there to show."""

    edition: str
    title: str
    about: str
    colour: str = "cyan"


class RecommendationPart(ScenarioPart):
    """A recommendation of the scenario: the case it comes from, and a title for the reader."""

    of: str
    title: str


class EvidencePart(ScenarioPart):
    """A file of evidence of the scenario: what it is called, and what is in it."""

    name: str
    text: str


class SummaryPart(ScenarioPart):
    """The year to sum up at the end, such as 2026-27, and figures of it: by table, by line, what stands last in it."""

    year: str
    figures: dict[str, dict[str, int]] = Field(default_factory=dict)


class Expected(ScenarioPart):
    """What must be so after a step. `refused` is part of the refusal, `letters` maps people to part of a subject.

    `recorded` is what the file then holds by the names of its fields, `ended` the items of its lists that are finished.
    """

    state: str = ""
    closed: bool | None = None
    refused: str = ""
    letters: dict[str, str] = Field(default_factory=dict)
    due: dict[str, date] = Field(default_factory=dict)
    first_due: dict[str, date] = Field(default_factory=dict)
    standing_still: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    recorded: dict[str, Any] = Field(default_factory=dict)
    ended: tuple[str, ...] = ()


class ScenarioStep(ScenarioPart):
    """Something done on a day: a verb, by whom, on which case, with what; `says` is what the reader is told."""

    on: date
    at: str = Field(default="10:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    do: str
    case: str = ""
    by: str = ""
    says: str = ""
    given: dict[str, Any] = Field(default_factory=dict, alias="with")
    expect: Expected = Expected()

    @property
    def instant(self) -> datetime:
        """When it is done, in UTC; the file says it in the local time of Scotland."""
        return local_moment(self.on, self.at)


class Scenario(ScenarioPart):
    """A whole scenario: the committee, its people and agencies, the cases, the steps in the order of their dates.

    Recommendations are told by a name of their own, as cases are. `picture` names the days to show where there is no
    room for all of them.
    """

    title: str
    about: str
    committee: str = ""
    starts: date
    ends: date
    people: dict[str, ScenarioPerson]
    agencies: dict[str, ScenarioAgency]
    cases: dict[str, CasePart]
    recommendations: dict[str, RecommendationPart] = Field(default_factory=dict)
    evidence: dict[str, EvidencePart] = Field(default_factory=dict)
    steps: tuple[ScenarioStep, ...]
    summary: SummaryPart | None = None
    picture: tuple[DaysAway, ...] = ()

    def case_of(self, key: str) -> CasePart:
        """The case of that name, or the one that the recommendation of that name comes from."""
        found = self.recommendations.get(key)
        return self.cases[found.of if found else key]

    def actor(self, key: str) -> Actor:
        """Who does a step: one of the people, or "police" for the first contact of that agency."""
        if key in self.people:
            person = self.people[key]
            agency = self.agencies[person.agency].name if person.agency else ""
            return Actor(name=person.name, role=person.role, agency=agency)
        agency = self.agencies[key].name
        return Actor(name=f"{agency}, first contact", role="agency", agency=agency)


def load(path: Path) -> Scenario:
    """Read a scenario. Raises BadScenario with every fault: the step, what is wrong with it."""
    try:
        scenario = Scenario.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as trouble:
        raise BadScenario(
            f"The scenario {path} cannot be read: {(trouble.strerror or 'no reason given').lower()}."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise BadScenario(f"The scenario {path.name} is not in order as TOML: {trouble}.") from None
    except ValidationError as faulty:
        raise BadScenario(*(_fault(path, one) for one in faulty.errors())) from None
    faults = _faults(scenario)
    if faults:
        raise BadScenario(*faults)
    return scenario


def place_of(number: int, step: ScenarioStep) -> str:
    """How a step is named to the person who wrote it: "Step 4 (13 April 2026, case B, advance)"."""
    case = f", case {step.case}" if step.case else ""
    return f"Step {number} ({long_day(step.on)}{case}, {step.do})"


def _fault(path: Path, one: Any) -> str:
    where = [f"{part + 1}" if isinstance(part, int) else str(part) for part in one["loc"]]
    return f"{path.name}, {' '.join(where)}: {one['msg'][0].lower()}{one['msg'][1:]}."


def _faults(scenario: Scenario) -> list[str]:
    known = {*scenario.people, *scenario.agencies}
    files = (*scenario.cases, *scenario.recommendations)
    faults = list(_strangers(scenario))
    previous = local_moment(scenario.starts, "00:00")
    for number, step in enumerate(scenario.steps, 1):
        place = place_of(number, step)
        if step.instant < previous:
            faults.append(f"{place} comes before the step above it: put the steps in the order of their dates.")
        if step.case and step.case not in files:
            faults.append(f"{place} names a case the scenario does not have: {', '.join(files)}.")
        if step.by and step.by not in known:
            faults.append(f"{place} is by {step.by!r}, who is not in the scenario: {', '.join(sorted(known))}.")
        previous = max(previous, step.instant)
    return faults


def _strangers(scenario: Scenario) -> Iterator[str]:
    for key, person in scenario.people.items():
        if person.agency and person.agency not in scenario.agencies:
            yield f"The {key} of the scenario is of an agency {person.agency!r} that it does not have."
    for key, one in scenario.recommendations.items():
        if one.of not in scenario.cases:
            yield f"The recommendation {key} comes from a case {one.of!r} that the scenario does not have."
    names = Counter([*scenario.agencies, *scenario.cases, *scenario.recommendations, *scenario.evidence])
    for key in (key for key, count in names.items() if count > 1):
        yield f"The scenario has two things called {key!r}: give one of them another name."

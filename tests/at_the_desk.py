"""The demonstration's year at the desk: a step of its scenario done in a real browser, by the forms of its pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.desk import PEOPLE
from workflows.simulation.scenario import SHIPPED, Scenario, load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tests.desk import Committee
    from tests.screen import Screen
    from workflows.simulation.scenario import ScenarioStep


def the_scenario() -> Scenario:
    return load(SHIPPED / "committee-year.toml")


@dataclass
class Year:
    """The year as far as it was played: who sits before the screen, and the references of its cases."""

    screen: Screen
    scenario: Scenario = field(default_factory=the_scenario)
    refs: dict[str, str] = field(default_factory=dict)

    @property
    def committee(self) -> Committee:
        return self.screen.committee

    def plays(self, case: str, *, until: date, since: date | None = None) -> None:
        """Do the steps of a case or a recommendation, from one day to another, those two among them."""
        for step in self.scenario.steps:
            if step.case == case and step.do in DONE and step.on <= until and (since is None or step.on >= since):
                self.does(step)

    def does(self, step: ScenarioStep) -> None:
        """Do one step: its page is opened, its form filled in, what will happen is read, and confirmed."""
        self.committee.now = max(self.committee.now, step.instant)
        by = self.scenario.actor(step.by)
        self.screen.acts_as(by.role if by.role in PEOPLE else "deputy_lead_officer" if by.agency else "lead_officer")
        given = {name: self._named(said) for name, said in step.given.items()}
        self.screen.page.goto(DONE[step.do](self, step, given))
        answers: Mapping[str, Any] = given.get("answers", {})
        besides = {name: given[name] for name in ("agencies", "late_reason", "authority", "reason") if given.get(name)}
        if step.do == "open" and "agencies" in besides:
            besides["agency"] = besides.pop("agencies")
        for name, said in {**answers, **besides}.items():
            fill(self.screen, name, said)
        self.screen.press("Continue")
        self.screen.press("Confirm")
        self.screen.page.get_by_role("heading", name="Done", exact=True).wait_for()
        self.refs.setdefault(step.case, self.screen.page.url.rpartition("/")[2].partition("?")[0])

    def _named(self, said: Any) -> Any:
        """What is given, with the name of an agency in the place of its key."""
        if isinstance(said, dict):
            return {name: self._named(one) for name, one in said.items()}
        if isinstance(said, list):
            return [self._named(one) for one in said]
        known = self.scenario.agencies.get(said[1:]) if isinstance(said, str) and said.startswith("@") else None
        return known.name if known else said

    def at(self, case: str) -> str:
        """The page of a case."""
        return f"/cases/{self.refs[case]}"


def opens(year: Year, step: ScenarioStep, given: Mapping[str, Any]) -> str:
    edition = year.scenario.cases[step.case].edition
    way = given.get("trigger") or year.committee.here.guidance(edition).openings[0].trigger
    return f"/cases/new?edition={edition}&step={way}"


def asked_of(year: Year, step: ScenarioStep, given: Mapping[str, Any]) -> str:
    return f"{year.at(step.case)}/requests/{quote(given['agency'])}/answer"


DONE: Mapping[str, Any] = {
    "open": opens,
    "advance": lambda year, step, given: f"{year.at(step.case)}/steps/{given['trigger']}",
    "request": lambda year, step, given: f"{year.at(step.case)}/requests?what={given['kind']}",
    "answer": asked_of,
    "propose": lambda year, step, _: f"{year.at(year.scenario.recommendations[step.case].of)}/recommendations",
    "add_item": lambda year, step, given: f"{year.at(step.case)}/lists?register={given['register']}",
    "update_item": lambda year, step, given: f"{year.at(step.case)}/items/{given['item_id']}/update",
}
"""Where each verb of the scenario has its form."""


def fill(screen: Screen, name: str, said: Any) -> None:
    """Fill in one field of a form, whatever kind it is of."""
    if isinstance(said, list):
        return _fill_several(screen, name, said)
    found = screen.page.locator(f'main [name="{name}"]')
    kind = found.first.evaluate("one => one.type")
    words = f"{said:%d/%m/%Y}" if hasattr(said, "strftime") else str(said)
    if kind == "radio":
        return screen.page.locator(
            f'label[for="{found.locator(f"xpath=self::*[@value={words!r}]").get_attribute("id")}"]'
        ).click()
    if kind == "select-one":
        found.select_option(words)
        return None
    return found.fill(words)


def _fill_several(screen: Screen, name: str, said: list[Any]) -> None:
    if said and isinstance(said[0], dict):
        for row, measure in enumerate(said):
            for part, words in measure.items():
                fill(screen, f"{name}.{row}.{part}", words)
        return
    boxes = {
        one.get_attribute("value"): one for one in screen.page.locator(f'main [name="{name}"][type=checkbox]').all()
    }
    for one in (one for one in said if one in boxes):
        screen.page.locator(f'label[for="{boxes[one].get_attribute("id")}"]').click()
    written = [str(one) for one in said if one not in boxes]
    if written:
        screen.page.locator(f'main [name="{name}.others"]').fill("\n".join(written))

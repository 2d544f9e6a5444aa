"""The demo's scenario as programs do it: what people do there, as operations with their answers, and nothing else."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from workflows.simulation.scenario import Scenario, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from workflows.simulation.scenario import ScenarioStep

SCENARIO = Path(__file__).parent.parent / "config" / "scenarios" / "committee-year.toml"
TOLD = {("C", "open"), *(("B", do) for do in ("open", "advance", "request", "answer"))}
TOLD |= {("R1", do) for do in ("propose", "advance", "add_item", "update_item")}
"""What is told of which: a case that a recommendation comes out of; that, and another case, go to their closing."""
ROLES = {"chair": "chair", "nominated": "nominated_person", "lead": "lead_officer"}
"""Who does it as what; what everybody else does, the deputy enters: whoever says that it is done, another looks."""


class Sends(Protocol):
    """A program that does an operation: it is given the gaps of its address, the answers and the version it saw."""

    def __call__(
        self, role: str, operation: str, gaps: dict[str, str], said: dict[str, Any], seen: int | None
    ) -> dict[str, Any]: ...


@dataclass
class Told:
    """The story as it is told: `sends` does something, `sees` gives a case as it is read, `at` moves the clock."""

    sends: Sends
    sees: Callable[[str], dict[str, Any]]
    at: Callable[[datetime], None]
    scenario: Scenario = field(default_factory=lambda: load(SCENARIO))
    refs: dict[str, str] = field(default_factory=dict)
    asked: dict[tuple[str, str], str] = field(default_factory=dict)

    def tell(self) -> dict[str, str]:
        """Do all of it; the references of what was opened and proposed, by its name in the scenario."""
        for step in self.scenario.steps:
            if (step.case, step.do) in TOLD:
                self.at(step.instant)
                self._one(step)
        return self.refs

    def _one(self, step: ScenarioStep) -> None:
        said = {**self._filled(step.given), **self._filled(step.given.get("answers", {}))}
        said.pop("answers", None)
        operation, gaps = self._operation(step, said)
        ref = gaps.get("ref", "")
        did = self.sends(
            ROLES.get(step.by, "deputy_lead_officer"), operation, gaps, said, self.sees(ref)["version"] if ref else None
        )
        if step.do in {"open", "propose"}:
            self.refs[step.case] = did["ref"]
        if step.do == "request":
            numbered = enumerate(said["agencies"], len(self.asked) + 1)
            self.asked |= {(step.case, agency): f"R{number}" for number, agency in numbered}

    def _operation(self, step: ScenarioStep, said: dict[str, Any]) -> tuple[str, dict[str, str]]:
        """What a step of the scenario is for a program; what its address says is taken from what is said."""
        ref = self.refs.get(step.case, "")
        if step.do == "open":
            said |= {"edition": self.scenario.cases[step.case].edition, "step": said.pop("trigger", "notify")}
            said |= {"agency": said.pop("agencies", [])}
            said.pop("lead", None)
            return "case_new", {}
        if step.do == "propose":
            return "proposals", {"ref": self.refs["C"]}
        if step.do == "advance":
            return "step", {"ref": ref, "step": said.pop("trigger")}
        if step.do == "request":
            said["what"] = said.pop("kind")
            return "requests", {"ref": ref}
        if step.do == "answer":
            return "request_answer", {"ref": ref, "asked": self.asked[step.case, said.pop("agency")]}
        gaps = {"ref": ref, **({"item": said.pop("item_id")} if "item_id" in said else {})}
        return "item_update" if "item" in gaps else "items", gaps

    def _filled(self, value: Any) -> Any:
        """An answer as JSON has it: agencies by their names, files with their content, days as days."""
        if isinstance(value, dict):
            return {key: self._filled(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        if isinstance(value, str) and value.startswith("@"):
            file, agency = self.scenario.evidence.get(value[1:]), self.scenario.agencies.get(value[1:])
            if file is not None:
                return {"name": file.name, "content": b64encode(file.text.encode()).decode()}
            return agency.name if agency else self.refs[value[1:]]
        return value.isoformat() if isinstance(value, date) else value

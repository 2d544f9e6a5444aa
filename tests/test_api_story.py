"""A case of the demo from opening to closing, and a recommendation with its evidence, through the interface alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.interface_story import ROLES, Told
from tests.program import program
from tests.test_web_deeds import kept
from web.api.document import GAP
from web.api.operations import operations
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from datetime import datetime

    from tests.desk import Committee


def test_a_case_goes_from_opening_to_closing_through_the_interface_alone(desk: Committee) -> None:
    addresses = {one.name: one.address for one in operations()}
    roles = {*ROLES.values(), "deputy_lead_officer"}
    programs = {role: program(desk, role, days=366) for role in roles}

    passed = list[tuple[str, str]]()

    def sends(
        role: str, operation: str, gaps: dict[str, str], said: dict[str, Any], seen: int | None
    ) -> dict[str, Any]:
        answer = programs[role].post(GAP.sub(lambda found: gaps[found[1]], addresses[operation]), said, seen=seen)
        assert answer.status_code in {200, 201}, (operation, gaps, said, answer.text)
        found: dict[str, Any] = answer.json()
        passed.append((found["ref"], found["state"]))
        return found

    def sees(ref: str) -> dict[str, Any]:
        found: dict[str, Any] = programs["lead_officer"].get(f"/cases/{ref}").json()
        return found

    def at(now: datetime) -> None:
        desk.now = now

    refs = Told(sends, sees, at).tell()

    assert (kept(desk, refs["B"]).dossier.state, sees(refs["B"])["ref"]) == ("not_proceeding", refs["B"])
    assert {"verified", "impact_assessed", "closed"} <= {state for ref, state in passed if ref == refs["R1"]}
    assert sum(one.is_file() for one in desk.here.settings.evidence.rglob("*")) >= 2
    assert verify(desk.here.engine).ok
    history = programs["lead_officer"].get(f"/cases/{refs['B']}/history", limit=100).json()["items"]
    assert all(one["actor"]["program"] for one in history)

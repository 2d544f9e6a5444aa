"""The desk offers a step to whoever its edition lets take it, whatever the role is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from states.errors import Refused
from states.procedure import Procedure
from tests.desk import EDITION, Here, guidance
from tests.test_recommend import FACTS, PLAN
from tests.test_web_deeds import SCOPE, does, kept
from workflows.verbs.accounts import change_account
from workflows.verbs.advance import advance
from workflows.verbs.open import open_case
from workflows.verbs.recommend import propose
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from tests.desk import Committee


@dataclass(frozen=True)
class Elsewhere(Here):
    """An installation in which one step of an edition is for a role of the desk's own."""

    role: str = ""

    def guidance(self, name: str) -> Procedure:
        found = guidance(name)
        return taken_by(found, self.role) if name == EDITION else found


def taken_by(found: Procedure, role: str) -> Procedure:
    """An edition in which a role inside it takes the step that begins to gather information."""
    whole = found.model_dump(mode="json", by_alias=True, exclude_unset=True)
    whole["roles"][role] = {"label": "Whoever reads the record"}
    (step,) = (one for one in whole["transitions"] if one["trigger"] == "request_info")
    step["roles"] = [role]
    return Procedure.model_validate(whole)


@pytest.mark.parametrize("role", ["reviewer", "auditor", "administrator"])
def test_a_step_of_a_role_that_else_only_reads_has_its_page(role: str, desk: Committee) -> None:
    here = desk.here
    desk.here = Elsewhere(here.settings, here.engine, here.keys, role=role)
    ref = desk.open_case()
    one = desk.sign_in(role)
    assert f'href="/cases/{ref}/steps/request_info"' in one.get(f"/cases/{ref}").text

    does(one, f"/cases/{ref}/steps/request_info", **SCOPE)

    assert kept(desk, ref).dossier.state == "gathering"
    assert one.get(f"/cases/{ref}/people").status_code == 403


@pytest.mark.parametrize("role", ["reviewer", "auditor"])
def test_a_role_without_a_step_of_its_own_reads_as_before(role: str, desk: Committee) -> None:
    ref = desk.open_case()
    one = desk.sign_in(role)

    assert "you read the case" in one.get(f"/cases/{ref}").text
    assert one.get(f"/cases/{ref}/steps/request_info").status_code == 403


def test_whoever_keeps_a_case_under_another_name_leads_what_was_recommended_out_of_it(desk: Committee) -> None:
    asked = {"received_on": "2026-03-02", "wanted": "The minutes.", "urgent": "no"}
    ref = desk.acts("lead_officer", open_case, "new-zealand-official-information-1982", answers=asked)[0].ref
    desk.acts("administrator", change_account, desk.numbers["reviewer"], roles=["information_officer"])
    officer = desk.sign_in("reviewer")
    facts = {name: said for name, said in FACTS.items() if name != "themes"}
    page = does(officer, f"/cases/{ref}/recommendations", themes=FACTS["themes"], **facts)
    found = re.search(r"REC-2026-\d+", page)
    assert found is not None
    rec = found[0]
    more = {"answers": {"decided_on": "2026-03-02", **PLAN}, "authority": "child_protection_committee"}
    desk.acts("chair", advance, rec, "accept", **more)

    assert f'href="/cases/{rec}/steps/start"' in officer.get(f"/recommendations/{rec}").text
    does(officer, f"/cases/{rec}/steps/start", started_on="2/3/2026")

    assert kept(desk, rec).dossier.state == "in_progress"
    assert verify(desk.here.engine).places == ()


def test_whoever_keeps_another_case_under_their_own_name_does_not_lead_it(desk: Committee) -> None:
    ref = desk.open_case()
    rec = desk.acts("lead_officer", propose, ref, FACTS).case.ref

    with pytest.raises(Refused, match="'coroners_officer' may not do it"):
        desk.acts("coroners_officer", advance, rec, "supersede", reason="Another says it.")

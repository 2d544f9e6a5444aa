"""Whom an edition writes to, and whom first."""

from __future__ import annotations

import pytest

from config import procedures
from states.audiences import LATER, written_to


@pytest.mark.parametrize("name", procedures.names())
def test_the_keeper_is_first_and_everybody_named_is_of_the_edition(name: str) -> None:
    procedure = procedures.load(name)

    found = written_to(procedure)

    assert next(iter(found)) == procedure.keeper
    assert found.keys() <= procedure.roles.keys() | procedure.bodies.keys()
    assert [*found.values()] == sorted(found.values())


def test_a_learning_review_writes_to_those_who_recommend_first_and_to_some_in_some_cases_only() -> None:
    found = written_to(procedures.load("scotland-learning-review-2024"))

    named = [*found]
    order = ("lead_officer", "nominated_person", "committee", "care_inspectorate", "review_team", "principal_reporter")
    assert sorted(order, key=named.index) == [*order]
    assert {one for one, steps in found.items() if steps == LATER} == {
        "hub_lead",
        "justice_lead",
        "local_authority_lead",
    }

"""Taking a step, and the ways on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from states.entry import Actor
from states.errors import NotPossible, Refused, UnknownStep
from states.guards import Facts
from states.machine import choices, step
from states.roles import capacity, may_act, role_obstacle
from tests.casework import MEGABYTE, edited, transitions
from tests.office import small_edition
from tests.story import CHAIR, LEAD, Story

TODAY = date(2026, 3, 5)
OUTSIDE = {
    "council": {"label": "Council", "external": True, "recorded_by": ["lead_officer"]},
    "nobody": {"label": "Nobody", "external": True},
}


def facts(story: Story, actor: Actor = LEAD, **more: Any) -> Facts:
    (procedure,) = story.papers.procedures.values()
    return Facts(procedure, story.dossier, actor, TODAY, **more)


def deciding(**parts: Any) -> Story:
    story = Story(edited(**parts))
    story.open()
    story.step("consider", "deciding", "2026-03-02")
    return story


def test_a_step_that_may_be_taken_is_given_back() -> None:
    move = step(facts(deciding(), CHAIR, reason="So."), "decide_review")

    assert (move.trigger, move.dest) == ("decide_review", "reviewing")


def test_a_new_case_has_its_first_steps() -> None:
    story = Story(small_edition())

    assert step(facts(story, answers={"informed_on": "2026-03-01"}), "notify").dest == "notified"
    with pytest.raises(UnknownStep, match="'gather' is not a step from 'a new case': the steps are notify"):
        step(facts(story), "gather")


@pytest.mark.parametrize("trigger", ["", "nothing", "notify", "to_closed", "trigger", "may_publish"])
def test_a_step_that_is_not_one_from_here_is_refused_naming_those_that_are(trigger: str) -> None:
    with pytest.raises(UnknownStep, match="is not a step from 'Before the committee': the steps are decide_review"):
        step(facts(deciding(), CHAIR, reason="So."), trigger)


def test_a_step_is_refused_with_everything_that_stands_in_its_way() -> None:
    story = deciding(
        transitions=transitions(decide_review={"authority": ["committee"], "guards": [{"name": "lead_named"}]})
    )

    with pytest.raises(NotPossible) as refusal:
        step(facts(story, answers={"planned_on": "x"}), "decide_review")

    assert refusal.value.obstacles == (
        "Decide on a review is for the committee chair: lead officer may not do it.",
        "The case has no lead officer: name one.",
        "Say why: this step needs its reason.",
        "Say on whose authority this is done: one of committee.",
        "Planned publication must be a date written like 2026-03-02, not 'x'.",
    )


def test_a_refused_step_does_not_stand_in_the_way_of_the_next_try() -> None:
    story = deciding()
    with pytest.raises(NotPossible):
        step(facts(story, CHAIR), "decide_review")

    assert step(facts(story, CHAIR, reason="So."), "decide_review").dest == "reviewing"


def test_a_reason_too_long_to_keep_is_refused() -> None:
    with pytest.raises(NotPossible, match="The reason is 1,000,000 characters long"):
        step(facts(deciding(), CHAIR, reason=MEGABYTE), "decide_review")


def test_the_authority_must_be_one_of_those_named() -> None:
    story = deciding(transitions=transitions(decide_review={"authority": ["committee", "group"]}))

    with pytest.raises(NotPossible, match="one of committee, group"):
        step(facts(story, CHAIR, reason="So.", authority="me"), "decide_review")
    assert step(facts(story, CHAIR, reason="So.", authority="group"), "decide_review")


def test_the_ways_on_are_in_the_order_of_the_file_each_with_its_obstacles() -> None:
    found = choices(facts(deciding()))

    assert [(move.trigger, len(obstacles)) for move, obstacles in found] == [("decide_review", 1), ("decide_none", 1)]
    assert [obstacles for _, obstacles in choices(facts(deciding(), CHAIR))] == [(), ()]


def test_what_an_outside_role_did_is_entered_by_those_named_for_it() -> None:
    procedure = edited(roles=OUTSIDE)

    assert may_act(procedure, LEAD, ("council",))
    assert not may_act(procedure, CHAIR, ("council",))
    assert not may_act(procedure, LEAD, ("nobody",))
    assert not may_act(procedure, Actor(name="A", role="council"), ("council",))
    assert may_act(procedure, Actor(name="A", role="council"), ("council",), rules=2), "so it was before rules 3"
    assert not may_act(procedure, LEAD, ("unheard_of",))


def test_nobody_acts_as_somebody_outside_but_an_agency_with_what_is_addressed_to_it() -> None:
    own = {name: role.model_dump() for name, role in small_edition().roles.items()}
    outside = {"label": "Agency", "external": True, "recorded_by": ("lead_officer",)}
    procedure = edited(roles={**own, **OUTSIDE, "agency": outside})
    council = Actor(name="A", role="council", agency="Fife Council")

    assert role_obstacle(procedure, council, ("council",), "Closing the case") == (
        "What the council does happens outside Cairn: it is entered by the lead officer."
    )
    assert role_obstacle(procedure, Actor(name="A", role="agency", agency="NHS Fife"), ("agency",), "This") is None
    assert role_obstacle(procedure, Actor(name="A", role="agency"), ("agency",), "This") is not None


def test_a_deputy_acts_in_the_place_of_the_one_they_stand_in_for_and_of_nobody_else() -> None:
    roles = {**small_edition().model_dump()["roles"], "deputy": {"label": "Deputy", "acts_for": ("lead_officer",)}}
    procedure = edited(roles={**OUTSIDE, **roles})
    deputy = Actor(name="D", role="deputy")

    assert capacity(procedure, deputy, ("lead_officer",)) == "lead_officer"
    assert capacity(procedure, deputy, ("deputy", "lead_officer")) == ""
    assert capacity(procedure, deputy, ("council",)) == "lead_officer"  # the lead officer enters what the council did
    assert capacity(procedure, deputy, ("chair",)) is None
    assert capacity(procedure, LEAD, ("deputy",)) is None


def test_a_deputy_may_go_on_without_an_answer_where_the_lead_officer_may() -> None:
    roles = {**small_edition().model_dump()["roles"], "deputy": {"label": "Deputy", "acts_for": ("lead_officer",)}}
    story = Story(edited(roles=roles))
    story.open()
    story.step("gather", "gathering", "2026-03-02")
    story.ask("2026-03-02")

    waiting = facts(story, Actor(name="D", role="deputy"), override="Three reminders went unanswered.")

    assert step(waiting, "consider").dest == "deciding"


def test_who_may_not_is_told_who_may() -> None:
    procedure = edited(roles=OUTSIDE)

    assert role_obstacle(procedure, LEAD, ("lead_officer",), "This") is None
    assert role_obstacle(procedure, Actor(name="A", role="passer_by"), ("chair", "council"), "This") == (
        "This is for the committee chair or council, here written chair or council: 'passer_by' may not do it."
    )


def test_two_editions_of_one_name_are_not_mistaken_for_each_other() -> None:
    first, second = deciding(), deciding(transitions=transitions(decide_none={"dest": "gathering"}))

    assert step(facts(first, CHAIR, reason="So."), "decide_none").dest == "closed"
    assert step(facts(second, CHAIR, reason="So."), "decide_none").dest == "gathering"


def test_a_refusal_reads_as_its_obstacles_line_by_line() -> None:
    assert str(Refused("One.", "Two.")) == "One.\nTwo."

"""Guards look at the present round of a case: what was done before it was opened again, or came round, is not of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from config.graph_checks import NEVER_AGAIN
from config.procedure_checks import faults
from states.earlier_editions import EARLIER_EDITIONS
from states.guards import Facts, obstacle
from states.steps import Guard
from tests.casework import edited, part, transitions
from tests.story import CHAIR, LEAD, Story

if TYPE_CHECKING:
    from states.procedure import Procedure

TALK = {"trigger": "talk", "label": "Talk to the family", "source": ["gathering"], "dest": "gathering"}
BACK = {"trigger": "back", "label": "Ask for more", "source": ["deciding"], "dest": "gathering"}
LOOP = [{**move, "roles": ["lead_officer"], "basis": "local"} for move in (TALK, BACK)]
NOTES = {
    "label": "Notes",
    "prefix": "N",
    "kept_by": ["lead_officer"],
    "answered_by": ["lead_officer"],
    "fields": [{"name": "what", "label": "What"}],
    "basis": "local",
}
ANSWERED = {"answer": [{"name": "so", "label": "Answer"}]}


def edition(**more: Any) -> Procedure:
    registers = {"notes": {**NOTES, "states": ["gathering"]}, "points": {**NOTES, **ANSWERED, "prefix": "Q"}}
    reopen = {"dest": "gathering"}
    asked = part("requests", "report", states=["gathering"])
    return edited(transitions=[*transitions(reopen=reopen, **more), *LOOP], registers=registers, requests=asked)


GUARDS: dict[str, dict[str, Any]] = {
    "talked": {"name": "recorded", "trigger": "talk"},
    "not talked": {"name": "not_recorded", "trigger": "talk", "says": "It was talked about."},
    "told": {"name": "recorded", "trigger": "notify"},
    "answered": {"name": "answers_in", "request": "report"},
    "noted": {"name": "items_entered", "items": "notes"},
    "pointed": {"name": "items_entered", "items": "points"},
    "decided": {"name": "date_met", "timescale": "decision"},
    "verdict": {"name": "event_recorded", "event": "verdict"},
}


def open_ways(story: Story, **more: Any) -> set[str]:
    """The guards that let a step through as the case stands."""
    (procedure,) = story.papers.procedures.values()
    facts = Facts(procedure, story.dossier, LEAD, date(2026, 6, 1), **more.pop("facts", {}))
    return {name for name, one in GUARDS.items() if not obstacle(facts, Guard.model_validate({**one, **more}))}


EVERYTHING = set(GUARDS) - {"not talked"}


def once_round(procedure: Procedure) -> Story:
    """A case in which everything was done that the guards ask about, up to the committee."""
    story = Story(procedure)
    story.open()
    story.step("gather", "gathering", "2026-03-02")
    story.step("talk", "gathering", "2026-03-03")
    story.ask("2026-03-03")
    story.answer("2026-03-04")
    for register, number in (("notes", "N1"), ("points", "Q1")):
        story.tell("item_added", "2026-03-04", id=number, register=register, fields={"what": "It"})
    story.tell("item_answered", "2026-03-05", id="Q1", register="points", fields={"so": "Yes"}, ended=True)
    story.tell("event_recorded", "2026-03-05", event="verdict")
    story.step("consider", "deciding", "2026-03-06")
    return story


def closed_and_opened_again(story: Story) -> Story:
    story.step("decide_none", "closed", "2026-03-09", actor=CHAIR, final=True, reason="Nothing to learn.")
    assert open_ways(story) == EVERYTHING
    story.step("reopen", "gathering", "2026-05-04", actor=CHAIR, reason="News.")
    return story


def test_a_case_opened_again_begins_with_nothing_of_the_year_before() -> None:
    story = closed_and_opened_again(once_round(edition()))

    assert open_ways(story) == {"not talked", "told", "verdict"}
    assert open_ways(story, scope="case") == EVERYTHING
    assert open_ways(story, scope="round") == {"not talked", "told"}
    assert open_ways(story, facts={"counting": 2}) == EVERYTHING  # a step on record from before there were rounds

    story.step("talk", "gathering", "2026-05-05")
    story.ask("2026-05-05")
    assert open_ways(story) == {"talked", "told", "verdict"}
    story.answer("2026-05-06", "R2")
    story.tell("item_added", "2026-05-06", id="N2", register="notes", fields={"what": "It"})
    story.tell("item_added", "2026-05-06", id="Q2", register="points", fields={"what": "It"})
    assert open_ways(story) == EVERYTHING - {"decided"}
    assert story.again() == story.dossier


def test_on_its_way_round_a_loop_a_case_does_anew_what_is_done_there() -> None:
    story = once_round(edition())
    assert open_ways(story) == EVERYTHING - {"decided"}

    story.step("back", "gathering", "2026-03-09")

    # points are entered anywhere, so those of the first way round are still of this round
    assert open_ways(story) == {"not talked", "told", "pointed", "verdict"}
    assert open_ways(story, scope="case") == EVERYTHING - {"decided"}
    story.step("talk", "gathering", "2026-03-10")
    story.step("consider", "deciding", "2026-03-11")
    assert "talked" in open_ways(story)


def test_what_was_still_owed_when_a_round_began_goes_over_into_it() -> None:
    story = once_round(edition())
    story.tell("item_added", "2026-03-06", id="Q2", register="points", fields={"what": "Open"})
    story.tell("sent_back", "2026-03-06", id="R1", reason="More, please.")
    story.step("back", "gathering", "2026-03-09")

    assert {"pointed"} <= open_ways(story)
    assert "answered" not in open_ways(story)
    story.answer("2026-03-10")
    assert {"pointed", "answered"} <= open_ways(story)


@pytest.mark.parametrize("name", sorted(EARLIER_EDITIONS))
def test_under_an_edition_from_before_a_case_that_goes_back_keeps_what_it_had(name: str) -> None:
    procedure = edition().model_copy(update={"name": name})
    story = once_round(procedure)
    story.step("back", "gathering", "2026-03-09")
    assert open_ways(story) == EVERYTHING - {"decided"}

    story.step("consider", "deciding", "2026-03-11")
    assert open_ways(closed_and_opened_again(story)) == {"not talked", "told", "verdict"}


def test_what_can_never_be_done_again_is_not_asked_for_again() -> None:
    later = {"dest": "deciding"}
    guards = [{"name": "recorded", "trigger": "gather"}]

    def wrong(**more: Any) -> list[str]:
        asked = [{**guards[0], **more}]
        whole = edited(transitions=transitions(reopen=later, decide_none={"guards": asked}))
        return [what for where, what in faults(whole, calendars=frozenset({"scotland"})) if "guards" in where]

    assert wrong() == [NEVER_AGAIN]
    assert wrong(scope="case") == []


def test_a_scope_that_is_not_said_is_not_written() -> None:
    assert "scope" not in Guard(name="recorded").model_dump()
    assert Guard(name="recorded", scope="case").model_dump()["scope"] == "case"

"""Conditions on time: whom a limit is for, what meets it, more time and holds; also when the record changes later."""

from __future__ import annotations

from typing import Any

import pytest

from tests.casework import edited, opened, part, refused, transitions
from tests.office import Office
from tests.story import Story
from workflows.verbs.advance import advance
from workflows.verbs.correct import correct
from workflows.verbs.extend import ask_extension, grant_extension
from workflows.verbs.pause import order_pause

ASKED = {
    "trigger": "note",
    "label": "Note what was asked",
    "source": ["notified", "gathering", "deciding", "reviewing"],
    "roles": ["lead_officer"],
    "cite": ["S"],
    "fields": [
        {"name": "wanted", "label": "Wanted", "kind": "yes_no", "required": False},
        {"name": "letter", "label": "Letter", "kind": "yes_no", "required": False},
    ],
}
WANTED = {"field": "wanted", "is": "yes"}
FINAL = {"field": "letter", "is": "yes"}


def told(counting: int = 3, **rule: Any) -> Story:
    limit = {"label": "Reply", "anchor": {"trigger": "gather"}, "limit": 10, "owner": "chair", "cite": ["S"]}
    limit = {**limit, "met_by": {"triggers": ["consider"]}, **rule}
    story = Story(edited(timescales={"reply": limit}, transitions=[*transitions(), ASKED]), counting)
    story.open()
    return story


def note(story: Story, day: str, **said: str) -> int:
    story.step("note", story.dossier.state, day, fields=said)
    return story.dossier.sequence


def stands(story: Story, key: str = "reply") -> tuple[str, str] | None:
    one = story.dossier.deadlines.get(key)
    return (one.status, one.due_on.isoformat() if one.due_on else "") if one is not None else None


def test_a_limit_that_is_for_the_case_after_all_counts_from_the_day_it_would_have() -> None:
    story = told(when=WANTED)
    story.step("gather", "gathering", "2026-03-02")
    assert stands(story) is None

    said = note(story, "2026-03-05", wanted="yes")
    assert stands(story) == ("running", "2026-03-12")
    story.tell("corrected", "2026-03-06", sequence=said, fields={"wanted": "no"}, reason="Misread.")
    assert stands(story) == ("cancelled", "2026-03-12")
    story.tell("corrected", "2026-03-07", sequence=said, fields={"wanted": "yes"}, reason="It was right.")
    assert stands(story, "reply#2") == ("running", "2026-03-12")
    story.step("consider", "deciding", "2026-03-08")
    note(story, "2026-03-09", wanted="no")
    note(story, "2026-03-10", wanted="yes")
    assert stands(story, "reply#2") == ("met", "2026-03-12")
    assert "reply#3" not in story.dossier.deadlines, "what was met stays met"
    assert story.again() == story.dossier


@pytest.mark.parametrize("anchor", [{"field": "informed_on"}, {"state": "notified"}])
def test_a_limit_met_before_anybody_said_it_was_for_the_case_does_not_begin(anchor: dict[str, str]) -> None:
    story = told(when=WANTED, anchor=anchor, met_by={"triggers": ["gather"]})
    story.step("gather", "gathering", "2026-03-03")

    note(story, "2026-03-05", wanted="yes")

    assert stands(story) is None


def test_what_hangs_on_several_things_or_on_another_date_asks_its_condition_again_too() -> None:
    for anchor in ({"later_of": [{"trigger": "gather"}, {"field": "informed_on"}]}, {"timescale": "form"}):
        story = told(when=WANTED, anchor=anchor)
        if "timescale" not in anchor:
            story.step("gather", "gathering", "2026-03-02")
        due = "2026-03-12" if "later_of" in anchor else "2026-03-18"
        said = note(story, "2026-03-05", wanted="yes")
        assert stands(story) == ("running", due)
        story.tell("corrected", "2026-03-06", sequence=said, fields={"wanted": "no"}, reason="Misread.")
        assert stands(story) == ("cancelled", due)
        note(story, "2026-03-07", wanted="yes")
        assert stands(story, "reply#2") == ("running", due)


def test_in_a_history_from_before_a_condition_is_asked_once() -> None:
    story = told(2, when=WANTED)
    story.step("gather", "gathering", "2026-03-02")

    note(story, "2026-03-05", wanted="yes")

    assert stands(story) is None


def test_a_step_meets_a_limit_only_where_its_condition_holds_also_once_that_is_put_right() -> None:
    story = told(met_by={"triggers": ["note"], "when": FINAL})
    story.step("gather", "gathering", "2026-03-02")
    note(story, "2026-03-05", letter="no")
    assert stands(story) == ("running", "2026-03-12")
    said = note(story, "2026-03-14", letter="yes")
    assert (stands(story), story.date("reply").late) == (("met", "2026-03-12"), True)

    story.tell("corrected", "2026-03-15", sequence=said, fields={"letter": "no"}, reason="A draft.")
    assert (stands(story), story.date("reply").late) == (("running", "2026-03-12"), False)
    story.tell("corrected", "2026-03-16", sequence=said, fields={"letter": "yes"}, reason="It was sent.")
    met = story.date("reply")
    assert (met.status, met.ended_on.isoformat() if met.ended_on else "", met.late) == ("met", "2026-03-14", True)
    assert story.again() == story.dossier


def test_more_time_and_a_hold_are_given_only_where_their_condition_holds(office: Office) -> None:
    extension = {"asked_by": ["lead_officer"], "granted_by": ["chair"], "cite": ["S"], "when": WANTED}
    form = part("timescales", "form", extension=extension)
    hold = part("pauses", "proceedings", when=WANTED)
    office.editions["small"] = edited(timescales=form, pauses=hold, transitions=[*transitions(), ASKED])
    case = office.do(advance, opened(office).ref, "note", answers={"wanted": "no"})
    more, held = (case.ref, "form", 3, "Leave."), (case.ref, "proceedings", "fiscal", "A trial is near.")

    assert refused(office, ask_extension, *more) == (
        "More time is given only where “Wanted” is yes: record that first, if it is so."
    )
    assert "This hold may be ordered only where “Wanted” is yes: record that first, if it is so." in refused(
        office, order_pause, *held, stops=(), role="chair"
    )
    case = office.do(correct, case.ref, case.dossier.sequence, "Misread.", answers={"wanted": "yes"})
    case = office.do(ask_extension, *more)
    case = office.do(correct, case.ref, 2, "Misread.", answers={"wanted": "no"})
    assert "More time is given only where" in refused(office, grant_extension, case.ref, "E1", role="chair")

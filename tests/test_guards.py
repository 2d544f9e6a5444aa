"""What can stand in the way of a step, guard by guard."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from states.dossier import Deadline, Mark
from states.entry import Actor
from states.guards import GUARDS, NEEDS, Facts, obstacle
from states.starting import UNBEGUN
from states.steps import Guard
from tests.casework import edited, part
from tests.office import small_edition
from tests.story import CHAIR, LEAD, Story

TODAY = date(2026, 3, 5)
QUORUM: dict[str, Any] = {"request": "report", "join": "quorum", "quorum": 2}


@pytest.fixture
def story() -> Story:
    told = Story(edited(timescales=part("timescales", "notice", anchor={"trigger": "gather"}, limit=5)))
    told.open()
    return told


def says(
    story: Story,
    name: str,
    actor: Actor = LEAD,
    *,
    despite: str = "",
    answers: dict[str, Any] | None = None,
    **more: Any,
) -> str | None:
    guard = Guard.model_validate({"name": name, **more})
    (procedure,) = story.papers.procedures.values()
    facts = Facts(procedure, story.dossier, actor, TODAY, answers or {}, override=despite)
    return obstacle(facts, guard)


def test_reports_are_waited_for_until_everybody_answered_or_declined(story: Story) -> None:
    assert says(story, "answers_in", request="report") == (
        "Nobody has been asked yet (Agency report): ask the agencies involved first."
    )
    assert says(story, "answers_in", request="report", least=0) is None
    story.ask("2026-03-02")
    story.ask("2026-03-02", "Police Scotland")

    assert says(story, "answers_in", request="report") == "Waiting for Agency report from NHS Fife, Police Scotland."
    story.answer("2026-03-03")
    assert says(story, "answers_in", request="report") == "Waiting for Agency report from Police Scotland."
    story.tell("declined", "2026-03-04", id="R2", reason="No records.")
    assert says(story, "answers_in", request="report") is None


def test_a_quorum_of_answers_is_enough(story: Story) -> None:
    for agency in ("NHS Fife", "Police Scotland", "Fife Council"):
        story.ask("2026-03-02", agency)

    story.answer("2026-03-03")
    assert says(story, "answers_in", **QUORUM) is not None
    story.answer("2026-03-03", "R2")
    assert says(story, "answers_in", **QUORUM) is None


def test_declining_makes_no_quorum(story: Story) -> None:
    for number, agency in enumerate(("NHS Fife", "Police Scotland"), 1):
        story.ask("2026-03-02", agency)
        story.tell("declined", "2026-03-04", id=f"R{number}", reason="No records.")

    assert says(story, "answers_in", override="chair", **QUORUM) == (
        "Agency report: 0 of the 2 answers needed, and nobody is asked any more: ask again. "
        "The committee chair may go on without them, giving the reason."
    )


def test_a_quorum_asks_for_no_more_answers_than_there_are_agencies_asked(story: Story) -> None:
    story.ask("2026-03-02")

    story.answer("2026-03-03")

    assert says(story, "answers_in", **QUORUM) is None


def test_only_the_role_named_goes_on_without_them(story: Story) -> None:
    story.ask("2026-03-02")
    named = {"request": "report", "override": "chair"}

    assert says(story, "answers_in", **named) == (
        "Waiting for Agency report from NHS Fife. The committee chair may go on without them, giving the reason."
    )
    assert says(story, "answers_in", despite="Why not.", request="report") == "Waiting for Agency report from NHS Fife."
    (procedure,) = story.papers.procedures.values()
    guard = Guard.model_validate({"name": "answers_in", **named})
    lead = Facts(procedure, story.dossier, LEAD, TODAY, override="No records there.")
    chair = Facts(procedure, story.dossier, CHAIR, TODAY, override="No records there.")
    assert (GUARDS["answers_in"](lead, guard) or "").endswith("Only the committee chair may go on without them.")
    assert GUARDS["answers_in"](chair, guard) is None


def test_agencies_must_be_named(story: Story) -> None:
    assert says(story, "agencies_named") is None
    wanted = "Of the 2 agencies needed, 1 is named on the case: add those involved with the child."
    assert says(story, "agencies_named", least=2) == wanted
    assert says(story, "agencies_named", least=2, says="Two are wanted.") == "Two are wanted."


def test_a_case_must_have_its_lead_officer(story: Story) -> None:
    assert says(story, "lead_named") == "The case has no lead officer: name one."
    story.tell("people_changed", "2026-03-03", lead="Robin Example")
    assert says(story, "lead_named") is None


def test_an_answer_must_be_as_the_step_needs_it_whether_recorded_before_or_now(story: Story) -> None:
    wanted = {"condition": {"field": "kind", "is": "death"}, "says": "Only for a death."}

    assert says(story, "condition", **wanted) == "Only for a death."
    assert says(story, "condition", answers={"kind": "death"}, **wanted) is None
    story.step("gather", "gathering", "2026-03-03", fields={"kind": "death"})
    assert says(story, "condition", **wanted) is None


def test_an_earlier_step_must_have_been_taken_or_must_not(story: Story) -> None:
    assert says(story, "recorded", trigger="gather") == "First: Alert the agencies."
    assert says(story, "recorded", trigger="unheard_of") == "First: unheard_of."
    assert says(story, "not_recorded", trigger="gather", says="Too late.") is None
    story.step("gather", "gathering", "2026-03-03")
    assert says(story, "recorded", trigger="gather") is None
    assert says(story, "not_recorded", trigger="gather", says="Too late.") == "Too late."


def test_somebody_else_must_take_the_next_step(story: Story) -> None:
    assert says(story, "by_another", trigger="gather") is None
    story.step("gather", "gathering", "2026-03-03")

    assert says(story, "by_another", trigger="gather") == (
        "Robin Example took the step before this one: somebody else must take this one."
    )
    assert says(story, "by_another", CHAIR, trigger="gather") is None
    for spelling in ("robin example", "Robin  Example", "ROBIN EXAMPLE", "Robin\u00a0Example"):
        assert "somebody else" in str(
            says(story, "by_another", CHAIR.model_copy(update={"name": spelling}), trigger="gather")
        )


def test_a_running_hold_keeps_a_step_back_until_it_ends(story: Story) -> None:
    assert says(story, "not_held", trigger="publish") is None
    story.hold("2026-03-03", "decision", ends="2026-03-06")

    held = says(story, "not_held", trigger="publish")
    assert held == "Held since 3 March 2026 (criminal proceedings), on the authority of Fiscal: end the hold first."
    assert says(story, "not_held", pause="proceedings") == held
    assert says(story, "not_held", trigger="consider") is None
    story.tell("pause_ended", "2026-03-05", id="P1")
    assert says(story, "not_held", trigger="publish") is None


def test_what_is_waited_for_outside_must_have_come(story: Story) -> None:
    assert says(story, "event_recorded", event="verdict") == "Waiting for verdict: record it when it comes."
    story.tell("event_recorded", "2026-03-04", event="verdict")
    assert says(story, "event_recorded", event="verdict") is None


def test_the_children_must_be_entered_unless_their_data_was_erased(story: Story) -> None:
    assert says(story, "children_known") == "No child is entered on the case yet."
    story.tell("child_added", "2026-03-03", child=1)
    assert says(story, "children_known") is None
    few = says(story, "children_known", least=2)
    assert few == "Of the 2 children needed, 1 is entered on the case yet."
    story.tell("personal_data_erased", "2026-03-04")
    assert says(story, "children_known", least=2) is None


def test_a_notice_period_is_waited_out_or_the_reason_is_given(story: Story) -> None:
    assert says(story, "date_reached", timescale="notice") is None
    story.step("gather", "gathering", "2026-03-02")

    assert says(story, "date_reached", timescale="notice") == (
        "Notice before publication runs until 9 March 2026: wait, or give the reason for not waiting."
    )
    assert says(story, "date_reached", timescale="notice", despite="Agreed.") is None


def test_what_a_date_asks_for_is_done_first_or_the_reason_is_given(story: Story) -> None:
    assert says(story, "date_met", timescale="form") == "Not yet done: Notification form."
    assert says(story, "date_met", timescale="form", despite="Not needed.") is None
    assert says(story, "date_met", timescale="decision") == "Not yet done: Decision."
    story.step("gather", "gathering", "2026-03-03")
    assert says(story, "date_met", timescale="form") is None


def enter(story: Story, number: str, **more: Any) -> None:
    story.tell("item_added", "2026-03-03", id=number, register="findings", fields={}, **more)


def test_a_register_must_hold_enough_and_nothing_still_open() -> None:
    register = {"label": "Findings", "prefix": "F", "kept_by": ["lead_officer"], "fields": [], "cite": ["S"]}
    story = Story(edited(registers={"findings": register}))
    story.open()
    assert says(story, "items_entered", items="findings") == "Findings: none is entered yet."
    assert says(story, "items_entered", items="findings", says="Enter one.") == "Enter one."
    assert says(story, "items_ended", items="findings") is None

    enter(story, "F1")
    enter(story, "F2", ended=True)

    assert says(story, "items_entered", items="findings", least=2) is None
    assert says(story, "items_ended", items="findings") == "Findings: still open are F1."
    assert says(story, "items_ended", items="findings", despite="Carried over.") is None


def test_a_guard_may_ask_for_some_items_and_for_some_cases_only() -> None:
    register = {"label": "Told", "prefix": "C", "kept_by": ["lead_officer"], "fields": [], "cite": ["S"]}
    story = Story(edited(registers={"told": register}))
    story.open()
    asked: dict[str, Any] = {
        "items": "told",
        "where": [{"field": "about", "is": "publication"}, {"field": "reached", "is": "yes"}],
        "when": {"field": "family_told", "is": "yes"},
    }
    why_not = {"family_told": {"answer": "no", "reason": "They could not be found."}}
    assert says(story, "items_entered", answers=why_not, **asked) is None

    for fields in ({"about": "findings", "reached": "yes"}, {"about": "publication", "reached": "no"}):
        story.tell("item_added", "2026-03-03", id=f"C{len(story.dossier.items) + 1}", register="told", fields=fields)
    assert says(story, "items_entered", answers={"family_told": "yes"}, **asked) == "Told: none is entered yet."
    told = {"about": "publication", "reached": {"answer": "yes", "reason": ""}}
    story.tell("item_added", "2026-03-03", id="C3", register="told", fields=told)
    assert says(story, "items_entered", answers={"family_told": "yes"}, **asked) is None


def test_one_day_must_lie_after_another(story: Story) -> None:
    wanted = {"field": "planned_on", "than": "informed_on", "says": "Plan a later day."}

    assert says(story, "later_than", **wanted) is None
    assert says(story, "later_than", answers={"planned_on": "2026-03-01"}, **wanted) == "Plan a later day."
    assert says(story, "later_than", answers={"planned_on": "2026-03-02"}, **wanted) is None


def test_what_each_guard_needs_is_known_of_guards_that_exist() -> None:
    assert set(NEEDS) <= set(GUARDS)
    assert small_edition().transitions[1].guards[0].name in GUARDS


CLOCKS: dict[str, tuple[str, str | None, int]] = {
    "runs, before its day": ("running", "2026-03-06", 0),
    "runs, on its day": ("running", "2026-03-05", 0),
    "runs, its day gone by": ("running", "2026-03-04", 0),
    "is held, with no end known": ("held", None, 0),
    "has no limit": ("unset", None, 0),
    "was met, before its day": ("met", "2026-03-06", 0),
    "was met, its day gone by": ("met", "2026-03-04", 0),
    "was set aside": ("cancelled", "2026-03-06", 1),
    "ended with its case": ("cancelled", "2026-03-06", 2),
}
"""How a clock may stand, as the documentation has it: its status, its day, and the entry that ended it."""


def documented() -> dict[str, dict[str, str]]:
    """What each guard answers as a clock stands, from the table in the documentation."""
    text = (Path(__file__).parent.parent / "docs" / "procedure-format.md").read_text()
    head, _, *rows = text.partition("| the clock |")[2].partition("\n\n")[0].splitlines()
    names = re.findall(r"`(\w+)`", head)
    cells = ([cell.strip() for cell in row.strip("|").split("|")] for row in rows)
    return {clock: dict(zip(names, said, strict=True)) for clock, *said in cells}


def standing(clock: str, *, subject: str = "") -> dict[str, Deadline]:
    status, due, ended_by = CLOCKS[clock]
    key = f"notice/{subject}" if subject else "notice"
    day = {"due_on": date.fromisoformat(due)} if due else {}
    one = UNBEGUN.but(key=key, timescale="notice", subject=subject, status=status, ended_by=ended_by, **day)
    return {key: one}


def test_every_guard_answers_as_documented_however_its_clock_stands(story: Story) -> None:
    story.step("decide_none", "closed", "2026-03-02", final=True)
    needs: dict[str, dict[str, Any]] = {
        "answers_in": {"request": "report"},
        "condition": {"condition": {"field": "informed_on", "given": False}, "says": "No."},
        "recorded": {"trigger": "gather"},
        "not_recorded": {"trigger": "notify", "says": "No."},
        "by_another": {"trigger": "notify"},
        "not_held": {"trigger": "publish"},
        "event_recorded": {"event": "verdict"},
        "items_entered": {"items": "findings"},
        "items_ended": {"items": "findings"},
        "later_than": {"field": "informed_on", "than": "informed_on", "says": "No."},
    }
    table = documented()
    assert set(table) == {"never started", *CLOCKS}
    others = {name: says(story, name, timescale="notice", **needs.get(name, {})) for name in GUARDS}
    for clock, said in table.items():
        dates = standing(clock) if clock in CLOCKS else {}
        story.dossier = story.dossier.but(deadlines=dates)
        for name in GUARDS:
            found = says(story, name, timescale="notice", **needs.get(name, {}))
            if name not in said:
                assert found == others[name], f"{name} does not look at a clock"
                continue
            assert (found is None) == (said[name] == "passes"), (name, clock, found)
            assert says(story, name, CHAIR, timescale="notice", override="chair", despite="Agreed.") is None
        story.dossier = story.dossier.but(deadlines={**standing("was met, before its day", subject="R1"), **dates})
        for name, answer in said.items():  # the clock of another stands in the way as well, or does not
            if name == "date_met" and clock in CLOCKS:
                assert (says(story, name, timescale="notice") is None) == (answer == "passes")


def test_a_date_set_aside_is_seen_to_be_so_on_a_case_that_came_from_another_edition(story: Story) -> None:
    moved = {**story.dossier.entered, "looked_into": Mark(on=TODAY, sequence=1)}
    story.dossier = story.dossier.but(deadlines=standing("was set aside"), entered=moved)

    assert says(story, "date_met", timescale="notice") is None


def test_a_right_that_has_lapsed_shuts_its_step_unless_somebody_may_say_why_not(story: Story) -> None:
    story.dossier = story.dossier.but(deadlines=standing("runs, its day gone by"))
    ended = "Notice before publication ended on 4 March 2026: this step could be taken until then."

    assert says(story, "not_after", timescale="notice") == f"{ended} Take another step."
    assert says(story, "not_after", timescale="notice", despite="Late.") == f"{ended} Take another step."
    assert says(story, "not_after", timescale="notice", override="chair") == (
        f"{ended} The committee chair may go on though it has ended, giving the reason."
    )
    assert says(story, "not_after", timescale="notice", override="chair", despite="Ill.") == (
        f"{ended} Only the committee chair may go on though it has ended."
    )
    (procedure,) = story.papers.procedures.values()
    facts = Facts(procedure, story.dossier, LEAD, TODAY, on=date(2026, 3, 4))
    assert obstacle(facts, Guard(name="not_after", timescale="notice")) is None, "it was taken in time"


def test_a_step_from_before_guards_knew_held_clocks_is_judged_as_it_was(story: Story) -> None:
    (procedure,) = story.papers.procedures.values()
    for clock, passes in (("is held, with no end known", True), ("was set aside", False)):
        facts = Facts(procedure, story.dossier.but(deadlines=standing(clock)), LEAD, TODAY, counting=2)
        assert (obstacle(facts, Guard(name="date_reached", timescale="notice")) is None) == passes

"""What is kept on a file under the shipped editions: findings, learning, contacts, submissions; and cases that move."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from config import procedures
from states.errors import BadAnswer, NotPossible
from states.procedure import Procedure
from tests.walking import Walk, day_of, load, walk

LOCAL = Path(procedures.GUIDANCE).parent / "local" / "example-committee.toml"
SCR, ADULT, YEAR = "scotland-scr-2015", "scotland-adult-learning-review-2022", "scotland-committee-year"
LEARNING_REVIEWS = ["scotland-learning-review-2021", "scotland-learning-review-2024"]
OF_CHILDREN = [SCR, *LEARNING_REVIEWS]
ALL = [load(name) for name in procedures.names()]


def reported_2015(local: Path | None = None) -> Walk:
    case = walk(SCR, local).go("submit_notification", "03-06", lead_informed_on="2026-03-02")
    case.go("acknowledge_and_alert", "03-09").ask("icr_report", "03-10", "NHS Tayside")
    case.answer("icr_report", "03-20", "NHS Tayside").go("all_received", "03-23").go("decide_scr", "04-01")
    return case.go("start_commissioning", "04-10").go("appoint", "05-01").go("submit_draft", "09-01")


def set_up(name: str, local: Path | None = None) -> Walk:
    case = walk(name, local).go("notify", "03-05").go("request_info", "03-06").ask("information", "03-06", "Education")
    case.answer("information", "03-10", "Education").go("draft_recommendation", "03-17").go("submit", "03-18")
    return case.go("proceed", "03-20")


def reported(name: str, local: Path | None = None) -> Walk:
    return set_up(name, local).go("start_review", "04-01").go("draft_report", "08-03")


def adults_reported() -> Walk:
    case = walk(ADULT).go("notify", "03-05").go("request_info", "03-06").ask("information", "03-06", "Education")
    case.answer("information", "03-10", "Education").go("submit", "03-18").go("proceed", "03-20")
    return case.go("submit_report", "08-03")


# ---------------------------------------------------------------- Findings

WAITING = [
    (lambda: reported_2015().go("deliver_final", "10-01"), "accept_report"),
    (lambda: reported(LEARNING_REVIEWS[0]), "agree_report"),
    (lambda: reported(LEARNING_REVIEWS[1]), "agree_report"),
    (adults_reported, "agree_plan"),
]


@pytest.mark.parametrize(("report", "accept"), WAITING)
def test_a_report_is_not_accepted_while_a_finding_is_unanswered(report: Any, accept: str) -> None:
    case = report().enter("finding", "10-02").enter("finding", "10-02", kind="good_practice").respond("F1", "10-05")

    with pytest.raises(NotPossible, match="Findings: still open are F2"):
        case.go(accept, "10-06")

    case.respond("F2", "10-06", position="reject", position_reason="The committee sees it otherwise.")
    assert case.go(accept, "10-06").dossier.items["F2"].fields["position"] == "reject"


def test_every_answer_to_a_finding_has_its_reason() -> None:
    with pytest.raises(BadAnswer, match="Reason"):
        reported_2015().enter("finding", "09-02").respond("F1", "10-05", position_reason="")


def test_findings_are_entered_while_the_report_is_made_and_not_after() -> None:
    for procedure in ALL:
        kept = procedure.registers.get("finding")
        assert kept is None or (kept.states and not any(procedure.states[one].final for one in kept.states))


# ---------------------------------------------------------------- The learning cycle

PAIRS = [
    *[("process", approach, True) for approach in ("internal_qa", "external_qa", "practice_exchange", "research")],
    *[("output", approach, False) for approach in ("internal_qa", "external_qa", "practice_exchange")],
    ("output", "research", True),
    *[("follow_through", approach, True) for approach in ("internal_qa", "external_qa", "practice_exchange")],
    ("follow_through", "research", False),
]
"""Kind of learning, approach, and whether the learning-cycle page lists the pair."""


@pytest.mark.parametrize("name", [*OF_CHILDREN, ADULT, YEAR])
@pytest.mark.parametrize(("kind", "approach", "listed"), PAIRS)
def test_a_pair_the_page_does_not_list_needs_a_note(name: str, kind: str, approach: str, listed: bool) -> None:
    fields = load(name).registers["learning_point"].fields
    given = {"kind": kind, f"{kind}_approach": [approach]}

    needed = [one.name for one in fields if one.name.endswith("_note") and needs(one, given)]

    assert needed == ([] if listed else [f"{kind}_note"])


def needs(field: Any, given: dict[str, Any]) -> bool:
    return bool(set(field.when.one_of) & set(given.get(field.when.field, [])))


def test_several_approaches_are_possible_and_the_point_ends_when_it_has_been_shared() -> None:
    case = walk(YEAR).go("open_committee", "04-10")
    case.enter("learning_point", "04-11", kind="process", process_approach=["external_qa", "research"])
    assert not case.dossier.items["L1"].ended

    case.update("L1", "05-01", shared_where="Practitioners' forum", shared_on="2026-04-30")
    assert case.dossier.items["L1"].ended


def test_themes_are_the_same_list_wherever_they_are_asked_for() -> None:
    lists = {
        tuple(choice.name for choice in field.choices)
        for procedure in ALL
        for fields in (
            *(kept.fields for kept in procedure.registers.values()),
            *(move.fields for move in procedure.transitions),
        )
        for field in fields
        if field.name == "themes"
    }

    assert len(lists) == 1


@pytest.mark.parametrize("name", [*OF_CHILDREN, YEAR])
def test_the_audiences_are_those_of_annex_7_in_three_groups(name: str) -> None:
    audience = next(one for one in load(name).registers["dissemination"].fields if one.name == "audience")

    groups = Counter(choice.label.partition(":")[0] for choice in audience.choices)

    assert groups == {"Service delivery": 8, "Wider interest": 11, "Other": 2}


# ---------------------------------------------------------------- Around the report


@pytest.mark.parametrize("name", OF_CHILDREN)
def test_a_family_is_told_or_the_reason_why_not_is_recorded(name: str) -> None:
    kept = load(name).registers["family_contact"]
    assert not kept.states

    case = reported_2015() if name == SCR else reported(name)
    case.enter("family_contact", "08-05", who="parent", about="findings", told_on="2026-08-04")
    with pytest.raises(BadAnswer, match="give the reason"):
        case.enter("family_contact", "08-05", contacted="no")
    case.enter("family_contact", "08-05", contacted={"answer": "no", "reason": "They asked not to be."})
    assert list(case.dossier.items) == ["C1", "C2"]


def to_be_published(name: str) -> Walk:
    if name == SCR:
        return reported_2015().go("deliver_final", "10-01").go("accept_report", "10-05").go("approve_plan", "10-12")
    case = reported(name).go("agree_report", "09-07").go("plan_actions", "09-14").go("consider_plan", "09-21")
    return case.go("send_outcome", "09-28")


@pytest.mark.parametrize("name", OF_CHILDREN)
def test_nothing_is_published_until_it_is_on_record_that_family_and_staff_were_told(name: str) -> None:
    case = to_be_published(name)

    both = r"(?s)“Contact with the family” \(What about: Publication\).*“Dissemination” \(Audience: .*staff involved\)"
    with pytest.raises(NotPossible, match=both) as refusal:
        case.go("publish", "10-20")
    assert len(refusal.value.obstacles) == 2
    assert not re.search(r"[a-z]_[a-z]", "".join(refusal.value.obstacles))
    assert refusal.value.advice is not None
    assert refusal.value.advice.words == "“Contact with the family”: {}; “Dissemination”: {}."
    assert [one.arguments["what"] for one in refusal.value.advice.steps] == [("family_contact",), ("dissemination",)]

    case.enter("family_contact", "10-16", who="parent", about="findings", told_on="2026-10-15")
    case.enter("dissemination", "10-16", audience="staff_involved", sent_on="2026-10-15")
    with pytest.raises(NotPossible, match="enter under “Contact with the family”"):
        case.go("publish", "10-20")
    case.enter("family_contact", "10-17", who="parent", about="publication", told_on="2026-10-16")
    with pytest.raises(NotPossible, match="on or before the day of publication"):
        case.go("publish", "10-20", published_on="2026-10-14")
    with pytest.raises(NotPossible, match="That the child and family were told"):
        case.go("publish", "10-20", published_on="2026-10-15")
    assert case.go("publish", "10-20").dossier.done["publish"].on == day_of("10-20")


@pytest.mark.parametrize("name", OF_CHILDREN)
def test_publishing_without_telling_family_or_staff_needs_the_reason(name: str) -> None:
    case = to_be_published(name)
    why_not = {"answer": "no", "reason": "They asked to hear no more of it."}

    with pytest.raises(NotPossible, match="give the reason"):
        case.go("publish", "10-20", family_told="no", staff_told="no")
    assert case.go("publish", "10-20", family_told=why_not, staff_told=why_not).dossier.done["publish"].sequence


@pytest.mark.parametrize("name", OF_CHILDREN)
def test_every_redaction_has_a_ground_and_somebody_who_decided_it(name: str) -> None:
    fields = {one.name: one for one in load(name).registers["redaction"].fields}

    assert all(fields[one].required for one in ("part", "ground", "why", "decided_by"))
    assert len(fields["ground"].choices) == 7


def test_the_next_contact_in_a_parallel_process_moves_with_each_contact_and_is_never_late() -> None:
    case = set_up(LEARNING_REVIEWS[1]).enter("parallel_process", "03-23", next_contact_on="2026-04-20")
    assert case.due("chase_parallel_process/K1") == "2026-04-20"

    case.update("K1", "05-04", standing="running", next_contact_on="2026-06-01")
    assert case.due("chase_parallel_process/K1") == "2026-06-01"

    case.update("K1", "06-15", standing="ended")
    chase = case.deadline("chase_parallel_process/K1")
    assert (chase.status, chase.late) == ("met", False)


def test_the_outcome_is_owed_in_seven_days_only_where_the_committee_says_so() -> None:
    cases = [reported(LEARNING_REVIEWS[1], local) for local in (None, LOCAL)]

    for case in cases:
        case.go("agree_report", "08-20").go("plan_actions", "09-03").go("consider_plan", "09-21")
        case.enter("ci_submission", "09-25", kind="outcome").update("S1", "10-20", observations="File 26/017-40")

    assert [case.due("ci_outcome") for case in cases] == ["None", "2026-09-28"]


def test_2015_the_outcome_is_owed_once_chief_officers_have_ratified() -> None:
    case = reported_2015().go("deliver_final", "10-01").go("accept_report", "10-05")

    case.go("approve_plan", "10-12", ratified_on="2026-10-12")
    assert case.deadline("ci_outcome").status == "unset"
    assert case.go("send_outcome", "10-15").deadline("ci_outcome").status == "met"


@pytest.mark.parametrize("procedure", ALL, ids=lambda one: one.name)
def test_whoever_is_told_of_a_hold_is_told_of_its_end(procedure: Procedure) -> None:
    for kind in procedure.pauses.values():
        told = {notice.message: notice.tell for notice in kind.notify}
        assert told["hold_ordered"] == told["hold_ended"]


# ---------------------------------------------------------------- The committee's year


def test_an_urgent_item_waits_for_a_special_meeting_and_any_other_for_the_forum_of_the_quarter() -> None:
    case = walk(YEAR, LOCAL).go("open_committee", "04-10")
    with pytest.raises(BadAnswer, match="Why it cannot wait"):
        case.enter("forum_item", "05-01", urgency="special", urgency_reason="")
    case.enter("forum_item", "05-01", urgency="special").enter("forum_item", "05-01", urgency="quarterly")
    assert [key for key in case.dossier.deadlines if "special" in key] == ["special_meeting/I1"]
    assert case.due("special_meeting/I1") == "2026-05-22"

    case.go("record_special_meeting", "05-20", special_meeting_items="I1").respond("I1", "05-21", effect="changed")
    assert case.deadline("special_meeting/I1").status == "met"
    assert walk(YEAR).go("open_committee", "04-10").enter("forum_item", "05-01", urgency="special").due(
        "special_meeting/I1"
    ) == ("None")


def test_the_summary_of_the_year_is_introduced_into_the_learning_cycle_once_it_is_there() -> None:
    case = walk(YEAR).go("open_committee", "04-10").enter("learning_source", "05-01", kind="joint_self_evaluation")
    case.enter("good_practice", "05-02").enter("appreciative_inquiry", "05-03").enter("dissemination", "05-04")
    with pytest.raises(NotPossible, match="First: Record the yearly summary"):
        case.go("introduce_summary", "05-05")

    case.go("record_yearly_summary", "2027-05-31").go("introduce_summary", "2027-06-07", introduced_points="L1")
    assert list(case.dossier.items) == ["R1", "G1", "Q1", "D1"]


# ---------------------------------------------------------------- From edition to edition


@pytest.mark.parametrize("later", LEARNING_REVIEWS)
def test_a_case_moved_while_agencies_are_asked_has_its_clocks(later: str) -> None:
    case = walk(SCR).go("submit_notification", "03-09", lead_informed_on="2026-03-02")
    case.go("acknowledge_and_alert", "03-10").ask("icr_report", "03-20", "NHS Tayside", "Education")
    case.answer("icr_report", "03-27", "Education").move_to(later, "03-30", LOCAL)

    open_now = {one.key: str(one.due_on) for one in case.dossier.open_deadlines()}
    assert open_now["information/NHS Tayside"] == "2026-04-03"  # fourteen days with the example committee
    assert "information/Education" not in open_now
    assert open_now["decision"] == ("2026-04-20" if later.endswith("2024") else "None")  # 42 days from 9 March
    assert "agency_report/NHS Tayside" not in open_now

    case.answer("information", "04-02", "NHS Tayside").go("draft_recommendation", "04-07")
    assert (case.state, case.deadline("information/NHS Tayside").late) == ("recommendation", False)


@pytest.mark.parametrize("later", LEARNING_REVIEWS)
def test_a_case_moved_after_its_decision_is_not_asked_for_it_again(later: str) -> None:
    case = reported_2015().enter("finding", "09-02").move_to(later, "09-10")

    still = {one.timescale for one in case.dossier.open_deadlines()}
    assert {"ci_decision", "review_total"} <= still
    assert not still & {"decision", "recommendation", "notification", "tell_decision"}

    with pytest.raises(NotPossible, match="F1"):
        case.go("agree_report", "09-20")
    assert case.respond("F1", "09-20").go("agree_report", "09-20").deadline("review_total").status == "met"


def test_a_case_of_2021_keeps_its_clocks_when_it_comes_under_the_text_of_2024() -> None:
    case = set_up(LEARNING_REVIEWS[0]).go("start_review", "04-01", review_due_on="2026-09-01")
    before = {one.key for one in case.dossier.open_deadlines()}

    case.move_to(LEARNING_REVIEWS[1], "05-01")

    assert {one.key for one in case.dossier.open_deadlines()} == before
    assert case.due("review_report") == "2026-09-01"


def under_review_2015() -> Walk:
    case = walk(SCR).go("submit_notification", "03-06", lead_informed_on="2026-03-02")
    case.go("acknowledge_and_alert", "03-10").ask("icr_report", "03-20", "NHS Tayside")
    case.answer("icr_report", "03-27", "NHS Tayside").go("all_received", "03-30").go("decide_scr", "04-09")
    return case.go("start_commissioning", "04-14").go("appoint", "05-01", report_due_on="2026-10-30")


@pytest.mark.parametrize("later", LEARNING_REVIEWS)
def test_the_date_set_for_a_report_of_2015_comes_along(later: str) -> None:
    case = under_review_2015()

    case.move_to(later, "06-01")
    assert (case.due("review_report"), case.deadline("review_report").status) == ("2026-10-30", "running")

    case.go("draft_report", "11-02")
    assert (case.deadline("review_report").status, case.deadline("review_report").late) == ("met", True)

    early = under_review_2015().go("submit_draft", "10-12").move_to(later, "11-20")
    assert (early.deadline("review_report").status, early.deadline("review_report").late) == ("met", False)

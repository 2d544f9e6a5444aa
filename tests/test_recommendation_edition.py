"""A recommendation of each level followed through: what it must have, when it is owed, and what ends it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config import procedures
from states.errors import BadAnswer, NotPossible
from tests.walking import Walk, load, walk

EDITION = "recommendation-2026"
LOCAL = Path(procedures.GUIDANCE).parent / "local" / "example-committee.toml"
HERE, ELSEWHERE = ["single_agency", "multi_agency"], ["national_sg", "other_body"]
MEASURES = [{"indicator": "Plans with the child's view", "target": "90 %", "source": "File audit"}]
PLAN: dict[str, Any] = {
    "responsible": "Head of children's services",
    "significance": "Children were not heard in two reviews.",
    "urgency": "urgent",
    "urgency_reason": "The same practice goes on today.",
    "expected_change": "Every plan carries the child's own view.",
    "case_for_change": "Two reviews found it.",
    "learning_orientation": "Teams try it and tell each other what worked.",
    "evidence": "F1, F3",
    "review_on": "2026-09-01",
}


def proposed(level: str = "single_agency", local: Path | None = None) -> Walk:
    return walk(EDITION, local).go("propose", "03-02", level=level, addressee="NHS Tayside")


def accepted(level: str = "single_agency", local: Path | None = None, **plan: Any) -> Walk:
    return proposed(level, local).go("accept", "03-09", **{**PLAN, "measures": MEASURES, **plan})


def begun(**plan: Any) -> Walk:
    return accepted(**plan).go("start", "03-16")


def claimed(day: str = "06-01", **plan: Any) -> Walk:
    return begun(**plan).go("claim_complete", day, done_on=f"2026-{day}", by="Head of children's services")


def verified(day: str = "06-15") -> Walk:
    return claimed().go("verify", day, evidence_on=f"2026-{day}")


def owed(case: Walk) -> set[str]:
    return {one.timescale for one in case.dossier.open_deadlines()}


def sent(level: str = "national_sg", local: Path | None = None) -> Walk:
    case = proposed(level, local).go("accept_for_others", "03-09", **PLAN, measures=MEASURES)
    return case.go("send", "03-16")


@pytest.mark.parametrize("level", HERE)
def test_a_recommendation_for_the_agencies_is_followed_until_its_last_impact_check(level: str) -> None:
    case = (
        proposed(level).go("revise", "03-03", text="Hear the child.").go("accept", "03-09", **PLAN, measures=MEASURES)
    )

    case.go("start", "03-16").go("report_progress", "04-01").go("block", "04-10").go("report_progress", "04-15")
    case.go("unblock", "04-20").go("claim_complete", "06-01", by="Owner").go("send_back", "06-05")
    case.go("claim_complete", "06-20", done_on="2026-06-01", by="Owner").go("verify", "07-01", evidence_on="2026-06-25")
    case.enter("monitoring", "07-02").go("assess_impact", "09-01").go("record_review", "09-01").go("close", "10-01")
    assert (case.state, owed(case)) == ("closed", {"impact_check"})

    case.go("recheck_impact", "2027-01-04").go("conclude_impact", "2027-07-01")
    assert (case.state, owed(case)) == ("closed", set())


@pytest.mark.parametrize("level", ELSEWHERE)
@pytest.mark.parametrize(
    ("answer", "state"), [("record_acceptance", "accepted_by_them"), ("record_refusal", "declined_by_them")]
)
def test_a_recommendation_led_elsewhere_is_sent_acknowledged_answered_and_closed(
    level: str, answer: str, state: str
) -> None:
    case = sent(level).go("record_acknowledgement", "03-20").go("record_answer", "2027-05-01").go(answer, "2027-06-01")

    assert (case.state, owed(case)) == (state, set())
    assert case.go("close_answered", "2027-07-01").state == "closed"


@pytest.mark.parametrize("level", ELSEWHERE)
def test_what_others_lead_is_never_late_for_the_committee(level: str) -> None:
    case = sent(level).go("record_acknowledgement", "2026-12-01").go("record_answer", "2028-03-01")

    kinds = {case.edition.timescales[one.timescale].kind for one in case.dossier.deadlines.values()}
    assert kinds == {"chase"}
    assert not [key for key, one in case.dossier.deadlines.items() if one.late]


def test_the_reply_is_asked_after_again_and_again_until_it_comes() -> None:
    case = sent()
    assert case.due("chase_reply") == "2026-04-15"

    case.record("asked_after", "04-20", {"event": "reply"})
    assert (case.deadline("chase_reply").late, case.due("chase_reply#2")) == (False, "2026-05-20")

    case.go("record_answer", "05-25")
    assert case.deadline("chase_reply#2").status == "met"
    assert sent(local=LOCAL).due("chase_reply") == "2026-04-27"  # six weeks with the example committee


@pytest.mark.parametrize("missing", sorted(PLAN))
@pytest.mark.parametrize(("level", "accept"), [("multi_agency", "accept"), ("other_body", "accept_for_others")])
def test_none_leaves_planning_with_a_part_missing(missing: str, level: str, accept: str) -> None:
    plan = {name: value for name, value in PLAN.items() if name != missing}

    with pytest.raises(NotPossible):
        proposed(level).go(accept, "03-09", **plan, measures=MEASURES)


def test_what_was_given_when_it_was_proposed_need_not_be_given_again() -> None:
    case = walk(EDITION).go("propose", "03-02", level="single_agency", **PLAN, measures=MEASURES)

    assert case.go("accept", "03-09").state == "accepted"
    assert case.due("review") == "2026-09-01"


def test_a_recommendation_has_a_measure_or_the_reason_for_none() -> None:
    with pytest.raises(NotPossible, match="If there is no measure: why"):
        proposed().go("accept", "03-09", **PLAN, no_measure_reason="")

    why = "The change is one of attitude."
    assert proposed().go("accept", "03-09", **PLAN, no_measure_reason=why).dossier.fields["no_measure_reason"] == why


def test_each_level_is_accepted_in_its_own_way() -> None:
    with pytest.raises(NotPossible, match="led elsewhere"):
        accepted("national_sg")
    with pytest.raises(NotPossible, match="for the agencies of the committee"):
        sent("multi_agency")


def test_a_rejected_recommendation_stays_with_its_reason_and_owes_nothing() -> None:
    case = proposed().go("reject", "03-09")

    assert (case.state, str(case.dossier.closed_on), owed(case)) == ("rejected", "2026-03-09", set())
    assert case.edition.moves["proposed", "reject"].reason == "required"
    assert case.edition.moves_from("rejected") == ()


@pytest.mark.parametrize(
    ("urgency", "begin", "complete"),
    [
        ("immediate", "2026-03-10", "2026-04-13"),
        ("urgent", "2026-03-23", "2026-06-16"),
        ("routine", "2026-04-06", "2027-03-16"),
    ],
)
def test_the_urgency_sets_its_dates(urgency: str, begin: str, complete: str) -> None:
    case = accepted(urgency=urgency)
    assert (owed(case), case.due(f"begin_{urgency}")) == ({f"begin_{urgency}", "review"}, begin)

    case.go("start", "03-16")
    assert case.due(f"complete_{urgency}") == complete
    assert case.deadline(f"begin_{urgency}").late == (urgency == "immediate")


def test_a_committee_changes_the_table_of_dates() -> None:
    case = accepted(local=LOCAL)
    assert case.due("begin_urgent") == "2026-03-16"

    assert case.go("start", "03-16").due("complete_urgent") == "2026-05-16"


def test_sent_back_for_want_of_evidence_it_is_owed_again() -> None:
    case = claimed()
    assert (case.deadline("complete_urgent").status, case.due("verification")) == ("met", "2026-06-29")

    case.go("send_back", "06-10")
    assert (case.state, case.deadline("verification").status) == ("in_progress", "met")
    assert (case.due("evidence_again"), case.due("complete_urgent#2")) == ("2026-07-08", "2026-09-10")

    case.go("claim_complete", "07-09")
    assert (case.deadline("evidence_again").late, case.deadline("complete_urgent#2").late) == (True, False)


def test_whoever_said_it_was_done_cannot_verify_it() -> None:
    with pytest.raises(NotPossible, match="somebody else must"):
        claimed().go("verify", "06-15", evidence_on="2026-06-15", by="Head of children's services")


@pytest.mark.parametrize("day", ["2026-06-01", "2026-05-20"])
def test_it_is_verified_only_on_evidence_later_than_the_action(day: str) -> None:
    with pytest.raises(NotPossible, match="later than the day it was done"):
        claimed().go("verify", "06-15", evidence_on=day)


def test_done_fulfilled_and_made_a_difference_are_three_facts_kept_apart() -> None:
    edition = load(EDITION)
    moves = [edition.transition(name) for name in ("claim_complete", "verify", "assess_impact")]
    shared = {"enablers", "enablers_note", "barriers", "barriers_note"}

    done, fulfilled, difference = [{field.name for field in move.fields} - shared for move in moves if move]

    assert not done & fulfilled | done & difference | fulfilled & difference
    assert "fulfilled" in fulfilled
    assert {"impact_practice", "impact_outcomes"} <= difference
    assert claimed().go("verify", "06-15", fulfilled="no", evidence_on="2026-06-15").state == "verified"


def test_impact_checks_come_up_six_and_twelve_months_after_it_was_verified() -> None:
    case = verified()
    assert (case.due("impact_assessment"), case.due("impact_check")) == ("2026-09-15", "2026-12-15")

    case.go("assess_impact", "08-01").go("close", "08-10").go("recheck_impact", "12-20")
    assert (case.deadline("impact_check").late, case.due("impact_check#2")) == (True, "2027-06-15")

    case.go("conclude_impact", "2027-06-10")
    assert owed(case) == set()


def test_reopened_at_its_impact_check_it_is_in_progress_and_owed_again() -> None:
    case = verified().go("assess_impact", "08-01").go("close", "08-10")
    case.go("recheck_impact", "12-10", impact_practice="none_seen", impact_outcomes="none_seen")

    case.go("reopen", "12-14", reopened_because="nothing_changed")

    assert (case.state, case.dossier.closed_on) == ("in_progress", None)
    assert case.deadline("impact_check#2").status == "cancelled"
    assert (case.due("complete_urgent#2"), case.due("progress#2")) == ("2027-03-14", "2027-03-14")
    assert case.dossier.fields["impact_practice"] == "none_seen"


def test_it_is_closed_with_an_impact_assessment_or_a_dated_decision_not_to_make_one() -> None:
    case = verified()
    assert ("verified", "close") not in case.edition.moves

    case.go("close_without_impact", "07-01")
    assert (case.state, owed(case), case.dossier.fields["no_impact_decided_on"]) == ("closed", set(), "2026-07-01")
    with pytest.raises(NotPossible, match="decided not to assess"):
        case.go("recheck_impact", "12-15")


def test_superseded_it_owes_nothing_any_more() -> None:
    case = begun().enter("action", "03-17", agency="NHS Tayside", due_on="2026-05-01").go("supersede", "04-01")

    assert (case.state, owed(case)) == ("superseded", set())


def test_an_action_is_owed_by_its_agency_on_its_date_until_it_is_done_or_dropped() -> None:
    case = accepted().enter("action", "03-10", agency="NHS Tayside", due_on="2026-05-01")
    case.enter("action", "03-10", agency="Police Scotland", due_on="2026-06-01", depends_on="A1")
    first = case.deadline("action/A1")
    assert (first.agency, str(first.due_on), case.due("action/A2")) == ("NHS Tayside", "2026-05-01", "2026-06-01")

    case.update("A1", "04-20", status="in_progress")
    assert case.deadline("action/A1").status == "running"
    with pytest.raises(BadAnswer, match="Evidence"):
        case.update("A1", "05-04", status="done", evidence="")
    case.update("A1", "05-04", status="done").update("A2", "05-04", status="dropped", note="Another unit does it.")

    assert [case.deadline(f"action/{one}").late for one in ("A1", "A2")] == [True, False]
    assert not [one for one in case.dossier.open_deadlines() if one.timescale == "action"]


def test_nothing_is_said_to_be_done_while_an_action_is_open() -> None:
    case = begun().enter("action", "03-17", agency="NHS Tayside", due_on="2026-05-01")

    with pytest.raises(NotPossible, match="Actions: still open are A1"):
        case.go("claim_complete", "06-01")
    assert case.update("A1", "05-01", status="done").go("claim_complete", "06-01").state == "claimed_complete"


def test_each_open_action_is_asked_about_at_its_own_agency_each_quarter_until_it_is_done() -> None:
    case = accepted().enter("action", "03-10", agency="NHS Tayside", due_on="2027-05-01")
    case.go("start", "03-16").enter("action", "04-20", agency="Police Scotland", due_on="2026-06-01")
    asked = case.deadline("action_progress/A1")
    assert (asked.agency, str(asked.due_on), case.due("action_progress/A2")) == (
        "NHS Tayside",
        "2026-06-10",
        "2026-07-20",
    )

    case.update("A1", "06-12", status="in_progress").update("A2", "05-30", status="done")
    assert (case.deadline("action_progress/A1").late, case.due("action_progress/A1#2")) == (True, "2026-09-10")
    assert (case.deadline("action_progress/A2").status, owed(case)) == (
        "met",
        {"action", "action_progress", "progress", "complete_urgent", "review"},
    )

    case.update("A1", "08-01", status="dropped")
    assert not owed(case) & {"action", "action_progress"}


def test_a_committee_sets_how_often_an_action_is_asked_about(tmp_path: Path) -> None:
    local = tmp_path / "leith.toml"
    changed = 'limit = 6\nunit = "weeks"\nrepeat = { count = 6, unit = "weeks" }'
    local.write_text(f'committee = "Leith"\n[editions.{EDITION}.timescales.action_progress]\n{changed}\n')

    case = accepted(local=local).enter("action", "03-10", agency="NHS Tayside", due_on="2027-05-01")

    assert case.due("action_progress/A1") == "2026-04-21"


def test_progress_is_asked_for_each_quarter_while_it_is_carried_out_or_blocked() -> None:
    case = begun()
    assert case.due("progress") == "2026-06-16"

    case.go("block", "06-01").go("report_progress", "06-20")
    assert (case.deadline("progress").late, case.due("progress#2")) == (True, "2026-09-16")

    case.go("unblock", "07-01").go("claim_complete", "07-10")
    assert "progress" not in owed(case)

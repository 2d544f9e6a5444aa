"""Two regimes from elsewhere, England's serious incidents and Scotland's adults, walked as TOML alone."""

from __future__ import annotations

import pytest

from states.errors import NotPossible
from tests.walking import Walk, walk

# ---------------------------------------------------------------- England


def notified_in_england() -> Walk:
    case = walk("england-child-safeguarding-2023").go("record_awareness", "03-31", aware_on="2026-03-30")
    return case.go("notify_panel", "04-07").go("record_partners_told", "04-09")


def test_england_five_working_days_run_from_awareness_and_fifteen_from_the_day_of_sending() -> None:
    case = notified_in_england()

    assert case.due("panel_notification") == "2026-04-08"  # Good Friday and Easter Monday are not counted
    assert case.due("rapid_review") == "2026-04-28"
    assert (case.deadline("panel_notification").late, case.deadline("partners_notification").late) == (False, True)


def test_england_a_late_notification_neither_shortens_nor_hides_the_rapid_review() -> None:
    case = walk("england-child-safeguarding-2023").go("record_awareness", "03-02").go("notify_panel", "03-16")

    assert case.deadline("panel_notification").late
    assert (case.due("rapid_review"), case.deadline("rapid_review").status) == ("2026-04-08", "running")


def test_england_a_looked_after_childs_death_is_notified_without_suspicion_and_no_review_follows() -> None:
    case = walk("england-child-safeguarding-2023").go("record_awareness", "03-31", incident_kind="looked_after_death")
    assert case.due("looked_after_death") == "2026-04-09"
    assert "panel_notification" not in case.dossier.deadlines

    with pytest.raises(NotPossible, match="notification without review"):
        case.go("notify_panel", "04-01")
    assert case.go("notify_without_review", "04-01").state == "notified_only"
    assert "rapid_review" not in case.dossier.deadlines


def test_england_a_withdrawn_notification_ends_the_rapid_review() -> None:
    case = notified_in_england().go("withdraw_notification", "04-10")

    assert (case.state, case.deadline("rapid_review").status) == ("withdrawn", "cancelled")


ONWARD = {
    "decide_no_further_review": [],
    "decide_other_learning": ["finish_other_learning", "report_progress", "close_case"],
    "decide_local_review": [
        *["appoint_reviewer", "check_progress", "demand_information", "submit_report", "send_advance_copy", "publish"],
        *["record_in_yearly_report", "close_case"],
    ],
    "panel_takes_over": [
        *["returned_by_panel", "appoint_reviewer", "submit_report", "publish_improvements", "close_case"],
    ],
}


@pytest.mark.parametrize("decision", ONWARD)
def test_england_every_outcome_of_the_rapid_review_leads_to_a_close(decision: str) -> None:
    case = notified_in_england().ask("agency_summary", "04-09", "Police").answer("agency_summary", "04-15", "Police")
    case.go("send_rapid_review", "04-28").go(decision, "05-12")
    assert not case.deadline("rapid_review").late

    for trigger in ONWARD[decision]:
        case.go(trigger, "06-01")

    assert case.edition.states[case.state].final


def test_england_the_partners_wait_for_the_panels_report_and_a_closed_case_can_come_back_from_it() -> None:
    first, second = (
        notified_in_england()
        .ask("agency_summary", "04-09", "Police")
        .go("send_rapid_review", "04-20", override="Due", role="chair")
        for _ in range(2)
    )

    first.go("panel_takes_over", "05-01")
    with pytest.raises(NotPossible, match="Waiting for"):
        first.go("record_national_report", "09-01")
    assert first.event("panel_report", "09-01").go("record_national_report", "09-02").state == "follow_through"
    assert second.go("decide_no_further_review", "05-01").go("returned_by_panel", "06-01").state == "local_set_up"


# ---------------------------------------------------------------- Adults


def adult() -> Walk:
    case = walk("scotland-adult-learning-review-2022").go("notify", "05-18").go("request_info", "05-20")
    return case.ask("information", "05-29", "NHS Tayside")


def test_adults_two_weeks_for_information_and_seven_days_from_ratification() -> None:
    case = adult()
    assert case.due("information/NHS Tayside") == "2026-06-12"

    case.answer("information", "06-12", "NHS Tayside").go("submit", "06-15").go("proceed", "06-22")
    case.go("send_ci_decision", "06-22").go("submit_report", "09-01").go("return_report", "09-02")
    case.go("submit_report", "09-07").go("agree_plan", "09-10").go("refuse_ratification", "09-14")
    case.go("agree_plan", "09-16").go("ratify", "09-21")
    assert case.due("ci_outcome") == "2026-09-28"

    case.go("send_outcome", "09-29").told_first("09-30").go("publish", "10-01")
    case.go("report_progress", "11-02").go("close_review", "12-01")
    assert (case.state, case.deadline("ci_outcome").late) == ("closed", True)
    assert case.go("record_yearly_summary", "2027-04-15").deadline("yearly_summary").status == "met"


def test_adults_not_proceeding_is_told_and_summarised_after_the_close() -> None:
    case = adult().answer("information", "06-08", "NHS Tayside").go("submit", "06-15").go("do_not_proceed", "06-22")

    case.go("send_ci_decision", "06-23").go("record_yearly_summary", "2027-04-15")

    assert (case.state, list(case.dossier.open_deadlines())) == ("not_proceeding", [])

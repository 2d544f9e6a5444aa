"""Learning reviews, holds, the clocks beside a case, and the committee's year, walked with dates counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import procedures
from states.errors import NotPossible
from tests.walking import Walk, walk

LOCAL = Path(procedures.GUIDANCE).parent / "local" / "example-committee.toml"
LEARNING_REVIEWS = ["scotland-learning-review-2021", "scotland-learning-review-2024"]


@pytest.fixture(params=LEARNING_REVIEWS)
def submitted(request: pytest.FixtureRequest) -> Walk:
    case = walk(request.param).go("discuss", "03-02").go("notify", "03-05", looked_after_death_on="2026-03-01")
    case.go("request_info", "03-06").ask("information", "03-06", "NHS Tayside")
    case.answer("information", "03-16", "NHS Tayside")
    return case.go("draft_recommendation", "03-17").go("submit", "03-18")


def test_not_proceeding_closes_the_case_and_the_inspectorate_and_the_28_days_are_still_owed(submitted: Walk) -> None:
    case = submitted.go("do_not_proceed", "03-20")

    assert (case.state, case.due("looked_after_report")) == ("not_proceeding", "2026-03-29")
    assert case.deadline("ci_decision").status == "unset"

    case.go("send_ci_decision", "03-20").event("looked_after_report_sent", "03-27")
    assert (case.deadline("ci_decision").status, case.deadline("looked_after_report").late) == ("met", False)
    assert case.go("reopen", "06-01").state == "recommendation"


def test_a_learning_review_sets_the_28_day_report_aside(submitted: Walk) -> None:
    case = submitted.go("proceed", "03-20")

    assert case.deadline("looked_after_report").status == "cancelled"


def test_a_whole_learning_review_from_the_talk_to_the_evaluation(submitted: Walk) -> None:
    case = submitted.go("ask_more", "03-19").go("draft_recommendation", "03-24").go("submit", "03-25")

    case.go("proceed", "03-26").go("send_ci_decision", "03-26").go("start_review", "04-20").go("engage", "05-11")
    case.go("draft_report", "08-03").go("agree_report", "08-20", death_review_completed_on="2026-08-20")
    case.go("return_report", "08-24").go("agree_report", "09-01").go("hub_return", "09-02")
    assert case.deadline("hub_return").status == "met"

    case.go("plan_actions", "09-03").go("report_progress", "09-07").go("return_plan", "09-10").go(
        "plan_actions", "09-14"
    )
    case.go("consider_plan", "09-21").enter("dissemination", "09-22").go("send_outcome", "09-25")
    case.go("disseminate", "10-01").told_first("10-14").go("publish", "10-15").go("report_progress", "11-02")
    case.go("record_evidence", "12-01")
    case.go("evaluate", "2027-03-01").go("continue_implementing", "2027-03-02").go("evaluate", "2027-06-01")
    assert case.go("close_review", "2027-09-01").state == "closed"
    assert not [one for one in case.dossier.open_deadlines() if one.timescale.startswith("ci_")]


@pytest.mark.parametrize("steps", [["close_other_learning"], ["finish_other_learning", "evaluate", "close_review"]])
def test_learning_in_another_way_leads_to_a_close(submitted: Walk, steps: list[str]) -> None:
    case = submitted.go("other_route", "03-20")

    for trigger in steps:
        case.go(trigger, "05-01")

    assert case.state == "closed"


def test_information_has_no_limit_in_the_guidance_and_fourteen_days_with_the_example_committee() -> None:
    cases = [walk(name, local) for name in LEARNING_REVIEWS for local in (None, LOCAL)]

    for case in cases:
        case.go("notify", "03-05").go("request_info", "03-06").ask("information", "03-06", "NHS Tayside")

    assert [case.due("information/NHS Tayside") for case in cases] == ["None", "2026-03-20"] * 2


def reviewing() -> Walk:
    case = walk("scotland-learning-review-2024").go("notify", "03-05").go("request_info", "03-06")
    case.ask("information", "03-06", "NHS Tayside").answer("information", "03-10", "NHS Tayside")
    case.go("draft_recommendation", "03-17").go("submit", "03-18").go("proceed", "03-20")
    return case.go("start_review", "04-01", review_due_on="2026-09-01")


def to_publication(case: Walk) -> Walk:
    case.go("draft_report", "08-03").go("agree_report", "08-20").go("plan_actions", "09-03")
    return case.go("consider_plan", "09-21").go("send_outcome", "09-25")


def test_a_hold_stops_no_clock_of_itself_and_keeps_publication_waiting() -> None:
    case = to_publication(reviewing().hold("05-01")).told_first("09-28")

    assert case.due("review_report") == "2026-09-01"
    with pytest.raises(NotPossible, match="end the hold first"):
        case.go("publish", "10-01")

    case.record("pause_ended", "10-02", {"id": "H1"})
    assert case.go("publish", "10-02").state == "implement"


def test_a_hold_that_names_a_clock_stops_it_until_it_ends() -> None:
    case = walk("scotland-scr-2015", LOCAL).go("submit_notification", "03-06")
    assert case.due("icr_decision") == "2026-04-03"

    case.hold("03-16", "icr_decision")
    assert (case.deadline("icr_decision").status, case.due("icr_decision")) == ("held", "None")

    case.record("pause_ended", "03-26", {"id": "H1"})
    assert (case.due("icr_decision"), str(case.deadline("icr_decision").original_on)) == ("2026-04-13", "2026-04-03")


@pytest.mark.parametrize("name", procedures.names())
def test_no_hold_can_stop_a_notification_or_what_an_agency_owes(name: str) -> None:
    procedure = procedures.load(name)

    for kind in procedure.pauses.values():
        owners = {procedure.timescales[clock].owner for clock in kind.may_stop}
        assert not kind.stops
        assert not owners & {"agency", "designated_person", "local_authority", "local_authority_lead"}


def test_a_hold_comes_up_for_review_every_thirty_days_while_it_lasts() -> None:
    case = reviewing().hold("05-01")
    assert case.due("hold_review/H1") == "2026-05-31"

    case.record("pause_reviewed", "05-28", {"id": "H1"})
    assert case.due("hold_review/H1#2") == "2026-06-30"

    case.record("pause_ended", "06-10", {"id": "H1"})
    assert case.deadline("hold_review/H1#2").status == "cancelled"


def test_waiting_for_a_verdict_asks_again_every_thirty_days_and_is_never_late() -> None:
    case = reviewing().event("proceedings_begun", "05-01")
    assert case.due("chase_proceedings") == "2026-05-31"

    case.record("asked_after", "06-03", {"event": "proceedings_ended"})
    assert (case.deadline("chase_proceedings").late, case.due("chase_proceedings#2")) == (False, "2026-07-03")

    case.event("proceedings_ended", "06-20")
    assert [one.timescale for one in case.dossier.open_deadlines() if "chase" in one.timescale] == []


@pytest.mark.parametrize("name", ["scotland-scr-2015", *LEARNING_REVIEWS])
def test_the_two_sources_on_a_looked_after_childs_death_are_both_shown_over_a_weekend(name: str) -> None:
    trigger = "submit_notification" if name == "scotland-scr-2015" else "notify"
    case = walk(name).go(trigger, "03-09", looked_after_death_on="2026-03-05", looked_after_death_known_on="2026-03-06")

    assert case.due("looked_after_24_hours") == "2026-03-07"  # Friday 6 March and a day: Saturday
    assert case.due("looked_after_one_working_day") == "2026-03-09"  # the Monday
    assert case.due("looked_after_report") == "2026-04-02"

    case.event("ministers_told", "03-09")
    assert case.deadline("looked_after_24_hours").late
    assert not case.deadline("looked_after_one_working_day").late


def test_without_a_looked_after_child_none_of_those_clocks_run() -> None:
    case = walk("scotland-learning-review-2024").go("notify", "03-09")

    assert not [key for key in case.dossier.deadlines if key.startswith("looked_after")]


# ---------------------------------------------------------------- The committee's year


def test_the_committees_duties_come_round_again() -> None:
    case = walk("scotland-committee-year", LOCAL).go("open_committee", "04-10")
    assert (case.due("chairs_forum"), case.due("meeting")) == ("2026-07-10", "2026-07-10")
    assert case.due("yearly_summary") == "2027-06-30"  # three months after 31 March 2027

    case.go("record_forum", "07-01").go("record_special_meeting", "07-02").go("record_meeting", "07-20")
    assert (case.due("chairs_forum#2"), case.due("meeting#2")) == ("2026-10-10", "2026-10-10")
    assert case.deadline("meeting").late

    case.go("record_yearly_summary", "2027-05-31")
    assert case.due("yearly_summary#2") == "2028-06-30"
    assert not case.go("close_committee", "2027-06-01").dossier.open_deadlines()
    assert case.go("reopen", "2027-07-01").state == "running"


def test_without_a_local_limit_the_first_yearly_summary_has_no_date() -> None:
    case = walk("scotland-committee-year").go("open_committee", "04-10")

    assert case.deadline("yearly_summary").status == "unset"
    assert case.go("record_yearly_summary", "2027-05-31").due("yearly_summary#2") == "2028-05-31"


# ---------------------------------------------------------------- From edition to edition


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("scotland-scr-2015", "scotland-learning-review-2021"),
        ("scotland-learning-review-2021", "scotland-learning-review-2024"),
        ("scotland-scr-2015", "scotland-learning-review-2024"),
    ],
)
def test_every_state_of_the_earlier_edition_has_its_place_in_the_later(earlier: str, later: str) -> None:
    old, new = procedures.load(earlier), procedures.load(later)

    places = new.migrations[earlier].states

    assert set(places) == set(old.states)
    assert all(old.states[one].final == new.states[other].final for one, other in places.items())

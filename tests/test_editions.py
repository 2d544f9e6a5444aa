"""The shipped editions: each loads, can be walked from its opening to its close, and counts as was counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config import procedures
from states.answers import faults
from states.errors import NotPossible
from states.procedure import Procedure
from states.timescales import Timescale
from tests.walking import Walk, day_of, filled_in, load, walk

EDITIONS = procedures.names()
LOCAL = Path(procedures.GUIDANCE).parent / "local" / "example-committee.toml"

SCR = "scotland-scr-2015"
LR21 = "scotland-learning-review-2021"
LR24 = "scotland-learning-review-2024"
ENGLAND = "england-child-safeguarding-2023"
ADULT = "scotland-adult-learning-review-2022"
YEAR = "scotland-committee-year"
RECOMMENDATION = "recommendation-2026"

BESIDE = {
    "looked_after_one_working_day": (1, "working_days"),
    "looked_after_24_hours": (24, "hours"),
    "looked_after_report": (28, "calendar_days"),
    "justice_incident": (5, "working_days"),
}
SAID = {
    SCR: {"notification_form": (7, "calendar_days"), "agency_report": (14, "calendar_days"), **BESIDE},
    LR21: BESIDE,
    LR24: BESIDE,
    ENGLAND: {
        "panel_notification": (5, "working_days"),
        "partners_notification": (5, "working_days"),
        "looked_after_death": (5, "working_days"),
        "rapid_review": (15, "working_days"),
    },
    ADULT: {"information": (2, "weeks"), "ci_outcome": (7, "calendar_days")},
    YEAR: {"chairs_forum": (3, "months")},
    RECOMMENDATION: {},
}
"""Every number that may be shown as the guidance's own, taken from the sources by hand."""


def numbers(procedure: Procedure, *basis: str) -> dict[str, Timescale]:
    return {name: rule for name, rule in procedure.timescales.items() if rule.limit is not None and rule.basis in basis}


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> Procedure:
    return load(request.param)


def test_the_editions_asked_for_are_there() -> None:
    assert set(SAID) <= set(EDITIONS)


@pytest.mark.parametrize("name", sorted(SAID))
def test_only_numbers_found_in_the_sources_are_shown_as_the_guidances(name: str) -> None:
    shown = numbers(load(name), "guidance", "statute")

    assert {key: (rule.limit, rule.unit) for key, rule in shown.items()} == SAID[name]


@pytest.mark.parametrize("name", sorted(SAID))
def test_every_other_number_says_that_it_is_an_assumption_or_a_date_of_the_case_itself(name: str) -> None:
    procedure = load(name)

    assert all(
        "an assumption, to be confirmed by your" in rule.note for rule in numbers(procedure, "assumption").values()
    )
    dated = [rule for rule in numbers(procedure, "local").values() if rule.anchor.field or rule.anchor.items]
    assert [rule.limit for rule in numbers(procedure, "local").values()] == [0] * len(dated)


@pytest.mark.parametrize("name", sorted(SAID))
def test_a_limit_that_is_not_known_is_unset_and_says_so(name: str) -> None:
    unset = [rule for rule in load(name).timescales.values() if rule.length() is None]

    assert all(rule.note for rule in unset)


@pytest.mark.parametrize("name", sorted(SAID))
def test_superseded_history_is_never_cited_as_a_rule(name: str) -> None:
    procedure = load(name)
    cited = [*procedure.transitions, *procedure.timescales.values(), *procedure.states.values()]

    assert not [rule for rule in cited if any(source.startswith("H07") for source in rule.cite)]


def test_every_step_can_be_filled_in(edition: Procedure) -> None:
    today = day_of("03-02")

    for move in edition.transitions:
        answers = filled_in(move.fields, {}, {}, today)
        assert faults(move.fields, answers, {}, today) == (), move.trigger


def test_every_state_says_in_a_sentence_what_it_means(edition: Procedure) -> None:
    assert all(state.meaning.endswith(".") for state in edition.states.values())


def test_every_decision_has_an_outcome_of_its_own_and_tells_somebody(edition: Procedure) -> None:
    outcomes = [move for move in edition.transitions if move.outcome and "decide" in move.trigger]

    assert len({move.outcome for move in outcomes}) == len({move.trigger for move in outcomes})
    assert all(move.notify for move in outcomes)


def test_the_three_permissions_of_the_initial_case_review_are_held_apart() -> None:
    procedure = load(SCR)
    powers = ["acknowledge_and_alert", "order_more_information", "decide_scr"]

    held = [procedure.transition(power) for power in powers]

    assert [move.roles for move in held if move] == [
        ("notification_acceptor",),
        ("information_orderer",),
        ("icr_decider",),
    ]


# ---------------------------------------------------------------- 2015


def gathered(name: str = SCR) -> Walk:
    case = walk(name).go("inform_lead", "03-02", lead_informed_on="2026-03-02").go("submit_notification", "03-09")
    return case.go("acknowledge_and_alert", "03-10").ask("icr_report", "03-20", "NHS Tayside", "Police Scotland")


def considered() -> Walk:
    case = gathered().answer("icr_report", "04-01", "NHS Tayside").answer("icr_report", "04-03", "Police Scotland")
    return case.go("all_received", "04-07")


def test_2015_the_notification_form_is_due_seven_calendar_days_after_the_lead_was_informed() -> None:
    case = walk(SCR).go("inform_lead", "03-02", lead_informed_on="2026-03-01")

    assert case.due("notification_form") == "2026-03-08"

    case.go("submit_notification", "03-09")
    assert case.deadline("notification_form").late


def test_2015_a_form_without_an_earlier_call_opens_the_case_and_its_clock_is_met_at_once() -> None:
    case = walk(SCR).go("submit_notification", "03-06", lead_informed_on="2026-03-02")

    assert (case.state, case.due("notification_form")) == ("notified", "2026-03-09")
    assert (case.deadline("notification_form").status, case.deadline("notification_form").late) == ("met", False)
    assert case.due("acknowledge_notification") == "2026-03-09"  # the working day after Friday 6 March


def test_2015_an_agency_has_fourteen_calendar_days_even_over_good_friday() -> None:
    case = gathered()

    assert case.due("agency_report/NHS Tayside") == "2026-04-03"
    case.answer("icr_report", "04-04", "NHS Tayside")
    assert case.deadline("agency_report/NHS Tayside").late
    assert case.deadline("agency_report/Police Scotland").status == "running"


def test_2015_the_decision_has_no_limit_until_the_committee_sets_one() -> None:
    national, local = walk(SCR), walk(SCR, LOCAL)

    for case in (national, local):
        case.go("submit_notification", "03-06")

    assert national.deadline("icr_decision").status == "unset"
    assert local.due("icr_decision") == "2026-04-03"


def test_2015_no_report_no_consideration_unless_the_lead_officer_says_why() -> None:
    case = gathered().answer("icr_report", "04-01", "NHS Tayside")

    with pytest.raises(NotPossible, match=r"Police Scotland.*The lead officer may go on"):
        case.go("all_received", "04-07")
    assert case.go("all_received", "04-07", override="The police report follows in May.").state == "considering"
    assert case.go("decide_scr", "04-09").deadline("agency_report/Police Scotland").status == "cancelled"


def test_2015_a_case_without_a_review_is_closed_and_telling_of_it_is_still_owed() -> None:
    case = considered().go("decide_no_review", "04-09", limb="not_died")

    assert (case.state, str(case.dossier.closed_on)) == ("closed_no_review", "2026-04-09")
    assert case.deadline("tell_decision").status == "unset"

    case.go("record_decision_told", "04-10")
    assert (case.state, case.deadline("tell_decision").status) == ("closed_no_review", "met")
    assert case.go("reopen", "06-01").state == "considering"


def test_2015_leaving_a_registration_out_needs_the_committees_reason() -> None:
    case = considered()
    plain: dict[str, Any] = {"limb": "died", "grounds": ["register"]}

    with pytest.raises(NotPossible, match="give the reason"):
        case.go("decide_no_review", "04-09", **plain, register_no_bearing="yes")
    given = {"answer": "yes", "reason": "Registered ten years before, in another matter."}
    assert case.go("decide_no_review", "04-09", **plain, register_no_bearing=given).state == "closed_no_review"


def test_2015_a_whole_review_from_the_first_call_to_the_close() -> None:
    case = considered().go("order_more_information", "04-09", information_by="2026-04-30")
    case.ask("further_information", "04-09", "Education").answer("further_information", "04-29", "Education")
    assert (case.due("further_information_wanted"), case.due("further_information/Education")) == ("2026-04-30", "None")

    case.go("further_information_in", "04-30").go("decide_scr", "05-07", limb="died", grounds=["suicide_or_accident"])
    case.go("start_commissioning", "05-14").go("appoint", "06-01", report_due_on="2026-10-30").go("vary_remit", "07-01")
    assert (case.due("review_report"), case.deadline("scr_total").status) == ("2026-10-30", "unset")

    case.go("submit_draft", "10-01").go("check_accuracy", "10-08").go("deliver_final", "10-29")
    case.go("return_report", "11-05").go("deliver_final", "11-12").go("accept_report", "11-19")
    case.go("report_progress", "11-20").go("approve_plan", "11-26").go("approve_plan", "11-27")
    case.go("report_progress", "11-30").go("withhold", "12-01").told_first("12-14").go("publish", "12-15")
    case.go("report_progress", "12-18")
    case.go("all_done", "2027-06-01").go("assess_impact", "2027-09-01")
    assert (case.state, str(case.dossier.closed_on)) == ("closed", "2027-09-01")
    assert not case.deadline("review_report").late
    assert [one.timescale for one in case.dossier.open_deadlines()] == ["hub_return", "tell_decision"]


@pytest.mark.parametrize(
    ("decision", "steps"),
    [
        ("decide_follow_up", ["report_progress", "all_done", "close_without_impact"]),
        ("decide_alternative", ["finish_alternative_review", "report_progress", "all_done", "assess_impact"]),
    ],
)
def test_2015_the_other_outcomes_lead_to_a_close_of_their_own(decision: str, steps: list[str]) -> None:
    case = considered().go(decision, "04-09")

    for trigger in steps:
        case.go(trigger, "05-01")

    assert case.state == "closed"

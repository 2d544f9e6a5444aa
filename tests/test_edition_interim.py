"""The interim guidance of 2007: reviews of 2012 to 2015 entered late, and their extract with the right figures."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from config.succession import outdated
from records.database import reading
from tests.filed import kept
from tests.walking import CALENDARS, Walk, load, walk
from workflows.reports.extract import extract
from workflows.views.ways_to_open import ways_to_open

if TYPE_CHECKING:
    from tests.office import Office

INTERIM = "scotland-scr-2007"
FIRST, LAST = date(2012, 4, 1), date(2015, 3, 31)
"""The retrospective period."""


def reported() -> Walk:
    """Identified on the day before Good Friday of 2013, which is a holiday in Scotland; Easter Monday is none."""
    case = walk(INTERIM).go("identify", "2013-03-28", identified_on="2013-03-28").go("report_case", "2013-04-02")
    return case.enter("agency_report", "2013-04-01", agency="NHS Tayside", notified_on="2013-04-01")


def considered() -> Walk:
    return reported().respond("R1", "2013-04-16").go("consider", "2013-04-17")


def test_one_working_day_for_the_reporting_officer_and_ten_for_every_other_agency() -> None:
    case = reported()

    assert case.due("notification") == "2013-04-01"
    assert case.deadline("notification").late
    assert case.due("agency_report/R1") == "2013-04-15"
    assert case.respond("R1", "2013-04-16").deadline("agency_report/R1").late


def test_days_before_2012_are_counted_firmly_too() -> None:
    case = walk(INTERIM).go("identify", "2010-11-29", identified_on="2010-11-29")

    assert case.due("notification") == "2010-12-01"  # St Andrew's Day is no working day
    assert CALENDARS[case.edition.calendar].doubt(date(2007, 1, 1), date(2015, 12, 31)) == ""


def test_twenty_working_days_for_further_information() -> None:
    case = considered().go("want_more_information", "2013-04-22")
    case.enter("further_information", "2013-04-22", agency="NHS Tayside", asked_on="2013-04-22")

    assert case.due("further_information/I1") == "2013-05-21"  # the early May bank holiday is not counted
    assert case.respond("I1", "2013-05-20").go("further_information_in", "2013-05-20").state == "considering"
    assert not case.deadline("further_information/I1").late


ONWARD = {
    "decide_no_review": ([], "closed_no_review"),
    "decide_follow_up": (["report_progress", "close_case"], "closed"),
    "decide_internal_review": (
        ["commission", "vary_remit", "check_chronology", "deliver_report", "accept_report", "publish", "close_case"],
        "closed",
    ),
    "decide_external_review": (["commission", "deliver_report", "accept_report", "close_case"], "closed"),
}


@pytest.mark.parametrize("decision", ONWARD)
def test_every_outcome_is_told_to_chief_officers_and_agencies_and_leads_to_a_close(decision: str) -> None:
    case = considered().go(decision, "2013-05-01").go("record_decision_told", "2013-05-02")
    told = {one: notice.when for notice in case.edition.moves["considering", decision].notify for one in notice.tell}
    assert set(told) == {"chief_officers_group", "agencies"}
    assert {when.given for when in told.values() if when} == {False}  # who was told then is not told again

    steps, end = ONWARD[decision]
    for trigger in steps:
        case.go(trigger, "2013-10-01")

    assert case.state == end


def test_a_review_of_the_retrospective_period_stands_in_its_extract_with_its_figures(office: Office) -> None:
    one = considered().go("decide_external_review", "2013-05-01", decided_on="2013-05-01", death_or_harm="died")
    one.go("commission", "2013-06-03", carried_out="external", reviewers=["Reviewer of the north"])
    one.go("describe", "2013-06-04", age_band=["under_1"], register_status="registered", report_pages=40)
    one.enter("finding", "2014-01-10", statement="Records were kept apart", themes=["information_sharing"])
    one.go("deliver_report", "2014-01-17", final_report="SCR/2014/2", delay_reasons="A trial")
    later = considered().go("decide_internal_review", "2013-05-01").go("commission", "2013-06-03")
    later.go("deliver_report", "2015-04-01")
    none = considered().go("decide_no_review", "2013-05-01")

    kept(office.engine, (("SCR-2026-001", one), ("SCR-2026-002", later), ("SCR-2026-003", none)))
    with reading(office.engine) as tx:
        made = extract(tx, FIRST, LAST, date(2026, 6, 1))

    (row,) = made.facts()
    wanted = {
        "reference": "SCR-2026-001",
        "review_type": "significant case review",
        "decision": "External significant case review",
        "guidance": load(INTERIM).title,
        "opened_on": "2013-03-28",
        "completed_on": "2014-01-17",
        "days_taken": 295,
        "death_or_harm": ["The child died"],
        "age_bands": ["Under 1"],
        "register_status": "The child was on it",
        "carried_out_by": ["Reviewer of the north"],
        "agencies": ["NHS Tayside"],
        "report": ["SCR/2014/2"],
        "report_pages": 40,
        "delay_reasons": ["A trial"],
        "themes": ["Information sharing"],
        "findings": ["Records were kept apart"],
        "cause_of_death": None,
    }
    assert {key: row[key] for key in wanted} == wanted


def test_it_says_what_took_its_place_and_is_not_offered_for_a_case_of_today(office: Office) -> None:
    edition = load(INTERIM)

    assert outdated(edition, date(2014, 6, 1)) == ""
    assert outdated(edition, date(2015, 4, 1)) == (
        "scotland-scr-2007 was withdrawn (31 March 2015). scotland-scr-2015 took its place."
    )
    with reading(office.engine) as tx:
        offered = {one.edition: one.why_apart for one in ways_to_open(tx, load)}
    assert offered[INTERIM] == "Withdrawn (31 March 2015): for a case of an earlier day."

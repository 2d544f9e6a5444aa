"""The follow-through board: promised, proven and changed stand apart, and shares say of what they are shares."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from records.database import reading
from tests.filed import NHS, PLAN, assessed, kept, recommended
from workflows.reports.follow_through_board import Board, Share, board, changed, paper, promised, proven

if TYPE_CHECKING:
    from tests.office import Office
    from tests.walking import Walk

TODAY = date(2026, 3, 2)


def boarded(office: Office, *walks: Walk, today: date = TODAY) -> Board:
    kept(office.engine, ((f"REC-{number}", one) for number, one in enumerate(walks, 1)))
    with reading(office.engine) as tx:
        return board(tx, today, hidden=frozenset())


def sent(level: str = "national_sg") -> Walk:
    return (
        recommended(level).go("accept_for_others", "2025-07-10", **PLAN).go("send", "2025-07-12", sent_on="2025-07-12")
    )


def test_promised_proven_and_changed_are_told_apart(office: Office) -> None:
    one = boarded(office, assessed()).recommendations[0]

    assert promised(one) == (
        "Head of children's services (NHS Tayside); Urgent; Every plan carries the child's own view.; "
        "measured by Plans with the child's view, from 40 % to 90 %, by Audit"
    )
    assert proven(one) == "said to be done 30 August 2025; verified 1 October 2025: fulfilled partly"
    assert changed(one) == "practice: clear, outcomes: emerging"


def test_nothing_done_nothing_proven_nothing_changed(office: Office) -> None:
    one = boarded(office, recommended(addressee=NHS)).recommendations[0]

    assert (promised(one), proven(one), changed(one)) == (NHS, "not done yet", "not assessed")


def test_agencies_that_were_written_on_lines_of_their_own_stay_apart(office: Office) -> None:
    one = boarded(office, recommended(addressee=f"{NHS}\n\n Police Scotland")).recommendations[0]

    assert one.addressee == f"{NHS}, Police Scotland"


def test_shares_are_of_those_it_can_be_said_of(office: Office) -> None:
    answered = sent("other_body").go("record_answer", "2025-08-01")
    rejected = recommended().go("reject", "2025-07-02")

    found = boarded(office, assessed(), recommended(), recommended(), sent(), answered, rejected)

    assert found.shares["Verified"] == Share(1, 3)
    assert found.shares["With an assessment of impact"] == Share(1, 3)
    assert found.shares["Led elsewhere, answered"] == Share(1, 2)
    assert found.shares["With a measure"] == Share(3, 5)
    assert (found.whole.all, found.turned_down) == (5, 1)
    assert str(found.shares["Verified"]) == "1 of 3 (33%)"


def test_what_others_lead_is_never_late_and_says_whether_it_is_answered(office: Office) -> None:
    found = boarded(office, sent(), today=date(2030, 1, 1))

    assert (found.whole.overdue, found.recommendations[0].overdue) == (0, False)
    assert proven(found.recommendations[0]) == "sent 12 July 2025, no answer yet"


def test_the_age_of_the_open_ones_and_their_dates_gone_by(office: Office) -> None:
    begun = recommended().go("accept", "2025-07-10", **PLAN).go("start", "2025-07-11")

    found = boarded(office, begun, recommended(opened="2026-02-20"))

    assert (found.whole.oldest, found.whole.middle, found.whole.overdue) == (244, 127, 1)


def test_by_agency_and_by_theme(office: Office) -> None:
    found = boarded(office, assessed(), recommended(themes=["supervision", "training"]))

    assert [(line.name, line.all) for line in found.agencies] == [(NHS, 2)]
    assert {line.name for line in found.themes} >= {"Supervision and management oversight", "Knowledge and training"}


def test_an_empty_board_says_so(office: Office) -> None:
    assert paper(boarded(office), "Here").opening == ("There are no recommendations to follow.",)


def test_the_paper_of_the_board_has_every_recommendation(office: Office) -> None:
    made = paper(boarded(office, assessed(), recommended()), "Here")

    assert [row.label for row in made.tables["followed"].rows] == ["REC-1", "REC-2"]
    assert made.tables["agencies"].rows[0].label == NHS

"""The retrospective extract: every review completed in a period, with what is held of it and no guess at the rest."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest

from records.database import reading
from states.errors import BadAnswer
from tests.filed import NHS, SCR, decided, kept, recommended, reviewed
from tests.walking import Walk, walk
from workflows.papers.spreadsheet import csv_text, spreadsheet
from workflows.reports.data_items import NOT_RECORDED
from workflows.reports.extract import Extract, extract, one_by_one, paper

if TYPE_CHECKING:
    from tests.office import Office

DONE = date(2026, 1, 10)


def extracted(office: Office, first: date, last: date, *walks: Walk) -> Extract:
    kept(office.engine, ((f"X-{number}", one) for number, one in enumerate(walks, 1)))
    with reading(office.engine) as tx:
        return extract(tx, first, last, date(2026, 6, 1))


def old_review() -> Walk:
    """A significant case review under the guidance of 2015, its report delivered on 30 March 2015."""
    one = walk(SCR).go("submit_notification", "2014-05-01", lead_informed_on="2014-05-01")
    one.go("acknowledge_and_alert", "2014-05-02").ask("icr_report", "2014-05-02", NHS)
    one.answer("icr_report", "2014-05-12", NHS).go("all_received", "2014-05-13")
    one.go("decide_scr", "2014-06-01", limb="died", grounds=["suicide_or_accident"])
    one.go("start_commissioning", "2014-06-02").go("appoint", "2014-07-01", report_due_on="2015-03-31")
    return one.go("submit_draft", "2015-03-01").go("deliver_final", "2015-03-30")


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (DONE, DONE, ["X-1"]),
        (date(2026, 1, 11), date(2026, 3, 31), []),
        (date(2025, 4, 1), date(2026, 1, 9), []),
    ],
)
def test_a_review_belongs_to_the_period_in_which_its_report_was_complete(
    office: Office, first: date, last: date, found: list[str]
) -> None:
    made = extracted(office, first, last, reviewed(), decided("do_not_proceed"), decided("proceed"))

    assert [row["Reference"] for row in made.facts()] == found


def test_reviews_of_every_edition_are_found(office: Office) -> None:
    made = extracted(office, date(2012, 4, 1), date(2026, 3, 31), reviewed(), old_review())

    assert [row["Reference"] for row in made.facts()] == ["X-2", "X-1"]
    old = made.facts()[0]
    assert (old["Completed"], old["Time taken"], old["Review type"]) == (
        "30 March 2015",
        "333 days",
        "significant case review",
    )


def test_what_is_not_held_is_given_as_not_recorded(office: Office) -> None:
    review = reviewed()
    review.dossier = review.dossier.but(links={"X-2": "has_recommendation"}, children=2)

    made = extracted(office, DONE, DONE, review, recommended(themes=["supervision"]))

    row = made.facts()[0]
    assert row["Age band"] == row["Cause of death"] == NOT_RECORDED
    assert (row["Number of children"], row["Number of recommendations"]) == ("2", "1")
    assert row["Death or harm"] != NOT_RECORDED
    assert row["Themes"] == "Seeing and hearing the child, Supervision and management oversight"


def test_what_describes_a_case_is_recorded_in_categories_and_comes_out_in_words(office: Office) -> None:
    review = reviewed().go("describe", "2026-01-11", age_band=["under_1"], cause_of_death="suicide", report_pages=40)
    review.go("describe", "2026-01-12", register_status="sibling", abuse_type=["neglect", "emotional"])

    row = extracted(office, DONE, DONE, review).facts()[0]

    assert (row["Age band"], row["Cause of death"]) == ("Under 1", "Suicide")
    assert row["Child protection register"] == "A sibling is or was on it"
    assert row["Type of abuse or neglect"] == "Neglect, Emotional abuse"
    assert (row["Length of the report, in pages"], row["Known to services"]) == ("40", NOT_RECORDED)


def test_what_was_learned_in_another_way_is_among_the_reports_completed(office: Office) -> None:
    other = decided("other_route").go("finish_other_learning", "2025-09-01")

    row = extracted(office, date(2025, 9, 1), date(2025, 9, 1), other, decided("proceed")).facts()[0]

    assert (row["Reference"], row["Decision"], row["Time taken"]) == ("X-1", "Learning in another way", "123 days")


def test_a_period_that_ends_before_it_begins_is_refused(office: Office) -> None:
    with pytest.raises(BadAnswer, match="before it begins"):
        extracted(office, date(2015, 3, 31), date(2012, 4, 1))


def test_csv_and_spreadsheet_say_the_same(office: Office) -> None:
    made = extracted(office, DONE, DONE, reviewed(final_report='=cmd|"/c calc"!A1'))

    rows = list(csv.DictReader(io.StringIO(csv_text(made.columns, made.rows))))
    sheet = openpyxl.load_workbook(io.BytesIO(spreadsheet(paper(made, "Here"))))["Reviews"]

    assert rows[0] == {**made.facts()[0], "Report": '\'=cmd|"/c calc"!A1'}
    assert [cell.value for cell in sheet[3]] == list(made.rows[0])


def test_on_paper_every_review_has_a_table_of_its_own(office: Office) -> None:
    made = one_by_one(extracted(office, date(2012, 4, 1), date(2026, 3, 31), reviewed(), old_review()), "Here")

    assert [one.caption for one in made.tables.values()] == ["X-2", "X-1"]
    assert made.tables["X-2"].rows[-1].label == "Staff engaged"

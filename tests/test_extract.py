"""The retrospective extract: every review completed in a period, with what is held of it and no guess at the rest."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
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
DAY = "2026-01-11"


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

    assert [row["reference"] for row in made.facts()] == found


def test_reviews_of_every_edition_are_found(office: Office) -> None:
    made = extracted(office, date(2012, 4, 1), date(2026, 3, 31), reviewed(), old_review())

    assert [row["reference"] for row in made.facts()] == ["X-2", "X-1"]
    old = made.facts()[0]
    assert (old["completed_on"], old["days_taken"], old["review_type"]) == (
        "2015-03-30",
        333,
        "significant case review",
    )
    told = {row.label: row.cells[0] for row in one_by_one(made, "Here").tables["X-2"].rows}
    assert (told["Completed"], told["Time taken"]) == ("30 March 2015", "333 days")


def test_what_is_not_held_is_given_as_not_recorded(office: Office) -> None:
    review = reviewed()
    review.dossier = review.dossier.but(links={"X-2": "has_recommendation"}, children=2)

    made = extracted(office, DONE, DONE, review, recommended(themes=["supervision"]))

    row = made.facts()[0]
    assert (row["age_bands"], row["cause_of_death"]) == (None, None)
    assert (row["children"], row["recommendations_made"]) == (2, 1)
    assert row["death_or_harm"]
    assert row["themes"] == ["Seeing and hearing the child", "Supervision and management oversight"]
    told = {line.label: line.cells[0] for line in one_by_one(made, "Here").tables["X-1"].rows}
    assert told["Age band"] == told["Cause of death"] == NOT_RECORDED
    assert told["Themes"] == "Seeing and hearing the child, Supervision and management oversight"


def test_what_describes_a_case_is_recorded_in_categories_and_comes_out_in_words(office: Office) -> None:
    review = reviewed().go("describe", "2026-01-11", age_band=["under_1"], cause_of_death="suicide", report_pages=40)
    review.go("describe", "2026-01-12", register_status="sibling", abuse_type=["neglect", "emotional"])

    row = extracted(office, DONE, DONE, review).facts()[0]

    assert (row["age_bands"], row["cause_of_death"]) == (["Under 1"], "Suicide")
    assert row["register_status"] == "A sibling is or was on it"
    assert row["abuse_types"] == ["Neglect", "Emotional abuse"]
    assert (row["report_pages"], row["known_to_services"]) == (40, None)


def test_what_was_learned_in_another_way_is_among_the_reports_completed(office: Office) -> None:
    other = decided("other_route").go("finish_other_learning", "2025-09-01")

    row = extracted(office, date(2025, 9, 1), date(2025, 9, 1), other, decided("proceed")).facts()[0]

    assert (row["reference"], row["decision"], row["days_taken"]) == ("X-1", "Learning in another way", 123)


def test_a_period_that_ends_before_it_begins_is_refused(office: Office) -> None:
    with pytest.raises(BadAnswer, match="before it begins"):
        extracted(office, date(2015, 3, 31), date(2012, 4, 1))


def test_csv_and_spreadsheet_say_the_same_each_as_what_it_is(office: Office) -> None:
    made = extracted(
        office, DONE, DONE, reviewed(final_report='=cmd|"/c calc"!A1').go("describe", DAY, report_pages=40)
    )

    (row,) = csv.DictReader(io.StringIO(csv_text(made.keys, made.table())))
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet(paper(made, "Here"))))
    cells = dict(zip(made.keys, book["Reviews"][2], strict=True))

    said = (row["completed_on"], row["days_taken"], row["report"])
    assert said == ("2026-01-10", "254", '\'=cmd|"/c calc"!A1')
    assert (row["age_bands"], row["children"], row["report_pages"]) == ("", "", "40")
    assert cells["completed_on"].is_date
    held = cells["completed_on"].value.date(), cells["days_taken"].value, cells["report_pages"].value
    assert held == (
        DONE,
        254,
        40,
    )
    assert (cells["report"].value, cells["report"].data_type) == ('=cmd|"/c calc"!A1', "s")
    assert [cell.value for cell in book["Reviews"][1]] == list(made.columns)
    assert book["Reviews"].auto_filter.ref == f"A1:{cells['staff_engaged'].coordinate}"


def test_every_theme_has_a_line_of_its_own_though_its_name_holds_a_comma(office: Office) -> None:
    made = extracted(office, DONE, DONE, reviewed())
    with_comma = replace(made, themes=(("X-1", "Seeing, hearing and knowing the child"), ("X-1", "Supervision")))

    lines = list(openpyxl.load_workbook(io.BytesIO(spreadsheet(paper(with_comma, "Here"))))["Themes"].values)

    assert lines == [("Reference", "Theme"), *with_comma.themes]


def test_every_column_is_described_for_people_and_for_machines(office: Office) -> None:
    made = extracted(office, DONE, DONE, reviewed())

    described = {one["name"]: one for one in made.dictionary()["fields"]}  # type: ignore[attr-defined]
    sheet = list(openpyxl.load_workbook(io.BytesIO(spreadsheet(paper(made, "Here"))))["Columns"].values)

    assert list(described) == list(made.keys) == [line[0] for line in sheet[1:]]
    assert len(set(made.keys)) == len(made.keys)
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", key) for key in made.keys)
    assert all(one["description"] and one["title"] for one in described.values())
    kinds = {"string": str, "date": str, "integer": int, "array": list}
    for key, answer in made.facts()[0].items():
        assert answer is None or isinstance(answer, kinds[described[key]["type"]])


def test_on_paper_every_review_has_a_table_of_its_own(office: Office) -> None:
    made = one_by_one(extracted(office, date(2012, 4, 1), date(2026, 3, 31), reviewed(), old_review()), "Here")

    assert [one.caption for one in made.tables.values()] == ["X-2", "X-1"]
    assert made.tables["X-2"].rows[-1].label == "Staff engaged"

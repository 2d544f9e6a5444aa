"""What a column means where its heading leaves it in doubt, and what a file has besides its records: asked, or told."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook as Book
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests.importing import table
from tests.test_import_questions import plan_of
from workflows.importing.files import read_file
from workflows.importing.mapping_files import mapping_as_text, mapping_in
from workflows.importing.number_formats import cell_of
from workflows.importing.register_plan import ImportPlan
from workflows.importing.targets import names_a_child

HEADS = ("Ref", "Agreed", "Recommendation", "Action", "Lead agency", "Due", "Status")
ROW = ("LR-1", "2024-03-12", "Hear it", "A form", "NHS Fife", "2026-01-31", "Open")


def keys(plan: ImportPlan) -> dict[str, str]:
    """What is asked, each with what is proposed."""
    return {one.key: one.proposal for one in plan.questions}


def actions(plan: ImportPlan) -> list[Any]:
    return [action for review in plan.reviews for one in review.recommendations for action in one.actions]


def workbook(*rows: tuple[object, ...]) -> Book:
    made = Book()
    for row in rows:
        made.active.append(row)
    return made


def saved(made: Book) -> bytes:
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def sub_part(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook with another part under a name."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w") as new:
        for one in old.namelist():
            new.writestr(one, part if one == name else old.read(one))
    return out.getvalue()


@pytest.mark.parametrize(
    ("heading", "named"),
    [
        *((one, True) for one in ("Name", "Full name", "Case name", "Family", "Mother", "Parents", "Home address")),
        *(
            (one, True)
            for one in ("CHI number", "CHI No", "NHS number", "Mosaic ID", "D.O.B.", "YP", "Client", "Postcode")
        ),
        *(
            (one, False)
            for one in ("Agency name", "Name of reviewer", "Lead name", "File name", "NHS Fife", "Case number")
        ),
        *((one, False) for one in ("Date of death", "Family involvement", "School", "Number of children")),
    ],
)
def test_a_heading_under_which_somebody_may_be_told_is_asked_about(heading: str, named: bool) -> None:
    assert names_a_child(heading) is named


def test_a_day_that_was_put_off_is_due_on_the_last_of_its_days_and_the_earlier_one_stays_as_words() -> None:
    heads = (*HEADS[:5], "Revised target date", "Original target date")
    first = table(
        (*ROW[:5], "2027-01-31", "2026-01-31"), (*ROW[:3], "Another", "NHS Fife", "", "2026-02-01"), heads=heads
    )
    other = table((*ROW[:5], "2026-01-31", "2027-01-31"), heads=(*HEADS[:5], "Due date", "New due date"))

    open_plan, plan = plan_of(first), plan_of(first, as_proposed=True)
    assert {one.key for one in open_plan.open} >= {"which:Revised target date"}
    assert [one.fields["due_on"] for one in actions(plan)] == ["2027-01-31", "2026-02-01"]
    assert actions(plan)[0].words == {"Original target date": "31 January 2026"}
    (put_off,) = actions(plan_of(other, as_proposed=True))
    assert (put_off.fields["due_on"], put_off.words) == ("2027-01-31", {"Due date": "31 January 2026"})
    alone = plan_of(other, as_proposed=True, answers={"which:Due date": "Due date"})
    assert actions(alone)[0].fields["due_on"] == "2026-01-31"


def test_completed_behind_an_action_is_asked_about_and_before_it_is_the_reports() -> None:
    behind = table((*ROW, "2025-06-01"), heads=(*HEADS, "Completed"))
    before = table(("LR-1", "2025-06-01", *ROW[1:]), heads=("Ref", "Completed", *HEADS[1:]))
    plan = plan_of(behind, as_proposed=True)

    assert keys(plan)["day:Completed"] == "action.done"
    assert (plan.reviews[0].days, actions(plan)[0].fields["evidence_on"]) == ({}, "2025-06-01")
    said = plan_of(behind, as_proposed=True, answers={"day:Completed": "review.completed"})
    assert said.reviews[0].days == {"completed": date(2025, 6, 1)}
    plan = plan_of(before, as_proposed=True)
    assert "day:Completed" not in keys(plan)
    assert plan.reviews[0].days == {"completed": date(2025, 6, 1)}


def test_what_is_proposed_for_a_column_stands_in_a_mapping_as_a_remark_until_somebody_says_it() -> None:
    heads = (*HEADS, "Completed", "New due date", "Name", "RAG", "Other")
    content = table((*ROW, "2025-06-01", "2027-01-31", "x", "Red", "y"), heads=heads)
    plan = plan_of(content)
    mapped = mapping_in(mapping_as_text(plan.mapped, plan.questions))

    assert set(heads) - set(mapped.columns) == {"Completed", "Due", "New due date", "Name", "RAG", "Status"}
    assert {one.key for one in plan_of(content, columns=mapped.columns).open} == {one.key for one in plan.open}
    answered = plan_of(content, as_proposed=True)
    assert mapping_in(mapping_as_text(answered.mapped, answered.questions)).columns == answered.mapped.columns
    assert plan_of(content, columns=dict(answered.mapped.columns)).mapped.columns == answered.mapped.columns


def test_of_a_register_without_actions_a_status_is_the_reviews_and_its_agency_is_not_lost() -> None:
    heads = ("Case", "Date notified", "Status", "Lead agency")
    (open_one, closed) = plan_of(
        table(("LR-1", "2024-03-12", "Open", "NHS Fife"), ("LR-2", "2024-04-12", "Closed", "Police"), heads=heads),
        as_proposed=True,
    ).reviews
    said = plan_of(table((*ROW[:3], "Carried out"), heads=(*HEADS[:3], "Status")))

    assert (open_one.words, closed.words) == ({"Lead agency": "NHS Fife"}, {"Lead agency": "Police"})
    assert (open_one.stands == closed.stands, closed.stands) == (False, "closed")
    assert "recommended:carried out" in keys(said)


def test_a_status_that_is_kept_as_words_is_kept_in_the_sheets_own() -> None:
    (review,) = plan_of(table(ROW, ("LR-1", "", "", "", "", "", "Complete"), heads=HEADS), as_proposed=True).reviews

    assert review.recommendations[0].words == {"Status": "Complete"}


@pytest.mark.parametrize(
    "words",
    ["* Agreed on 12 March", "\u2020 see minutes", "Source: the register", "Note 1", "Dates are those of the plan"],
)
def test_a_footnote_below_the_records_is_asked_about_and_no_review(words: str) -> None:
    content = table(ROW, (words,), ("LR-2",), heads=HEADS)

    assert keys(plan_of(content))["alone"] == "note"
    assert [one.reference for one in plan_of(content, as_proposed=True).reviews] == ["LR-1", "LR-2"]
    named = plan_of(content, as_proposed=True, answers={"alone": "review"}).reviews
    assert [one.reference for one in named] == ["LR-1", words, "LR-2"]


@pytest.mark.parametrize(
    ("said", "each"),
    [
        ("LR-1 / LR-2", ["LR-1", "LR-2"]),
        ("LR-1, LR-2", ["LR-1", "LR-2"]),
        ("LR-1 and LR-2", ["LR-1", "LR-2"]),
        ("LR-1\nLR-2", ["LR-1", "LR-2"]),
        ("LR-1/LR-2", ["LR-1", "LR-2"]),
        ("SCR/12/3", None),
        ("Smith, J.", None),
    ],
)
def test_a_cell_that_names_several_reviews_is_asked_about(said: str, each: list[str] | None) -> None:
    content = table((said, *ROW[1:]), heads=HEADS)
    plan = plan_of(content, as_proposed=True)

    assert (f"reviews:{said}" in keys(plan)) is bool(each)
    assert [one.reference for one in plan.reviews] == ([] if each else [said])
    for answer, wanted in (("each", each), ("one", [said]), ("first", (each or [])[:1])):
        if each:
            answered = plan_of(content, as_proposed=True, answers={f"reviews:{said}": answer})
            assert [one.reference for one in answered.reviews] == wanted


def test_subtotals_that_a_spreadsheet_writes_are_no_reviews() -> None:
    rows = (ROW, ("LR-1 Total", "", "", "1"), ("LR-1 Count", "", "", "1"), ("Grand Total", "", "", "1"))
    plan = plan_of(table(*rows, heads=HEADS), as_proposed=True)

    assert ([one.reference for one in plan.reviews], plan.problems) == (["LR-1"], ())
    assert [one for one in plan.notes if "totals" in one] == [
        f"Row {row} is taken for totals, and is no record." for row in (3, 4, 5)
    ]


def test_what_rows_say_of_one_review_stays_together_and_what_they_say_differently_is_told() -> None:
    heads = ("Ref", "Notified", "Decision", "Date", "Event")
    rows = (
        ("LR-1", "2024-03-12", "Proceed", "12 March", "Notified"),
        ("LR-1", "", "", "12 March", "Passed on"),
        ("LR-1", "", "Do not proceed", "20 March", "Met"),
    )
    plan = plan_of(table(*rows, heads=heads), as_proposed=True)
    words = plan.reviews[0].words

    assert (words["Date"], words["Event"]) == ("12 March\n12 March\n20 March", "Notified\nPassed on\nMet")
    assert [(one.row, "'Do not proceed' here, and 'Proceed'" in one.what) for one in plan.problems] == [(3 + 1, True)]


def test_a_day_before_one_that_it_follows_is_told() -> None:
    plan = plan_of(
        table(("LR-1", "2024-03-12", "2023-03-12"), heads=("Ref", "Notified", "Completed")), as_proposed=True
    )

    assert ["lies before notified" in one.what for one in plan.problems] == [True]


def test_comments_on_blank_cells_are_kept_and_those_of_no_record_told() -> None:
    made = workbook(HEADS, (*ROW[:5], None, "Open"))
    for place in ("F2", "F1", "A9"):
        made.active[place].comment = Comment(f"Of {place}", "x")
    plan = plan_of(saved(made), as_proposed=True)

    assert actions(plan)[0].words == {"Due, comment": "Of F2"}
    assert [one for one in plan.notes if "Comments" in one] == [
        "Comments that are of no record, or of a column that is left out, are not kept: F1, A9."
    ]


def test_a_comment_on_a_column_that_is_left_out_goes_nowhere() -> None:
    made = workbook((*HEADS, "Name"), (*ROW, "x"))
    made.active["H2"].comment = Comment("Of whom it is", "x")
    plan = plan_of(saved(made), as_proposed=True)

    assert "Of whom" not in repr(plan.reviews)
    assert any(one.endswith("not kept: H2.") for one in plan.notes)


def test_what_a_file_has_besides_is_told() -> None:
    made = workbook(("Register", "Position at 02.03.26"), HEADS, ROW)
    made.active.column_dimensions["E"].hidden = True
    made.active["D3"].fill = PatternFill("solid", fgColor="FF0000")
    made.create_sheet("2023").append(("LR-9", "An old one"))
    notes = plan_of(saved(made)).notes

    assert [one.partition(":")[2] for one in notes] == [
        " column 'Lead agency'.",
        " Register / Position at 02.03.26.",
        " D3.",
        " '2023'.",
    ]


def test_what_is_drawn_on_a_sheet_is_told_and_not_read() -> None:
    made = workbook(HEADS, ROW)
    made.active.add_chart(BarChart(), "J2")

    assert [one for one in plan_of(saved(made)).notes if "boxes of text" in one]
    assert not [one for one in plan_of(saved(workbook(HEADS, ROW))).notes if "boxes of text" in one]
    empty = sub_part(saved(made), "xl/drawings/drawing1.xml", b'<xdr:wsDr xmlns:xdr="x"/>')  # as Google Sheets writes
    assert not [one for one in plan_of(empty).notes if "boxes of text" in one]


def test_two_agencies_joined_by_and_are_asked_about() -> None:
    heads, row = ("Ref", "Notified", "Agencies"), ("LR-1", "2024-03-12", "NHS Fife, Police Scotland and Education")
    asked = keys(plan_of(table(row, heads=heads)))
    each = {"agencies:Police Scotland and Education": "each"}

    assert asked["agencies:Police Scotland and Education"] == "one"
    (review,) = plan_of(table(row, heads=heads), as_proposed=True, answers=each).reviews
    assert review.agencies == ("NHS Fife", "Police Scotland", "Education")
    met = (("LR-0", "2024-03-12", "Police Scotland"), ("LR-0", "", "Education"), row)
    assert keys(plan_of(table(*met, heads=heads)))["agencies:Police Scotland and Education"] == "each"


def test_a_number_among_days_is_proposed_as_the_day_it_may_be_and_a_moment_stays_on_its_day() -> None:
    assert (cell_of(46203, "General", from_1904=False).proposal, cell_of(20260630, "0", from_1904=False).proposal) == (
        *("2026-06-30", "2026-06-30"),
    )
    assert cell_of(45363.99999, "dd/mm/yyyy hh:mm", from_1904=False).value == "2024-03-12T23:59"


@pytest.mark.parametrize("title", ["Learning reviews, recommendations, actions", "Register; Fife", ""])
@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_a_table_in_text_is_told_by_what_its_lines_share_and_not_by_a_title_above(title: str, sign: str) -> None:
    lines = (*([title] if title else []), sign.join(HEADS), *(sign.join(ROW) for _ in range(3)))
    sheet = read_file("\n".join(lines).encode()).sheets[0]

    assert [cell.words for _, cell in sheet.row(len(lines))] == list(ROW)


@pytest.mark.parametrize(
    ("said", "proposal"), [("Proceed", "proceed"), ("Do not proceed", "do_not_proceed"), ("A thematic look", "")]
)
def test_a_decision_in_other_words_than_the_editions_is_asked_about(said: str, proposal: str) -> None:
    heads, edition = ("Ref", "Notified", "Decided", "Decision"), "scotland-learning-review-2024"
    content = table(("LR-1", "2024-09-12", "2024-10-20", said), heads=heads)
    key = f"decision:{edition}:{said.casefold()}"

    assert keys(plan_of(content))[key] == proposal
    (review,) = plan_of(content, as_proposed=True, answers={key: "other_route"}).reviews
    assert (review.decision, review.words) == ("other_route", {})
    (review,) = plan_of(content, as_proposed=True, answers={key: "words"}).reviews
    assert (review.decision, review.words) == ("", {"Decision": said})


def test_of_two_columns_that_say_how_an_action_stands_it_is_asked_which_counts() -> None:
    heads = ("Ref", "Recommendation", "Action", "RAG", "Status")
    content = table(("LR-1", "Hear it", "A form", "Red", "Open"), heads=heads)

    assert keys(plan_of(content))["which:RAG"] == "Status"
    (action,) = actions(plan_of(content, as_proposed=True))
    assert (action.fields["status"], action.words) == ("in_progress", {"RAG": "Red"})


def test_of_two_columns_with_one_heading_of_a_day_it_is_asked_which_counts() -> None:
    content = table((*ROW[:5], "2026-01-31", "2026-03-31"), heads=(*HEADS[:5], "Due", "Due"))
    (action,) = actions(plan_of(content, as_proposed=True))

    assert keys(plan_of(content))["which:Due"] == "latest"
    assert (action.fields["due_on"], action.words) == ("2026-03-31", {"Due": "31 January 2026"})


def test_marks_between_the_figures_of_a_day_are_no_words_of_its_format() -> None:
    """Google Sheets writes d"/"m"/"yyyy."""
    assert not cell_of(45363, 'd"/"m"/"yyyy', from_1904=False).ask
    assert cell_of(45363, '"w/c "d/m/yyyy', from_1904=False).ask


@pytest.mark.parametrize("encoding", ["mac-roman", "cp1252"])
def test_a_table_in_text_of_a_macintosh_keeps_its_words(encoding: str) -> None:
    said = "It\u2019s \u2013 caf\u00e9"
    book = read_file(f"Ref;Recommendation\rLR-1;{said}\r".encode(encoding))

    assert book.sheets[0].named("B2").words == said
    assert ("Macintosh" in book.notes[0]) is (encoding == "mac-roman")

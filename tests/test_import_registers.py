"""Registers as people keep them: what stands where a value is missing, what a program made of a cell, what tells."""

from __future__ import annotations

from datetime import date

import pytest
from openpyxl.comments import Comment

from tests.importing import table
from tests.test_import_columns import HEADS, ROW, actions, keys, saved, workbook
from tests.test_import_questions import plan_of
from workflows.importing.targets import target_of


@pytest.mark.parametrize("said", ["N/A", "n/a", "TBC", "-", "?", "To be confirmed", "None", "Not known", "t.b.c."])
def test_words_that_stand_for_a_missing_agency_or_person_are_words_and_make_none(said: str) -> None:
    heads = (*HEADS[:5], "Owner", "Lead officer")
    plan = plan_of(table((*ROW[:4], said, said, said), heads=heads), as_proposed=True)
    (action,) = actions(plan)

    assert not [key for key in keys(plan) if key.startswith("agenc")]
    assert (plan.agencies, plan.reviews[0].lead, plan.reviews[0].agencies) == ((), "", ())
    assert (action.fields.keys() & {"agency", "owner"}, action.words["Owner"]) == (set(), said)
    assert action.words["Lead agency"] == said


@pytest.mark.parametrize("said", ["All agencies", "All", "Various", "all partner agencies", "desk@council.example"])
def test_a_cell_that_names_everybody_or_an_address_is_asked_about_and_makes_no_agency_of_that_name(said: str) -> None:
    plan = plan_of(table((*ROW[:4], said, *ROW[5:]), heads=HEADS), as_proposed=True)

    assert keys(plan)[f"agencies:{said}"] == "words"
    assert (plan.agencies, actions(plan)[0].words) == ((), {"Lead agency": said})


def test_several_agencies_of_a_cell_that_are_said_to_be_words_make_none() -> None:
    said = "Police Scotland / Education"
    content = table((*ROW[:4], said, *ROW[5:]), heads=HEADS)
    plan = plan_of(content, as_proposed=True, answers={f"agencies:{said}": "words"})

    assert (plan.agencies, actions(plan)[0].words) == ((), {"Lead agency": said})


def test_numbers_and_dots_before_the_agencies_of_a_list_are_none_of_their_names() -> None:
    said = "1. NHS Fife\n2) Police Scotland\n\u2022 Education\n\u2013 NHS Fife"
    plan = plan_of(table((*ROW[:4], said, *ROW[5:]), heads=HEADS), as_proposed=True)

    assert [name for _, name in plan.agencies] == ["Education", "NHS Fife", "Police Scotland"]


@pytest.mark.parametrize("said", ["TBC", "N/A", "-", "All", "e.g. LR-1", "Example"])
def test_words_that_name_no_review_are_asked_about_where_a_reference_is_expected(said: str) -> None:
    content = table(ROW, (said, *ROW[1:]), heads=HEADS)
    plan = plan_of(content, as_proposed=True)
    (key,) = [one for one in keys(plan) if one.startswith("reference:")]

    assert [one.reference for one in plan.reviews] == ["LR-1"]
    assert [(one.row, "no reference" in one.what) for one in plan.problems] == [(3, True)]
    named = plan_of(content, as_proposed=True, answers={key: "one"})
    assert [one.reference for one in named.reviews] == ["LR-1", said]


@pytest.mark.parametrize(("column", "made"), [(2, (1, 0, 0)), (3, (1, 1, 0))])
def test_a_dash_is_no_recommendation_and_no_action_unless_somebody_says_so(column: int, made: tuple[int, ...]) -> None:
    row = tuple("N/A" if at == column else "" if at > max(column, 2) else one for at, one in enumerate(ROW))
    plan = plan_of(table(row, heads=HEADS), as_proposed=True)
    (key,) = [one for one in keys(plan) if one.startswith("nothing:")]

    assert plan.counts == made
    assert plan_of(table(row, heads=HEADS), as_proposed=True, answers={key: "kept"}).counts == (
        *(1, 1),
        int(column == 3),
    )


def test_an_error_or_a_formula_without_a_value_is_asked_about_in_every_column() -> None:
    made = workbook((*HEADS, "Owner"), (*ROW, "Desk"), ("LR-2", *ROW[1:4], "#NAME?", "#N/A", "#VALUE!", "#REF!"))
    made.active.append(("LR-3", *ROW[1:4], "=A1", "=A1", "=A1", "=A1"))
    plan = plan_of(saved(made), as_proposed=True)

    assert sorted(one.key for one in plan.open) == [
        *("cell:E3=#NAME?", "cell:E4=", "cell:F3=#N/A", "cell:F4=", "cell:G3=#VALUE!", "cell:G4="),
        *("cell:H3=#REF!", "cell:H4="),
    ]
    answers = {one.key: {"E": "Police", "F": "words", "G": "done", "H": "Desk"}[one.key[5]] for one in plan.open}
    answered = plan_of(saved(made), as_proposed=True, answers=answers)
    assert [(one.fields["agency"], one.fields["status"], one.fields["owner"]) for one in actions(answered)[1:]] == [
        ("Police", "done", "Desk")
    ] * 2
    assert [one.words for one in actions(answered)[1:]] == [{"Due": "#N/A"}, {}]


@pytest.mark.parametrize(
    ("said", "proposal"),
    [
        (date(1930, 3, 31), "2030-03-31"),
        (date(1924, 3, 31), ""),
        (date(2126, 3, 31), ""),
        ("31/03/1930", "2030-03-31"),
        ("31 March 2202", ""),
        ("31/12/1899", ""),
        (date(2049, 12, 31), None),
        (date(1950, 1, 1), None),
    ],
)
def test_a_day_of_another_century_is_asked_about(said: object, proposal: str | None) -> None:
    plan = plan_of(saved(workbook(HEADS, (*ROW[:5], said, ROW[6]))))

    assert {key: one for key, one in keys(plan).items() if key.startswith("cell:")} == (
        {} if proposal is None else {f"cell:F2={said}": proposal}
    )


def test_a_year_of_two_figures_is_of_one_century_whether_its_month_is_a_word_or_not() -> None:
    heads = ("Ref", "Notified", "Completed")
    rows = (("LR-1", "12.3.98", "1-Apr-99"), ("LR-2", "12-Mar-24", "30.4.24"))
    plan = plan_of(table(*rows, heads=heads), as_proposed=True)

    assert [str(one.days["notified"]) for one in plan.reviews] == ["1998-03-12", "2024-03-12"]
    assert [str(one.days["completed"]) for one in plan.reviews] == ["1999-04-01", "2024-04-30"]


def test_a_blank_beside_another_number_is_no_recommendation_of_the_row_above() -> None:
    heads = ("Ref", "Rec no", "Recommendation", "Action")
    rows = (("LR-1", "1", "Hear", "A"), ("LR-1", "1b", "", "B"), ("LR-1", "R1", "", "C"), ("LR-1", "2", "", "D"))
    plan = plan_of(table(*rows, heads=heads), as_proposed=True)

    assert ([one.row for one in actions(plan)], plan.counts) == ([2, 3, 4], (1, 1, 3))
    assert [one.places for one in plan.questions if one.key == "blank:Recommendation"] == [("C3", "C4")]
    assert [(one.row, "no recommendation" in one.what) for one in plan.problems] == [(3, False), (5, True)]


def test_where_a_column_has_days_of_either_kind_each_that_can_be_two_is_asked_by_itself_without_a_proposal() -> None:
    rows = tuple((f"LR-{at}", *ROW[1:5], day, "Open") for at, day in enumerate(("31/03/2026", "04/13/2026", "5/6/26")))
    plan = plan_of(table(*rows, heads=HEADS), as_proposed=True)

    assert [(one.key, one.proposal) for one in plan.open] == [("cell:F4=5/6/26", "")]
    assert "of either kind" in plan.open[0].asks


def test_days_that_a_program_may_have_read_with_the_month_first_are_asked_about() -> None:
    days = (date(2026, 6, 5), "13/06/2026", date(2026, 12, 6))
    made = workbook(HEADS, *((f"LR-{at}", *ROW[1:5], day, "Open") for at, day in enumerate(days, 1)))
    right = workbook(
        HEADS, *((f"LR-{at}", *ROW[1:5], day, "Open") for at, day in enumerate((*days, date(2026, 6, 14))))
    )
    plan = plan_of(saved(made), as_proposed=True)

    assert [(one.key, one.places) for one in plan.open] == [("turned:Due", ("F2", "F4"))]
    assert not [key for key in keys(plan_of(saved(right))) if key.startswith("turned:")]
    turned = plan_of(saved(made), as_proposed=True, answers={"turned:Due": "turned"})
    assert [one.fields["due_on"] for one in actions(turned)] == ["2026-05-06", "2026-06-13", "2026-06-12"]


@pytest.mark.parametrize(
    ("said", "each"),
    [
        ("LR-1 & 2", ["LR-1", "LR-2"]),
        ("LR 1, 2 and 3", ["LR 1", "LR 2", "LR 3"]),
        ("LR-003 to LR-005", ["LR-003", "LR-004", "LR-005"]),
        ("LR-1 - 3", ["LR-1", "LR-2", "LR-3"]),
        ("LR-1 \u2013 LR-3, LR-7", ["LR-1", "LR-2", "LR-3", "LR-7"]),
        ("LR-1 to SCR-3", ["LR-1", "SCR-3"]),
        ("LR-1 to LR-99", ["LR-1", "LR-99"]),
    ],
)
def test_a_cell_that_names_several_reviews_shortly_names_each_in_full(said: str, each: list[str]) -> None:
    answers = {f"reviews:{said}": "each"}
    plan = plan_of(table((said, *ROW[1:]), heads=HEADS), as_proposed=True, answers=answers)

    assert [one.reference for one in plan.reviews] == each


@pytest.mark.parametrize(
    "row", [("2023-24",), ("2024/25",), ("Closed reviews",), ("Sum",), ("Prepared by", "J"), ("No. of actions", "3")]
)
def test_a_heading_between_records_or_a_line_below_them_is_asked_about_and_no_review(row: tuple[str, ...]) -> None:
    plan = plan_of(table(ROW, row, ("LR-2", *ROW[1:]), heads=HEADS), as_proposed=True)

    assert keys(plan)["alone"] == "note"
    assert [one.reference for one in plan.reviews] == ["LR-1", "LR-2"]


def test_a_heading_over_all_columns_between_records_is_told_with_its_words() -> None:
    made = workbook(HEADS, ROW, ("Reviews of 2023",), ("LR-2", *ROW[1:]))
    made.active.merge_cells("A3:G3")
    plan = plan_of(saved(made), as_proposed=True)

    assert [one.reference for one in plan.reviews] == ["LR-1", "LR-2"]
    assert "Row 3 is taken for section (Reviews of 2023), and is no record." in plan.notes


def test_of_a_register_of_references_without_numbers_one_that_stands_alone_is_a_review() -> None:
    plan = plan_of(table(("Alder", *ROW[1:]), ("Birch",), heads=HEADS), as_proposed=True)

    assert [one.reference for one in plan.reviews] == ["Alder", "Birch"]


@pytest.mark.parametrize(
    "said",
    [
        *("Seen with mother, DOB 01/02/2019", "d.o.b. 1.2.19", "Born on 1 February 2019", "date of birth: 2019-02-01"),
        *("CHI 0102195678", "see 010219 5678", "CHI number: 0102191234", "b. 1/2/19"),
    ],
)
def test_a_cell_that_seems_to_hold_a_date_of_birth_or_a_number_of_a_child_is_left_out_unless_kept(said: str) -> None:
    made = workbook((*HEADS, "Update", "Other"), (*ROW, said, said))
    made.active["C2"].comment = Comment(said, "x")
    plan = plan_of(saved(made), as_proposed=True)
    kept = plan_of(saved(made), as_proposed=True, answers={"tells_who": "kept"})

    assert [(one.key, one.proposal, one.places) for one in plan.questions if one.key == "tells_who"] == [
        ("tells_who", "left_out", ("C2", "H2", "I2"))
    ]
    assert said not in repr((plan.reviews, plan.questions, plan.notes))
    assert repr(kept.reviews).count(repr(said)) == 3


@pytest.mark.parametrize(
    "said",
    ["Born of a review in 2019", "Tel. 0131 555 1234", "LR-0102191", "01592 123456", "Paper 2019/0102", "1/2/2019"],
)
def test_other_figures_tell_of_no_child(said: str) -> None:
    plan = plan_of(table((*ROW, said), heads=(*HEADS, "Update")))

    assert "tells_who" not in keys(plan)


@pytest.mark.parametrize("sign", ["\u200b", "\u200e", "\ufeff", "\u2060", "\u00ad"])
def test_signs_of_no_width_are_taken_off_and_said_to_be(sign: str) -> None:
    row = (f"LR-1{sign}", *ROW[1:3], f"A {sign}form", f"{sign}NHS Fife", f"{sign}31{sign}/03/2026", f"{sign}Complete")
    plan = plan_of(
        table((ROW[0], *ROW[1:3], "Other", *ROW[4:]), row, heads=(f"Ref{sign}", *HEADS[1:])), as_proposed=True
    )
    (_, action) = actions(plan)

    assert (plan.problems, [one.reference for one in plan.reviews]) == ((), ["LR-1"])
    assert action.fields == {
        "text": "A form",
        "agency": "NHS Fife",
        "status": "done",
        "due_on": "2026-03-31",
    }
    assert f"U+{ord(sign):04X}" in "".join(plan.notes)


@pytest.mark.parametrize(
    ("said", "proposal"),
    [
        *(("Complete?", ""), ("Amber \u2013 in progress", "in_progress")),
        *(("100%", "done"), ("0%", "planned"), ("50%", "in_progress"), ("120%", "")),
        *(("Not in progress", ""), ("Complete in part", ""), ("Closed - superseded", ""), ("Done or dropped", "")),
    ],
)
def test_words_that_come_near_a_status_are_proposed_and_never_taken_unasked(said: str, proposal: str) -> None:
    plan = plan_of(table((*ROW[:6], said), heads=HEADS))

    assert [one for key, one in keys(plan).items() if key.startswith("status:")] == [proposal]


def test_a_word_of_the_key_of_a_sheet_is_proposed_as_the_key_has_it() -> None:
    key = ("Key: green = done, amber = in progress, red = not started",)
    rows = [(f"LR-{said}", *ROW[1:6], said) for said in ("Green", "AMBER", "Red", "Blue")]
    asked = keys(plan_of(table(*rows, key, heads=HEADS)))

    assert [asked[f"status:{one}"] for one in ("green", "amber", "red", "blue")] == [
        "done",
        "in_progress",
        "planned",
        "",
    ]


def test_a_share_and_a_number_that_are_written_alike_are_two_statuses() -> None:
    rows = [("LR-1", *ROW[1:6], "50%"), ("LR-2", *ROW[1:6], "50")]

    assert len([one for one in keys(plan_of(table(*rows, heads=HEADS))) if one.startswith("status:")]) == 2


RECORD = ("LR-1", date(2024, 3, 12), "Hear", "A form", "NHS Fife", date(2026, 3, 31), "Open")


@pytest.mark.parametrize(
    "heads",
    [
        ("Case,Date,,Action,Lead,Target,Current", "Ref,notified,Recommendation,,agency,date,status"),
        ("Ref,Date,Recommendation,Action,Lead,Target,Status", ",notified,,,agency,date,"),
        ("Ref,Review,Recommendation,Action plan,,,", ",Notified,,Action,Lead,Due,Status"),
        (",,,Action,,,", "Ref,Date notified,Recommendation,,Lead,Due,RAG"),
    ],
)
@pytest.mark.parametrize("title", [(), ("Register of learning reviews",)])
def test_headings_of_which_a_part_stands_in_the_row_above_are_read_together(
    heads: tuple[str, str], title: tuple[str, ...]
) -> None:
    plan = plan_of(
        saved(workbook(*((title,) if title else ()), *(one.split(",") for one in heads), RECORD)), as_proposed=True
    )

    assert (plan.problems, plan.reviews[0].days) == ((), {"notified": date(2024, 3, 12)})
    assert [(one.fields, one.words) for one in actions(plan)] == [
        ({"text": "A form", "agency": "NHS Fife", "status": "in_progress", "due_on": "2026-03-31"}, {})
    ]


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        *((one, "review.reference") for one in ("Case Ref. No.", "LR ref", "SCR number", "Review ID")),
        *((one, "recommendation.number") for one in ("Rec. No.", "Recommendation ref", "Rec ID")),
        *((one, "recommendation.text") for one in ("Recommendation description", "Recommendation made")),
        *((one, "action.text") for one in ("Action(s) required", "Actions to be taken", "Agreed action")),
        *((one, "action.agency") for one in ("Agency responsible", "Lead organisation", "Lead agencies")),
        *((one, "action.owner") for one in ("Responsible officer", "Assigned to")),
        *((one, "action.due") for one in ("Date due", "Timescales", "Target completion date", "To be completed by")),
        *((one, "action.status") for one in ("BRAG rating", "RAG rating", "Status (RAG)", "Current status")),
        *((one, "review.notified") for one in ("Notification date", "Date of notification to CPC")),
    ],
)
def test_a_column_is_known_by_other_names_that_committees_use(heading: str, target: str) -> None:
    assert target_of(heading) == target


def test_a_number_of_which_a_program_made_a_day_is_asked_about() -> None:
    heads = ("Ref", "Rec no", "Recommendation")
    made = workbook(heads, ("LR-1", date(2026, 2, 1), "Hear"), (date(2024, 3, 1), "2", "See"))
    plan = plan_of(saved(made), as_proposed=True)

    assert [one.key for one in plan.open] == ["cell:B2=2026-02-01", "cell:A3=2024-03-01"]
    answers = {"cell:B2=2026-02-01": "1.2", "cell:A3=2024-03-01": "3/24"}
    one, two = plan_of(saved(made), as_proposed=True, answers=answers).reviews
    assert (one.recommendations[0].words, two.reference) == ({"Number": "1.2"}, "3/24")


@pytest.mark.parametrize("other", ["LR-2024-3", "lr2024/003", "LR 2024 0003"])
def test_references_that_differ_by_zeros_or_blanks_alone_are_asked_about(other: str) -> None:
    content = table(("LR-2024-003", *ROW[1:]), (other, ROW[1], "See", *ROW[3:]), heads=HEADS)
    (key,) = [key for key in keys(plan_of(content)) if key.startswith("same:")]

    assert keys(plan_of(content))[key] == "same"
    assert plan_of(content, as_proposed=True).counts == (1, 2, 2)
    assert plan_of(content, as_proposed=True, answers={key: "two"}).counts == (2, 2, 2)


def test_references_with_other_figures_are_two() -> None:
    content = table(("LR-1-2", *ROW[1:]), ("LR-12", *ROW[1:]), ("LR-120", *ROW[1:]), heads=HEADS)

    assert not [key for key in keys(plan_of(content)) if key.startswith("same:")]


@pytest.mark.parametrize(
    ("other", "asked"), [("R1", True), ("Rec. no. 1", True), ("01", True), ("1a", False), ("2", False)]
)
def test_a_recommendation_of_the_same_words_under_a_number_written_otherwise_is_asked_about(
    other: str, asked: bool
) -> None:
    heads, first = ("Ref", "Rec no", "Recommendation", "Action"), ("LR-1", "1", "Hear", "A form")
    content = table(first, ("LR-1", other, "Hear", "A leaflet"), heads=heads)

    assert ("repeated" in keys(plan_of(content))) is asked
    assert plan_of(content, as_proposed=True).counts == (1, 1 if asked else 2, 2)
    assert plan_of(content, as_proposed=True, answers={"repeated": "two"}).counts == (1, 2, 2)


@pytest.mark.parametrize(
    "said", ["1. Write it\n2. Send it", "\u2022 Write it\n\u2022 Send it", "- Write it\n- Send it"]
)
@pytest.mark.parametrize("column", [2, 3])
def test_lines_of_a_list_in_one_cell_may_be_as_many_recommendations_or_actions(said: str, column: int) -> None:
    row = tuple(said if at == column else one for at, one in enumerate(ROW))
    content = table(row, heads=HEADS)
    (key,) = [key for key in keys(plan_of(content)) if key.startswith("split")]
    plan = plan_of(content, as_proposed=True, answers={key: "several"})

    assert plan_of(content, as_proposed=True).counts == (1, 1, 1)
    assert plan.counts == ((1, 2, 1) if column == 2 else (1, 1, 2))
    made = plan.reviews[0].recommendations if column == 2 else plan.reviews[0].recommendations[0].actions
    assert [one.fields["text"] for one in made] == ["Write it", "Send it"]
    assert len({one.key for one in made}) == 2


def test_an_answer_that_is_no_day_is_none_where_a_day_is_asked_and_one_in_words_where_words_are() -> None:
    made = workbook(HEADS, (*ROW[:4], "#REF!", "31/06/2026", "Open"))
    day, agency = "cell:F2=31/06/2026", "cell:E2=#REF!"

    for answer in ("31/06/2026", "soon", "12/2026"):
        assert day in {one.key for one in plan_of(saved(made), as_proposed=True, answers={day: answer}).open}
    plan = plan_of(saved(made), as_proposed=True, answers={day: "30 June 2026", agency: "NHS Fife"})
    assert (plan.open, {one.key: one.free for one in plan.questions if "cell" in one.key}) == (
        (),
        {agency: True, day: False},
    )
    assert (actions(plan)[0].fields["agency"], actions(plan)[0].fields["due_on"]) == ("NHS Fife", "2026-06-30")


def test_records_that_speak_of_children_in_many_cells_are_no_row_of_headings() -> None:
    heads = ("Ref", "Type", "Findings", "Strengths", "Recommendation", "Update", "Besides")
    said = (
        "The child was not seen",
        "The child's plan was",
        "See the child",
        "The child is seen",
        "Each child, name them",
    )
    plan = plan_of(table(("LR-1", "SCR", *said), ("LR-2", "Learning review", *said), heads=heads), as_proposed=True)

    assert (plan.layout.header, [one.reference for one in plan.reviews]) == (1, ["LR-1", "LR-2"])


def test_reviews_that_are_called_by_a_letter_of_a_child_are_no_second_table() -> None:
    rows = (("Child K", "2024-03-12", "See the child", "Name a lead for each child", "NHS Fife", "", "Open"),)
    rows += (("Adult 3", "2024-03-12", "Hear the adult", "Closed", "NHS Fife", "", "Completed"),)
    plan = plan_of(table(*rows, heads=HEADS), as_proposed=True)

    assert [one.reference for one in plan.reviews] == ["Child K", "Adult 3"]


def test_a_first_record_that_speaks_of_children_alone_is_no_second_row_of_headings() -> None:
    plan = plan_of(table(("Child K", "See the child"), ("Child L", "Hear the child"), heads=("Ref", "Recommendation")))

    assert [one.reference for one in plan.reviews] == ["Child K", "Child L"]


def test_a_heading_of_a_child_over_two_rows_is_one() -> None:
    heads = (("Ref", "Date of", "Recommendation", "Lead"), ("No", "birth", "made", "agency"))
    plan = plan_of(saved(workbook(*heads, ("LR-1", "1/2/2019", "Hear", "NHS Fife"))), as_proposed=True)

    assert plan.mapped.columns["Date of birth"] == "left_out"
    assert "2019" not in repr(plan.reviews)


def test_a_reference_without_a_number_that_has_a_recommendation_is_a_review() -> None:
    rows = (ROW, ("LR-2", *ROW[1:]), ("Alder", "", "Hear every child"))
    plan = plan_of(table(*rows, heads=HEADS), as_proposed=True)

    assert [one.reference for one in plan.reviews] == ["LR-1", "LR-2", "Alder"]


@pytest.mark.parametrize(
    "said", ["Physical abuse, Sexual abuse", "Physical abuse; Sexual abuse", "Physical abuse\nsexual abuse"]
)
def test_several_answers_in_one_cell_are_taken_whatever_stands_between_them(said: str) -> None:
    heads = ("Ref", "Notified", "Completed", "Type of abuse or neglect")
    plan = plan_of(table(("LR-1", "2024-11-04", "2025-05-02", said), heads=heads), as_proposed=True)

    assert (plan.reviews[0].fields, plan.problems) == ({"abuse_type": ["physical", "sexual"]}, ())

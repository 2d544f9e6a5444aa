"""What is asked of a register before it comes in: once for all cells alike, with a proposal where there is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import procedures
from tests.importing import HEADS, table
from tests.office import shipped_edition
from workflows.importing.files import read_file
from workflows.importing.mapping_files import mapping_as_text, mapping_in
from workflows.importing.questions_asked import ImportQuestion, Mapped
from workflows.importing.register_maker import RecordsKnown
from workflows.importing.register_plan import NO_REFERENCES, ImportPlan, planned
from workflows.importing.sheet import Cell, Sheet, Workbook
from workflows.verbs.import_register import editions_of_the_nation
from workflows.views.import_lines import lines_of

FILES = Path(__file__).parent / "registers"
KNOWN = RecordsKnown(editions_of_the_nation(map(shipped_edition, procedures.names())), date(2026, 11, 29))
TRACKERS = ("01-tracker-libreoffice.xlsx", "02-tracker-libreoffice.ods", "03-tracker-openpyxl-1904.xlsx")
OTHERS = ("04-tracker-xlsxwriter.xlsx", "06-tracker-sheetjs.xlsm")
IN_ALL = {
    "order:Review: Agreed": ("day_first", ("B8", "B10")),
    "cell:G6=w/c 3.3.26": ("words", ("G6",)),
    "cell:G11=31/06/2026": ("", ("G11",)),
    "agencies:Police Example / Education Example": ("each", ("F7",)),
    "agency:nhs example": ("NHS Example", ("F11",)),
    "repeated": ("one", ("rows 10 and 11",)),
}
IN_COLOUR = {
    "fill:00B050": ("done", ("H5", "H9")),
    "fill:FFC000": ("in_progress", ("H6", "H10")),
    "fill:FF0000": ("in_progress", ("H7",)),
    "struck": ("kept", ("row 9",)),
    "struck_words": ("kept", ("E5",)),
}


def plan_of(content: bytes, *, as_proposed: bool = False, **given: dict[str, str]) -> ImportPlan:
    return planned(read_file(content), Mapped(**given), KNOWN, as_proposed=as_proposed)


@pytest.mark.parametrize("name", [*TRACKERS, *OTHERS])
def test_what_is_asked_of_one_register_from_five_programs(name: str) -> None:
    plan = plan_of((FILES / name).read_bytes())
    asked = {one.key: (one.proposal, one.places) for one in plan.questions}
    colours = {} if name.endswith(".xlsm") else IN_COLOUR
    lost = name.endswith(".ods")

    assert asked.items() >= {**IN_ALL, **colours}.items()
    assert bool(set(IN_COLOUR) & set(asked)) == bool(colours)
    assert asked[f"cell:G10={'32767-12-31' if lost else '20260630'}"] == ("" if lost else "2026-06-30", ("G10",))
    assert asked["blank:Review: Ref"][1] == (("A6", "A7", "A9") if name.startswith("04") else ("A9",))
    assert plan.counts == (3, 6, 8)
    assert plan.problems == ()
    assert len(plan.open) == len(plan.questions)


def test_an_answer_is_taken_and_what_is_proposed_only_when_somebody_says_so() -> None:
    content = (FILES / TRACKERS[0]).read_bytes()
    answers = {"cell:G11=31/06/2026": "30/06/2026", "agencies:Police Example / Education Example": "first"}
    answers |= {"struck": "left_out", "fill:FF0000": "no such answer"}
    plan = plan_of(content, as_proposed=True, answers=answers)
    actions = [action for review in plan.reviews for one in review.recommendations for action in one.actions]

    assert plan.open == ()
    assert [one.row for one in actions] == [5, 6, 7, 8, 10, 11]
    assert [one.fields.get("due_on") for one in actions] == ["2024-09-30", None, None, None, "2026-06-30", "2026-06-30"]
    assert {key: one for key, one in actions[1].words.items() if "Due" in key} == {"Action: Due": "w/c 3.3.26"}
    assert actions[2].fields["status"] == "in_progress"
    assert plan.reviews[1].days == {"agreed": date(2024, 3, 12)}


def test_what_no_column_takes_is_kept_as_words_of_what_the_row_makes() -> None:
    heads = ("Ref", "Agreed", "Recommendation", "Due", "Status", "Priority")
    rows = (("A-1", "2024-03-12", "", "2025-01-01", "done", "high"), ("A-2", "2024-03-12", "Hear it", "TBC", "", "low"))
    plan = plan_of(table(*rows, heads=heads), as_proposed=True)

    assert plan.reviews[0].words == {
        "Priority": "high",
        "Agreed": "12 March 2024",
        "Due": "1 January 2025",
        "Status": "done",
    }
    assert plan.reviews[1].recommendations[0].words == {"Due": "TBC", "Priority": "low"}


def test_no_column_is_lost_that_has_no_heading_or_that_of_another_and_sheets_not_read_are_named() -> None:
    heads, row = ("Ref", "Recommendation", "Update", "Update", ""), ("A-1", "Hear it", "one", "two", "three")
    (review,) = plan_of(table((*row, "four"), heads=heads), as_proposed=True).reviews

    words = {"Update": "one", "Update (D)": "two", "Column E": "three", "Column F": "four"}
    assert words.items() <= review.recommendations[0].words.items()

    cells = {(1, 1): "Ref", (1, 2): "Recommendation", (2, 1): "A-1", (2, 2): "Hear it"}
    one = {place: Cell("text", words) for place, words in cells.items()}
    book = Workbook((Sheet("2024", one), Sheet("Lists", {}), Sheet("2025", one)))
    notes = planned(book, Mapped(), KNOWN).notes
    assert ["2025" in one for one in notes] == [True]


@pytest.mark.parametrize(
    ("words", "proposed", "named"),
    [
        ("NHS Greater Glasgow & Clyde", "one", ["NHS Greater Glasgow & Clyde"]),
        ("Police Scotland; NHS Dumfries & Galloway", "each", ["Police Scotland", "NHS Dumfries & Galloway"]),
        ("Argyll & Bute, Health", "", ["Argyll & Bute, Health"]),
    ],
)
def test_an_agency_with_two_names_in_one_is_not_taken_apart(words: str, proposed: str, named: list[str]) -> None:
    heads, row = ("Ref", "Recommendation", "Action", "Agency"), ("A-1", "Hear it", "Ask", words)
    known = replace(KNOWN, agencies=frozenset() if proposed else frozenset({words}))
    plan = planned(read_file(table(row, heads=heads)), Mapped(), known, as_proposed=True)
    asked = {one.key: one.proposal for one in plan.questions}

    assert asked.get(f"agencies:{words}", "") == proposed
    assert [one.fields["agency"] for one in plan.reviews[0].recommendations[0].actions] == named


def test_a_mapping_is_written_with_what_is_asked_and_read_again() -> None:
    content = (FILES / TRACKERS[0]).read_bytes()
    plan = plan_of(content, answers={"struck": "dropped"})

    again = mapping_in(mapping_as_text(plan.mapped, plan.questions))

    assert again == plan.mapped
    assert again.answers == {"struck": "dropped"}
    assert mapping_in("").over(again) == again


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=9), min_size=7, max_size=7, unique=True))
def test_a_mapping_reads_back_whatever_signs_its_questions_cells_and_answers_hold(words: list[str]) -> None:
    key, other, asks, place, choice, answer, column = words
    choices = ((choice, choice), (answer, answer))
    answered = ImportQuestion(key, asks, (place,), choice, choices, answer=answer)
    open_one = ImportQuestion(f"which:{other}", asks, (place,), choice, choices)
    mapped = Mapped(place, {column: "words"}, {key: answer})

    assert mapping_in(mapping_as_text(mapped, (answered, open_one))) == mapped


def test_a_sign_that_ends_a_line_or_that_a_remark_may_not_hold_is_a_blank_in_it() -> None:
    asks = "Is 'NHS\r\nFife\x07' meant?"

    (remark,) = (
        line
        for line in mapping_as_text(Mapped(), (ImportQuestion("k", asks, ("B2",)),)).splitlines()
        if "meant" in line
    )

    assert remark == "# Is 'NHS Fife ' meant? [B2] a day, or words"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("", "2024-03-12", "Hear it", "", "", ""), "no reference of a review"),
        (("A-1", "2027-03-12", "Hear it", "", "", ""), "lies in the future"),
        (("A-1", "2024-03-12", "Hear \u202eit", "", "", ""), "cannot be seen"),
        (("A-1", "2024-03-12", "x" * 20_001, "", "", ""), "20,001 characters"),
    ],
)
def test_a_row_that_cannot_be_taken_is_listed_with_what_is_wrong(row: tuple[str, ...], says: str) -> None:
    plan = plan_of(table(row, heads=("Ref", "Agreed", "Recommendation", "Due", "Status", "Priority")), as_proposed=True)

    assert [(one.row, says in one.what) for one in plan.problems] == [(2, True)]


def test_a_blank_is_no_recommendation_of_the_review_above_and_is_asked_about_within_one_review_alone() -> None:
    heads = ("Ref no.", "Date notified", "Recommendation", "Action")
    first, alone = ("A-1", "2024-03-12", "Hear it", "A form"), ("A-2", "2024-05-02", "", "")
    goes_on = ("A-1", "", "", "Train staff")

    apart = plan_of(table(first, alone, heads=heads), as_proposed=True)
    together = plan_of(table(first, goes_on, heads=heads), as_proposed=True)

    assert [len(one.recommendations) for one in apart.reviews] == [1, 0]
    assert not [one.key for one in apart.questions if one.key.startswith("blank:")]
    assert [one.key for one in together.questions if one.key.startswith("blank:")] == ["blank:Recommendation"]
    assert together.counts == (1, 1, 2)


@pytest.mark.parametrize("heading", ["Ref no.", "Case number", "Review No", "CASE REF", "Unique reference"])
def test_the_reference_of_a_review_is_known_by_what_committees_call_it(heading: str) -> None:
    plan = plan_of(table(("A-1", "2024-03-12", "Hear it"), heads=(heading, "Date notified", "Recommendation")))

    assert plan.mapped.columns[heading] == "review.reference"


def test_a_register_without_a_column_of_references_is_told_once_and_not_for_each_row() -> None:
    rows = [(str(at), "2024-03-12", "Hear it") for at in range(1, 9)]

    plan = plan_of(table(*rows, heads=("Our mark", "Date notified", "Recommendation")), as_proposed=True)

    assert plan.counts == (0, 0, 0)
    assert [(one.row, one.what) for one in plan.problems] == [(1, NO_REFERENCES)]


def struck(rows: dict[int, tuple[str, ...]], *places: tuple[int, int], heads: tuple[str, ...] = HEADS) -> Workbook:
    """A register of which some cells are struck through as a whole."""
    cells = {(1, at): Cell("text", head) for at, head in enumerate(heads, 1)}
    for row, said in rows.items():
        cells |= {(row, at): Cell("text", words) for at, words in enumerate(said, 1) if words}
    for place in places:
        cells[place] = cells[place]._replace(struck=((0, len(cells[place].value)),))
    return Workbook((Sheet("Register", cells),))


ACTION_HEADS = ("Ref", "Recommendation", "Action", "Lead agency", "Due", "Status")


def test_a_cell_struck_through_as_a_whole_in_a_row_that_is_not_is_asked_about_and_not_read_as_if_it_held() -> None:
    said = ("A-1", "Hear it", "A form", "NHS Fife", "30 June 2026", "open")
    book = struck({2: said, 3: ("A-1", "Hear it", "A leaflet", *said[3:])}, (2, 5), (3, 3), heads=ACTION_HEADS)

    plan = planned(book, Mapped(), KNOWN, as_proposed=True)
    kept = planned(book, Mapped(answers={"struck_cells:Due": "kept", "struck_cells:Action": "words"}), KNOWN)

    asked = {one.key: (one.proposal, one.places) for one in plan.questions if one.key.startswith("struck")}
    assert asked == {"struck_cells:Due": ("words", ("E2",)), "struck_cells:Action": ("dropped", ("C3",))}
    first, second = plan.reviews[0].recommendations[0].actions
    assert "due_on" not in first.fields
    assert first.words == {"Due, struck through": "30 June 2026"}
    assert (second.fields["status"], second.fields["due_on"]) == ("dropped", "2026-06-30")
    (only,) = kept.reviews[0].recommendations[0].actions
    assert (only.fields["text"], only.fields["due_on"]) == ("A form", "2026-06-30")


@pytest.mark.parametrize("spans", [((0, 3),), ((0, 3), (4, 7)), ((0, 7),)])
def test_words_are_struck_through_as_a_whole_whatever_becomes_of_the_blanks_between(
    spans: tuple[tuple[int, int], ...],
) -> None:
    assert Cell("text", "old one" if len(spans) > 1 or spans[0][1] > 3 else "old ", struck=spans).all_struck
    assert not Cell("text", "old ones", struck=spans).all_struck


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("No further action", "dropped"),
        ("NFA", "dropped"),
        ("no further", "dropped"),
        ("Complete - see minutes", "done"),
        ("Ongoing (delayed)", "in_progress"),
        ("Not complete", ""),
        ("Partly done", ""),
        ("50% complete", ""),
        ("Completed, then withdrawn", ""),
        ("See comments", ""),
    ],
)
def test_a_status_in_words_that_come_near_one_is_asked_with_that_proposed(said: str, status: str) -> None:
    row = ("A-1", "Hear it", "A form", "NHS Fife", "", said)

    plan = plan_of(table(row, heads=ACTION_HEADS))

    assert [one.proposal for one in plan.open if one.key.startswith("status:")] == [status]


def test_agencies_that_are_new_to_the_register_are_named_and_one_nearly_known_is_asked_about() -> None:
    heads = ("Ref", "Agencies involved", "Recommendation", "Action", "Lead agency", "Status")
    row = ("A-1", "nhs fife, Angus Housing", "Hear it", "A form", "Police Scotlnd", "open")
    known = replace(KNOWN, agencies=("NHS Fife", "Police Scotland"))
    book = read_file(table(row, heads=heads))

    plan = planned(book, Mapped(answers={"agency:nhs fife": "NHS Fife"}), known)
    complete = planned(book, Mapped(answers=plan.mapped.answers), replace(known, complete=True))

    assert [(one.key, one.proposal) for one in plan.open if one.key.startswith("agency")] == [
        ("agency:Police Scotlnd", ""),
    ]
    assert plan.reviews[0].agencies == ("NHS Fife", "Angus Housing")
    assert plan.agencies == ((2, "Angus Housing"), (2, "Police Scotlnd"))
    assert [one.what for one in lines_of(plan)][:2] == [
        "agency that is new to the register: Angus Housing",
        "agency that is new to the register: Police Scotlnd",
    ]
    assert ("new_agencies", "") in [(one.key, one.answer) for one in complete.open]
    assert complete.agencies == ()
    (action,) = complete.reviews[0].recommendations[0].actions
    assert "agency" not in action.fields
    assert action.words == {"Agencies involved": "nhs fife, Angus Housing", "Lead agency": "Police Scotlnd"}


def test_the_preview_says_how_an_action_stands_and_calls_an_edition_by_its_title() -> None:
    heads = ("Ref", "Completed", *ACTION_HEADS[1:])
    plan = plan_of(table(("A-1", "2013-03-14", "Hear it", "A form", "NHS Fife", "", "done"), heads=heads))

    told = [one.what for one in lines_of(plan)]

    assert told[1].startswith("review A-1, under “Protecting Children and Young People: Interim Guidance")
    assert not [one for one in told if "scotland-" in one]
    assert "action: A form (NHS Fife); done" in told

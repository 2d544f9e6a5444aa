"""Templates of a register: what is filled in as their notes say comes in without a question."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest

from config import procedures
from tests.office import shipped_edition
from workflows.importing.files import read_file
from workflows.importing.questions_asked import Mapped
from workflows.importing.register_maker import RecordsKnown
from workflows.importing.register_plan import planned
from workflows.importing.templates import heads_of, template_as_text, template_as_workbook
from workflows.verbs.import_register import editions_of_the_nation

if TYPE_CHECKING:
    from workflows.importing.register_plan import ImportPlan

EDITIONS = editions_of_the_nation(map(shipped_edition, procedures.names()))
KNOWN = RecordsKnown(EDITIONS, date(2026, 3, 2))
FILLED = {
    "Review reference": "SCR-9",
    "Date notified": date(2012, 6, 1),
    "Date of decision": date(2012, 7, 2),
    "Date completed": date(2013, 3, 14),
    "Review status": "Followed through",
    "Agencies involved": "NHS Fife; Police Scotland",
    "Recommendation no": 1,
    "Recommendation": "Keep chronologies",
    "Recommendation agreed": date(2013, 4, 2),
    "Recommendation status": "Closed",
    "Action": "Agree a format",
    "Lead agency": "NHS Fife",
    "Due date": date(2013, 9, 30),
    "Action status": "Done",
    "Update": "It is in use.",
    "Age band of each child": "1 to 4; 5 to 10",
    "Cause of death": "Accident",
}


def filled(kind: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(template_as_workbook(heads_of(EDITIONS, kind))))
    sheet = book["Register"]
    for column in range(1, sheet.max_column + 1):
        sheet.cell(2, column).value = FILLED.get(sheet.cell(1, column).value)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def plan_of(content: bytes) -> ImportPlan:
    return planned(read_file(content), Mapped(), KNOWN)


@pytest.mark.parametrize("kind", ["register", "reviews"])
def test_a_template_that_is_filled_in_comes_in_without_a_question(kind: str) -> None:
    plan = plan_of(filled(kind))
    (review,) = plan.reviews

    assert (plan.questions, plan.problems) == ((), ())
    assert "words" not in plan.mapped.columns.values()
    assert review.edition == "scotland-scr-2007"
    assert review.days["completed"] == date(2013, 3, 14)
    assert review.agencies == ("NHS Fife", "Police Scotland")
    if kind == "reviews":
        assert review.fields == {"age_band": ["from_1", "from_5"], "cause_of_death": "accident"}
    else:
        (recommended,) = review.recommendations
        assert (recommended.state, recommended.agreed) == ("closed", date(2013, 4, 2))
        assert recommended.actions[0].fields["status"] == "done"


@pytest.mark.parametrize("kind", ["register", "reviews"])
def test_a_template_in_text_has_the_same_columns_and_an_empty_one_makes_nothing(kind: str) -> None:
    heads = heads_of(EDITIONS, kind)
    empty, in_text = plan_of(template_as_workbook(heads)), plan_of(template_as_text(heads))

    assert list(empty.mapped.columns) == list(in_text.mapped.columns) == [one.name for one in heads]
    assert (empty.reviews, empty.questions, in_text.reviews, in_text.questions) == ((), (), (), ())


def test_the_last_day_of_the_old_guidance_belongs_to_it() -> None:
    rows = b"Ref,Completed,Review status\nA-1,2015-03-31,Closed\nA-2,2015-04-01,Closed\nA-3,2012-04-01,Closed\n"

    found = {one.reference: one.edition for one in plan_of(rows).reviews}

    assert found == {"A-1": "scotland-scr-2007", "A-2": "scotland-scr-2015", "A-3": "scotland-scr-2007"}


ADULT = editions_of_the_nation(map(shipped_edition, procedures.names()), "adult_protection")
BOTH = (*EDITIONS, *ADULT)


def test_a_template_for_adults_speaks_of_adults_and_is_known_by_its_headings() -> None:
    heads = heads_of(ADULT, "reviews")
    said = {"Review reference": "ALR-1", "Date completed": "2023-03-14", "Review status": "Closed"}
    said |= {"Age band of each adult": heads[10].choices[0]}
    rows = [[one.name for one in heads], [said.get(one.name, "") for one in heads]]
    content = "\r\n".join(";".join(f'"{cell}"' for cell in row) for row in rows).encode()

    plan = planned(read_file(content), Mapped(), RecordsKnown(BOTH, date(2026, 3, 2), regimes=("child_protection",)))

    assert not [one.name for one in heads if "child" in one.name.lower()]
    assert [one.name for one in heads][10] == "Age band of each adult"
    assert plan.questions == ()
    assert [one.edition for one in plan.reviews] == ["scotland-adult-learning-review-2022"]


@pytest.mark.parametrize(
    ("here", "answers", "asked", "edition"),
    [
        (("child_protection",), {}, False, "scotland-learning-review-2021"),
        (("adult_protection",), {}, False, "scotland-adult-learning-review-2022"),
        (("child_protection",), {"regime": "adult_protection"}, False, "scotland-adult-learning-review-2022"),
        (("child_protection", "adult_protection"), {}, True, "scotland-learning-review-2021"),
    ],
)
def test_of_which_regime_a_register_is_is_asked_where_several_are_at_home_and_nothing_shows_it(
    here: tuple[str, ...], answers: dict[str, str], asked: bool, edition: str
) -> None:
    content = b"Ref;Notified;Review status\r\nA-1;2023-03-02;Closed"

    plan = planned(read_file(content), Mapped(answers=answers), RecordsKnown(BOTH, date(2026, 3, 2), regimes=here))

    assert [one.key for one in plan.open if one.key == "regime"] == ["regime"] * asked
    assert [one.edition for one in plan.reviews] == [edition]

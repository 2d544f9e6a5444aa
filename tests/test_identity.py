"""Who acts is a person, not a spelling; and whoever reads a child's name is on record."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from records.children import ChildDetails
from records.database import reading
from states.entry import Actor
from states.identity import folded, is_same_person
from tests.casework import asked, opened, refused
from workflows.verbs.extend import ask_extension, grant_extension
from workflows.verbs.people import add_child, names_of
from workflows.views.name_readings import name_readings

if TYPE_CHECKING:
    from tests.office import Office
    from tests.terminal import Terminal

SPELLINGS = [
    "a. lead",
    "A.  LEAD",
    " A. Lead ",
    "A Lead",
    "A.Lead",
    "A.\u00a0Lead",
    "\uff21. Lead",
    "A. L\u200bead",
    "A. L\u00adead",
    "A. L\ufe0fead",
    "A. L\u034fead",
    "A. L\u3164ead",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_is_the_same_person(spelling: str) -> None:
    assert is_same_person(Actor(name=spelling, role="chair"), "A. Lead")


@pytest.mark.parametrize("other", ["B. Lead", "A. Leader", "Lead", "A. B. Lead", "..."])
def test_another_name_is_another_person(other: str) -> None:
    assert not is_same_person(Actor(name=other, role="chair"), "A. Lead")


def test_names_without_a_letter_are_still_told_apart() -> None:
    assert folded("---") != folded("...")


def test_accounts_decide_where_both_have_one() -> None:
    renamed = Actor(name="A. Married", role="chair", account="3")

    assert is_same_person(renamed, "A. Lead", "3")
    assert not is_same_person(Actor(name="A. Lead", role="chair", account="4"), "A. Lead", "3")
    assert is_same_person(Actor(name="a. lead", role="chair", account="4"), "A. Lead"), "entered before accounts"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_nobody_decides_on_more_time_they_asked_for(office: Office, spelling: str) -> None:
    case = asked(office)
    office.do(ask_extension, case.ref, "report/R1", 7, "Half of the team is ill.", name="A. Lead")

    said = refused(office, grant_extension, case.ref, "E1", role="chair", name=spelling)

    assert "somebody else must decide" in said


def test_every_reading_of_a_name_is_on_record_with_the_right_it_was_read_by(office: Office) -> None:
    case = opened(office)
    office.do(add_child, case.ref, ChildDetails("Morag Example"))
    office.do(names_of, case.ref, name="A. Lead")
    refused(office, names_of, case.ref, role="member")
    office.later(hours=30)
    office.do(names_of, case.ref, role="chair", name="C. Chair")

    with reading(office.engine) as tx:
        found = name_readings(tx, case.ref)
        everywhere = name_readings(tx)

    assert [(one.ref, one.on, one.at, one.name, one.right, one.children) for one in found] == [
        (case.ref, date(2026, 3, 3), "16:00", "C. Chair", "chair", "child 1"),
        (case.ref, date(2026, 3, 2), "10:00", "A. Lead", "lead_officer", "child 1"),
    ]
    assert everywhere == found
    assert "Morag" not in str(everywhere)


def test_the_terminal_shows_who_read_names(terminal: Terminal) -> None:
    assert terminal.asks("case", "readings") == []

"""The page of a case: what can be done, in which role, and what its history says was recorded, when, and put right."""

from __future__ import annotations

import shlex
from dataclasses import fields
from typing import TYPE_CHECKING

from records import cases
from records.database import reading
from states.entry import Actor
from states.next_step import UNSAID
from states.words import spoken
from tests.casework import asked, edited, gathering, opened, transitions
from tests.office import FIFE
from tests.terminal import FORM, Terminal
from workflows.verbs.advance import advance
from workflows.verbs.correct import correct
from workflows.views.case_page import CasePage, case_page
from workflows.views.history import HistoryPage, history_page
from workflows.views.next_steps import StepLine
from workflows.views.sentences import PLAIN, TELLERS, Marks
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from pathlib import Path

    from records.cases import Case
    from tests.office import Office

SURE = {"name": "sure", "label": "Is it sure?", "kind": "yes_no"}
GUARD = {"name": "condition", "condition": {"field": "sure", "is": "yes"}, "says": "It is not sure."}


def page(office: Office, case: Case, role: str = "lead_officer", agency: str = "") -> CasePage:
    viewer = Viewer(Actor(name="A. Viewer", role=role, agency=agency), office.now)
    with reading(office.engine) as tx:
        return case_page(tx, cases.find(tx, case.ref, to_change=False), viewer)


def told(office: Office, case: Case, marks: Marks = PLAIN) -> HistoryPage:
    with reading(office.engine) as tx:
        return history_page(tx, cases.find(tx, case.ref, to_change=False), marks=marks)


def step(found: tuple[StepLine, ...], name: str) -> StepLine:
    return next(one for one in found if one.step == name)


def test_a_step_that_records_itself_what_it_waits_for_is_possible_with_the_answer_that_will_do(office: Office) -> None:
    for required in (True, False):
        changed = transitions(gather={"fields": [{**SURE, "required": required}], "guards": [GUARD]})
        office.editions["sure"] = edited(name="sure", transitions=changed)
        case = opened(office, edition="sure")

        found = step(page(office, case).can, "gather")

        assert (found.asks, found.obstacles, found.fields) == (("It asks: Is it sure?",), (), {"sure": True})
        assert [choice.name for choice in found.offer.fields[0].choices] == ["yes"]
        office.do(advance, case.ref, "gather", answers={"sure": "yes"})


def test_a_step_for_another_role_is_shown_with_the_role_that_may_and_never_as_going_on_without(office: Office) -> None:
    case = asked(office)

    other = step(page(office, case, "chair").cannot, "consider")
    own = step(page(office, case).cannot, "consider")

    assert "may not do it" in other.obstacles[0]
    assert other.offer == UNSAID
    assert own.mended[0].verb == "request answer"
    assert own.mended[0].arguments["agency"] == (FIFE,)


def test_where_the_role_alone_is_in_the_way_the_command_names_the_one_that_may(office: Office) -> None:
    case = opened(office)

    found = step(page(office, case, "chair").cannot, "gather")

    assert found.offer.verb == "advance"
    assert found.offer.arguments["role"] == found.roles
    assert "role" not in step(page(office, case).can, "gather").offer.arguments


def test_what_else_can_be_done_names_the_role_where_the_viewer_has_none_that_may(office: Office) -> None:
    case = gathering(office)

    mine = {one.verb: one for one in page(office, case).others}
    theirs = {one.verb: one for one in page(office, case, "agency", FIFE).others}

    assert "role" not in mine["request send"].arguments
    assert theirs["request send"].arguments["role"]


def test_a_page_is_the_same_for_nobody_in_particular_with_the_roles_named(office: Office) -> None:
    case = opened(office)

    found = page(office, case, "")

    assert step(found.can, "gather").offer.arguments["role"] == step(found.can, "gather").roles


def test_the_history_says_at_what_time_with_what_and_what_stood_there_before(office: Office) -> None:
    case = opened(office)
    office.later(days=1)
    office.do(correct, case.ref, 1, "Misread.", answers={"informed_on": "2026-02-27"})

    first, second = told(office, case).entries

    assert (first.time, first.later, first.put_right_by, second.put_right_by) == ("10:00", False, (2,), ())
    assert [one.words for one in first.recorded] == ["Sun 1 March 2026"]
    assert "is Fri 27 February 2026 (it was Sun 1 March 2026)" in second.says


def test_every_piece_of_a_sentence_passes_through_the_marks_of_the_door(office: Office) -> None:
    case = asked(office)
    marks = Marks(
        name=lambda name: f"<{name}>", ref=lambda ref: f"[{ref}]", day=lambda day: f"({spoken(day)})", words=str.upper
    )

    says = told(office, case, marks).entries[-1].says

    assert says.endswith(f" asked of <{FIFE}>")
    assert says.partition(" asked of ")[0].isupper()
    assert {one.name for one in fields(Marks)} == {"name", "ref", "day", "words", "numbered"}
    assert len(TELLERS) > 30


def test_a_lead_officer_who_enters_what_an_agency_notified_is_no_member_of_it(tmp_path: Path) -> None:
    for role, agency in (("lead_officer", ""), ("designated_person", "NHS Fife")):
        terminal = Terminal(tmp_path / role, env={"CAIRN_ROLE": role})
        edition = ("scotland-scr-2015", *FORM) if agency else ("scotland-learning-review-2024", *NOTIFIED)
        terminal.types("open", *edition, "--agency", "NHS Fife", "--of", "NHS Fife")
        assert terminal.code == 0, terminal.err

        entry = terminal.asks("history", "SCR-2026-0001" if agency else "LR-2026-0001")["entries"][0]

        assert (entry["actor"]["agency"], entry["data"]["notifier"]) == (agency, "NHS Fife")
        assert ("NHS Fife" in entry["by"]) == bool(agency)
        assert entry["recorded"][0]["label"] == "Notified by"


def test_a_step_is_shown_as_possible_and_goes_as_its_command_says(terminal: Terminal) -> None:
    terminal.types("open", "scotland-learning-review-2024", *NOTIFIED, "--agency", "NHS Fife")
    page = terminal.asks("show", "LR-2026-0001", "--as", "chair")

    typed = [one["type"] for one in (*page["can"], *page["cannot"]) if one["type"]]

    assert typed
    assert all("--as" in shlex.split(one["type"]) for one in page["cannot"] if one["type"])
    assert not [one for one in page["cannot"] if "--override" in one["type"] and "may not do it" in one["obstacles"][0]]


NOTIFIED = ("--step", "notify", "--field", "notification_form=file 1", "--field", "notified_criteria=harmed")

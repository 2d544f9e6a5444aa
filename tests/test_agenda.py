"""What needs somebody today: grouped, for whoever looks, each with what settles it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from records.database import reading, transaction
from records.outbox import Owing, ask
from states.entry import Actor
from tests.casework import asked
from tests.office import FIFE, POLICE
from tests.terminal import Terminal
from workflows.verbs.people import change_people
from workflows.verbs.request import answer
from workflows.views.agenda import agenda
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from tests.office import Office
    from workflows.views.agenda import Agenda, AgendaItem

NOBODY = Actor(name="", role="")


def looks(office: Office, actor: Actor = NOBODY) -> Agenda:
    with reading(office.engine) as tx:
        return agenda(tx, Viewer(actor, office.now))


def words(group: tuple[AgendaItem, ...]) -> list[str]:
    return [one.words for one in group]


@pytest.fixture
def ref(office: Office) -> str:
    """A case under which two agencies are asked for a report, due on 16 March 2026."""
    return asked(office, FIFE, POLICE).ref


def test_an_office_with_no_case_has_an_empty_agenda(office: Office) -> None:
    assert not any(vars(looks(office)).values())


def test_what_agencies_owe_stands_apart_until_it_is_overdue(office: Office, ref: str) -> None:
    far = looks(office)
    office.now = datetime(2026, 3, 16, 8, tzinfo=UTC)
    today = looks(office)
    office.now = datetime(2026, 3, 17, 8, tzinfo=UTC)
    gone_by = looks(office)

    assert {one.agency for one in far.agencies} == {FIFE, POLICE}
    assert words(far.agencies)[0] == f"{ref}: Agency report from NHS Fife, due Monday 16 March 2026"
    assert (far.overdue, far.this_week, today.overdue) == ((), (), ())
    assert words(today.agencies)[0] == f"{ref}: Agency report from NHS Fife, due today"
    assert gone_by.agencies == ()
    assert [one.agency for one in gone_by.overdue] == [FIFE, POLICE]
    assert gone_by.overdue[0].step.verb == "show"


def test_drafts_tasks_and_reasons_have_groups_of_their_own_and_say_what_settles_them(office: Office, ref: str) -> None:
    office.now = datetime(2026, 3, 18, 10, tzinfo=UTC)
    office.do(answer, ref, FIFE)
    office.now = datetime(2026, 3, 30, 10, tzinfo=UTC)
    office.sweep()
    with transaction(office.engine) as tx:
        facts = {"problem": "a message to the chair could not be delivered"}
        ask(tx, Owing(None, "", 0, "undelivered", facts), "undelivered", "lead_officer", office.now)

    found = looks(office)

    assert [one.step.verb for one in found.yes_wanted] == ["ladder confirm"]
    assert any(one.words.startswith("task, a message to the chair") for one in found.tasks)
    assert {one.step.verb for one in found.tasks} == {"task done"}
    (reason,) = found.reasons_wanted
    assert reason.words == f"{ref}: Agency report was late, and the reason is wanted"
    assert reason.step.verb == "case missed"
    assert reason.step.arguments["ref"] == (ref,)


def test_each_role_sees_its_own_and_a_lead_officer_the_cases_they_lead(office: Office, ref: str) -> None:
    office.now = datetime(2026, 3, 17, 8, tzinfo=UTC)
    office.do(change_people, ref, lead="L. Lead")

    theirs = looks(office, Actor(name="l. lead", role="lead_officer"))
    another = looks(office, Actor(name="Somebody Else", role="lead_officer"))
    chair = looks(office, Actor(name="The chair", role="committee_chair"))

    assert len(theirs.overdue) == 2
    assert another.overdue == chair.overdue == ()


def test_the_terminal_shows_the_agenda_with_what_to_type(terminal: Terminal) -> None:
    terminal.enters_everybody()
    assert terminal.types("agenda") == "Nothing needs anybody: no date runs, no draft and no task waits.\n"
    ref = terminal.gathers()
    terminal.now = "2026-03-30T12:00"

    said, facts = terminal.types("agenda"), terminal.asks("agenda")

    assert said.startswith("Overdue\n")
    assert f"cairn show {ref}" in said
    groups = ["overdue", "this_week", "agencies", "yes_wanted", "tasks", "reasons_wanted", "undated", "later"]
    assert list(facts) == groups
    assert facts["overdue"][0]["step"] == f"cairn show {ref}"

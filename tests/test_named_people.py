"""Whoever a case names for a role has its letters, and nobody who holds that role on another case."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from config import procedures
from config.named_roles import FILE, named_on
from config.settings import Settings
from records import contacts
from records.database import transaction
from states.errors import BadAnswer
from tests.casework import deciding, edited, messages, opened, part, tasks, transitions
from tests.office import FIFE, POLICE
from workflows.checks import Look
from workflows.installation import reach_checks
from workflows.verbs.advance import advance
from workflows.verbs.contacts import retire_contact
from workflows.verbs.correct import correct
from workflows.verbs.people import change_people
from workflows.verification.verify import verify
from workflows.views.outcome import outcome

if TYPE_CHECKING:
    from records.cases import Case
    from tests.office import Office

ONE, TWO, OTHER = "Rowan One", "Rowan Two", "Rowan of another case"
REVIEWERS = {"name": "reviewers", "label": "Reviewers", "kind": "people"}
PARTS: dict[str, Any] = {
    "roles": {"reviewer": {"label": "Reviewer", "external": True, "recorded_by": ["chair"], "named_in": ["reviewers"]}},
    "transitions": transitions(
        decide_review={"fields": [REVIEWERS], "notify": [{"tell": ["reviewer"], "message": "review_started"}]},
        decide_none={"notify": [{"tell": ["reviewer"], "message": "told"}]},
    ),
}
EDITION = edited(**PARTS)


@pytest.fixture
def reviewers(office: Office) -> Office:
    """An office whose reviewers are entered by name, each with an address of their own."""
    office.editions["small"] = EDITION
    for name in (OTHER, ONE, TWO):
        office.add_contact("reviewer", address=f"{name.replace(' ', '.').lower()}@example.org", name=name)
    return office


def begun(office: Office, *names: str) -> Case:
    """A review for which these reviewers are named."""
    given = {"answers": {"reviewers": list(names)}, "reason": "There is much to learn.", "role": "chair"}
    return office.do(advance, deciding(office).ref, "decide_review", **given)  # type: ignore[no-any-return]


def owed(office: Office) -> list[tuple[int, str]]:
    return [(one.contact_id, one.status) for one in messages(office, kind="review_started")]


def number_of(office: Office, name: str) -> int:
    with transaction(office.engine) as tx:
        return next(one.id for one in contacts.everybody(tx) if one.name == name)


def test_everybody_the_case_names_is_written_to_and_no_other_holder_of_the_role(reviewers: Office) -> None:
    begun(reviewers, ONE, TWO)
    reviewers.deliver()

    assert owed(reviewers) == [(number_of(reviewers, ONE), "sent"), (number_of(reviewers, TWO), "sent")]
    assert verify(reviewers.engine).ok


def test_a_name_is_found_however_it_is_typed(reviewers: Office) -> None:
    begun(reviewers, "rowan  ONE")

    assert owed(reviewers) == [(number_of(reviewers, ONE), "owed")]


def test_where_the_case_names_nobody_the_holder_of_the_role_is_written_to(reviewers: Office) -> None:
    case = deciding(reviewers)
    reviewers.do(advance, case.ref, "decide_none", reason="No criterion is met.", role="chair")

    assert [one.contact_id for one in messages(reviewers, kind="told")] == [number_of(reviewers, OTHER)]


def test_somebody_named_and_not_entered_is_a_task_and_no_other_has_their_letter(reviewers: Office) -> None:
    begun(reviewers, "Sandy Unknown")

    assert owed(reviewers) == []
    (task,) = [one for one in tasks(reviewers) if "reviewer" in one.facts.lower()]
    assert "Reviewer (Sandy Unknown) cannot be reached" in task.facts

    reviewers.add_contact("reviewer", address="sandy@example.org", name="Sandy Unknown")
    reviewers.deliver()

    assert owed(reviewers) == [(number_of(reviewers, "Sandy Unknown"), "sent")]
    assert [one.done_at for one in tasks(reviewers) if one.id == task.id] != [None]
    assert verify(reviewers.engine).ok


def test_a_role_with_an_address_of_its_own_stands_for_whoever_is_not_entered(reviewers: Office) -> None:
    office = reviewers.add_contact("reviewer", address="reviews@example.org", name="Reviewer")
    begun(reviewers, ONE, "Sandy Unknown")

    assert owed(reviewers) == [(number_of(reviewers, ONE), "owed"), (office, "owed")]


def test_the_verb_says_who_is_named_and_cannot_be_written_to(reviewers: Office) -> None:
    case = deciding(reviewers)
    with transaction(reviewers.engine) as tx:
        uow = reviewers.uow(tx, "chair")
        given = {"answers": {"reviewers": [ONE, "Sandy Unknown"]}, "reason": "There is much to learn."}
        done = outcome(uow, case, advance(uow, case.ref, "decide_review", **given)[0])

    (warning,) = done.warnings
    assert warning.words == "Sandy Unknown is named as Reviewer and is not entered: no letter goes to them ({})."


def test_the_verb_says_which_agency_a_step_names_that_is_not_on_the_case_and_is_told_nothing(office: Office) -> None:
    fields = [{"name": "asked", "label": "Agencies asked", "kind": "agencies"}]
    told = {"fields": fields, "notify": [{"tell": ["agencies"], "message": "case_alerted"}]}
    office.editions["small"] = edited(transitions=transitions(gather=told))
    case = opened(office, agencies=(FIFE,))
    with transaction(office.engine) as tx:
        uow = office.uow(tx)
        done = outcome(uow, case, advance(uow, case.ref, "gather", answers={"asked": [FIFE, POLICE]})[0])

    (warning,) = done.warnings
    assert warning.words == f"{POLICE} is named and is not on the case: nobody there is told of it ({{}})."


def test_a_letter_that_waits_follows_who_is_named_when_it_leaves(reviewers: Office) -> None:
    reviewers.now = datetime(2026, 3, 6, 19, 30, tzinfo=UTC)  # a Friday evening: it leaves on Monday
    case = begun(reviewers, ONE)
    reviewers.do(correct, case.ref, case.dossier.sequence, "Another was appointed.", answers={"reviewers": [TWO]})

    reviewers.now = datetime(2026, 3, 9, 9, tzinfo=UTC)
    reviewers.deliver()

    assert owed(reviewers) == [(number_of(reviewers, TWO), "sent")]


def test_of_several_who_wait_one_who_is_gone_is_not_told_twice_at_another(reviewers: Office) -> None:
    reviewers.now = datetime(2026, 3, 6, 19, 30, tzinfo=UTC)
    begun(reviewers, ONE, TWO)
    reviewers.do(retire_contact, number_of(reviewers, ONE))

    reviewers.now = datetime(2026, 3, 9, 9, tzinfo=UTC)
    reviewers.deliver()

    assert sorted(status for _, status in owed(reviewers)) == ["overtaken", "sent"]
    assert verify(reviewers.engine).ok


def test_who_holds_a_role_can_be_said_of_the_case_itself_and_goes_before_its_fields(reviewers: Office) -> None:
    case = begun(reviewers, ONE)
    case = reviewers.do(change_people, case.ref, named={"reviewer": (TWO,)}, why="Another was appointed.")
    assert case.dossier.named == {"reviewer": (TWO,)}

    case = reviewers.do(change_people, case.ref, named={"reviewer": ()})
    assert case.dossier.named == {}
    reviewers.deliver()
    assert verify(reviewers.engine).ok


def test_doctor_names_who_is_named_on_an_open_case_and_not_entered(reviewers: Office) -> None:
    begun(reviewers, ONE, "Sandy Unknown")

    with transaction(reviewers.engine) as tx:
        found = list(reach_checks.people(Look(tx, Settings(), reviewers.now)))

    said = [one.sentence for one in found if "named as" in one.sentence]
    assert said == ["Sandy Unknown, named as reviewer on 1 open case, is not entered."]


@pytest.mark.parametrize("role", ["lead_officer", "nobody"])
def test_a_role_that_no_case_names_anybody_for_is_refused(reviewers: Office, role: str) -> None:
    case = deciding(reviewers)

    with pytest.raises(BadAnswer, match=f"{role!r} is no role that a case names somebody for: reviewer"):
        reviewers.do(change_people, case.ref, named={role: (ONE,)})


def test_dates_that_a_named_person_owes_are_told_to_that_person(reviewers: Office) -> None:
    owes = part("timescales", "review", owner="reviewer", limit=7, ladder="officer")
    reviewers.editions["small"] = edited(**PARTS, timescales=owes)
    begun(reviewers, TWO)
    reviewers.now = datetime(2026, 3, 9, 10, tzinfo=UTC)
    reviewers.sweep()

    assert [one.contact_id for one in messages(reviewers, kind="due_today", place="reviewer")] == [
        number_of(reviewers, TWO)
    ]


def test_what_is_said_for_published_editions_names_their_roles_and_fields() -> None:
    for edition, roles in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        procedure = procedures.load(edition)
        fields = {one.name: one.kind for move in procedure.transitions for one in move.fields}
        assert set(roles) <= set(procedure.roles), edition
        assert {fields[name] for names in roles.values() for name in names} <= {"person", "people"}, edition


def test_a_learning_review_of_2024_names_its_team_and_its_reviewers() -> None:
    procedure = procedures.load("scotland-learning-review-2024")
    fields = {"team_chair": "A", "team_members": ["B", "C"], "reviewers": ["D"], "administrator": "E"}

    assert named_on(procedure, {}, fields) == {"review_chair": ["A"], "reviewer": ["D"], "review_team": ["A", "B", "C"]}


def test_a_date_that_falls_on_a_holiday_says_so_when_it_begins(office: Office) -> None:
    office.now = datetime(2026, 3, 27, 10, tzinfo=UTC)
    case = opened(office, answers={"informed_on": "2026-03-27"})
    with transaction(office.engine) as tx:
        done = outcome(office.uow(tx), None, case, place=0)

    (form,) = [one for one in done.dates if one.key == "form"]
    assert form.change == "due Fri 3 April 2026, in 7 days; that day is a holiday, Good Friday (Scotland)"


@pytest.mark.parametrize(
    ("told", "named"),
    [(["chair", "reviewer"], ""), (["reviewer", "chair"], ""), (["lead_officer", "notifier"], ONE)],
)
def test_somebody_told_in_two_places_has_one_letter_and_the_record_is_whole(
    reviewers: Office, told: list[str], named: str
) -> None:
    steps = transitions(decide_review={"fields": [REVIEWERS], "notify": [{"tell": told, "message": "review_started"}]})
    reviewers.editions["small"] = edited(**{**PARTS, "transitions": steps})
    with transaction(reviewers.engine) as tx:
        chair = next(one.name for one in contacts.everybody(tx) if one.role == "chair")
    begun(reviewers, named or chair)

    assert len(owed(reviewers)) == 1
    assert verify(reviewers.engine).places == ()

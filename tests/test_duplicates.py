"""Two agencies notify of one child: one case is closed as a duplicate of the other, without a false decision."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from records.case_list import CaseFilter
from records.database import reading
from records.editions import EditionLibrary
from states.dossier import Dossier
from states.entry import Actor
from states.fold import replay
from tests.casework import asked, entries, messages, opened, refused
from workflows.reports.annual_summary import Summary, summary_of
from workflows.reports.case_files import year_of
from workflows.reports.file_reading import file_of
from workflows.verbs.advance import advance
from workflows.verbs.link import link, unlink
from workflows.verbs.request import answer, request
from workflows.verification.verify import verify
from workflows.views.case_list import listing
from workflows.views.case_page import case_page
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from records.cases import Case
    from tests.office import Office

WHY = "Both notifications are of the same child."
YEAR = year_of("2025-26")


def summed(office: Office, known_on: date | None = None) -> Summary:
    with reading(office.engine) as tx:
        return summary_of(tx, YEAR, date(2026, 6, 1), known_on)


def two(office: Office) -> tuple[Case, Case]:
    """A case in which an agency was asked, and an earlier one of the same child."""
    kept, twice = opened(office), asked(office)
    office.later(days=1)
    closed = office.do(link, twice.ref, kept.ref, "duplicate_of", WHY)
    return closed, kept


def test_it_is_closed_without_a_decision_and_owes_nothing_more(office: Office) -> None:
    closed, kept = two(office)

    assert (closed.dossier.closed_on, closed.dossier.duplicate_of) == (office.now.date(), kept.ref)
    assert not closed.dossier.open_deadlines()
    assert entries(office, kept)[-1].data == {"ref": closed.ref, "link": "has_duplicate"}
    with reading(office.engine) as tx:
        assert file_of(tx, closed.ref).stands == f"Closed as a duplicate of {kept.ref}"
        assert file_of(tx, kept.ref).closed_on is None


def test_its_page_and_the_list_say_so_and_nobody_is_asked_on_it_any_more(office: Office) -> None:
    closed, kept = two(office)

    with reading(office.engine) as tx:
        (line,) = listing(tx, CaseFilter(which="closed"), office.now, hidden=frozenset()).lines
        page = case_page(tx, closed, Viewer(Actor(name="", role="lead_officer"), office.now))
    says = f"Closed as a duplicate of {kept.ref}"
    assert (line.stands, line.phase, page.stands, page.phase) == (says, "closed", says, "closed")
    assert (page.can, page.cannot, page.others, page.waiting_on, line.waiting_on) == ((), (), (), (), ())
    assert {(one.asked.status, one.asked.ended_on) for one in page.requests} == {("withdrawn", office.now.date())}
    assert "its request was withdrawn on" in refused(office, answer, closed.ref, page.requests[0].asked.agency)
    assert verify(office.engine, now=office.now).ok


def test_a_history_that_withdrew_no_request_adds_up_as_it_did(office: Office) -> None:
    closed, _ = two(office)
    as_before = [
        one.model_copy(update={"data": {name: value for name, value in one.data.items() if name != "withdrawn"}})
        for one in entries(office, closed)
    ]
    blank = Dossier(ref=closed.ref, edition="", digest="")

    with reading(office.engine) as tx:
        before = replay(blank, as_before, EditionLibrary(tx))

    assert {one.status for one in before.requests.values()} == {"open"}
    assert before.but(requests=closed.dossier.requests) == closed.dossier


def test_it_is_not_counted_twice(office: Office) -> None:
    closed, kept = two(office)

    assert [case.ref for case in summed(office).cases] == [kept.ref]
    assert closed.ref not in {step.ref for step in summed(office).steps}
    assert {case.ref for case in summed(office, date(2026, 3, 2)).cases} == {kept.ref, closed.ref}


def test_those_on_the_case_are_told_and_nobody_of_the_other(office: Office) -> None:
    closed, kept = two(office)

    told = [one for one in messages(office, kind="told") if one.case_id == closed.id]
    assert told
    assert not [one for one in messages(office, kind="told") if one.case_id == kept.id]


def test_nothing_goes_on_on_a_duplicate_and_the_refusal_says_where_it_does(office: Office) -> None:
    closed, kept = two(office)

    for said in (
        refused(office, advance, closed.ref, "consider", override="It is late."),
        refused(office, request, closed.ref, "report", ("Police Scotland",)),
    ):
        assert f"is closed as a duplicate of {kept.ref}" in said


def test_one_that_was_no_duplicate_is_open_again_and_owes_what_it_owed(office: Office) -> None:
    kept, twice = opened(office), asked(office)
    before = {one.key: one.due_on for one in twice.dossier.open_deadlines()}
    office.do(link, twice.ref, kept.ref, "duplicate_of", WHY)

    again = office.do(unlink, twice.ref, kept.ref, "They are two children.")

    assert again.dossier.closed_on is None
    assert again.dossier.requests == twice.dossier.requests
    assert verify(office.engine, now=office.now).ok
    assert {one.key: one.due_on for one in again.dossier.open_deadlines()} == before
    assert before


def test_a_duplicate_is_named_of_the_case_that_goes_on(office: Office) -> None:
    closed, kept = two(office)
    third = opened(office)

    assert f"is itself a duplicate of {kept.ref}" in refused(office, link, third.ref, closed.ref, "duplicate_of", WHY)
    assert "is closed already" in refused(office, link, closed.ref, third.ref, "duplicate_of", WHY)

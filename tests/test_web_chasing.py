"""The chronology of chasing: what was asked and chased, in which words, what the channel answered, promises kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from config.phrases import quiet_of
from records.cases import find
from records.database import reading
from states.entry import Actor
from states.moments import local_day
from states.words import spoken
from tests.office import FIFE, POLICE
from workflows.messages.deliver import deliver, post_of
from workflows.verbs.correct import correct
from workflows.verbs.extend import ask_extension, refuse_extension
from workflows.verbs.request import answer, decline, promise
from workflows.views.chronology import RequestChronology, chronology
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from records.cases import Case
    from tests.desk import Committee


def sends(desk: Committee) -> None:
    deliver(desk.here.engine, post_of(desk.here.settings, desk.here.keys), desk.now)


@pytest.fixture
def ref(desk: Committee) -> str:
    """A case on which NHS Fife is reminded and promises a day, and Police Scotland is silent."""
    desk.enters_contacts()
    found = desk.asks_agencies()
    sends(desk)
    desk.sweeps(9)
    sends(desk)
    desk.acts("lead_officer", promise, found, FIFE, local_day(desk.now + timedelta(days=7)))
    return found


def told(desk: Committee, ref: str, agency: str) -> RequestChronology:
    with reading(desk.here.engine) as tx:
        (one,) = chronology(tx, find(tx, ref, to_change=False), Viewer(Actor(name="", role=""), desk.now), agency)
        return one


def case_of(desk: Committee, ref: str) -> Case:
    with reading(desk.here.engine) as tx:
        return find(tx, ref, to_change=False)


def kinds(one: RequestChronology) -> list[str]:
    return [line.happened.entry.kind for line in one.lines]


def test_each_request_has_what_was_asked_by_which_rung_in_which_words(desk: Committee, ref: str) -> None:
    found = told(desk, ref, FIFE)

    assert kinds(found) == ["requested", "chased", "promised"]
    assert found.lines[1].rule == "Ladder “Report of an agency”, rung 1: 3 working days before, to whoever owes it"
    (letter,) = found.lines[1].letters
    assert (letter.agency, letter.place, letter.channel) == (FIFE, "first", "email")
    assert letter.subject == f"{ref}: reminder, due 16 March"
    assert "This is a reminder" in letter.words
    assert [one.outcome for one in letter.tries] == ["accepted"]
    assert kinds(told(desk, ref, POLICE)) == ["requested", "chased"]


def test_a_promise_is_kept_by_an_answer_in_time(desk: Committee, ref: str) -> None:
    assert told(desk, ref, FIFE).lines[-1].promise == "The day promised has not passed."
    desk.later(days=5)
    report = {"report_file": "file 13", "summary_given": "yes", "background_given": "yes", "key_issues_given": "yes"}
    desk.acts("lead_officer", answer, ref, FIFE, answers=report)

    found = told(desk, ref, FIFE)

    assert found.lines[2].promise == "The promise was kept."
    assert found.stands == "Answered"


def test_a_promise_that_passed_without_an_answer_was_not_kept(desk: Committee, ref: str) -> None:
    desk.sweeps(8)

    assert told(desk, ref, FIFE).lines[2].promise == "The promise was not kept."


def test_a_promise_counts_no_more_once_the_more_time_it_went_with_is_refused(desk: Committee, ref: str) -> None:
    key = next(one.key for one in case_of(desk, ref).dossier.deadlines.values() if one.agency == FIFE)
    desk.acts("lead_officer", ask_extension, ref, key, 2, "Half of the team is ill.")
    desk.acts("chair", refuse_extension, ref, "E1", "Two weeks are enough.")

    assert told(desk, ref, FIFE).lines[2].promise == "The day promised counts no more: more time was refused."
    due = case_of(desk, ref).dossier.deadlines[key]
    assert quiet_of(due, local_day(desk.now)) == f"promised for {spoken(due.quiets[0].until)}, more time refused"


def test_an_entry_that_was_put_right_says_to_which_day_and_by_which_entry(desk: Committee, ref: str) -> None:
    day = local_day(desk.now) - timedelta(days=1)
    desk.acts("lead_officer", decline, ref, FIFE, "Nothing is held")
    number = told(desk, ref, FIFE).lines[-1].happened.entry.sequence

    desk.acts("lead_officer", correct, ref, number, "They said it by telephone", happened_on=day)

    *others, said = told(desk, ref, FIFE).lines
    assert (said.put_right_to, said.happened.put_right_by) == (day, (number + 1,))
    assert {(one.put_right_to, one.happened.put_right_by) for one in others} == {(None, ())}
    page = desk.sign_in("auditor").get(f"/cases/{ref}/chasing").text
    assert f"Put right by entry {number + 1}: it happened on {spoken(day)}." in page


def test_the_page_shows_one_agency_or_all_and_prints(desk: Committee, ref: str) -> None:
    auditor = desk.sign_in("auditor")

    whole = auditor.get(f"/cases/{ref}/chasing").text
    assert "NHS Fife: Agency report" in whole
    assert "Police Scotland: Agency report" in whole
    assert "Message-ID" in whole
    alone = auditor.get(f"/cases/{ref}/chasing?agency=NHS+Fife").text
    assert "Police Scotland: Agency report" not in alone
    assert f'href="/cases/{ref}/chasing"' in auditor.get(f"/cases/{ref}").text


def test_the_words_of_a_letter_that_carries_several_things_stand_once(desk: Committee) -> None:
    desk.enters_contacts()
    ref = desk.asks_agencies()
    desk.sweeps(9)
    sends(desk)

    page = desk.sign_in().get(f"/cases/{ref}/chasing").text

    assert page.count('class="app-letter"') == 2
    assert page.count("The words stand above: it is the same letter.") == 2

"""What pages show, as values: the same for every door, written as JSON under the names that scripts know."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from config import procedures
from config.settings import LOCAL, calendar, committee_name
from records import cases, recommendations
from records.case_list import CaseFilter
from records.database import reading
from states.entry import Actor
from states.errors import BadProcedure, NotFound
from states.letters import LETTER, ON_THE_WAY, TAKEN_OUT
from states.limits import Stop
from tests.casework import gathering
from tests.office import FIFE
from workflows.verbs.request import request
from workflows.views.calendars import calendar_page, calendars
from workflows.views.case_list import listing
from workflows.views.due_date import DateQuestion, due_date, no_limit, rule_of
from workflows.views.editions import edition_page, editions
from workflows.views.json_names import as_data
from workflows.views.ladders import ladders
from workflows.views.message_fates import FATES, fate_of
from workflows.views.outbox import outbox
from workflows.views.recommendation_page import recommendation_list
from workflows.views.registers import registers
from workflows.views.tasks import tasks
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.office import Office

EDITION = "scotland-learning-review-2024"
MONDAY = date(2026, 3, 2)


def word(_: object) -> str:
    raise AssertionError


def test_a_date_comes_with_its_receipt_and_what_its_limit_rests_on() -> None:
    procedure = procedures.load(EDITION)
    rule = next(rule for rule in procedure.timescales.values() if rule.unit == "calendar_days" and rule.limit)
    held = Stop(MONDAY + timedelta(days=1), MONDAY + timedelta(days=2), "whoever ordered it", "hold")

    plain = due_date(procedure, rule, DateQuestion(MONDAY, calendar("scotland")), MONDAY)
    later = due_date(procedure, rule, DateQuestion(MONDAY, calendar("scotland"), (held,)), MONDAY)

    assert plain.due is not None
    assert plain.receipt[-1].day == plain.due == plain.original
    assert plain.days == (plain.due - MONDAY).days
    assert plain.citation.partition("[")[2].partition("]")[0] in procedure.sources
    assert later.original == plain.due
    assert later.due is None or later.due >= plain.due
    assert [one.day for one in later.receipt if not one.counted][:1] == [MONDAY + timedelta(days=1)]


def test_a_limit_that_nobody_set_has_no_date_and_says_what_it_rests_on() -> None:
    procedure = procedures.load(EDITION)
    rule = next(rule for rule in procedure.timescales.values() if rule.length() is None)

    found = no_limit(procedure, rule)

    assert (found.due, found.limit_known, found.basis) == (None, False, rule.basis)
    assert "loosened" not in as_data(found, word)


def test_what_an_edition_does_not_have_is_refused_by_the_names_it_has() -> None:
    procedure = procedures.load(EDITION)

    with pytest.raises(NotFound, match="has no time limit 'reprot': it has"):
        rule_of(procedure, "reprot")
    with pytest.raises(NotFound, match="has no ladder 'reprot': it has"):
        ladders(procedure, "reprot")


@pytest.mark.parametrize("name", procedures.names())
def test_an_edition_shows_each_limit_with_its_citation_and_an_example(name: str) -> None:
    procedure = procedures.load(name)

    page = edition_page(procedure, MONDAY)

    assert [one.name for one in page.limits] == list(procedure.timescales)
    assert all(one.citation for one in page.limits if one.basis in {"guidance", "statute"})
    assert all(one.example for one in page.limits if procedure.timescales[one.name].limit)
    assert as_data(page, word) == {**procedure.model_dump(mode="json", by_alias=True), "digest": procedure.digest}


def test_editions_calendars_and_ladders_are_listed() -> None:
    listed = editions(None)
    elsewhere = [one.name for one in listed if one.nation not in {"", "Scotland"}]
    assert [one.name for one in listed] == [name for name in procedures.names() if name not in elsewhere] + elsewhere
    assert elsewhere == [name for name in procedures.names() if name in elsewhere] != []
    assert "scotland" in {one.name for one in calendars()}
    assert [one.name for one in ladders(procedures.load(EDITION))] == list(procedures.load(EDITION).ladders)


def test_a_calendar_shows_the_holidays_of_a_year() -> None:
    page = calendar_page("scotland", 2026)

    assert {day.year for day in page.holidays} == {2026}
    assert as_data(page, word)["holidays"]["2026-11-30"] == "St Andrew's Day (Scotland)"
    assert len(calendar_page("scotland").holidays) > len(page.holidays)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({}, "There is no open case."),
        ({"which": "closed"}, "There is no closed case."),
        ({"which": "all", "kind": "all"}, "There is no case or recommendation."),
        ({"overdue_at": datetime.fromisoformat("2026-03-02T09:00+00:00")}, "No open case is overdue."),
        ({"due_by": MONDAY}, "No open case is due today."),
        ({"due_by": MONDAY + timedelta(days=7)}, "No open case is due by 9 March 2026."),
        ({"waiting_on": FIFE, "lead": "A. Lead"}, f"No open case waits for {FIFE} and is led by A. Lead."),
        (
            {"phase": "follow_through", "kind": "recommendation"},
            "No open recommendation is in the phase follow through.",
        ),
    ],
)
def test_an_empty_list_says_what_there_is_none_of(office: Office, wanted: dict[str, object], said: str) -> None:
    with reading(office.engine) as tx:
        now = datetime.fromisoformat("2026-03-02T09:00+00:00")
        found = listing(tx, CaseFilter(**wanted), now, hidden=frozenset())  # type: ignore[arg-type]

    assert (found.lines, found.nothing) == ((), said)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "There is no recommendation."),
        ({"which": "closed"}, "There is no ended recommendation."),
        ({"which": "open", "overdue_on": MONDAY}, "No open recommendation is overdue."),
        ({"agency": FIFE, "to_verify": True}, f"No recommendation is for {FIFE} and waits to be verified."),
        ({"impact_by": MONDAY}, "No recommendation is looked at for its impact by 2 March 2026."),
    ],
)
def test_an_empty_list_of_recommendations_says_what_there_is_none_of(
    office: Office, asked: dict[str, object], said: str
) -> None:
    viewer = Viewer(Actor(name="", role=""), office.now)
    with reading(office.engine) as tx:
        found = recommendation_list(tx, recommendations.RecommendationFilter(**asked), viewer, 50)  # type: ignore[arg-type]

    assert (found.recommendations, found.nothing) == ((), said)


def test_recommendations_of_a_case_that_is_not_there_are_refused(office: Office) -> None:
    with reading(office.engine) as tx, pytest.raises(NotFound):
        recommendation_list(
            tx,
            recommendations.RecommendationFilter(of_ref="LR-2099-0001"),
            Viewer(Actor(name="", role=""), office.now),
            50,
        )


def test_an_outbox_and_tasks_that_are_empty_say_of_what(office: Office) -> None:
    ref = gathering(office).ref
    with reading(office.engine) as tx:
        seen = partial(outbox, tx, hidden=frozenset())
        of_case, of_all = seen(ref, most=1), seen()
        failed, held = seen(status=("failed", "bounced")), seen(ref, ("held",))
        idle, chairs = tasks(tx, "nobody_at_all"), tasks(tx, "committee_chair")

    assert of_case.nothing == f"Nothing is owed about {ref}, and nothing was sent."
    assert of_all.nothing == "Nothing is owed, and nothing was sent."
    assert (failed.messages, failed.nothing) == ((), "No message stands like this: not delivered, came back.")
    assert held.nothing == f"No message about {ref} stands like this: waits for a yes."
    assert idle.nothing == "Nothing waits for the nobody at all."
    assert chairs.nothing == "Nothing waits for the committee chair."


def test_every_state_of_a_message_has_its_words_in_one_table() -> None:
    states = ON_THE_WAY | TAKEN_OUT | set(LETTER.values()) | {state for state, _ in LETTER}

    assert states == set(FATES)
    assert fate_of("unheard_of").listed == "unheard_of"


def test_the_lists_of_a_case_name_what_is_entered_and_what_is_not(office: Office) -> None:
    ref = gathering(office).ref
    with reading(office.engine) as tx:
        found = registers(tx, ref)
        case = cases.find(tx, ref, to_change=False)

    assert found.registers == {name: rule.label for name, rule in case.procedure.registers.items()}
    assert found.items == ()
    assert found.of("finding") == ()


def test_the_committee_is_called_by_its_own_file_and_without_one_by_what_it_is(tmp_path: Path) -> None:
    own = tmp_path / "ours.toml"
    own.write_text('committee = "Harbour Child Protection Committee"\n')
    own_without = tmp_path / "nameless.toml"
    own_without.write_text('committee = " "\n')

    assert committee_name(own) == "Harbour Child Protection Committee"
    assert committee_name(own_without) == committee_name(None) == "Child Protection Committee"
    with pytest.raises(BadProcedure):
        committee_name(tmp_path / "gone.toml")


def test_no_edition_is_loaded_to_learn_the_name_of_the_committee(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(procedures, "load", None)

    assert committee_name(LOCAL / "example-committee.toml") == "Strathmore and Lomond Child Protection Committee"


def test_a_list_is_written_under_the_names_that_scripts_know(office: Office) -> None:
    ref = gathering(office).ref
    office.do(request, ref, "report", (FIFE,))

    with reading(office.engine) as tx:
        found = as_data(listing(tx, CaseFilter(), office.now, hidden=frozenset()), word)

    assert set(found) == {"cases", "damaged", "more", "recommendations", "at_least"}
    assert found["damaged"] == []
    assert [one["ref"] for one in found["cases"]] == [ref]

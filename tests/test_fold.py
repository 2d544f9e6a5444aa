"""What a history adds up to: read again from the beginning, it is always the same."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import get_args

import pytest

from states.dossier import Dossier
from states.entry import BY_THE_CLOCK, KINDS, EntryKind
from states.fold import FOLDS
from states.moments import local_moment
from tests.office import small_edition
from tests.story import CHAIR, Story


def long_story() -> Story:
    story = Story(small_edition())
    story.open()
    story.tell("child_added", "2026-03-02", child=1)
    story.tell(
        "people_changed", "2026-03-02", lead="Kim Example", agencies_joined=["Fife Council"], agencies_left=["X"]
    )
    story.step("gather", "gathering", "2026-03-03")
    story.ask("2026-03-03")
    story.ask("2026-03-03", "Police Scotland")
    story.tell("promised", "2026-03-10", id="R1", request="report", agency="NHS Fife", until="2026-03-25")
    story.tell("redirected", "2026-03-11", id="R2", to="Fife Council", new_id="R3", reason="Theirs.")
    story.tell("declined", "2026-03-12", id="R3", reason="No records.")
    story.tell("chased", "2026-03-18", key="report/R1", due_on="2026-03-17", rung=2, passed=[1], late=True)
    story.tell("missed", "2026-03-18", key="report/R1", reason="We moved.")
    story.tell(
        "extension_asked", "2026-03-18", reason="So.", extension={"id": "E1", "deadline": "report/R1", "count": 3}
    )
    story.tell("extension_refused", "2026-03-18", actor=CHAIR, id="E1")
    story.answer("2026-03-19")
    story.tell("sent_back", "2026-03-20", id="R1", reason="Thin.")
    story.answer("2026-03-21")
    story.step("consider", "deciding", "2026-03-21")
    story.hold("2026-03-22", "decision", event="verdict")
    story.tell("pause_reviewed", "2026-03-23", id="P1", reason="It goes on.")
    story.tell("linked", "2026-03-24", ref="TST-2026-0002", link="sibling")
    story.tell("linked", "2026-03-24", ref="TST-2026-0003", link="related")
    story.tell("unlinked", "2026-03-25", ref="TST-2026-0003")
    story.tell("event_recorded", "2026-03-30", event="verdict")
    story.tell("corrected", "2026-03-31", sequence=1, fields={"informed_on": "2026-02-28"})
    story.tell("personal_data_erased", "2026-04-01", reason="Asked for.")
    story.step("decide_none", "closed", "2026-04-02", actor=CHAIR, reason="Enough.", final=True)
    return story


def test_read_again_from_the_beginning_a_history_adds_up_to_the_same() -> None:
    story = long_story()

    assert story.again() == story.dossier


def test_what_it_adds_up_to_survives_being_written_down() -> None:
    story = long_story()

    written = story.dossier.model_dump_json(exclude_defaults=True)

    assert Dossier.model_validate_json(written) == story.dossier
    assert json.loads(written)["ref"] == "TST-2026-0001"


def test_it_adds_up_to_what_was_told() -> None:
    facts = long_story().dossier

    assert (facts.state, facts.closed_on, facts.erased, facts.children) == ("closed", date(2026, 4, 2), True, 1)
    assert facts.agencies == ("NHS Fife", "Fife Council", "Police Scotland")
    assert facts.lead == "Kim Example"
    assert [one.status for one in facts.requests.values()] == ["answered", "redirected", "declined"]
    assert facts.links == {"TST-2026-0002": "sibling"}
    assert facts.extensions["E1"].status == "refused"
    assert facts.pauses["P1"].ends == date(2026, 3, 30)
    assert facts.fields == {"informed_on": "2026-02-28"}
    assert facts.deadlines["report/R1"].late_reason == "We moved."
    assert [(step.rung, step.passed) for step in facts.deadlines["report/R1"].climbed] == [(1, True), (2, False)]


def test_each_entry_but_those_of_the_clock_makes_a_new_version() -> None:
    story = long_story()
    by_the_clock = sum(entry.kind in BY_THE_CLOCK for entry in story.entries)

    assert story.dossier.sequence == len(story.entries)
    assert story.dossier.version == len(story.entries) - by_the_clock


def test_every_kind_of_entry_is_known_to_the_fold() -> None:
    assert set(FOLDS) == set(KINDS) == set(get_args(EntryKind))


def promised_for_the_form(counting: int) -> Story:
    story = Story(small_edition(), counting)
    story.open()
    story.tell("promised", "2026-03-04", id="form", until="2026-03-20")
    return story


def test_a_promise_about_a_date_of_no_request_changes_no_request_and_keeps_its_date_still_as_it_did() -> None:
    story = promised_for_the_form(counting=2)

    assert not story.dossier.requests
    assert story.date("form").quiets[0].until == date(2026, 3, 20)
    assert story.again() == story.dossier


def test_a_promise_is_about_a_request_and_keeps_no_other_date_still() -> None:
    story = promised_for_the_form(counting=3)

    assert not story.dossier.requests
    assert not story.date("form").quiets


def test_a_pause_reviewed_with_its_end_known_gets_that_end() -> None:
    story = Story(small_edition())
    story.open()
    story.hold("2026-03-04", "form")

    story.tell("pause_reviewed", "2026-03-05", id="P1", ends="2026-03-09")

    assert (story.dossier.pauses["P1"].ends, story.dossier.pauses["P1"].ended) == (date(2026, 3, 9), False)


@pytest.mark.parametrize(
    ("day", "clock", "moment"),
    [
        (date(2026, 1, 5), "09:00", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        (date(2026, 7, 6), "09:00", datetime(2026, 7, 6, 8, tzinfo=UTC)),
        (date(2026, 3, 29), "09:00", datetime(2026, 3, 29, 8, tzinfo=UTC)),
        (date(2026, 10, 25), "09:00", datetime(2026, 10, 25, 9, tzinfo=UTC)),
        (date(2026, 3, 29), "01:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_time_of_day_in_scotland_is_an_instant(day: date, clock: str, moment: datetime) -> None:
    assert local_moment(day, clock) == moment


@pytest.mark.parametrize(
    ("data", "ends_on", "promised"), [({}, None, "2026-03-25"), ({"promise_ends": "2026-03-25"}, "2026-03-11", None)]
)
def test_a_refusal_ends_a_promise_where_its_entry_says_so_and_older_ones_are_read_as_they_were(
    data: dict[str, str], ends_on: str | None, promised: str | None
) -> None:
    story = Story(small_edition())
    story.open()
    story.step("gather", "gathering", "2026-03-03")
    story.ask("2026-03-03")
    story.tell("promised", "2026-03-10", id="R1", request="report", agency="NHS Fife", until="2026-03-25")
    extension = {"id": "E1", "deadline": "report/R1", "count": 7}
    story.tell("extension_asked", "2026-03-10", reason="Half of the team is ill.", extension=extension)

    story.tell("extension_refused", "2026-03-11", reason="Two weeks are enough.", id="E1", **data)

    (quiet,) = story.date("report/R1").quiets
    assert quiet.ends_on == (date.fromisoformat(ends_on) if ends_on else None)
    assert ("ends_on" in quiet.model_dump()) is bool(data)
    assert story.dossier.requests["R1"].promised_on == (date.fromisoformat(promised) if promised else None)
    assert story.again() == story.dossier

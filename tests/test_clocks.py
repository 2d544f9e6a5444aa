"""Which dates an entry starts, meets, sets aside, moves and repeats; told entry by entry, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from states.counting import DAY
from states.due_dates import receipt
from states.fold import replay
from states.signals import end_of_period
from tests.casework import edited, part, transitions
from tests.office import small_edition
from tests.story import CHAIR, SCOTLAND, Story

if TYPE_CHECKING:
    from states.dossier import Deadline


@pytest.fixture
def story() -> Story:
    return Story(small_edition())


def ruled(name: str, **rule: Any) -> Story:
    """A story under the small edition with one timescale changed, told up to its opening."""
    told = Story(edited(timescales=part("timescales", name, **rule)))
    told.open()
    return told


def reviewing(story: Story, day: str = "2026-03-02", **fields: str) -> Story:
    story.step("gather", "gathering", day)
    story.step("consider", "deciding", day)
    story.step("decide_review", "reviewing", day, actor=CHAIR, fields=fields)
    return story


def days(deadline: Deadline) -> tuple[str, date | None, bool]:
    return deadline.status, deadline.due_on, deadline.late


def test_a_recorded_date_starts_a_clock_and_a_step_meets_it(story: Story) -> None:
    story.open()
    assert days(story.date("form")) == ("running", date(2026, 3, 8), False)

    story.step("gather", "gathering", "2026-03-08")

    assert days(story.date("form")) == ("met", date(2026, 3, 8), False)


def test_the_day_after_is_late(story: Story) -> None:
    story.open()

    story.step("gather", "gathering", "2026-03-09")

    assert days(story.date("form")) == ("met", date(2026, 3, 8), True)


def test_a_limit_that_is_not_known_is_shown_as_unset_and_never_late(story: Story) -> None:
    story.open()
    reviewing(story)
    assert days(story.date("review")) == ("unset", None, False)

    story.step("publish", "closed", "2028-03-02", actor=CHAIR, final=True)

    assert days(story.date("review")) == ("met", None, False)


def test_a_negative_limit_looks_back_from_a_planned_day(story: Story) -> None:
    story.open()

    reviewing(story, planned_on="2026-06-12")

    # seven working days before Friday 12 June
    assert story.date("notice").due_on == date(2026, 6, 3)


def test_another_planned_day_moves_what_looks_back_from_it(story: Story) -> None:
    story.open()
    reviewing(story, planned_on="2026-06-12")
    story.step("ask", "deciding", "2026-04-01")

    story.step("decide_review", "reviewing", "2026-04-02", actor=CHAIR, fields={"planned_on": "2026-07-10"})

    assert story.date("notice").due_on == date(2026, 7, 1)
    assert story.date("notice").original_on == date(2026, 6, 3)


def test_hours_elapse_from_the_instant_a_step_was_taken() -> None:
    story = Story(edited(timescales=part("timescales", "review", anchor={"trigger": "gather"}, limit=24, unit="hours")))
    story.open()

    # the clocks go forward in the night: 24 hours from Saturday 12:00 GMT end on Sunday at 13:00 BST
    story.step("gather", "gathering", "2026-03-28", at="12:00")

    review = story.date("review")
    assert (review.due_on, review.due_at) == (date(2026, 3, 29), datetime(2026, 3, 29, 12, tzinfo=UTC))
    assert not review.is_overdue(datetime(2026, 3, 29, 12, tzinfo=UTC))
    assert review.is_overdue(datetime(2026, 3, 29, 12, 0, 1, tzinfo=UTC))


def test_hours_that_ran_out_on_the_day_itself_stay_late_whatever_is_counted_again() -> None:
    story = Story(edited(timescales=part("timescales", "review", anchor={"trigger": "gather"}, limit=2, unit="hours")))
    story.open()
    story.step("gather", "gathering", "2026-03-03", at="09:00")
    story.step("publish", "closed", "2026-03-03", at="12:00")
    assert story.date("review").late is True

    story.hold("2026-03-03", "review", ends="2026-03-10")

    assert story.date("review").late is True


def test_hours_from_a_day_without_a_time_run_from_its_start() -> None:
    story = Story(edited(timescales=part("timescales", "review", anchor={"trigger": "gather"}, limit=2, unit="hours")))
    story.open()

    story.step("gather", "gathering", "2026-03-03")

    assert story.date("review").due_at == datetime(2026, 3, 3, 2, tzinfo=UTC)


def test_months_end_on_the_last_day_where_there_is_no_such_day() -> None:
    story = ruled("form", limit=1, unit="months")
    assert story.date("form").due_on == date(2026, 4, 1)

    story.tell("corrected", "2026-03-03", sequence=1, fields={"informed_on": "2024-01-31"})

    assert story.date("form").due_on == date(2024, 2, 29)


def test_a_fixed_date_comes_every_year() -> None:
    story = ruled("form", limit=None, unit="fixed_date", on={"month": 7, "day": 31})

    assert story.date("form").due_on == date(2026, 7, 31)


def test_a_fixed_date_without_its_day_and_a_unit_of_none_are_unset() -> None:
    assert ruled("form", limit=None, unit="fixed_date").date("form").status == "unset"
    assert ruled("form", limit=3, unit="none").date("form").status == "unset"


@pytest.mark.parametrize(
    ("period", "day", "end"),
    [
        ("financial_year", date(2026, 3, 31), date(2026, 3, 31)),
        ("financial_year", date(2026, 4, 1), date(2027, 3, 31)),
        ("financial_year", date(2026, 12, 31), date(2027, 3, 31)),
        ("calendar_year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_year_ends_on_its_last_day(period: str, day: date, end: date) -> None:
    assert end_of_period(period, day) == end


def test_a_duty_counts_from_the_end_of_the_year_the_case_was_opened_in_and_comes_round() -> None:
    story = ruled(
        "review",
        kind="duty",
        anchor={"period": "financial_year"},
        limit=1,
        unit="months",
        met_by={"triggers": ["gather"]},
        repeat={"count": 12, "unit": "months", "until": ["publish"]},
    )
    assert story.date("review").due_on == date(2026, 4, 30)

    story.step("gather", "gathering", "2026-05-20")

    assert days(story.date("review")) == ("met", date(2026, 4, 30), True)
    # counted from the date before it, not from the day it was done
    assert (story.date("review#2").due_on, story.date("review#2").round) == (date(2027, 4, 30), 1)


def rounds(first: str, months: int, count: int, **rule: Any) -> list[str]:
    """The dates of a duty that comes round so many months apart, each met a day late, from a form due on a day."""
    limit = {"limit": months, "unit": "months", **rule}
    duty = {"kind": "duty", "met_by": {"triggers": ["gather"]}, "repeat": {"count": months, "unit": "months"}}
    story = Story(edited(timescales=part("timescales", "form", **limit, **duty)))
    story.open(first, informed_on=first)
    for _ in range(count - 1):
        due = max(one.due_on or date.min for one in story.dossier.deadlines.values())
        story.step("gather", "gathering", (due + DAY).isoformat())
    return [one.due_on.isoformat() for one in story.dossier.deadlines.values() if one.due_on]


@pytest.mark.parametrize(
    ("first", "months", "found"),
    [
        ("2025-11-30", 3, ["2026-02-28", "2026-05-30", "2026-08-30", "2026-11-30", "2027-02-28", "2027-05-30"]),
        ("2027-11-29", 3, ["2028-02-29", "2028-05-29", "2028-08-29", "2028-11-29", "2029-02-28", "2029-05-29"]),
        ("2026-01-31", 1, ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31"]),
        ("2025-08-31", 6, ["2026-02-28", "2026-08-31", "2027-02-28", "2027-08-31", "2028-02-29", "2028-08-31"]),
        ("2024-02-29", 12, ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]),
        ("2026-02-28", 3, ["2026-05-28", "2026-08-28", "2026-11-28", "2027-02-28"]),
    ],
)
def test_dates_that_come_round_keep_their_day_of_the_month(first: str, months: int, found: list[str]) -> None:
    assert rounds(first, months, len(found)) == found


def test_the_last_of_february_comes_round_as_such_from_a_fixed_date() -> None:
    leap = {"limit": None, "unit": "fixed_date", "on": {"month": 2, "day": 29}}

    assert rounds("2026-01-05", 12, 4, **leap) == ["2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]


def test_a_first_date_that_was_not_counted_in_months_sets_the_day() -> None:
    assert rounds("2026-02-14", 3, 3, limit=14, unit="calendar_days") == ["2026-02-28", "2026-05-28", "2026-08-28"]


def test_a_history_from_before_gives_the_dates_that_people_were_told_then_and_keeps_the_day_from_now_on() -> None:
    duty = {"kind": "duty", "met_by": {"triggers": ["gather"]}, "repeat": {"count": 3, "unit": "months"}}
    story = Story(edited(timescales=part("timescales", "form", limit=3, unit="months", **duty)))
    story.open("2025-11-30", informed_on="2025-11-30")
    story.step("gather", "gathering", "2026-02-28")
    before = [one.model_copy(update={"counting": 0}) for one in story.entries]

    story.dossier = replay(story.blank, before, story.papers)
    assert story.date("form#2").due_on == date(2026, 5, 28)

    story.step("gather", "gathering", "2026-05-28")
    assert story.date("form#2").due_on == date(2026, 5, 28)
    assert story.date("form#3").due_on == date(2026, 8, 30)


def test_a_duty_ends_with_the_step_it_lasts_until() -> None:
    story = ruled(
        "review",
        kind="duty",
        anchor={"trigger": "notify"},
        limit=30,
        met_by={"triggers": ["gather", "publish"]},
        repeat={"count": 30, "unit": "calendar_days", "until": ["publish"]},
        outlives_closing=True,
    )
    story.step("gather", "gathering", "2026-03-30")
    story.step("publish", "closed", "2026-04-20", actor=CHAIR, final=True)

    assert [key for key in story.dossier.deadlines if key.startswith("review")] == ["review", "review#2"]
    assert not [one for one in story.dossier.open_deadlines() if one.timescale == "review"]


def test_closing_sets_aside_what_is_owed_but_not_what_outlives_it() -> None:
    story = Story(
        edited(timescales=part("timescales", "hold_review", anchor={"trigger": "notify"}, outlives_closing=True))
    )
    story.open()
    story.ask("2026-03-02")

    story.step("decide_none", "closed", "2026-03-05", actor=CHAIR, final=True)

    assert (story.date("report/R1").status, story.date("hold_review").status) == ("cancelled", "running")
    assert story.dossier.closed_on == date(2026, 3, 5)


def test_nothing_new_starts_on_a_closed_case(story: Story) -> None:
    story.open()
    story.step("decide_none", "closed", "2026-03-05", actor=CHAIR, final=True)

    story.ask("2026-03-06")

    assert "report/R1" not in story.dossier.deadlines


def test_a_timescale_of_some_states_is_set_aside_when_the_case_leaves_them() -> None:
    story = ruled("form", while_in=["notified"], met_by={})

    story.step("gather", "gathering", "2026-03-03")

    assert story.date("form").status == "cancelled"
    story.step("again", "gathering", "2026-03-04", fields={"informed_on": "2026-03-04"})
    assert list(story.dossier.deadlines) == ["form"]


def test_a_step_can_set_a_date_aside() -> None:
    story = ruled("form", met_by={}, cancelled_by={"triggers": ["gather"]})

    story.step("gather", "gathering", "2026-03-03")

    assert (story.date("form").status, story.date("form").ended_on) == ("cancelled", date(2026, 3, 3))


def test_a_date_that_hangs_on_another_moves_with_it() -> None:
    story = ruled("review", anchor={"timescale": "report"}, limit=-2, met_by={"triggers": ["publish"]})
    story.step("gather", "gathering", "2026-03-02")
    story.ask("2026-03-02")
    assert story.date("review/R1").due_on == date(2026, 3, 14)

    story.hold("2026-03-04", "report", ends="2026-03-09")
    assert (story.date("report/R1").due_on, story.date("review/R1").due_on) == (date(2026, 3, 21), date(2026, 3, 19))

    story.hold("2026-03-10", "report")
    assert (story.date("report/R1").status, story.date("review/R1").status) == ("held", "held")


def test_a_hold_stops_exactly_what_it_names(story: Story) -> None:
    story.open()
    story.step("gather", "gathering", "2026-03-02")
    story.ask("2026-03-02")
    story.step("consider", "deciding", "2026-03-02")
    before = story.dossier.deadlines

    story.hold("2026-03-04", "report", ends="2026-03-09")

    assert story.date("report/R1").due_on == date(2026, 3, 21)
    assert story.date("decision") == before["decision"]


def test_a_hold_that_begins_after_a_date_was_met_leaves_it_alone(story: Story) -> None:
    story.open()
    story.ask("2026-03-02")
    story.answer("2026-03-10")
    before = story.date("report/R1")

    story.hold("2026-03-12", "report")

    assert story.date("report/R1") == before


def test_a_hold_found_to_have_begun_before_a_late_answer_excuses_it(story: Story) -> None:
    story.open()
    story.ask("2026-03-02")
    story.answer("2026-03-18")
    assert story.date("report/R1").late is True

    story.hold("2026-03-10", "report", ends="2026-03-14")

    assert days(story.date("report/R1")) == ("met", date(2026, 3, 20), False)


def test_an_answer_during_a_hold_has_a_date_again_when_the_hold_ends(story: Story) -> None:
    story.open()
    story.ask("2026-03-02")
    story.hold("2026-03-10", "report")
    story.answer("2026-03-12")
    assert days(story.date("report/R1")) == ("met", None, False)

    story.tell("pause_ended", "2026-03-20", id="P1")

    assert days(story.date("report/R1")) == ("met", date(2026, 3, 26), False)


def test_a_change_of_calendar_or_edition_leaves_a_met_date_as_it_was(story: Story) -> None:
    from dataclasses import replace

    story = Story(edited(timescales=part("timescales", "form", unit="working_days", limit=3)))
    story.open("2026-03-02", informed_on="2026-03-02")
    story.step("gather", "gathering", "2026-03-06")
    before = story.date("form")
    assert before.late is True
    fresh = replace(SCOTLAND, holidays={**SCOTLAND.holidays, date(2026, 3, 4): "A day of mourning"})
    story.papers.calendars[fresh.digest] = fresh

    story.tell("calendar_changed", "2026-03-07", calendar="scotland", digest=fresh.digest)

    assert story.date("form") == before


def test_a_correction_of_one_thing_leaves_the_first_dates_of_others(story: Story) -> None:
    from dataclasses import replace

    story.open()
    story.step("gather", "gathering", "2026-03-02")
    story.step("consider", "deciding", "2026-03-02")
    fresh = replace(SCOTLAND, holidays={**SCOTLAND.holidays, date(2026, 3, 4): "A day of mourning"})
    story.papers.calendars[fresh.digest] = fresh
    story.tell("calendar_changed", "2026-03-03", calendar="scotland", digest=fresh.digest)
    assert (story.date("decision").due_on, story.date("decision").original_on) == (date(2026, 3, 17), date(2026, 3, 16))

    story.tell("corrected", "2026-03-04", sequence=1, fields={"informed_on": "2026-02-28"})

    assert story.date("decision").original_on == date(2026, 3, 16)
    assert story.date("form").original_on == date(2026, 3, 7)


def test_an_event_meets_what_waits_for_it_and_ends_its_round(story: Story) -> None:
    story.open()
    reviewing(story)
    story.tell("asked_after", "2026-04-10", event="verdict")
    assert days(story.date("chase_verdict")) == ("met", date(2026, 4, 1), False)
    assert story.date("chase_verdict#2").due_on == date(2026, 5, 10)

    story.tell("event_recorded", "2026-06-01", event="verdict")

    assert days(story.date("chase_verdict#2")) == ("met", date(2026, 5, 10), False)
    assert "chase_verdict#3" not in story.dossier.deadlines


def test_an_event_can_start_a_clock_and_set_one_aside() -> None:
    rules = {
        **part("timescales", "review", anchor={"event": "verdict"}, limit=10),
        **part("timescales", "form", cancelled_by={"events": ["verdict"]}, met_by={}),
    }
    story = Story(edited(timescales=rules))
    story.open()

    story.tell("event_recorded", "2026-03-10", event="verdict")

    assert (story.date("review").due_on, story.date("form").status) == (date(2026, 3, 20), "cancelled")


def test_a_step_that_leaves_a_case_where_it_is_does_not_enter_its_state_again() -> None:
    story = Story(
        edited(
            transitions=[
                *transitions(),
                {**transitions()[1], "trigger": "note", "source": ["deciding"], "dest": "deciding"},
            ]
        )
    )
    story.open()
    story.step("consider", "deciding", "2026-03-02")

    story.step("note", "deciding", "2026-03-09")

    assert story.date("decision").due_on == date(2026, 3, 16)
    assert "decision#2" not in story.dossier.deadlines


def test_a_clock_is_not_started_again_while_it_runs(story: Story) -> None:
    story.open()
    story.step("consider", "deciding", "2026-03-02")
    story.step("back", "gathering", "2026-03-03")

    story.step("consider", "deciding", "2026-03-09")

    assert [key for key in story.dossier.deadlines if key.startswith("decision")] == ["decision"]


def test_every_date_shows_its_receipt(story: Story) -> None:
    story.open()
    story.ask("2026-03-02")
    story.hold("2026-03-04", "report", ends="2026-03-06", authority="fiscal")
    story.tell(
        "extension_asked", "2026-03-06", reason="Illness.", extension={"id": "E1", "deadline": "report/R1", "count": 1}
    )
    story.tell("extension_granted", "2026-03-06", actor=CHAIR, id="E1")

    shown = receipt(small_edition(), {"scotland": SCOTLAND}, story.dossier, story.date("report/R1"), date(2026, 3, 6))

    assert shown is not None
    assert (shown.due, shown.original) == (story.date("report/R1").due_on, date(2026, 3, 16))
    why = {day.day.day: day.why for day in shown.receipt}
    assert why[4] == why[5] == "paused: criminal proceedings, on the authority of Procurator Fiscal"
    assert why[19] == "extension day 1 of 1: granted by Ann Example: Illness."


def test_a_date_without_a_limit_has_no_receipt(story: Story) -> None:
    story.open()
    reviewing(story)

    assert (
        receipt(small_edition(), {"scotland": SCOTLAND}, story.dossier, story.date("review"), date(2026, 3, 6)) is None
    )


FINDINGS = {"label": "Findings", "prefix": "F", "kept_by": ["lead_officer"], "fields": [], "cite": ["S"]}


def with_findings(**rule: Any) -> Story:
    clock = part("timescales", "review", anchor={"items": "findings"}, limit=30, **rule)
    story = Story(edited(registers={"findings": FINDINGS}, timescales=clock))
    story.open()
    return story


def test_each_item_of_a_register_has_its_own_clock_until_it_is_answered() -> None:
    story = with_findings(met_by={"items": ["findings"]})
    for number in ("F1", "F2"):
        story.tell("item_added", "2026-03-03", id=number, register="findings", fields={"agency": "NHS Fife"})
    assert story.date("review/F1").agency == "NHS Fife"

    story.tell("item_answered", "2026-04-03", id="F1", register="findings", fields={"so": "yes"}, ended=True)

    assert days(story.date("review/F1")) == ("met", date(2026, 4, 2), True)
    assert days(story.date("review/F2")) == ("running", date(2026, 4, 2), False)


def test_what_is_recorded_about_an_item_meets_its_clock_and_the_next_round_begins() -> None:
    story = with_findings(met_by={"updates": ["findings"]}, repeat={"count": 30, "unit": "calendar_days"})
    story.tell(
        "item_added",
        "2026-03-03",
        id="F1",
        register="findings",
        fields={"agreed_on": "2026-03-02"},
        counts_from="agreed_on",
    )
    assert story.date("review/F1").due_on == date(2026, 4, 1)

    story.tell(
        "item_updated", "2026-03-20", id="F1", register="findings", fields={"state": "begun"}, counts_from="agreed_on"
    )
    assert (story.date("review/F1").status, story.date("review/F1#2").due_on) == ("met", date(2026, 5, 1))

    story.tell("item_updated", "2026-04-20", id="F1", register="findings", fields={"state": "done"}, ended=True)
    assert story.date("review/F1#2").late is False
    assert not [one for one in story.dossier.open_deadlines() if one.subject == "F1"]
    assert story.dossier.items["F1"].updates == 2


def ended_twice() -> Story:
    story = with_findings(met_by={"items": ["findings"]})
    story.tell("item_added", "2026-03-03", id="F1", register="findings", fields={})
    for day in ("2026-03-10", "2026-03-12"):
        story.tell("item_updated", day, id="F1", register="findings", fields={"state": "done"}, ended=True)
    return story


def test_an_item_said_twice_to_have_ended_has_the_one_date_it_had() -> None:
    story = ended_twice()

    assert [key for key in story.dossier.deadlines if key.startswith("review")] == ["review/F1"]
    assert days(story.date("review/F1")) == ("met", date(2026, 4, 2), False)

    story.tell("item_updated", "2026-03-20", id="F1", register="findings", fields={"state": "begun"}, ended=False)
    assert story.date("review/F1#2").status == "running"


def test_a_history_from_before_keeps_the_date_that_a_second_ending_made() -> None:
    story = ended_twice()
    before = [one.model_copy(update={"counting": 1}) for one in story.entries]

    assert "review/F1#2" in replay(story.blank, before, story.papers).deadlines


def test_a_clock_may_be_for_some_items_only() -> None:
    story = with_findings(met_by={}, when={"field": "kind", "is": "urgent"})

    story.tell("item_added", "2026-03-03", id="F1", register="findings", fields={"kind": "urgent"})
    story.tell("item_added", "2026-03-03", id="F2", register="findings", fields={"kind": "plain"})

    assert [key for key in story.dossier.deadlines if key.startswith("review")] == ["review/F1"]

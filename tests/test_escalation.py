"""Ladders: which rung is due. The report is asked on Monday 2 March 2026, due on Monday 16; its rungs are on the 13th
(reminder), 16th, 17th (overdue), 23rd (senior contact) and 30th (chair)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.escalation import broken_promise, held_until, last_word, next_action, owed, stands_still, steps
from states.expected import first_due, owed_at
from states.timescales import Ladder, Rung
from tests.casework import edited, part
from tests.office import small_edition
from tests.story import SCOTLAND, Story

if TYPE_CHECKING:
    from states.escalation import Owed

KEY = "report/R1"
AGENCY = small_edition().ladders["agency"]
IN_WORKING_DAYS = Ladder.model_validate({**AGENCY.model_dump(), "unit": "working_days"})


@pytest.fixture
def story() -> Story:
    told = Story(small_edition())
    told.open()
    told.ask("2026-03-02")
    return told


def at(day: str, clock: str = "09:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00+00:00")


def owes(story: Story, now: datetime, ladder: Ladder = AGENCY) -> Owed:
    return owed(story.date(KEY), ladder, SCOTLAND, now)


def climbed(story: Story, day: str, rung: int, *passed: int) -> None:
    due_on = story.date(KEY).due_on
    story.tell("chased", day, key=KEY, due_on=str(due_on), rung=rung, passed=list(passed), late=False)


def climbed_to_overdue(story: Story) -> None:
    for rung in (0, 1, 2):
        climbed(story, "2026-03-17", rung)


def promised(story: Story, day: str, until: str) -> None:
    story.tell("promised", day, id="R1", request="report", agency="NHS Fife", until=until)


def days(story: Story, ladder: Ladder = AGENCY) -> list[tuple[int, str]]:
    return [(step.rung, f"{step.day:%-d %b}") for step in steps(story.date(KEY), ladder, SCOTLAND)]


def test_each_rung_is_due_at_nine_in_scotland_on_its_day(story: Story) -> None:
    assert days(story) == [(0, "13 Mar"), (1, "16 Mar"), (2, "17 Mar"), (3, "23 Mar"), (4, "30 Mar")]
    moments = [step.at for step in steps(story.date(KEY), AGENCY, SCOTLAND)]
    assert moments[0] == at("2026-03-13")
    # summer time began on the 29th
    assert moments[-1] == at("2026-03-30", "08:00")


def test_a_rung_is_due_from_its_moment_on_and_not_before(story: Story) -> None:
    before = owes(story, at("2026-03-13", "08:59"))
    then = owes(story, at("2026-03-13"))

    assert (before.climb, before.next_at) == (None, at("2026-03-13"))
    assert (then.climb, then.passed, then.late, then.next_at) == (0, (), False, at("2026-03-16"))


def test_what_was_climbed_is_not_climbed_again(story: Story) -> None:
    climbed(story, "2026-03-13", 0)

    assert owes(story, at("2026-03-15")).climb is None
    assert owes(story, at("2026-03-16")).climb == 1


def test_after_weeks_of_outage_only_the_highest_rung_is_climbed_and_late(story: Story) -> None:
    after = owes(story, at("2026-04-20"))

    assert (after.climb, after.passed, after.late, after.next_at) == (4, (0, 1, 2, 3), True, None)


def test_a_rung_climbed_later_on_its_own_day_is_not_late(story: Story) -> None:
    assert owes(story, at("2026-03-13", "23:30")).late is False
    assert owes(story, at("2026-03-14", "00:00")).late is True


def test_the_day_is_the_day_in_scotland_not_in_utc(story: Story) -> None:
    for rung in range(4):
        climbed(story, "2026-03-23", rung)

    assert owes(story, at("2026-03-30", "22:59")).late is False
    assert owes(story, at("2026-03-30", "23:00")).late is True


@pytest.mark.parametrize("known_on", ["2026-03-14", "2026-03-13"])
def test_a_reminder_that_would_come_before_the_date_was_known_or_on_that_day_is_left_out(known_on: str) -> None:
    story = Story(small_edition())
    story.open()
    story.tell("requested", known_on, request="report", asked=[{"id": "R1", "agency": "NHS Fife"}])
    story.tell("corrected", known_on, sequence=2, happened_on="2026-03-02")

    assert days(story)[0] == (1, "16 Mar")


def test_rungs_are_counted_in_the_days_the_ladder_names(story: Story) -> None:
    # seven working days after Monday 16 March is Wednesday the 25th; fourteen is Friday 3 April, which is Good Friday
    assert days(story, IN_WORKING_DAYS) == [(0, "11 Mar"), (1, "16 Mar"), (2, "17 Mar"), (3, "25 Mar"), (4, "6 Apr")]


def test_a_promise_stops_every_rung_until_its_day_and_chasing_goes_on_where_it_stopped(story: Story) -> None:
    climbed(story, "2026-03-13", 0)
    promised(story, "2026-03-14", "2026-03-20")

    assert days(story) == [(0, "13 Mar"), (2, "21 Mar"), (3, "27 Mar"), (4, "3 Apr")]
    assert owes(story, at("2026-03-20", "23:00")).climb is None
    assert owes(story, at("2026-03-21")).climb == 2


def test_a_promise_in_the_middle_of_the_escalation_keeps_what_was_climbed(story: Story) -> None:
    climbed_to_overdue(story)
    promised(story, "2026-03-18", "2026-03-25")

    # five days were left to the 23rd: they are counted from the promised day
    assert days(story)[3:] == [(3, "30 Mar"), (4, "6 Apr")]


def test_what_was_owed_before_a_promise_waits_for_it_too(story: Story) -> None:
    climbed(story, "2026-03-13", 0)
    climbed(story, "2026-03-16", 1)
    promised(story, "2026-03-18", "2026-03-25")  # the sweep was down on the 17th

    assert owes(story, at("2026-03-18", "12:00")).climb is None
    assert owes(story, at("2026-03-25", "12:00")).climb is None
    assert (owes(story, at("2026-03-26")).climb, owes(story, at("2026-03-26")).late) == (2, False)


def test_a_promise_on_the_morning_of_a_rung_is_not_chased_that_day_and_the_rung_is_not_lost(story: Story) -> None:
    climbed(story, "2026-03-13", 0)
    climbed(story, "2026-03-16", 1)
    promised(story, "2026-03-17", "2026-03-20")

    assert days(story)[2:] == [(2, "21 Mar"), (3, "26 Mar"), (4, "2 Apr")]


def test_a_promise_for_today_is_believed_today(story: Story) -> None:
    climbed(story, "2026-03-16", 1, 0)
    promised(story, "2026-03-17", "2026-03-17")

    assert owes(story, at("2026-03-17", "12:00")).climb is None
    assert owes(story, at("2026-03-18")).climb == 2


def test_a_promise_of_the_due_day_itself_only_silences_the_reminders(story: Story) -> None:
    promised(story, "2026-03-05", "2026-03-16")

    assert days(story) == [(2, "17 Mar"), (3, "23 Mar"), (4, "30 Mar")]


def test_an_early_promise_that_is_broken_is_called_so_and_lets_the_later_reminders_come(story: Story) -> None:
    promised(story, "2026-03-05", "2026-03-10")

    assert days(story)[0] == (0, "13 Mar")
    assert (broken(story, "2026-03-10"), broken(story, "2026-03-11")) == (None, "2026-03-10")


def test_promise_after_promise_goes_on_where_the_ladder_stopped(story: Story) -> None:
    climbed_to_overdue(story)
    promised(story, "2026-03-18", "2026-03-25")
    promised(story, "2026-03-26", "2026-04-01")

    # the 23rd became the 30th; four of those days were left on the 26th
    assert days(story)[3:] == [(3, "5 Apr"), (4, "12 Apr")]


def test_a_promise_lasts_until_another_takes_its_place(story: Story) -> None:
    climbed_to_overdue(story)
    promised(story, "2026-03-18", "2026-04-20")
    promised(story, "2026-03-20", "2026-03-25")

    # five days were left to the 23rd when the first promise was made
    assert days(story)[3:] == [(3, "30 Mar"), (4, "6 Apr")]
    assert broken(story, "2026-03-26") == "2026-03-25"


def test_a_ladder_of_working_days_goes_on_by_working_days_after_a_promise(story: Story) -> None:
    climbed_to_overdue(story)
    promised(story, "2026-03-18", "2026-03-27")

    # five working days were left to the 25th, seven more to the 6th of April; Good Friday is the 3rd
    assert days(story, IN_WORKING_DAYS)[3:] == [(3, "6 Apr"), (4, "15 Apr")]


def test_what_waits_for_a_promise_that_ends_before_the_weekend_goes_on_the_next_working_day(story: Story) -> None:
    climbed(story, "2026-03-16", 1, 0)
    promised(story, "2026-03-17", "2026-03-20")

    assert days(story, IN_WORKING_DAYS)[2] == (2, "23 Mar")


def test_a_date_known_when_it_had_gone_by_is_chased_by_the_days_of_its_ladder() -> None:
    story = Story(small_edition())
    story.open()
    story.tell("requested", "2026-03-27", request="report", asked=[{"id": "R1", "agency": "NHS Fife"}])
    story.tell("corrected", "2026-03-27", sequence=2, happened_on="2026-03-02")

    # known on Friday the 27th, eleven days late
    assert days(story, IN_WORKING_DAYS)[0] == (2, "30 Mar")


def broken(story: Story, day: str) -> str | None:
    found = broken_promise(story.date(KEY), date.fromisoformat(day))
    return str(found.until) if found else None


def test_a_promise_is_broken_when_its_day_has_gone_by_and_is_told_of_once(story: Story) -> None:
    climbed(story, "2026-03-16", 1, 0)
    promised(story, "2026-03-17", "2026-03-20")
    assert (broken(story, "2026-03-20"), broken(story, "2026-03-21")) == (None, "2026-03-20")
    assert owes(story, at("2026-03-21")).broken is not None

    due_on = str(story.date(KEY).due_on)
    story.tell("chased", "2026-03-21", key=KEY, due_on=due_on, rung=2, passed=[], late=False, promise="2026-03-20")
    assert broken(story, "2026-03-27") is None

    promised(story, "2026-03-27", "2026-03-30")
    assert broken(story, "2026-03-31") == "2026-03-30"


@pytest.mark.parametrize(
    ("unit", "until", "told_on"),
    [("calendar_days", "2026-04-03", "2026-04-04"), ("working_days", "2026-04-10", "2026-04-13")],
)
def test_a_promise_broken_after_the_last_rung_is_told_of_on_the_next_day_of_the_ladder(
    story: Story, unit: str, until: str, told_on: str
) -> None:
    ladder = AGENCY.model_copy(update={"unit": unit})
    climbed(story, "2026-04-01", 4, 0, 1, 2, 3)
    assert last_word(story.date(KEY), ladder, SCOTLAND) is None

    promised(story, "2026-04-01", until)
    moment = at(told_on, "08:00")
    assert last_word(story.date(KEY), ladder, SCOTLAND) == (date.fromisoformat(told_on), moment)
    before, then = (owes(story, now, ladder) for now in (moment - timedelta(minutes=1), moment))
    assert (before.due, before.next_at) == (False, moment)
    assert (then.due, then.climb, then.late, then.broken) == (True, None, False, story.date(KEY).quiets[0])
    assert owes(story, moment + timedelta(days=1), ladder).late

    due_on = str(story.date(KEY).due_on)
    story.tell("chased", told_on, key=KEY, due_on=due_on, rung=None, passed=[], late=False, promise=until)
    assert (owes(story, at("2026-05-01"), ladder).due, owes(story, at("2026-05-01"), ladder).next_at) == (False, None)


def test_an_acknowledgement_after_the_last_promise_is_waited_for_too(story: Story) -> None:
    climbed(story, "2026-04-01", 4, 0, 1, 2, 3)
    promised(story, "2026-04-01", "2026-04-03")
    said = {"id": "R1", "request": "report", "agency": "NHS Fife", "until": "2026-04-08", "acknowledged": True}
    story.tell("promised", "2026-04-02", **said)

    assert not owes(story, at("2026-04-08")).due
    assert owes(story, at("2026-04-09")).broken == story.date(KEY).quiets[0]


def test_word_of_a_broken_promise_waits_while_the_clock_stands_still(story: Story) -> None:
    climbed(story, "2026-04-01", 4, 0, 1, 2, 3)
    promised(story, "2026-04-01", "2026-04-03")
    assert first_due(Whole(story), story.date(KEY), at("2026-04-01")) == (None, at("2026-04-04", "08:00"))

    story.hold("2026-04-02", "report", ends="2026-04-10")
    assert first_due(Whole(story), story.date(KEY), at("2026-04-02")) == (None, at("2026-04-10", "08:00"))
    assert owed_at(Whole(story), story.date(KEY), at("2026-04-09")) is None
    now = owed_at(Whole(story), story.date(KEY), at("2026-04-10", "08:00"))
    assert now is not None
    assert now.broken == story.date(KEY).quiets[0]


def test_an_acknowledgement_is_no_promise_and_cannot_be_broken(story: Story) -> None:
    said = {"id": "R1", "request": "report", "agency": "NHS Fife", "until": "2026-03-16", "acknowledged": True}
    story.tell("promised", "2026-03-05", **said)

    assert owes(story, at("2026-03-17")).climb == 2
    assert broken(story, "2026-03-17") is None
    assert story.dossier.requests["R1"].acknowledged_on == date(2026, 3, 5)


def test_a_promise_that_more_time_has_overtaken_is_not_called_broken(story: Story) -> None:
    promised(story, "2026-03-05", "2026-03-18")
    story.tell("extension_asked", "2026-03-10", reason="So.", extension={"id": "E1", "deadline": KEY, "count": 14})
    assert broken(story, "2026-03-20") == "2026-03-18"

    story.tell("extension_granted", "2026-03-10", id="E1")
    assert broken(story, "2026-03-20") is None

    story.tell("extension_withdrawn", "2026-03-20", id="E1")
    assert broken(story, "2026-03-20") == "2026-03-18"


def test_a_promise_made_while_the_clock_stands_still_counts_when_it_runs_again(story: Story) -> None:
    story.hold("2026-03-10", "report")
    promised(story, "2026-03-12", "2026-04-10")
    story.tell("pause_ended", "2026-03-20", id="P1")
    assert story.date(KEY).due_on == date(2026, 3, 26)

    # two days of the ladder were left between the due day and the promise: they are not counted
    assert days(story) == [(2, "11 Apr"), (3, "17 Apr"), (4, "24 Apr")]
    assert broken(story, "2026-04-11") == "2026-04-10"


def test_a_promise_for_a_day_in_a_hold_is_forgiven_when_the_hold_moves_the_date(story: Story) -> None:
    story.hold("2026-03-10", "report")
    promised(story, "2026-03-12", "2026-03-18")
    story.tell("pause_ended", "2026-04-01", id="P1")

    assert story.date(KEY).due_on == date(2026, 4, 7)
    assert broken(story, "2026-04-08") is None
    assert days(story)[0] == (0, "4 Apr")


SOME_DAY = st.dates(date(2026, 3, 3), date(2026, 5, 1))


@given(
    said=st.lists(st.tuples(SOME_DAY, st.integers(0, 40)), max_size=4),
    unit=st.sampled_from(["calendar_days", "working_days"]),
)
def test_whatever_is_promised_no_rung_falls_on_a_quiet_day_out_of_order_or_on_a_day_its_ladder_does_not_count(
    said: list[tuple[date, int]], unit: str
) -> None:
    story = Story(small_edition())
    story.open()
    story.ask("2026-03-02")
    ladder = Ladder.model_validate({**AGENCY.model_dump(), "unit": unit})
    plain = {step.rung: step.day for step in steps(story.date(KEY), ladder, SCOTLAND)}
    for day, length in sorted(said):
        promised(story, str(day), str(day + timedelta(days=length)))

    found = steps(story.date(KEY), ladder, SCOTLAND)

    assert [step.rung for step in found] == sorted(step.rung for step in found)
    assert {3, 4} <= {step.rung for step in found}
    quiets = story.date(KEY).quiets
    for step in found:
        assert step.day >= plain[step.rung]
        assert unit == "calendar_days" or SCOTLAND.is_working(step.day) or ladder.days[step.rung] == 0
        assert step.day > quiets[-1].until if quiets and step.day > quiets[-1].start else True


def test_more_time_begins_the_ladder_anew_and_taking_it_back_repeats_nothing(story: Story) -> None:
    climbed(story, "2026-03-17", 2, 0, 1)
    story.tell("extension_asked", "2026-03-17", reason="So.", extension={"id": "E1", "deadline": KEY, "count": 7})
    story.tell("extension_granted", "2026-03-17", id="E1")
    assert owes(story, at("2026-03-20")).climb == 0

    story.tell("extension_withdrawn", "2026-03-18", id="E1")

    assert owes(story, at("2026-03-20")).climb is None
    assert owes(story, at("2026-03-23")).climb == 3


def wakes(story: Story, now: datetime, key: str = KEY) -> datetime | None:
    return next_action(story.dossier, story.date(key), AGENCY, SCOTLAND, now)


def test_a_held_clock_chases_nobody(story: Story) -> None:
    story.hold("2026-03-10", "report")

    assert steps(story.date(KEY), AGENCY, SCOTLAND) == ()
    assert wakes(story, at("2026-04-20")) is None


def test_a_date_that_had_gone_by_when_its_hold_began_is_not_chased_while_it_lasts(story: Story) -> None:
    climbed(story, "2026-03-17", 2, 0, 1)
    story.hold("2026-03-20", "report")
    assert story.date(KEY).status == "running"

    assert stands_still(story.dossier, story.date(KEY), date(2026, 3, 24))
    assert wakes(story, at("2026-03-24")) is None
    story.tell("pause_ended", "2026-04-01", id="P1")
    assert wakes(story, at("2026-04-01", "12:00")) == at("2026-04-01", "12:00")


def test_a_hold_with_an_end_is_waited_out(story: Story) -> None:
    climbed(story, "2026-03-17", 2, 0, 1)
    story.hold("2026-03-20", "report", ends="2026-04-01")

    held = [
        held_until(story.dossier, story.date(KEY), date(2026, month, day)) for month, day in ((3, 20), (3, 24), (4, 1))
    ]
    assert held == [date(2026, 4, 1), date(2026, 4, 1), None]
    assert wakes(story, at("2026-03-24")) == at("2026-04-01", "08:00")
    assert wakes(story, at("2026-04-01", "10:00")) == at("2026-04-01", "10:00")


def test_a_hold_on_another_clock_changes_nothing(story: Story) -> None:
    before = wakes(story, at("2026-03-10"))

    story.hold("2026-03-10", "decision")

    assert wakes(story, at("2026-03-10")) == before


def test_nobody_is_asked_to_look_again_at_a_hold_that_ended_by_its_date() -> None:
    story = Story(small_edition())
    story.open()
    story.hold("2026-03-02", "decision", ends="2026-04-10")
    officer = small_edition().ladders["officer"]
    review = story.date("hold_review/P1")

    def wake(now: datetime) -> datetime | None:
        return next_action(story.dossier, review, officer, SCOTLAND, now)

    assert wake(at("2026-04-05")) == at("2026-04-05")
    assert wake(at("2026-04-11")) is None


def test_nothing_is_ever_owed_where_there_is_no_ladder_or_no_date(story: Story) -> None:
    story.answer("2026-03-03")

    assert next_action(story.dossier, story.date("form"), None, SCOTLAND, at("2026-03-04")) is None
    assert wakes(story, at("2026-03-04")) is None


def test_when_the_last_rung_is_climbed_the_sweep_need_not_look_again(story: Story) -> None:
    climbed(story, "2026-04-20", 4, 0, 1, 2, 3)

    assert wakes(story, at("2026-04-21")) is None


class Whole:
    """A case as the check of expected rungs sees it."""

    def __init__(self, story: Story) -> None:
        self.dossier = story.dossier
        self.procedure = small_edition()
        self.calendars = {"scotland": SCOTLAND}


def test_what_must_have_been_climbed_is_what_is_owed(story: Story) -> None:
    climbed(story, "2026-03-17", 2, 0, 1)
    assert first_due(Whole(story), story.date(KEY), at("2026-03-02")) == (3, at("2026-03-23"))
    assert owed_at(Whole(story), story.date(KEY), at("2026-03-22")) is None

    story.hold("2026-03-20", "report", ends="2026-04-01")
    assert first_due(Whole(story), story.date(KEY), at("2026-03-20")) == (3, at("2026-04-01", "08:00"))
    assert owed_at(Whole(story), story.date(KEY), at("2026-03-31")) is None
    now = owed_at(Whole(story), story.date(KEY), at("2026-04-01", "08:00"))
    assert now is not None
    assert (now.climb, now.passed) == (4, (3,))

    story.tell("pause_reviewed", "2026-03-24", id="P1", ends="2026-03-25")
    story.hold("2026-03-25", "report")
    assert first_due(Whole(story), story.date(KEY), at("2026-03-26")) is None


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_a_rung_on_the_day_the_clocks_change_is_climbed_once(day: str) -> None:
    due = date.fromisoformat(day)
    rungs: tuple[Any, ...] = (Rung(day=0, tell=("owner",), message="due_today"),)
    story = Story(edited(timescales=part("timescales", "form", limit=0)))
    story.open(day, informed_on=day)
    ladder = Ladder(label="One", rungs=rungs)

    (step,) = steps(story.date("form"), ladder, SCOTLAND)

    assert step.day == due
    assert step.at.astimezone(UTC).hour == (8 if due.month == 3 else 9)
    moments = [datetime(due.year, due.month, due.day, tzinfo=UTC) + timedelta(minutes=5 * tick) for tick in range(288)]
    first = next(now for now in moments if owed(story.date("form"), ladder, SCOTLAND, now).climb == 0)
    assert first == step.at

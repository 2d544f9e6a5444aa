"""Dates and their receipts: figures worked out by hand, the traps, and what holds for every count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.calendar_files import load_calendar
from states.deadlines import Allowance, Day, Limit, Stop, Unit, due, due_on, receipt
from states.errors import BadLimit, DateOutOfReach, MomentWithoutZone, Refused
from states.moments import start_of

SCOTLAND, ENGLAND, ULSTER = (load_calendar(name) for name in ("scotland", "england", "northern-ireland"))
LONDON = ZoneInfo("Europe/London")
COVER = Allowance(5, "holiday cover", "the chair")


def held(starts: date, ends: date | None) -> Stop:
    return Stop(starts, ends, "the Procurator Fiscal", "criminal proceedings")


@pytest.mark.parametrize(
    ("anchor", "limit", "expected"),
    [
        # 2015 guidance: notification form, and an agency's report
        (date(2026, 3, 2), Limit(7, "calendar_days"), date(2026, 3, 9)),
        (date(2026, 3, 2), Limit(14, "calendar_days"), date(2026, 3, 16)),
        (date(2026, 2, 28), Limit(7, "calendar_days"), date(2026, 3, 7)),  # lands on a Saturday and stays there
        (date(2026, 3, 2), Limit(0, "calendar_days"), date(2026, 3, 2)),
        (date(2026, 3, 2), Limit(2, "weeks"), date(2026, 3, 16)),
        (date(2026, 3, 2), Limit(1, "working_days"), date(2026, 3, 3)),
        (date(2026, 3, 6), Limit(1, "working_days"), date(2026, 3, 9)),
        (date(2026, 3, 7), Limit(1, "working_days"), date(2026, 3, 9)),
        (date(2026, 3, 6), Limit(0, "working_days"), date(2026, 3, 6)),
        (date(2026, 3, 7), Limit(0, "working_days"), date(2026, 3, 9)),
        (date(2026, 4, 2), Limit(1, "working_days"), date(2026, 4, 6)),  # Easter Monday is open in Scotland
        (date(2026, 12, 24), Limit(5, "working_days"), date(2027, 1, 6)),  # four holidays and two weekends between
        (date(2026, 6, 12), Limit(1, "working_days"), date(2026, 6, 16)),  # proclaimed for the World Cup
        # Northern Ireland: at least seven clear days before a meeting, and after a notice
        (date(2026, 3, 2), Limit(7, "clear_days"), date(2026, 3, 10)),
        (date(2026, 3, 10), Limit(-7, "clear_days"), date(2026, 3, 2)),
        (date(2026, 3, 2), Limit(0, "clear_days"), date(2026, 3, 3)),
        (date(2026, 8, 31), Limit(6, "months"), date(2027, 2, 28)),
        (date(2027, 8, 31), Limit(6, "months"), date(2028, 2, 29)),
        (date(2026, 1, 31), Limit(1, "months"), date(2026, 2, 28)),
        (date(2026, 1, 31), Limit(2, "months"), date(2026, 3, 31)),  # from the anchor, not from the 28th
        (date(2028, 2, 29), Limit(12, "months"), date(2029, 2, 28)),
        (date(2028, 8, 31), Limit(-6, "months"), date(2028, 2, 29)),
        (date(2028, 2, 28), Limit(1, "calendar_days"), date(2028, 2, 29)),
        # Wales: the annual report before 31 July, from the end of the financial year
        (date(2026, 3, 31), Limit(1, "fixed_date", 7, 31), date(2026, 7, 31)),
        (date(2026, 7, 31), Limit(1, "fixed_date", 7, 31), date(2027, 7, 31)),
        (date(2026, 7, 31), Limit(0, "fixed_date", 7, 31), date(2026, 7, 31)),
        (date(2026, 8, 1), Limit(0, "fixed_date", 7, 31), date(2027, 7, 31)),
        (date(2026, 8, 1), Limit(2, "fixed_date", 7, 31), date(2028, 7, 31)),
        (date(2026, 7, 31), Limit(-1, "fixed_date", 7, 31), date(2025, 7, 31)),
        (date(2026, 8, 1), Limit(-1, "fixed_date", 7, 31), date(2026, 7, 31)),
        (date(2026, 8, 1), Limit(1, "fixed_date", 2, 29), date(2027, 2, 28)),
        (date(2027, 8, 1), Limit(1, "fixed_date", 2, 29), date(2028, 2, 29)),
    ],
)
def test_a_limit_gives_the_date_worked_out_by_hand(anchor: date, limit: Limit, expected: date) -> None:
    assert due_on(anchor, limit, SCOTLAND) == expected
    assert due(anchor, limit, SCOTLAND).original == expected


def test_the_same_working_days_end_on_different_days_in_each_nation() -> None:
    before_easter, fifteen = date(2026, 3, 26), Limit(15, "working_days")

    assert due_on(date(2026, 3, 2), fifteen, ENGLAND) == date(2026, 3, 23)
    assert due_on(before_easter, fifteen, SCOTLAND) == date(2026, 4, 17)
    assert due_on(before_easter, fifteen, ENGLAND) == date(2026, 4, 20)
    assert due_on(date(2026, 3, 2), fifteen, ULSTER) == date(2026, 3, 24)


def test_england_notifies_in_five_working_days_and_reviews_fifteen_after_the_day_it_was_sent() -> None:
    aware, sent_late = date(2026, 3, 30), date(2026, 4, 20)

    assert due_on(aware, Limit(5, "working_days"), ENGLAND) == date(2026, 4, 8)
    assert due_on(sent_late, Limit(15, "working_days"), ENGLAND) == date(2026, 5, 12)


def test_a_councils_own_holiday_moves_its_date_and_not_the_nations() -> None:
    council = replace(SCOTLAND, holidays={**SCOTLAND.holidays, date(2026, 9, 21): "September holiday"})

    assert due_on(date(2026, 9, 18), Limit(1, "working_days"), SCOTLAND) == date(2026, 9, 21)
    assert due_on(date(2026, 9, 18), Limit(1, "working_days"), council) == date(2026, 9, 22)


def test_twenty_four_hours_and_one_working_day_differ_over_a_weekend() -> None:
    friday = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)

    assert due_on(friday, Limit(24, "hours"), SCOTLAND) == date(2026, 3, 7)
    assert due_on(friday, Limit(1, "working_days"), SCOTLAND) == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("begins", "wall_clock", "long_day"),
    [
        (datetime(2026, 3, 28, 14, 30, tzinfo=LONDON), "2026-03-29T15:30:00+01:00", "23 hours"),
        (datetime(2026, 10, 24, 14, 30, tzinfo=LONDON), "2026-10-25T13:30:00+00:00", "25 hours"),
    ],
)
def test_hours_elapse_when_the_clocks_change(begins: datetime, wall_clock: str, long_day: str) -> None:
    answer = due(begins, Limit(24, "hours"), SCOTLAND)

    assert answer.due_at is not None
    assert answer.due_at.tzinfo is UTC
    assert answer.due_at.astimezone(LONDON).isoformat() == wall_clock
    assert long_day in answer.receipt[-1].why


def test_the_hour_that_comes_twice_in_october_is_two_hours() -> None:
    first = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=0)
    second = first.replace(fold=1)

    assert due(first, Limit(1, "hours"), SCOTLAND).due_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert due(second, Limit(1, "hours"), SCOTLAND).due_at == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)


def test_hours_from_a_day_without_a_time_run_from_its_start_and_are_provisional() -> None:
    answer = due(date(2026, 7, 1), Limit(48, "hours"), SCOTLAND)

    assert answer.due_at == datetime(2026, 7, 2, 23, 0, tzinfo=UTC)
    assert answer.due == date(2026, 7, 3)
    assert answer.provisional
    assert "No time of day" in answer.provisional_why


def test_hours_stand_still_on_a_paused_day() -> None:
    paused = held(date(2026, 11, 20), date(2026, 11, 25))

    answer = due(
        datetime(2026, 11, 19, 14, 30, tzinfo=UTC), Limit(24, "hours"), SCOTLAND, (paused,), (replace(COVER, count=2),)
    )

    assert answer.due_at == datetime(2026, 11, 25, 16, 30, tzinfo=UTC)
    assert answer.counted == 26
    assert [line.counted for line in answer.receipt] == [True, False, False, False, False, False, True]
    assert answer.receipt[0].why == "9 hours 30 minutes counted"
    assert answer.receipt[-1].why.startswith("16 hours 30 minutes counted; extended by 2, granted by the chair")


def test_the_day_of_a_moment_is_the_day_in_london() -> None:
    late_evening = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)

    assert due_on(late_evening, Limit(1, "calendar_days"), SCOTLAND) == date(2026, 7, 2)


def test_a_deadline_is_met_through_the_last_second_of_its_day() -> None:
    second = timedelta(seconds=1)
    assert start_of(date(2026, 7, 2)) - second == datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)
    assert start_of(date(2026, 10, 26)) - second == datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC)
    assert start_of(date(2026, 3, 29)) - second == datetime(2026, 3, 28, 23, 59, 59, tzinfo=UTC)


def test_a_receipt_names_every_day_and_why() -> None:
    paused = held(date(2026, 11, 20), date(2026, 11, 25))

    answer = due(date(2026, 11, 18), Limit(4, "working_days"), SCOTLAND, (paused,), (COVER,))

    why = "paused: criminal proceedings, on the authority of the Procurator Fiscal"
    assert answer.due == date(2026, 12, 7)
    assert answer.original == date(2026, 11, 24)
    assert answer.counted == 9
    assert answer.receipt[:8] == (
        Day(date(2026, 11, 19), True, "1st working day"),
        *(Day(date(2026, 11, day), False, why) for day in range(20, 25)),
        Day(date(2026, 11, 25), True, "2nd working day"),
        Day(date(2026, 11, 26), True, "3rd working day"),
    )
    assert Day(date(2026, 11, 28), False, "Saturday") in answer.receipt
    assert Day(date(2026, 11, 30), False, "St Andrew's Day (Scotland)") in answer.receipt
    assert answer.receipt[-1] == Day(
        date(2026, 12, 7), True, "extension day 5 of 5: granted by the chair: holiday cover"
    )


def test_two_extensions_are_told_apart_in_the_receipt() -> None:
    second = Allowance(1, "report came late", "the lead officer")

    lines = receipt(date(2026, 3, 2), Limit(1, "calendar_days"), SCOTLAND, (), (replace(COVER, count=1), second))

    assert [line.why for line in lines] == [
        "1st day",
        "extension day 1 of 1: granted by the chair: holiday cover",
        "extension day 1 of 1: granted by the lead officer: report came late",
    ]


def test_a_day_under_two_pauses_is_told_with_both_and_counted_once() -> None:
    inquiry = Stop(date(2026, 3, 4), date(2026, 3, 6), "the Sheriff", "fatal accident inquiry")
    stops = (held(date(2026, 3, 3), date(2026, 3, 5)), inquiry)

    answer = due(date(2026, 3, 2), Limit(7, "calendar_days"), SCOTLAND, stops)

    assert answer.due == date(2026, 3, 12)
    assert answer.receipt[1].why.endswith(
        "the Procurator Fiscal; fatal accident inquiry, on the authority of the Sheriff"
    )


def test_the_receipt_of_a_date_on_a_closed_day_says_that_it_does_not_move() -> None:
    lines = receipt(date(2026, 2, 28), Limit(7, "calendar_days"), SCOTLAND)

    assert lines[-1] == Day(date(2026, 3, 7), True, "7th day (Saturday: the date does not move to a working day)")


def test_clear_days_leave_out_the_last_day_in_the_receipt() -> None:
    answer = due(date(2026, 3, 2), Limit(7, "clear_days"), SCOTLAND)

    assert answer.counted == 7
    assert [line.counted for line in answer.receipt] == [True] * 7 + [False]
    assert answer.receipt[-1].why == "left out: the day after 7 clear days"


def test_notice_before_a_planned_date_is_counted_backwards_over_closed_days() -> None:
    answer = due(date(2026, 12, 2), Limit(-3, "working_days"), SCOTLAND)

    assert answer.due == date(2026, 11, 26)
    assert [(line.day.day, line.why) for line in answer.receipt] == [
        (1, "1st working day before"),
        (30, "St Andrew's Day (Scotland)"),
        (29, "Sunday"),
        (28, "Saturday"),
        (27, "2nd working day before"),
        (26, "3rd working day before"),
    ]


def test_a_planned_date_moved_earlier_takes_its_notice_into_the_past() -> None:
    notice = Limit(-7, "working_days")

    assert due_on(date(2026, 5, 29), notice, ENGLAND) == date(2026, 5, 19)
    assert due_on(date(2026, 5, 15), notice, ENGLAND) == date(2026, 5, 6)


def test_a_pause_does_not_touch_notice_before_a_date_and_an_extension_brings_it_later() -> None:
    notice, meeting = Limit(-10, "working_days"), date(2026, 3, 31)

    assert due_on(meeting, notice, SCOTLAND, (held(date(2026, 3, 1), None),)) == date(2026, 3, 17)
    extended = due(meeting, notice, SCOTLAND, (), (COVER,))
    assert extended.due == date(2026, 3, 24)
    assert extended.original == date(2026, 3, 17)
    assert extended.receipt[-1].why == "5th working day before; extended by 5, granted by the chair: holiday cover"


def test_notice_extended_past_its_planned_date_lands_after_it() -> None:
    answer = due(date(2026, 3, 31), Limit(-2, "calendar_days"), SCOTLAND, (), (COVER,))

    assert answer.due == date(2026, 4, 3)
    assert answer.receipt[0].why == "extension day 3 of 5: granted by the chair: holiday cover"


def test_no_pause_touches_such_notice() -> None:
    pause = held(date(2026, 4, 1), date(2026, 4, 10))

    answer = due(date(2026, 3, 31), Limit(-2, "calendar_days"), SCOTLAND, (pause,), (COVER,))

    assert answer.due == date(2026, 4, 3)
    assert all(line.counted for line in answer.receipt)


def test_hours_that_run_out_as_a_pause_begins_have_run_out() -> None:
    begins, pause = datetime(2026, 3, 2, 12, 0, tzinfo=UTC), held(date(2026, 3, 3), date(2026, 3, 9))

    assert due(begins, Limit(12, "hours"), SCOTLAND, (pause,)).due_at == datetime(2026, 3, 3, tzinfo=UTC)
    assert due_on(begins, Limit(12, "hours"), SCOTLAND, (held(date(2026, 3, 3), None),)) == date(2026, 3, 3)


def test_hours_before_a_planned_moment_are_told_backwards() -> None:
    answer = due(datetime(2026, 3, 10, 12, 0, tzinfo=UTC), Limit(-30, "hours"), SCOTLAND)

    assert answer.due_at == datetime(2026, 3, 9, 6, 0, tzinfo=UTC)
    assert [(line.day.day, line.why) for line in answer.receipt] == [(10, "12 hours counted"), (9, "18 hours counted")]


def test_a_pause_without_an_end_leaves_no_date_but_shows_the_one_there_was_and_the_one_there_would_be() -> None:
    paused = held(date(2026, 3, 5), None)

    answer = due(date(2026, 3, 2), Limit(7, "calendar_days"), SCOTLAND, (paused,), (), date(2026, 3, 20))

    assert answer.due is None
    assert answer.original == date(2026, 3, 9)
    assert answer.if_pause_ended_today == date(2026, 3, 24)
    assert answer.counted == 2
    assert [line.counted for line in answer.receipt] == [True, True, False]


def test_a_date_before_the_pause_stands() -> None:
    assert due_on(date(2026, 3, 2), Limit(7, "calendar_days"), SCOTLAND, (held(date(2026, 3, 10), None),)) == date(
        2026, 3, 9
    )
    assert due_on(date(2026, 3, 2), Limit(7, "calendar_days"), SCOTLAND, (held(date(2026, 3, 9), None),)) is None


def test_hours_stopped_without_an_end_have_no_date() -> None:
    begins = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    answer = due(begins, Limit(48, "hours"), SCOTLAND, (held(date(2026, 3, 3), None),), (), date(2026, 3, 10))

    assert (answer.due, answer.due_at, answer.counted) == (None, None, 12)
    assert answer.if_pause_ended_today == date(2026, 3, 11)
    assert [line.counted for line in answer.receipt] == [True, False]


def test_a_pause_with_a_planned_end_can_also_be_asked_what_if_it_ended_today() -> None:
    paused = held(date(2026, 3, 5), date(2026, 4, 5))

    answer = due(date(2026, 3, 2), Limit(7, "calendar_days"), SCOTLAND, (paused,), (), date(2026, 3, 6))

    assert (answer.due, answer.if_pause_ended_today) == (date(2026, 4, 9), date(2026, 3, 10))
    assert (
        due(date(2026, 3, 2), Limit(7, "calendar_days"), SCOTLAND, (paused,), (), date(2026, 3, 4)).if_pause_ended_today
        is None
    )
    assert due(date(2026, 3, 2), Limit(7, "calendar_days"), SCOTLAND, (paused,)).if_pause_ended_today is None


def test_a_pause_that_ends_the_day_it_starts_stops_nothing() -> None:
    paused = held(date(2026, 3, 5), date(2026, 3, 5))

    assert due_on(date(2026, 3, 2), Limit(7, "calendar_days"), SCOTLAND, (paused,)) == date(2026, 3, 9)


def test_months_are_pushed_on_by_each_paused_day_and_extended_in_days() -> None:
    paused = held(date(2026, 12, 1), date(2026, 12, 11))

    answer = due(date(2026, 8, 31), Limit(6, "months"), SCOTLAND, (paused,), (COVER,))

    assert answer.due == date(2027, 2, 28) + timedelta(days=15)
    assert sum(line.counted for line in answer.receipt) == answer.counted == 181 + 5


def test_working_days_past_the_listed_holidays_are_provisional_and_calendar_days_are_not() -> None:
    assert due(date(2035, 12, 20), Limit(20, "working_days"), SCOTLAND).provisional
    assert not due(date(2035, 12, 20), Limit(20, "calendar_days"), SCOTLAND).provisional
    assert due(date(2011, 12, 20), Limit(1, "working_days"), SCOTLAND).provisional_why.endswith("from 2012-01-01.")
    assert not due(date(2026, 3, 2), Limit(5, "working_days"), SCOTLAND).provisional


@pytest.mark.parametrize("unit", ["calendar_days", "working_days", "clear_days", "hours", "weeks", "months"])
@pytest.mark.parametrize("count", [10**8, -(10**8), 10**20])
def test_a_date_off_the_end_of_the_calendar_is_refused(unit: Unit, count: int) -> None:
    with pytest.raises(DateOutOfReach, match="from 2026-03-02 is no date: check both"):
        due_on(date(2026, 3, 2), Limit(count, unit), SCOTLAND)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(MomentWithoutZone, match="has no time zone"):
        due_on(datetime(2026, 3, 2, 9, 0), Limit(1, "calendar_days"), SCOTLAND)  # noqa: DTZ001


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(BadLimit, match="would end on 2026-03-01, before it starts on 2026-03-05"):
        held(date(2026, 3, 5), date(2026, 3, 1))


def test_an_extension_that_takes_time_away_is_refused() -> None:
    with pytest.raises(BadLimit, match="would shorten the limit"):
        replace(COVER, count=-1)


@pytest.mark.parametrize(
    ("unit", "month", "day"),
    [("fixed_date", 0, 0), ("fixed_date", 13, 1), ("fixed_date", 2, 30), ("weeks", 7, 31), ("moons", 0, 0)],
)
def test_a_limit_that_means_nothing_is_refused(unit: Unit, month: int, day: int) -> None:
    with pytest.raises(BadLimit):
        Limit(1, unit, month, day)


def test_a_refusal_says_every_obstacle_on_its_own_line() -> None:
    assert str(Refused("One thing.", "Another.")) == "One thing.\nAnother."
    assert Refused("One thing.", "Another.").obstacles == ("One thing.", "Another.")

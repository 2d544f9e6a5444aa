"""The working days of a nation: what is open, what is closed, and that a calendar stays what it was."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.calendar_files import load_calendar
from states.calendars import Calendar, Holiday, differences
from states.errors import BadCalendar

SCOTLAND, ENGLAND, ULSTER = (load_calendar(name) for name in ("scotland", "england", "northern-ireland"))
DAYS = st.dates(date(2005, 1, 1), date(2045, 12, 31))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2012, 6, 5), "Diamond Jubilee of Elizabeth II (Scotland)"),
        (date(2020, 5, 8), "Early May bank holiday (Scotland)"),
        (date(2022, 6, 2), "Spring bank holiday (Scotland)"),
        (date(2022, 6, 3), "Platinum Jubilee of Elizabeth II (Scotland)"),
        (date(2022, 9, 19), "State Funeral of Queen Elizabeth II (Scotland)"),
        (date(2023, 5, 8), "Coronation of Charles III (Scotland)"),
        (date(2024, 12, 2), "St Andrew's Day, substitute day (Scotland)"),
        (date(2026, 1, 2), "2nd January (Scotland)"),
        (date(2026, 6, 15), "World Cup bank holiday (Scotland)"),
        (date(2026, 8, 3), "Summer bank holiday (Scotland)"),
        (date(2026, 11, 30), "St Andrew's Day (Scotland)"),
        (date(2026, 12, 28), "Boxing Day, substitute day (Scotland)"),
        (date(2027, 1, 4), "2nd January, substitute day (Scotland)"),
        (date(2022, 1, 4), "2nd January, substitute day (Scotland)"),
        (date(2023, 1, 2), "2nd January; New Year's Day, substitute day (Scotland)"),
        (date(2025, 11, 30), "Sunday"),
        (date(2026, 12, 26), "Saturday"),
        (date(2026, 4, 6), None),
        (date(2026, 8, 31), None),
    ],
)
def test_scotland_closes_on_its_own_days(day: date, why: str | None) -> None:
    assert SCOTLAND.why_closed(day) == why
    assert SCOTLAND.is_working(day) is (why is None)


@pytest.mark.parametrize(
    ("day", "open_in"),
    [
        (date(2026, 1, 2), {"England", "Northern Ireland"}),
        (date(2026, 3, 17), {"Scotland", "England"}),
        (date(2026, 4, 6), {"Scotland"}),
        (date(2026, 6, 15), {"England", "Northern Ireland"}),
        (date(2026, 7, 13), {"Scotland", "England"}),
        (date(2026, 8, 3), {"England", "Northern Ireland"}),
        (date(2026, 8, 31), {"Scotland"}),
        (date(2026, 11, 30), {"England", "Northern Ireland"}),
        (date(2026, 4, 3), set()),
    ],
)
def test_the_nations_close_on_different_days(day: date, open_in: set[str]) -> None:
    assert {calendar.label for calendar in (SCOTLAND, ENGLAND, ULSTER) if calendar.is_working(day)} == open_in


@settings(deadline=None)
@given(DAYS)
def test_the_tally_rises_by_one_on_working_days_and_only_then(day: date) -> None:
    risen = SCOTLAND.tally(day) - SCOTLAND.tally(day - timedelta(days=1))

    assert risen == SCOTLAND.is_working(day)
    if risen:
        assert SCOTLAND.at(SCOTLAND.tally(day)) == day


@settings(deadline=None)
@given(st.frozensets(st.integers(0, 6), max_size=6), st.dictionaries(DAYS, st.just("closed"), max_size=30), DAYS)
def test_any_weekend_can_be_tallied(weekend: frozenset[int], holidays: dict[date, str], day: date) -> None:
    calendar = replace(SCOTLAND, weekend=weekend, holidays=holidays)

    opened = [day + timedelta(days=ahead) for ahead in range(60) if calendar.is_working(day + timedelta(days=ahead))]

    first = calendar.tally(day - timedelta(days=1)) + 1
    assert [calendar.at(first + index) for index in range(len(opened))] == opened


def test_a_calendar_comes_back_from_what_is_kept_of_it() -> None:
    kept = json.loads(json.dumps(SCOTLAND.to_data()))

    again = Calendar.from_data(kept)

    assert again == SCOTLAND
    assert again.digest == SCOTLAND.digest
    assert hash(again) == hash(SCOTLAND)
    assert len(SCOTLAND.digest) == 64


def test_a_calendar_survives_being_copied_and_pickled() -> None:
    assert copy.deepcopy(SCOTLAND) == SCOTLAND
    assert pickle.loads(pickle.dumps(SCOTLAND)) == SCOTLAND  # noqa: S301 - our own calendar, a line ago


def test_one_holiday_more_is_another_calendar() -> None:
    later = replace(SCOTLAND, holidays={**SCOTLAND.holidays, date(2027, 6, 14): "Proclaimed late (Scotland)"})

    assert later != SCOTLAND
    assert later.digest != SCOTLAND.digest
    assert SCOTLAND != "scotland"
    assert differences(SCOTLAND, later) == ((Holiday(date(2027, 6, 14), "Proclaimed late (Scotland)"),), ())
    assert differences(later, SCOTLAND) == ((), (Holiday(date(2027, 6, 14), "Proclaimed late (Scotland)"),))


def test_a_calendar_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        cast("dict[date, str]", SCOTLAND.holidays)[date(2026, 3, 2)] = "nothing"
    with pytest.raises(FrozenInstanceError):
        SCOTLAND.label = "elsewhere"  # type: ignore[misc]


def test_the_order_and_the_source_of_the_holidays_given_leave_no_trace() -> None:
    given_holidays = dict(reversed(list(SCOTLAND.holidays.items())))

    calendar = replace(SCOTLAND, holidays=given_holidays)
    given_holidays.clear()

    assert calendar == SCOTLAND


def test_days_outside_what_is_listed_are_in_doubt() -> None:
    assert SCOTLAND.doubt(date(2012, 1, 1), date(2035, 12, 31)) == ""
    assert SCOTLAND.doubt(date(2011, 12, 31), date(2012, 1, 9)).endswith("listed only from 2012-01-01.")
    assert SCOTLAND.doubt(date(2035, 12, 1), date(2036, 1, 1)).endswith("listed only until 2035-12-31.")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"weekend": frozenset(range(7))}, "no working day"),
        ({"weekend": frozenset({7})}, "no working day"),
        ({"covers_until": date(2011, 1, 1)}, "ends before it begins"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(BadCalendar, match=says):
        replace(SCOTLAND, **change)


@pytest.mark.parametrize("data", [{}, {"name": "x"}, {**SCOTLAND.to_data(), "covers_until": "2035-02-30"}])
def test_a_kept_calendar_that_cannot_be_read_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(BadCalendar, match="cannot be read"):
        Calendar.from_data(data)

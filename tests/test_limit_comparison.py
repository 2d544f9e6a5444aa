"""Which of two limits gives more time, held against the real counting of days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.calendar_files import load_calendar
from states.calendars import Calendar
from states.deadlines import Limit, due_on
from states.limit_comparison import longer
from states.limits import UNITS

NATIONS = [load_calendar(name) for name in ("scotland", "england", "northern-ireland")]
FIRST = date(2024, 1, 1)
DAYS = [FIRST + timedelta(days=day) for day in range(7 * 365)]

limits = st.one_of(
    st.builds(Limit, st.integers(-60, 60), st.sampled_from([unit for unit in UNITS if unit != "fixed_date"])),
    st.builds(Limit, st.integers(-1, 2), st.just("fixed_date"), st.integers(1, 12), st.integers(1, 29)),
)
anchors = st.one_of(
    st.dates(FIRST, date(2030, 12, 31)),
    st.builds(datetime.combine, st.dates(FIRST, date(2030, 12, 31)), st.times(), st.just(UTC)),
)


@pytest.mark.parametrize(
    ("ours", "theirs", "more"),
    [
        ((15, "calendar_days"), (14, "calendar_days"), True),
        ((14, "calendar_days"), (14, "calendar_days"), False),
        ((1, "working_days"), (14, "calendar_days"), False),
        ((5, "working_days"), (14, "calendar_days"), False),
        ((10, "working_days"), (14, "calendar_days"), "perhaps"),
        ((14, "working_days"), (14, "calendar_days"), True),
        ((15, "working_days"), (14, "calendar_days"), True),
        ((14, "calendar_days"), (10, "working_days"), "perhaps"),
        ((10, "calendar_days"), (10, "working_days"), False),
        ((28, "calendar_days"), (1, "months"), False),
        ((30, "calendar_days"), (1, "months"), "perhaps"),
        ((31, "calendar_days"), (1, "months"), True),
        ((1, "months"), (4, "weeks"), True),
        ((2, "weeks"), (14, "calendar_days"), False),
        ((14, "clear_days"), (14, "calendar_days"), True),
        ((13, "clear_days"), (14, "calendar_days"), False),
        ((23, "hours"), (1, "calendar_days"), False),
        ((72, "hours"), (1, "calendar_days"), True),
        ((-5, "working_days"), (-7, "calendar_days"), "perhaps"),
        ((-3, "working_days"), (-28, "calendar_days"), True),
        ((-28, "calendar_days"), (-3, "working_days"), False),
        ((0, "working_days"), (0, "calendar_days"), True),
        ((400, "calendar_days"), (1, "fixed_date", 7, 31), True),
        ((1, "fixed_date", 6, 30), (1, "fixed_date", 7, 31), "perhaps"),
        ((2, "fixed_date", 7, 31), (1, "fixed_date", 7, 31), True),
        ((10**9, "months"), (1, "weeks"), "perhaps"),
    ],
)
def test_limits_of_every_kind_are_compared(ours: tuple[Any, ...], theirs: tuple[Any, ...], more: object) -> None:
    assert longer(Limit(*ours), Limit(*theirs)) == more


@given(limits, limits, anchors, st.sampled_from(NATIONS))
@settings(max_examples=600, deadline=None)
def test_what_is_never_flagged_never_ends_later(ours: Limit, theirs: Limit, anchor: date, nation: Calendar) -> None:
    said = longer(ours, theirs)

    mine, national = (due_on(anchor, limit, nation) for limit in (ours, theirs))

    assert mine is not None
    assert national is not None
    assert said or mine <= national
    assert said is not True or mine >= national


@pytest.mark.parametrize("nation", NATIONS, ids=lambda nation: nation.name)
@pytest.mark.parametrize("working_days", [0, 1, 5, 10, 20, 60, -5, -20])
def test_working_days_end_within_the_bounds_they_are_given(working_days: int, nation: Calendar) -> None:
    limit = Limit(working_days, "working_days")
    taken = {(end - day).days for day in DAYS if (end := due_on(day, limit, nation))}

    assert all(longer(Limit(days - 1, "calendar_days"), limit) is not True for days in taken)
    assert all(longer(Limit(days + 1, "calendar_days"), limit) is not False for days in taken)


def test_hours_from_a_moment_end_on_the_second_day_when_the_clocks_go_forward() -> None:
    late = datetime.combine(date(2026, 3, 28), time(23, 30), UTC)

    assert due_on(late, Limit(24, "hours"), NATIONS[0]) == date(2026, 3, 30)
    assert longer(Limit(24, "hours"), Limit(1, "calendar_days")) == "perhaps"

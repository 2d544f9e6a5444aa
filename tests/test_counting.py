"""The counting held against a second count, made day by day (or half hour by half hour) in another manner."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from config.calendar_files import load_calendar
from states.deadlines import Allowance, Limit, Stop, Unit, due, due_on
from states.limits import UNITS

SCOTLAND = load_calendar("scotland")
LONDON = ZoneInfo("Europe/London")
ONE = timedelta(days=1)
FIRST = date(2024, 1, 1)

anchors = st.dates(FIRST, date(2029, 12, 31))
moments = st.builds(
    lambda day, halves: datetime(day.year, day.month, day.day, tzinfo=UTC) + halves * timedelta(minutes=30),
    st.one_of(anchors, st.sampled_from([date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)])),
    st.integers(0, 47),
)
allowances = st.lists(st.builds(Allowance, st.integers(0, 20), st.just("late"), st.just("the chair")), max_size=3).map(
    tuple
)
units = st.sampled_from([unit for unit in UNITS if unit not in ("hours", "fixed_date")])
limits = st.one_of(
    st.builds(Limit, st.integers(0, 40), units),
    st.builds(Limit, st.integers(0, 3), st.just("fixed_date"), st.integers(1, 12), st.integers(1, 29)),
)


@st.composite
def pauses(draw: st.DrawFn, anchor: date, endless: bool = True) -> tuple[Stop, ...]:
    """Up to four pauses around an anchor, overlapping or not, one in five without an end."""
    stops = []
    for number in range(draw(st.integers(0, 4))):
        starts = anchor + timedelta(days=draw(st.integers(-15, 50)))
        length = draw(st.integers(0, 30))
        ends = None if endless and draw(st.integers(0, 4)) == 0 else starts + timedelta(days=length)
        stops.append(Stop(starts, ends, "the court", f"matter {number}"))
    return tuple(stops)


def slowly(anchor: date, limit: Limit, stops: tuple[Stop, ...], extra: int) -> date | None:
    """Cross the days off one at a time. None when a pause without an end is reached first."""
    to_go = days_named(anchor, limit) + extra
    if limit.unit == "working_days" and to_go == 0 and closed(anchor):
        to_go = 1
    day = anchor
    while to_go > 0:
        day += ONE
        covering = [stop for stop in stops if stop.starts <= day and not (stop.ends and stop.ends <= day)]
        if any(stop.ends is None for stop in covering):
            return None
        if not covering and not (limit.unit == "working_days" and closed(day)):
            to_go -= 1
    return day


def days_named(anchor: date, limit: Limit) -> int:
    if limit.unit == "clear_days":
        return limit.count + 1
    if limit.unit == "weeks":
        return sum(7 for _ in range(limit.count))
    if limit.unit == "months":
        return days_to(anchor, anchor.year * 12 + anchor.month - 1 + limit.count, anchor.day)
    if limit.unit == "fixed_date":
        day, met = anchor - ONE, 0
        while met < max(limit.count, 1):
            day += ONE
            is_it = (day.month, day.day) == (limit.month, limit.day)
            leapless = (limit.month, limit.day) == (2, 29) and (day.month, day.day) == (2, 28)
            is_it = is_it or (leapless and (day + ONE).day == 1)
            met += is_it and not (limit.count and day == anchor)
        return (day - anchor).days
    return limit.count


def days_to(anchor: date, month_number: int, wanted: int) -> int:
    """Walk to the month, then on through it while the day of the month is not past the one wanted."""
    day = anchor
    while (day.year * 12 + day.month - 1) < month_number:
        day += ONE
    while day.day < wanted and (day + ONE).month == day.month:
        day += ONE
    return (day - anchor).days


def closed(day: date) -> bool:
    return day.strftime("%a") in ("Sat", "Sun") or day in SCOTLAND.holidays


@settings(deadline=None)
@given(st.data(), anchors, limits, allowances)
def test_the_date_is_the_one_crossed_off_day_by_day(
    data: st.DataObject, anchor: date, limit: Limit, grants: tuple[Allowance, ...]
) -> None:
    stops = data.draw(pauses(anchor))

    expected = slowly(anchor, limit, stops, sum(grant.count for grant in grants))

    assert due_on(anchor, limit, SCOTLAND, stops, grants) == expected


@settings(deadline=None)
@given(st.data(), moments, st.integers(0, 100), allowances)
def test_hours_end_when_the_half_hours_crossed_off_do(
    data: st.DataObject, begins: datetime, hours: int, grants: tuple[Allowance, ...]
) -> None:
    stops = data.draw(pauses(begins.date(), endless=False))
    paused = {
        stop.starts + ONE * ahead for stop in stops for ahead in range(((stop.ends or stop.starts) - stop.starts).days)
    }
    moment, halves = begins, 2 * (hours + sum(grant.count for grant in grants))
    while halves:
        halves -= moment.astimezone(LONDON).date() not in paused
        moment += timedelta(minutes=30)

    answer = due(begins, Limit(hours, "hours"), SCOTLAND, stops, grants)

    assert answer.due_at == moment
    assert answer.due == moment.astimezone(LONDON).date()


@settings(deadline=None)
@given(
    anchors, st.integers(1, 60), st.sampled_from(["calendar_days", "working_days", "clear_days"]), st.integers(0, 80)
)
def test_looking_back_crosses_off_the_days_before(anchor: date, count: int, unit: Unit, extra: int) -> None:
    to_go, day = count + (unit == "clear_days") - extra, anchor
    step = -ONE if to_go > 0 else ONE
    if to_go == 0 and unit == "working_days" and closed(anchor):
        to_go = -1
    to_go = abs(to_go)
    while to_go:
        day += step
        to_go -= not (unit == "working_days" and closed(day))

    assert due_on(anchor, Limit(-count, unit), SCOTLAND, (), (Allowance(extra, "late", "the chair"),)) == day


@settings(deadline=None)
@given(st.data(), anchors, limits, allowances)
def test_pauses_and_extensions_commute(
    data: st.DataObject, anchor: date, limit: Limit, grants: tuple[Allowance, ...]
) -> None:
    stops = data.draw(pauses(anchor))
    date_now = due_on(anchor, limit, SCOTLAND, stops, grants)

    assert {due_on(anchor, limit, SCOTLAND, order, grants) for order in permutations(stops)} == {date_now}
    assert {due_on(anchor, limit, SCOTLAND, stops, order) for order in permutations(grants)} == {date_now}


@settings(deadline=None)
@given(st.data(), anchors, st.one_of(limits, st.builds(Limit, st.integers(-40, 90), st.just("hours"))), allowances)
def test_one_more_pause_or_extension_never_makes_a_date_earlier(
    data: st.DataObject, anchor: date, limit: Limit, grants: tuple[Allowance, ...]
) -> None:
    stops, more = data.draw(pauses(anchor)), data.draw(pauses(anchor))
    far = date.max
    before = due_on(anchor, limit, SCOTLAND, stops, grants) or far

    assert (due_on(anchor, limit, SCOTLAND, stops + more, grants) or far) >= before
    assert (due_on(anchor, limit, SCOTLAND, stops, (*grants, Allowance(3, "late", "the chair"))) or far) >= before
    assert (due_on(anchor, limit, SCOTLAND) or far) <= before


@settings(deadline=None)
@given(st.data(), anchors, limits, allowances)
def test_a_repeated_or_touching_pause_counts_once(
    data: st.DataObject, anchor: date, limit: Limit, grants: tuple[Allowance, ...]
) -> None:
    starts = anchor + timedelta(days=data.draw(st.integers(-5, 20)))
    first, second = timedelta(days=data.draw(st.integers(0, 20))), timedelta(days=data.draw(st.integers(0, 20)))
    whole = Stop(starts, starts + first + second, "the court", "trial")
    parts = (Stop(starts, starts + first, "the court", "a"), Stop(starts + first, whole.ends, "the court", "b"))

    date_now = due_on(anchor, limit, SCOTLAND, (whole,), grants)

    assert due_on(anchor, limit, SCOTLAND, (whole, whole), grants) == date_now
    assert due_on(anchor, limit, SCOTLAND, parts, grants) == date_now


@settings(deadline=None)
@given(st.data(), anchors, st.one_of(limits, st.builds(Limit, st.integers(-40, -1), units)), allowances)
def test_the_receipt_lists_each_day_and_its_counted_days_add_up(
    data: st.DataObject, anchor: date, limit: Limit, grants: tuple[Allowance, ...]
) -> None:
    stops = data.draw(pauses(anchor))

    answer = due(anchor, limit, SCOTLAND, stops, grants)
    lines = answer.receipt

    step = -ONE if answer.due and answer.due < anchor else ONE
    assert [line.day for line in lines] == [anchor + step * (index + 1) for index in range(len(lines))]
    assert sum(line.counted for line in lines) == answer.counted
    if answer.due is not None:
        assert (lines[-1].day if lines else anchor) == answer.due
        assert limit.unit == "clear_days" or not lines or lines[-1].counted
    if answer.due is not None and limit.unit == "working_days" and (limit.count or lines):
        assert SCOTLAND.is_working(answer.due)


@settings(deadline=None)
@given(st.data(), moments, st.integers(0, 100), allowances)
def test_the_receipt_of_hours_lists_each_day_to_the_last(
    data: st.DataObject, begins: datetime, hours: int, grants: tuple[Allowance, ...]
) -> None:
    stops = data.draw(pauses(begins.date()))
    first = begins.astimezone(LONDON).date()

    answer = due(begins, Limit(hours, "hours"), SCOTLAND, stops, grants)

    assert [line.day for line in answer.receipt] == [first + ONE * index for index in range(len(answer.receipt))]
    if answer.due is not None:
        assert answer.receipt[-1].day == answer.due

"""Which days count, which stand still, and where a date moves: held against a count made day by day from the docs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.calendar_files import load_calendar
from config.phrases import limit_from, limit_words
from config.printing import markdown
from config.procedure_checks import faults
from states.calendars import Calendar
from states.deadlines import Allowance, Limit, Stop, due, due_on
from states.errors import BadLimit
from states.limit_comparison import longer
from states.limits import COUNTS, ROLLS, Counted, StandsStill, Unit, standing_still
from tests.casework import edited, opened, part
from tests.office import Office
from tests.story import Story
from tests.test_clocks import rounds
from workflows.verbs.pause import end_pause, order_pause

SCOTLAND = load_calendar("scotland")
ONE = timedelta(days=1)

anchors = st.dates(date(2024, 1, 1), date(2029, 12, 31))
grants = st.lists(st.builds(Allowance, st.integers(0, 9), st.just("late"), st.just("the chair")), max_size=2).map(tuple)
numbers = st.integers(-30, 30).filter(bool)
moved = st.sampled_from(["", "next_open", "previous_open"])
ways = st.sampled_from(get_args(Counted))
limits = st.one_of(
    st.builds(Limit, numbers, st.sampled_from(["calendar_days", "weeks", "months"]), counted=ways, roll=moved),
    st.builds(Limit, numbers, st.just("working_days"), counted=ways),
    st.builds(Limit, st.integers(0, 3), st.sampled_from(["calendar_days", "clear_days"]), roll=moved),
    st.builds(Limit, st.integers(0, 2), st.just("fixed_date"), st.integers(1, 12), st.integers(1, 28), roll=moved),
)


@st.composite
def calendars(draw: st.DrawFn, around: date) -> Calendar:
    """Days around an anchor on which everybody is away, and a weekend of some kind or none."""
    away = draw(st.lists(st.integers(-60, 120), max_size=12))
    weekend = draw(st.sampled_from([frozenset({5, 6}), frozenset({4, 5}), frozenset({6}), frozenset[int]()]))
    closed = {around + days * ONE: "Away" for days in away}
    return Calendar("here", "Here", "made up", date(1990, 1, 1), date(2070, 1, 1), weekend, closed)


Hold = tuple[date, date | None, StandsStill]


@st.composite
def holds(draw: st.DrawFn, anchor: date) -> tuple[Hold, ...]:
    """Up to three holds around an anchor, one in six without an end."""
    found: list[Hold] = []
    for _ in range(draw(st.integers(0, 3))):
        starts = anchor + ONE * draw(st.integers(-12, 40))
        ends = starts + ONE * draw(st.integers(0, 20)) if draw(st.integers(0, 5)) else None
        found.append((starts, ends, draw(st.sampled_from(get_args(StandsStill)))))
    return tuple(found)


def stop(hold: Hold) -> Stop:
    return Stop(*standing_still(*hold), "the court", "matter")


def stands_still(day: date, hold: Hold) -> bool:
    """As the table of the docs has it: the days between, and the first, the last, both or neither."""
    starts, ends, days = hold
    between = starts < day and (ends is None or day < ends)
    return (
        between
        or {
            "with_first": day == starts and day != ends,
            "with_first_and_last": day in (starts, ends),
            "with_last": day == ends and day != starts,
            "between": False,
        }[days]
    )


def slowly(anchor: date, limit: Limit, calendar: Calendar, held: tuple[Hold, ...], more: int) -> date | None:
    """Cross the days off one at a time; None where a hold without an end is met first."""
    ahead = limit.count >= 0
    held = held if ahead else ()
    clear = limit.unit == "clear_days" or limit.counted == "clear"
    from_the_day = limit.counted == "from_the_day"
    start = anchor + (ONE if not ahead else -ONE) if from_the_day else anchor
    to_go = days_of(anchor, start, limit) + clear - (0 if ahead else more)
    to_go += more if ahead else 0
    step = ONE if ahead else -ONE
    if to_go < 0:
        step, to_go = -step, -to_go
    day = start
    if to_go == 0 and limit.unit == "working_days" and not calendar.is_working(day):
        step, to_go = ONE, 1
    while to_go:
        day += step
        if any(stands_still(day, one) for one in held):
            if any(one[1] is None and stands_still(day, one) for one in held):
                return None
            continue
        to_go -= limit.unit != "working_days" or calendar.is_working(day)
    return moved_off(day, anchor, limit, calendar, held)


def days_of(anchor: date, start: date, limit: Limit) -> int:
    """How many days there are in a limit; of months and fixed dates, how many until the day they name."""
    if limit.unit == "months":
        return abs((last_of_months(anchor, limit) - start).days)
    if limit.unit == "fixed_date":
        day, met = (anchor if limit.count else anchor - ONE), 0
        while met < max(limit.count, 1):
            day += ONE
            met += (day.month, day.day) == (limit.month, limit.day)
        return (day - anchor).days
    return abs(limit.count) * (7 if limit.unit == "weeks" else 1)


def last_of_months(anchor: date, limit: Limit) -> date:
    """Walk on while the months are not over; looking back, until they have begun."""
    target, day = month(anchor) + limit.count, anchor
    before = limit.counted == "from_the_day"
    if limit.count > 0:
        while (month(day + ONE), (day + ONE).day + before) <= (target, anchor.day):
            day += ONE
        return day
    while (month(day), day.day) > (target, anchor.day):
        day -= ONE
    return day + ONE if before else day


def month(day: date) -> int:
    return day.year * 12 + day.month


def moved_off(day: date, anchor: date, limit: Limit, calendar: Calendar, held: tuple[Hold, ...]) -> date | None:
    if limit.roll == "previous_open":
        while not calendar.is_working(day) and day != anchor:
            day -= ONE
    if limit.roll == "next_open" and not calendar.is_working(day) and not (day == anchor and limit.count < 0):
        while True:
            day += ONE
            if any(one[1] is None and stands_still(day, one) for one in held):
                return None
            if limit.count < 0 and day == anchor:
                break
            if calendar.is_working(day) and not any(stands_still(day, one) for one in held):
                break
    return day


@settings(deadline=None, max_examples=80)
@given(st.data(), anchors, limits, grants)
def test_each_way_of_counting_gives_the_day_crossed_off_and_holds_and_extensions_commute(
    data: st.DataObject, anchor: date, limit: Limit, more: tuple[Allowance, ...]
) -> None:
    calendar, held = data.draw(calendars(anchor)), data.draw(holds(anchor))
    stops = tuple(stop(one) for one in held)

    answer = due(anchor, limit, calendar, stops, more)

    assert answer.due == slowly(anchor, limit, calendar, held, sum(one.count for one in more))
    found = {due_on(anchor, limit, calendar, order, more) for order in permutations(stops)}
    assert found | {due_on(anchor, limit, calendar, stops, more[::-1])} == {answer.due}
    one_more = (*stops, *(stop(one) for one in data.draw(holds(anchor))))
    assert (due_on(anchor, limit, calendar, one_more, more) or date.max) >= (answer.due or date.max)
    later = due_on(anchor, limit, calendar, stops, (*more, Allowance(2, "late", "the chair")))
    assert (later or date.max) >= (answer.due or date.max)
    assert answer.original <= (answer.due or date.max)
    lines = answer.receipt
    assert sum(line.counted for line in lines) == answer.counted
    if answer.due is not None:
        assert (lines[-1].day if lines else anchor) == answer.due
    if limit.roll and answer.due not in (None, anchor):
        assert calendar.is_working(answer.due or anchor)


@pytest.mark.parametrize(
    ("anchor", "counted", "unit", "number", "ends"),
    [
        # the table of docs/procedure-format.md
        ("2026-03-02", "after_the_day", "calendar_days", 14, "2026-03-16"),
        ("2026-03-02", "from_the_day", "calendar_days", 14, "2026-03-15"),
        ("2026-03-02", "clear", "calendar_days", 14, "2026-03-17"),
        ("2026-03-16", "after_the_day", "calendar_days", -14, "2026-03-02"),
        ("2026-03-16", "from_the_day", "calendar_days", -14, "2026-03-03"),
        ("2026-03-16", "clear", "calendar_days", -14, "2026-03-01"),
        ("2026-01-31", "after_the_day", "months", 1, "2026-02-28"),
        ("2026-01-31", "from_the_day", "months", 1, "2026-02-28"),
        ("2026-01-31", "clear", "months", 1, "2026-03-01"),
        ("2026-03-01", "from_the_day", "months", 1, "2026-03-31"),
        ("2026-03-01", "clear", "months", 1, "2026-04-02"),
        ("2026-03-31", "after_the_day", "months", -1, "2026-02-28"),
        ("2026-03-31", "from_the_day", "months", -1, "2026-03-01"),
        ("2026-03-31", "clear", "months", -1, "2026-02-27"),
        ("2026-03-02", "from_the_day", "weeks", 1, "2026-03-08"),  # Monday to Sunday
        ("2026-03-02", "clear", "weeks", 1, "2026-03-10"),
        ("2026-03-06", "from_the_day", "working_days", 2, "2026-03-09"),  # Friday is day 1, Monday day 2
        ("2026-03-07", "from_the_day", "working_days", 1, "2026-03-09"),  # a closed Saturday is no day 1
        ("2026-03-06", "clear", "working_days", 2, "2026-03-11"),
        ("2026-03-09", "clear", "working_days", -1, "2026-03-05"),
        ("2024-01-30", "from_the_day", "months", 1, "2024-02-29"),
    ],
)
def test_the_days_of_the_docs(anchor: str, counted: Counted, unit: Unit, number: int, ends: str) -> None:
    found = due_on(date.fromisoformat(anchor), Limit(number, unit, counted=counted), SCOTLAND)

    assert str(found) == ends


def test_a_receipt_shows_the_day_that_is_day_1_and_each_day_a_date_moves_over() -> None:
    limit = Limit(3, "calendar_days", counted="from_the_day", roll="next_open")

    lines = due(date(2026, 12, 30), limit, SCOTLAND).receipt  # until Friday 1 January, and the Monday is a holiday too

    assert [(line.day.day, line.counted) for line in lines][:3] == [(30, True), (31, True), (1, True)]
    assert lines[0].why == "1st day"
    assert "moves to the next open day" in lines[2].why
    assert [line.day.day for line in lines[3:]] == [2, 3, 4, 5]
    assert lines[-1].why == "the next open day: the date"
    back = due(date(2026, 12, 30), replace(limit, roll="previous_open"), SCOTLAND)
    assert (back.due, back.receipt[-1].why) == (date(2026, 12, 31), "the previous open day: the date")


def test_a_date_is_never_moved_past_the_day_it_is_counted_from() -> None:
    saturday = date(2026, 3, 7)

    assert due_on(saturday, Limit(1, "calendar_days", roll="previous_open"), SCOTLAND) == saturday
    assert due_on(saturday + ONE, Limit(-1, "calendar_days", roll="next_open"), SCOTLAND) == saturday + ONE


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Limit(0, "weeks", counted="from_the_day"),
        *(lambda unit=unit: Limit(1, unit, counted="clear") for unit in ("hours", "clear_days")),
        *(lambda unit=unit: Limit(1, unit, roll="next_open") for unit in ("hours", "working_days")),
    ],
)
def test_what_cannot_be_counted_so_is_refused(wrong: object) -> None:
    with pytest.raises(BadLimit, match=r"leave|give"):
        wrong()  # type: ignore[operator]


def test_more_time_is_told_where_a_date_moves_or_is_counted_otherwise() -> None:
    week = Limit(1, "weeks")

    assert longer(replace(week, roll="next_open"), week) is True
    assert not longer(replace(week, roll="previous_open"), week)
    assert longer(week, replace(week, counted="from_the_day")) is True
    assert not longer(replace(week, counted="from_the_day"), week)
    assert {"working_days"} == COUNTS - ROLLS


def test_a_row_is_counted_on_from_the_day_a_date_was_moved_from() -> None:
    """31 January 2026 is a Saturday, 31 May a Sunday; the 28th of February and the 31st of October are Saturdays."""
    row = rounds("2025-12-31", 1, 6, roll="next_open")
    weekly = rounds("2026-03-07", 1, 3, limit=2, unit="weeks", roll="next_open")

    assert row == ["2026-02-02", "2026-03-02", "2026-03-31", "2026-04-30", "2026-06-01", "2026-06-30"]
    assert weekly == ["2026-03-23", "2026-04-21", "2026-05-21"]
    assert rounds("2026-03-01", 1, 3, counted="from_the_day") == ["2026-03-31", "2026-04-30", "2026-05-31"]


@settings(deadline=None, max_examples=25)
@given(anchors, st.sampled_from([1, 3, 6, 12]), moved)
def test_a_row_of_months_keeps_its_day_wherever_the_dates_were_clipped_and_moved(
    first: date, months: int, roll: str
) -> None:
    """Against each date counted anew from the very first day, however far on it is."""
    row = rounds(first.isoformat(), months, 5, roll=roll)

    for number, found in enumerate(row, 1):
        end = last_of_months(first, Limit(number * months, "months"))
        step = {"next_open": ONE, "previous_open": -ONE}.get(roll)
        while step is not None and not SCOTLAND.is_working(end):
            end += step
        assert found == end.isoformat()


@pytest.mark.parametrize(
    ("days", "ends"),
    [
        ("with_first", "2026-03-11"),
        ("with_first_and_last", "2026-03-12"),
        ("with_last", "2026-03-11"),
        ("between", "2026-03-10"),
    ],
)
def test_a_hold_of_an_edition_says_which_of_its_days_stand_still(days: StandsStill, ends: str) -> None:
    story = Story(edited(timescales=part("timescales", "form", limit=7)))
    story.open()
    assert str(story.date("form").due_on) == "2026-03-08"
    order = {"id": "P1", "kind": "proceedings", "authority": "court", "stops": ["form"], "label": "Trial", "days": days}
    story.tell("paused", "2026-03-03", pause=order)

    story.tell("pause_ended", "2026-03-06", id="P1")

    assert str(story.date("form").due_on) == ends


@pytest.mark.parametrize(
    ("rule", "place", "remedy"),
    [
        ({"limit": 3, "unit": "hours", "counted": "clear"}, "counted", "Remove it, or make the unit one of"),
        ({"limit": 3, "unit": "clear_days", "counted": "from_the_day"}, "counted", "Remove it"),
        ({"limit": 0, "counted": "from_the_day"}, "limit", "Give 1 or more, or -1 or less."),
        ({"limit": 3, "unit": "hours", "roll": "next_open"}, "roll", "Remove it, or make the unit one of"),
        ({"limit": 3, "unit": "working_days", "roll": "previous_open"}, "roll", "Remove it"),
        ({"limit": 3, "unit": "months", "counted": "clear", "roll": "previous_open"}, "", ""),
        ({"limit": 3, "unit": "working_days", "counted": "from_the_day"}, "", ""),
    ],
)
def test_a_way_of_counting_that_says_nothing_is_refused_at_its_place(
    rule: dict[str, object], place: str, remedy: str
) -> None:
    found = faults(edited(timescales=part("timescales", "form", **rule)), calendars=frozenset({"scotland"}))

    assert [where[-1] for where, _ in found] == ([place] if place else [])
    assert all(remedy in what for _, what in found)


def test_a_way_of_counting_is_said_wherever_a_limit_is() -> None:
    def words(**rule: object) -> str:
        return limit_words(edited(timescales=part("timescales", "form", **rule)).timescales["form"])

    assert words(limit=1, unit="weeks", counted="clear") == "1 clear week"
    assert words(limit=-2, unit="months", counted="clear") == "2 clear months before"
    assert words(limit=14, counted="from_the_day") == "14 calendar days, the first day being day 1"
    assert words(limit=0, roll="next_open") == "on that day, or the next open day where that is closed"

    def whole(**rule: object) -> str:
        return limit_from(edited(timescales=part("timescales", "form", **rule)).timescales["form"], "the hearing")

    closed = "or the previous open day where that is closed"
    assert whole(limit=-2, unit="weeks", roll="previous_open") == f"2 weeks before the hearing, {closed}"
    assert whole(limit=14, counted="from_the_day") == "14 calendar days from the hearing, the first day being day 1"
    assert whole(limit=0, roll="previous_open") == f"on that day from the hearing, {closed}"


def test_the_days_of_a_hold_are_those_of_the_edition_it_was_ordered_under(office: Office) -> None:
    office.editions["small"] = edited(pauses=part("pauses", "proceedings", days="with_first_and_last"))
    case = opened(office)

    held = office.do(order_pause, case.ref, "proceedings", authority="procurator_fiscal", why="A trial.", role="chair")
    office.later(days=3)
    ended = office.do(end_pause, case.ref, next(iter(held.dossier.pauses)), "It is over.", role="chair")

    (pause,) = ended.dossier.pauses.values()
    assert (pause.days, pause.runs_on(office.now.date())) == ("with_first_and_last", False)
    stops = [stop for name in pause.stops for stop in ended.dossier.stops_for(name)]
    assert {(stop.ends or date.min) - stop.starts for stop in stops} == {4 * ONE}
    assert all("the day it begins and the day it ends stand still" in stop.label for stop in stops)
    assert "both included" in markdown(office.editions["small"])

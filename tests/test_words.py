"""Days, times, counts and sentences as people read them."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from states import words

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (words.long_day, "2 March 2026"),
        (words.short, "2 Mar 2026"),
        (words.spoken, "Mon 2 March 2026"),
        (words.full_weekday, "Monday 2 March 2026"),
        (words.day_this_year, "Mon 2 March"),
    ],
)
def test_a_day_is_written_in_words_and_no_day_as_nothing(write: Callable[..., str], said: str) -> None:
    assert write(DAY) == said
    assert write(None) == ""


def test_a_day_of_another_year_has_its_year() -> None:
    assert words.day_this_year(DAY, date(2026, 12, 31)) == "Mon 2 March"
    assert words.day_this_year(DAY, date(2027, 1, 1)) == "Mon 2 March 2026"


def test_the_days_of_a_month_stand_in_one_column() -> None:
    assert words.weekday_and_number(DAY) == "Mon  2"
    assert words.weekday_and_number(date(2026, 3, 12)) == "Thu 12"
    assert words.month_of(DAY) == "March 2026"


def test_a_moment_is_the_day_and_the_time_that_it_is_in_scotland() -> None:
    at = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)

    assert words.long_day(at) == "1 July 2026"
    assert words.day_and_time(at) == "1 July 2026, 00:30"
    assert words.weekday_and_time(at) == "Wed 1 July 2026, 00:30"
    assert words.utc_day_and_time(at) == "30 June 2026, 23:30 UTC"
    assert words.month_of(at) == "July 2026"


@pytest.mark.parametrize(
    ("days", "said"),
    [(None, ""), (0, "today"), (1, "in 1 day"), (5, "in 5 days"), (-1, "1 day overdue"), (-30, "30 days overdue")],
)
def test_how_far_off_a_date_is(days: int | None, said: str) -> None:
    assert words.away(days) == said


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [
        (0, "case", "0 cases"),
        (1, "case", "1 case"),
        (-1, "day", "-1 day"),
        (2, "day", "2 days"),
        (2, "entry", "2 entries"),
        (2, "person", "2 people"),
        (1200, "agency", "1,200 agencies"),
    ],
)
def test_so_many_of_something(count: int, noun: str, said: str) -> None:
    assert words.counted(count, noun) == said


def test_a_sentence_begins_with_a_large_letter_and_keeps_the_others() -> None:
    assert words.first_up("the NHS board") == "The NHS board"
    assert words.first_up("") == ""


NAMES = words.names_in(
    ["Ask the Commissioner", "The Panel's review. Then it ends", "Tell the review panel's clerk", "FOI request"],
    ["Commissioner", "Chair", "Requester", "Care Inspectorate", "Lead officer"],
)


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Lead officer", "lead officer"),
        ("Chair", "chair"),
        ("Commissioner", "Commissioner"),
        ("Commissioner\u2019s decision", "Commissioner\u2019s decision"),
        ("Care Inspectorate", "Care Inspectorate"),
        ("FOI request", "FOI request"),
        ("eHealth lead", "eHealth lead"),
        ("Answer to the FOI request", "answer to the FOI request"),
        ("Panel review", "panel review"),
        ("Tell Scottish Ministers", "tell Scottish Ministers"),
        ("", ""),
    ],
)
def test_a_label_in_the_middle_of_a_sentence_keeps_the_capitals_of_names(label: str, said: str) -> None:
    assert words.in_a_sentence(label, NAMES) == said


def test_where_no_names_are_known_a_word_by_itself_is_one() -> None:
    assert [words.in_a_sentence(one) for one in ("Chair", "Lead officer", "Care Inspectorate")] == [
        "Chair",
        "lead officer",
        "Care Inspectorate",
    ]

"""Letters through GOV.UK Notify, which reads Markdown: what it shows is what was written."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifications.layout import apart
from notifications.notify_text import for_notify
from notifications.wording import ASKS, TELLS, letter
from tests.notify_reader import as_read
from tests.wordings import say

SIGNS = (
    "2026. That day has passed",
    "1. one",
    "- item",
    "* star",
    "• bullet",
    "^ inset",
    "---",
    "***",
    "# head",
    "===",
)
MORE = ("| a | b |", "|---|---|", "a|b", "[x]: http://a.example", "[x](y)", "![i](j)", "`code`", "```", "~~~", "a\\*b")
REST = ("https://x.example/a_b[c]?x=1 now", "<b>", "&", "word", "  What:    value", "> quoted", "_ _ _", "[^1]: note")
LINE = st.lists(st.sampled_from(SIGNS + MORE + REST), min_size=1, max_size=3).map(" ".join)


def words(text: str) -> list[str]:
    """What a reader sees, a line each: marks of a list and what cannot be seen left out."""
    return [
        " ".join(line.replace("\u2060", "").removeprefix("\u2013 ").split())
        for line in text.split("\n")
        if line.strip()
    ]


def written(body: str) -> list[str]:
    return [line.removeprefix("- ") for line in apart(body).split("\n\n")]


@settings(max_examples=300)
@given(st.lists(LINE | st.just(""), min_size=1, max_size=8).map("\n".join).filter(str.strip))
@example("Promised for 4 March\n2026. That day has passed.")
@example("1. first\n2. second\n3. third")
def test_what_notify_shows_is_what_was_written(body: str) -> None:
    assert words(as_read(for_notify(body))) == written(body)


@pytest.mark.parametrize("kind", ASKS + TELLS)
def test_every_letter_arrives_through_notify_with_all_its_words(kind: str) -> None:
    body = letter([say(kind), say("told", ref="LR-2026-0004"), say("reminder", ref="LR-2026-0005")]).body

    assert words(as_read(for_notify(body))) == written(body)


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("1. first\n\n2. second", "1. first\n2. second"),
        ("7. first\n8. second", "1. first\n2. second"),
        ("promised in March\n2026. That day has passed", "promised in March\n1. That day has passed"),
        ("2026. That day has passed", "1. That day has passed"),
        ("a | b\n--|--\nc | d", ""),
        ("# Title", "heading: Title"),
        ("---", "rule"),
        ("^ set in", "inset: set in"),
        ("[a]: https://a.example", ""),
        ("see [words](https://a.example)", "see words: https://a.example"),
    ],
)
def test_the_reader_of_these_tests_reads_as_notify_does(body: str, read: str) -> None:
    assert as_read(body) == read


def test_a_paragraph_for_notify_holds_no_line_break() -> None:
    body = letter([say("overdue"), say("escalation")]).body

    assert all("\n" not in paragraph for paragraph in for_notify(body).split("\n\n"))

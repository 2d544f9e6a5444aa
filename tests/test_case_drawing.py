"""What is drawn of a case: read in words too, in colours that can be read, and with the current state lit."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from workflows.papers import process_drawing, state_drawing, time_drawing
from workflows.papers.state_drawing import DrawnState, states_by_phase
from workflows.papers.time_drawing import Bar, dates_against_time

TODAY = date(2026, 3, 23)
BARS = (
    Bar("Information from an agency (NHS Fife)", "overdue", date(2026, 3, 3), date(2026, 3, 17), "6 days overdue"),
    Bar("Decision on a learning review", "later", date(2026, 3, 2), date(2026, 4, 13), "in 21 days"),
    Bar("Acknowledgement", "met", date(2026, 3, 2), date(2026, 3, 9), "met", date(2026, 3, 6)),
)
PLACES = (
    DrawnState("notified", "Notified", "Referral", been=True),
    DrawnState("gathering", "Gathering information", "Referral", been=True, now=True),
    DrawnState("draft", "Recommendation in draft", "Decision", by=("Begin the recommendation",)),
)
TEXT, MARK = 4.5, 3.0
"""What WCAG asks for: of text, and of what is no text."""


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def texts(svg: str) -> str:
    return " ".join(one.text or "" for one in ET.fromstring(svg).iter() if one.tag == "text")  # noqa: S314  our own


@pytest.mark.parametrize("kind", time_drawing.INKS)
def test_every_colour_of_a_date_can_be_read_on_paper_and_on_its_track(kind: time_drawing.Kind) -> None:
    ink = time_drawing.INKS[kind]

    assert contrast(ink, time_drawing.PAPER) >= TEXT
    assert contrast(ink, time_drawing.TRACK) >= MARK


def test_every_text_and_line_of_the_states_can_be_read_on_what_it_stands_on() -> None:
    one = state_drawing

    assert min(contrast(one.INK, one.PAPER), contrast(one.INK, one.BEEN), contrast(one.PAPER, one.NOW)) >= TEXT
    assert min(contrast(one.QUIET, one.PAPER), contrast(one.NOW, one.PAPER), contrast(one.NOW, one.BEEN)) >= MARK
    assert contrast(time_drawing.GRID, time_drawing.PAPER) >= MARK


def test_every_text_and_line_of_a_process_map_can_be_read_on_what_it_stands_on() -> None:
    one = process_drawing

    assert min(contrast(one.INK, one.FILL), contrast(one.INK, one.PAPER)) >= TEXT
    assert min(contrast(one.WAY, one.PAPER), contrast(one.BACK, one.PAPER), contrast(one.WAY, one.FILL)) >= MARK


def test_the_dates_are_drawn_with_what_they_say_in_words() -> None:
    drawn = dates_against_time("The dates of LR-2026-0001", BARS, TODAY)

    assert "Information from an agency (NHS Fife): 17 Mar 2026, 6 days overdue." in drawn
    assert [one in texts(drawn) for one in ("6 days overdue", "in 21 days", "Today, 23 Mar 2026")] == [True] * 3
    assert "style=" not in drawn
    assert dates_against_time("", (), TODAY) == ""


def test_many_years_name_few_months() -> None:
    long = Bar("Evaluation", "later", date(2020, 1, 1), date(2030, 1, 1), "in 4 years")

    drawn = dates_against_time("Dates", (long,), TODAY)

    assert len(re.findall(r"January \d{4}|July \d{4}", drawn)) <= time_drawing.MOST_MONTHS + 1


def test_the_current_state_is_lit_and_named_and_where_it_can_go_is_said() -> None:
    drawn = states_by_phase(PLACES)

    assert "Now: Gathering information" in texts(drawn)
    assert drawn.count('class="now"') > 0
    assert "From here it can go to: Recommendation in draft (Begin the recommendation)." in drawn
    assert drawn.count("marker-end") == 1
    assert states_by_phase(()) == ""

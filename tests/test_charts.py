"""Charts say what they show, in words too; they are read in black and white, and no text breaks them."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

from PIL import Image

from workflows.papers.charts import INK, MID, PALE, PAPER, DaysSpan, bars, png, spans, svg

SVG = "{http://www.w3.org/2000/svg}"
NORMAL_TEXT, GRAPHICS = 4.5, 3.0


def read(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)  # noqa: S314 - it is our own drawing


def texts(drawn: str) -> list[str]:
    return [one.text or "" for one in read(drawn).iter(f"{SVG}text")]


def boxes(drawn: str) -> list[float]:
    return [float(one.attrib["width"]) for one in read(drawn).iter(f"{SVG}rect")]


def light(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_a_bar_is_as_long_as_its_count_and_the_count_stands_beside_it() -> None:
    drawn = svg(bars("Decisions", [("Proceed", 5), ("Not proceeding", 10), ("Other", 0)], "Cases"))

    long, longer, axis = boxes(drawn)
    assert longer == 2 * long > axis
    assert texts(drawn) == ["Proceed", "5", "Not proceeding", "10", "Other", "0"]


def test_a_chart_says_in_words_what_it_shows() -> None:
    root = read(svg(bars("Decisions", [("Proceed", 5), ("Other", None)], "Cases"), "one"))

    assert (root.attrib["role"], root.attrib["aria-labelledby"]) == ("img", "one-t one-d")
    assert root.findtext(f"{SVG}title") == "Decisions"
    assert root.findtext(f"{SVG}desc") == "Cases. Proceed: 5; Other: kept back."


def test_what_is_kept_back_has_no_bar() -> None:
    drawn = svg(bars("Decisions", [("Proceed", None), ("Other", 7)], "Cases"))

    assert len(boxes(drawn)) == 2
    assert "[c]" in texts(drawn)


def test_a_span_goes_from_the_shortest_to_the_longest_with_a_mark_at_the_middle() -> None:
    drawing = spans("Days", [DaysSpan("Report", 10, 20.5, 40), DaysSpan("Plan", None, None, None)])

    whole, mark = drawing.shapes[1:3]
    assert whole.x < mark.x < whole.x + whole.width
    assert "20.5 days (10 to 40)" in texts(svg(drawing))
    assert "1 day (1 to 1)" in texts(svg(spans("Days", [DaysSpan("Report", 1, 1, 1)])))
    assert drawing.description.endswith("Report: 10 to 40, 20.5 at the middle; Plan: kept back.")


def test_no_words_run_off_the_paper_in_the_widest_typeface() -> None:
    """14 pixels of DejaVu Sans, which stands in where there is neither Liberation Sans nor Arial, were measured."""
    rows = ["Recommendation to the committee", "Recommendation to the committee of it all", "Plan"]
    drawing = spans(
        "Days", [DaysSpan(label, days, days, days) for label, days in zip(rows, (24, 1203, 5), strict=True)]
    )

    words = [one for one in drawing.shapes if one.kind == "words"]
    assert min(one.x - 8.05 * len(one.text) for one in words if one.right) >= 0
    assert max(one.x + 8.25 * len(one.text) for one in words if one.bold) <= drawing.width


def test_awkward_texts_survive() -> None:
    drawn = svg(bars("A & B", [("<b>\"x\" & 'y'", 3), ("long " * 100, 5)], "Cases"), "x")

    assert texts(drawn)[0] == "<b>\"x\" & 'y'"
    assert texts(drawn)[3].endswith("…")


def test_marks_and_words_stand_out_from_the_paper() -> None:
    assert contrast(INK, PAPER) >= NORMAL_TEXT
    assert min(contrast(MID, PAPER), contrast(PALE, PAPER), contrast(INK, PALE)) >= GRAPHICS


def test_the_picture_for_word_is_the_same_drawing() -> None:
    drawing = bars("Decisions", [("Proceed", 5), ("Other", 7)], "Cases")

    picture = Image.open(io.BytesIO(png(drawing, 2)))

    assert picture.size == (drawing.width * 2, drawing.height * 2)
    assert picture.convert("L").getextrema() == (26, 255)

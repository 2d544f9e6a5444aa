"""Charts drawn by ourselves, as SVG for pages and as a picture for Word; they are read in black and white.

A chart is a few boxes, lines and words; every value stands beside its mark, so that nothing rests on colour, and the
description says the same in words.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from states.words import in_a_sentence, many

WIDTH = 700
LABELS = 270
ROW = 34
MARGIN = 8
LABEL_LETTERS = 32
BOLD_LETTER = 8.4
"""Pixels of a letter of the words beside a mark, in the widest of the typefaces."""
INK, MID, PALE, PAPER = "#1a1a1a", "#4a6572", "#7f97a6", "#ffffff"
PARTS = (PALE, MID, INK)
"""The inks of the parts of a bar, from the left."""
KEY = 220
"""Pixels between the words of a key."""
SIZE = 14
KEPT_BACK = "[c]"


@dataclass(frozen=True)
class Shape:
    """A box, a line or words on a drawing. For words, `x` and `y` are where their line begins (or ends: `right`)."""

    kind: str
    x: float
    y: float
    width: float = 0
    height: float = 0
    fill: str = INK
    text: str = ""
    bold: bool = False
    right: bool = False


@dataclass(frozen=True)
class Drawing:
    """A chart: its title, what it shows in words, and its shapes."""

    title: str
    description: str
    width: int
    height: int
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class DaysSpan:
    """Something that took from `low` to `high` days, with `middle` at its middle; None where that is kept back."""

    label: str
    low: int | None
    middle: float | None
    high: int | None


def bars(title: str, rows: Sequence[tuple[str, int | None]], noun: str) -> Drawing:
    """How many of each: a bar for each, as long as its count. What is kept back has its sign and no bar."""
    most = max((number or 0 for _, number in rows), default=0) or 1
    room = WIDTH - LABELS - 70
    shapes: list[Shape] = []
    for place, (label, number) in enumerate(rows):
        top = MARGIN + place * ROW
        length = room * (number or 0) / most
        shapes += _label(label, top)
        if number:
            shapes.append(Shape("box", LABELS, top + 4, length, ROW - 10, MID))
        words = KEPT_BACK if number is None else f"{number:,}"
        shapes.append(Shape("words", LABELS + length + 8, top + ROW / 2 + 5, text=words, bold=True))
    shapes.append(Shape("line", LABELS, MARGIN, 0, len(rows) * ROW))
    said = "; ".join(f"{label}: {_spoken(number)}" for label, number in rows)
    return Drawing(title, f"{noun}. {said}.", WIDTH, 2 * MARGIN + len(rows) * ROW, tuple(shapes))


def parts(title: str, rows: Sequence[tuple[str, Sequence[int]]], names: Sequence[str]) -> Drawing:
    """How many of each in up to three parts: a bar whose parts stand apart, with their numbers in words beside it."""
    most = max((sum(counts) for _, counts in rows), default=0) or 1
    room = WIDTH - LABELS - 150
    shapes: list[Shape] = []
    for at, (label, counts) in enumerate(rows):
        top, left = MARGIN + at * ROW, float(LABELS)
        shapes += _label(label, top)
        for number_of, ink in zip(counts, PARTS, strict=False):
            length = room * number_of / most
            shapes += [Shape("box", left, top + 4, length, ROW - 10, ink)] if number_of else []
            left += length + 2 if number_of else 0
        words = " + ".join(f"{number_of:,}" for number_of in counts)
        shapes.append(Shape("words", left + 6, top + ROW / 2 + 5, text=words, bold=True))
    foot = MARGIN + len(rows) * ROW
    shapes.append(Shape("line", LABELS, MARGIN, 0, len(rows) * ROW))
    for at, (name, ink) in enumerate(zip(names, PARTS, strict=False)):
        shapes.append(Shape("box", MARGIN + at * KEY, foot + 12, 14, 14, ink))
        shapes.append(Shape("words", MARGIN + at * KEY + 20, foot + 24, text=name))
    said = "; ".join(f"{label}: {_parts_said(counts, names)}" for label, counts in rows)
    return Drawing(title, f"{said}.", WIDTH, foot + 40, tuple(shapes))


def _parts_said(counts: Sequence[int], names: Sequence[str]) -> str:
    return ", ".join(f"{in_a_sentence(name, ())} {number_of:,}" for name, number_of in zip(names, counts, strict=True))


def spans(title: str, rows: Sequence[DaysSpan]) -> Drawing:
    """How long each took: a pale bar from the shortest to the longest, and a dark mark at the middle."""
    most = max((row.high or 0 for row in rows), default=0) or 1
    longest = max((len(_span_words(row)) for row in rows), default=0)
    scale = (WIDTH - LABELS - 20 - longest * BOLD_LETTER) / most
    shapes: list[Shape] = []
    for place, row in enumerate(rows):
        top = MARGIN + place * ROW
        shapes += _label(row.label, top)
        shapes += _span(row, top, scale)
    shapes.append(Shape("line", LABELS, MARGIN, 0, len(rows) * ROW))
    said = "; ".join(f"{row.label}: {_days(row)}" for row in rows)
    height = 2 * MARGIN + len(rows) * ROW
    about = f"Days from the shortest to the longest, and at the middle. {said}."
    return Drawing(title, about, WIDTH, height, tuple(shapes))


def _span(row: DaysSpan, top: float, scale: float) -> list[Shape]:
    if row.low is None or row.middle is None or row.high is None:
        return [Shape("words", LABELS + 8, top + ROW / 2 + 5, text=KEPT_BACK, bold=True)]
    left, right = LABELS + row.low * scale, LABELS + row.high * scale
    return [
        Shape("box", left, top + 7, max(right - left, 2), ROW - 16, PALE),
        Shape("box", LABELS + row.middle * scale - 2.5, top + 3, 5, ROW - 8, INK),
        Shape("words", right + 10, top + ROW / 2 + 5, text=_span_words(row), bold=True),
    ]


def _span_words(row: DaysSpan) -> str:
    if row.low is None or row.middle is None or row.high is None:
        return KEPT_BACK
    return f"{number(row.middle)} {many('day', 1 if row.middle == 1 else 2)} ({row.low} to {row.high})"


def svg(drawing: Drawing, name: str = "chart") -> str:
    """A drawing as SVG that says what it shows. `name` keeps its marks apart from those of others on a page."""
    title, described = escape(drawing.title), escape(drawing.description)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {drawing.width} {drawing.height}" '
        f'role="img" aria-labelledby="{name}-t {name}-d" font-family="Liberation Sans, Arial, DejaVu Sans, sans-serif" '
        f'font-size="{SIZE}"><title id="{name}-t">{title}</title><desc id="{name}-d">{described}</desc>'
        f"{''.join(map(_svg_shape, drawing.shapes))}</svg>"
    )


def png(drawing: Drawing, sharpness: int = 3) -> bytes:
    """A drawing as a picture, for programs that cannot show SVG."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (drawing.width * sharpness, drawing.height * sharpness), PAPER)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(SIZE * sharpness)
    for shape in drawing.shapes:
        x, y = shape.x * sharpness, shape.y * sharpness
        if shape.kind == "words":
            weight = sharpness * 0.2 if shape.bold else 0
            anchor = "rs" if shape.right else "ls"
            pen.text((x, y), shape.text, shape.fill, font, anchor, stroke_width=weight)
        else:
            across, down = max(shape.width, 1) * sharpness, max(shape.height, 1) * sharpness
            pen.rectangle((x, y, x + across, y + down), shape.fill)
    kept = io.BytesIO()
    picture.save(kept, "PNG", dpi=(96 * sharpness, 96 * sharpness))
    return kept.getvalue()


def number(found: float) -> str:
    """A middle number as it is read: whole, or with a half."""
    return f"{found:,.0f}" if float(found).is_integer() else f"{found:,.1f}"


def _label(text: str, top: float) -> list[Shape]:
    lines = wrap(text, LABEL_LETTERS, max_lines=2, placeholder="…") or [""]
    first = top + (ROW + SIZE) / 2 - 3 - (len(lines) - 1) * SIZE / 2
    return [Shape("words", LABELS - 10, first + at * SIZE, text=line, right=True) for at, line in enumerate(lines)]


def _svg_shape(shape: Shape) -> str:
    if shape.kind == "words":
        where = ' text-anchor="end"' if shape.right else ""
        weight = ' font-weight="700"' if shape.bold else ""
        return (
            f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" fill="{shape.fill}"{where}{weight}>{escape(shape.text)}</text>'
        )
    across, down = max(shape.width, 1), max(shape.height, 1)
    return f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{across:.1f}" height="{down:.1f}" fill="{shape.fill}"/>'


def _spoken(found: int | None) -> str:
    return "kept back" if found is None else f"{found:,}"


def _days(row: DaysSpan) -> str:
    if row.low is None or row.middle is None or row.high is None:
        return "kept back"
    return f"{row.low} to {row.high}, {number(row.middle)} at the middle"

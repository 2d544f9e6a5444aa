"""The dates of a case against time, as an SVG drawing: a bar from the day each is counted from to the day it is due.

What a bar shows is said beside it in words too, so that nothing rests on colour alone. Every colour is one of `INKS`:
a test computes how well each is read on the ground it stands on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from textwrap import wrap
from typing import Literal

from states.words import month_of, short

Kind = Literal["met", "overdue", "soon", "later", "hold"]

INKS: Mapping[Kind, str] = {
    "met": "#1a7032",
    "overdue": "#d32205",
    "soon": "#b3410a",
    "later": "#0065bd",
    "hold": "#5e5e5e",
}
INK, GRID, TRACK, PAPER = "#1a1a1a", "#767676", "#ebebeb", "#ffffff"
WIDTH, LABELS, SAYS, ROW, TOP = 1000, 290, 170, 42, 40
LETTERS = 36
MOST_MONTHS = 5
"""So many months are named above; where there are more, every second or sixth or twelfth is."""


@dataclass(frozen=True)
class Bar:
    """One line of the drawing. `due` is where its mark stands; `end` is the day it was met, or ended."""

    label: str
    kind: Kind
    start: date
    due: date
    says: str
    end: date | None = None


@dataclass(frozen=True)
class TimeSpan:
    """From when to when the drawing goes, and where a day stands in it."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """How far from the left a day stands."""
        return LABELS + (WIDTH - LABELS - SAYS) * (day - self.first).days / max((self.last - self.first).days, 1)


def dates_against_time(title: str, bars: Sequence[Bar], today: date) -> str:
    """The drawing; empty where there is nothing to draw."""
    if not bars:
        return ""
    days = [day for bar in bars for day in (bar.start, bar.due, bar.end) if day]
    span = TimeSpan(min(*days, today) - timedelta(days=2), max(*days, today) + timedelta(days=6))
    height = TOP + ROW * len(bars) + 26
    said = ". ".join(f"{bar.label}: {short(bar.due)}, {bar.says}" for bar in bars)
    body = [*_months(span, height), *(part for place, bar in enumerate(bars) for part in _bar(bar, place, span, today))]
    return "".join(
        (
            f'<svg class="app-drawing" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="time-t time-d" ',
            'font-family="Roboto, Liberation Sans, Arial, sans-serif" font-size="15">',
            f'<title id="time-t">{escape(title)}</title>',
            f'<desc id="time-d">{escape(said)}. The same is in the table of dates.</desc>',
            *body,
            *_today(span, today, height),
            "</svg>",
        )
    )


def _months(span: TimeSpan, height: int) -> Iterator[str]:
    every = _first_days(span)
    step = next((one for one in (1, 2, 3, 6, 12) if len(every) / one <= MOST_MONTHS), 24)
    for day in every[:: step if len(every) > MOST_MONTHS else 1]:
        x = span.at(day)
        yield _line(x, 22, height - 24, GRID, dashes="2 5")
        yield _words(x + 5, 18, month_of(day), size=13)


def _first_days(span: TimeSpan) -> list[date]:
    """The first days of the months within a span."""
    first = span.first.year * 12 + span.first.month
    last = span.last.year * 12 + span.last.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(first, last + 1)]


def _bar(bar: Bar, place: int, span: TimeSpan, today: date) -> Iterator[str]:
    top, colour = TOP + place * ROW, INKS[bar.kind]
    lines = wrap(bar.label, LETTERS, max_lines=2, placeholder="…") or [""]
    for at, line in enumerate(lines):
        yield _words(0, top + 20 + (at - (len(lines) - 1) / 2) * 17, line)
    left, right = span.at(bar.start), span.at(bar.due)
    yield _box(left, top + 6, right - left, f'fill="{TRACK}" stroke="{GRID}"')
    done = _filled(bar, span, today)
    if done is not None:
        yield _box(done[0], top + 6, done[1] - done[0], f'fill="{colour}"')
    if bar.kind != "hold":
        yield f'<path d="M{right:.1f} {top + 3}l7 12l-7 12l-7-12z" fill="{colour}" stroke="{PAPER}"/>'
    farthest = max(right, done[1] if done else right, span.at(today) if bar.kind == "overdue" else right)
    yield _words(farthest + 13, top + 20, bar.says, colour=colour, bold=True, size=14)


def _filled(bar: Bar, span: TimeSpan, today: date) -> tuple[float, float] | None:
    """The part of a bar that is filled: until it was met, or since it is overdue."""
    if bar.kind == "met" and bar.end is not None:
        return span.at(bar.start), span.at(bar.end)
    if bar.kind == "overdue":
        return span.at(bar.due), span.at(today)
    return (span.at(bar.start), span.at(bar.due)) if bar.kind == "hold" else None


def _today(span: TimeSpan, today: date, height: int) -> Iterator[str]:
    x = span.at(today)
    yield _line(x, 26, height - 20, INK, width=2)
    yield _words(x, height - 4, f"Today, {short(today)}", bold=True, anchor="middle")


def _box(x: float, y: float, width: float, rest: str) -> str:
    return f'<rect x="{x:.1f}" y="{y}" width="{max(width, 3):.1f}" height="18" {rest}/>'


def _line(x: float, top: float, bottom: float, colour: str, *, width: float = 1, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    ends = f'x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width}"{dashed}/>'


def _words(
    x: float, y: float, words: str, *, colour: str = INK, bold: bool = False, size: int = 0, anchor: str = ""
) -> str:
    sized = f' font-size="{size}"' if size else ""
    heavy = ' font-weight="700"' if bold else ""
    placed = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}"{sized}{heavy}{placed}>{escape(words)}</text>'

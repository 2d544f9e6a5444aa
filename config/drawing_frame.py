"""What stands around a drawing: its heading above, and below it what its signs mean."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from config.drawing_cards import text_width, wrapped
from states.procedure import Procedure

MARGIN = 24.0
HEADING, ABOUT = 21.0, 12.0
WIDEST = 1000.0
"""The widest a line of the summary is, so that it reads well."""

SIGNS = (
    ('<path class="line" d="M{x} {y}h30" marker-end="url(#on)"/>', "a step onward"),
    ('<path class="line back" d="M{x} {y}h30" marker-end="url(#back)"/>', "a step back"),
    ('<path class="port" d="M{middle} {y}l4.5 -4.5 4.5 4.5 -4.5 4.5z"/>', "a decision"),
    ('<path class="dial" d="M{middle} {y}h9"/>', "recorded while the case stays where it is"),
    (
        '<circle class="dial" cx="{dial}" cy="{y}" r="4"/><path class="dial" d="M{dial} {hand}v2.6h2"/>',
        "a time limit that a step from here meets",
    ),
    ('<rect class="card" x="{x}" y="{upper}" width="28" height="14" rx="4"/>', "a closed case has a double edge"),
)
"""Each sign as it is drawn, and what it means."""


def heading(procedure: Procedure, width: float) -> tuple[tuple[str, ...], float]:
    """The title and summary as SVG, and how high they are."""
    room = width - 2 * MARGIN
    lines, y = [], 20.0
    for words in wrapped(procedure.title, HEADING, width=room):
        y += HEADING * 1.2
        lines.append(text(MARGIN, y, "heading", words))
    for words in wrapped(procedure.summary, ABOUT, width=min(room, WIDEST)) if procedure.summary else ():
        y += ABOUT * 1.5
        lines.append(text(MARGIN, y + 2, "about", words))
    return tuple(lines), y + 24


def legend(top: float, width: float) -> tuple[tuple[str, ...], float]:
    """What the signs mean as SVG, in as many rows as they need, and how far down they reach."""
    drawn, x, y = [], MARGIN, top + 28.0
    for sign, words in SIGNS:
        long = 38 + text_width(words, ABOUT)
        if x > MARGIN and x + long > width - MARGIN:
            x, y = MARGIN, y + 24
        drawn.append(sign.format(x=x, y=y - 4, middle=x + 10, dial=x + 15, hand=y - 6.6, upper=y - 11))
        drawn.append(text(x + 38, y, "about", words))
        x += long + 22
    return tuple(drawn), y + 24


def accessible(procedure: Procedure) -> Iterator[str]:
    """What the drawing is, for those who cannot see it."""
    states = "; ".join(state.label for state in procedure.states.values())
    yield f'<title id="t">{escape(procedure.title)}</title>'
    yield f'<desc id="d">{escape(f"The states of a {procedure.review}, by phase: {states}.")}</desc>'


def text(x: float, y: float, kind: str, words: str) -> str:
    """A line of text as SVG."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'

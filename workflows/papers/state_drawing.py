"""Where a case stands, as an SVG drawing: the states of its edition in columns by phase, and where it can go from here.

The whole edition with every step is drawn by `config/drawing.py`; this one is for a page about one case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

INK, QUIET, LINE, NOW, BEEN, PAPER = "#1a1a1a", "#5e5e5e", "#b3b3b3", "#0065bd", "#d9effc", "#ffffff"
COLUMN, BOX, HIGH, GAP, TOP = 168, 146, 52, 18, 42
LETTERS = 19


@dataclass(frozen=True)
class DrawnState:
    """A state as it is drawn: its phase, whether the case was in it, is in it, or can go there by the steps named."""

    name: str
    label: str
    phase: str
    been: bool = False
    now: bool = False
    by: tuple[str, ...] = ()


def states_by_phase(places: Sequence[DrawnState]) -> str:
    """The drawing; empty for an edition without states."""
    if not places:
        return ""
    columns = list(dict.fromkeys(one.phase for one in places))
    spots = {one.name: _spot(places, columns, one) for one in places}
    width = len(columns) * COLUMN - (COLUMN - BOX) + 8
    height = max(y for _, y in spots.values()) + HIGH + 14
    body = [*_headings(columns), *_arrows(places, spots), *(p for one in places for p in _box(one, *spots[one.name]))]
    here = next((one.label for one in places if one.now), "none")
    return "".join(
        (
            f'<svg class="app-drawing app-states" viewBox="0 0 {width} {height}" width="{width}" height="{height}" ',
            'role="img" aria-labelledby="states-t states-d" ',
            'font-family="Roboto, Liberation Sans, Arial, sans-serif" font-size="14">',
            f'<title id="states-t">{escape(f"Where it stands: {here}")}</title>',
            f'<desc id="states-d">{escape(described(places))}</desc>',
            '<defs><marker id="on" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6" markerHeight="6" ',
            'orient="auto">',
            f'<path d="M0 0l10 5l-10 5z" fill="{NOW}"/></marker></defs>',
            *body,
            "</svg>",
        )
    )


def described(places: Sequence[DrawnState]) -> str:
    """The drawing in words."""
    been = ", ".join(one.label for one in places if one.been and not one.now) or "none"
    can = "; ".join(f"{one.label} ({', '.join(one.by)})" for one in places if one.by) or "nowhere"
    return f"It has been in: {been}. From here it can go to: {can}."


def _spot(places: Sequence[DrawnState], columns: list[str], wanted: DrawnState) -> tuple[int, int]:
    fellows = [one.name for one in places if one.phase == wanted.phase]
    return 4 + columns.index(wanted.phase) * COLUMN, TOP + fellows.index(wanted.name) * (HIGH + GAP)


def _headings(columns: list[str]) -> Iterator[str]:
    for place, phase in enumerate(columns):
        x = 4 + place * COLUMN
        yield f'<text x="{x}" y="20" font-weight="700" fill="{INK}">{escape(phase)}</text>'
        yield f'<line x1="{x}" x2="{x + BOX}" y1="28" y2="28" stroke="{LINE}"/>'


def _arrows(places: Sequence[DrawnState], spots: dict[str, tuple[int, int]]) -> Iterator[str]:
    """From where the case stands to each state it can go to."""
    here = next((one for one in places if one.now), None)
    for one in places if here else ():
        if one.by and here is not None and one.name != here.name:
            way = _way(spots[here.name], spots[one.name])
            yield f'<path d="{way}" fill="none" stroke="{NOW}" stroke-width="2.5" marker-end="url(#on)"/>'


def _way(begin: tuple[int, int], end: tuple[int, int]) -> str:
    (ax, ay), (bx, by) = begin, end
    if ax == bx and abs(by - ay) <= HIGH + GAP:
        return f"M{ax + BOX / 2} {ay + HIGH}V{by - 1}" if by > ay else f"M{ax + BOX / 2} {ay}V{by + HIGH + 1}"
    if ax == bx:
        return f"M{ax + BOX} {ay + HIGH / 2}H{ax + BOX + 9}V{by + HIGH / 2}H{bx + BOX + 1}"
    if bx > ax:
        return f"M{ax + BOX} {ay + HIGH / 2}H{bx - 12}V{by + HIGH / 2}H{bx - 1}"
    return f"M{ax} {ay + HIGH / 2}H{bx + BOX + 12}V{by + HIGH / 2}H{bx + BOX + 1}"


def _box(one: DrawnState, x: int, y: int) -> Iterator[str]:
    fill = NOW if one.now else BEEN if one.been else PAPER
    line, width = (NOW, 2.5) if one.now or one.by else (QUIET, 1.2)
    yield f'<rect class="{"now" if one.now else "state"}" x="{x}" y="{y}" width="{BOX}" height="{HIGH}" rx="4" '
    yield f'fill="{fill}" stroke="{line}" stroke-width="{width}"/>'
    lines = wrap(f"Now: {one.label}" if one.now else one.label, LETTERS, max_lines=3, placeholder="…")
    ink, bold = (PAPER, ' font-weight="700"') if one.now else (INK, "")
    for at, words in enumerate(lines):
        down = y + HIGH / 2 + 5 + (at - (len(lines) - 1) / 2) * 16
        place = f'x="{x + BOX / 2}" y="{down:.1f}" text-anchor="middle"'
        yield f'<text class="{"now" if one.now else "state"}" {place} fill="{ink}"{bold}>{escape(words)}</text>'

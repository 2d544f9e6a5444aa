"""Which step followed which, as an SVG drawing: a box for each step, a line for each way, as wide as it was gone often.

Steps stand in rows by how far they lie from the beginning along the ways that were gone most; a way back is drawn in
dashes at the side. Every line has its count in figures, so that nothing rests on its width.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

INK, WAY, BACK, PAPER, FILL = "#1a1a1a", "#4a6572", "#7a4a00", "#ffffff", "#eef5fb"
BOX, HIGH, ACROSS, DOWN, MARGIN = 182, 74, 210, 124, 12
LETTERS, LINES = 24, 3
WIDEST = 7.0
"""Pixels of the widest line."""
MIDWAY, EARLY = 0.38, 0.17
"""How far along a line its count stands; one over several rows has it before it passes the next box."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class Spot:
    """Where a step stands: its row, and the corner of its box."""

    row: int
    x: float
    y: float


def process_drawing(steps: Mapping[str, tuple[str, int]], follows: Mapping[Pair, int]) -> str:
    """The drawing of steps (words and count by name) and of which followed which; empty where there are none."""
    if not steps:
        return ""
    spots = _spots(steps, follows)
    width = max(one.x for one in spots.values()) + BOX + MARGIN + 60
    height = max(one.y for one in spots.values()) + HIGH + MARGIN
    most = max(follows.values(), default=1)
    ways = sorted(follows.items(), key=lambda one: one[1])
    body = [line for pair, count in ways for line in _line(spots, pair, count, most)]
    body += [line for name, (words, count) in steps.items() for line in _box(spots[name], words, count)]
    body += [label for pair, count in ways for label in _count(spots, pair, count)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="app-drawing app-map" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" aria-labelledby="map-t map-d" '
        'font-family="Roboto, Liberation Sans, Arial, sans-serif" font-size="13">'
        '<title id="map-t">Which step followed which</title>'
        f'<desc id="map-d">{escape(_said(steps, follows))}</desc><defs>{_tip("way", WAY)}{_tip("back", BACK)}</defs>'
    )
    return f"{head}{''.join(body)}</svg>"


def _said(steps: Mapping[str, tuple[str, int]], follows: Mapping[Pair, int]) -> str:
    said = (f"{steps[one][0]}, then {steps[other][0]}: {count}" for (one, other), count in follows.items())
    return "; ".join(said) or "; ".join(f"{words}: {count}" for words, count in steps.values())


def _tip(name: str, ink: str) -> str:
    return (
        f'<marker id="map-{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="10" markerHeight="10" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path class="{name}" d="M0 0l10 5l-10 5z" fill="{ink}"/></marker>'
    )


# --------------------------------------------------------------------------------------------------- where steps stand


def _spots(steps: Mapping[str, object], follows: Mapping[Pair, int]) -> dict[str, Spot]:
    rows = _rows(steps, _onward(follows))
    by_row: dict[int, list[str]] = {}
    for name in sorted(steps, key=lambda one: (rows[one], one)):
        by_row.setdefault(rows[name], []).append(name)
    widest = max(map(len, by_row.values()))
    spots: dict[str, Spot] = {}
    for row, names in enumerate(by_row[key] for key in sorted(by_row)):
        placed = sorted(names, key=lambda one: (_pull(one, follows, spots), one))
        left = MARGIN + (widest - len(placed)) * ACROSS / 2
        spots |= {name: Spot(row, left + at * ACROSS, MARGIN + row * DOWN) for at, name in enumerate(placed)}
    return spots


def _pull(name: str, follows: Mapping[Pair, int], spots: Mapping[str, Spot]) -> float:
    """Where the steps before it stand, by how often they led to it."""
    before = [(spots[one].x, count) for (one, other), count in follows.items() if other == name and one in spots]
    weight = sum(count for _, count in before)
    return sum(x * count for x, count in before) / weight if weight else 0.0


def _onward(follows: Mapping[Pair, int]) -> list[Pair]:
    """The ways that lead on: taken up from the most gone, without any that would lead round in a ring."""
    kept: list[Pair] = []
    for pair, _ in sorted(follows.items(), key=lambda one: (-one[1], one[0])):
        if pair[0] != pair[1] and not _leads(kept, pair[1], pair[0]):
            kept.append(pair)
    return kept


def _leads(ways: Sequence[Pair], start: str, goal: str) -> bool:
    seen, ahead = {start}, [start]
    while ahead:
        here = ahead.pop()
        if here == goal:
            return True
        on = {other for one, other in ways if one == here} - seen
        seen |= on
        ahead += on
    return False


def _rows(steps: Mapping[str, object], ways: Sequence[Pair]) -> dict[str, int]:
    """The row of each step: one further down than the lowest of those that lead to it."""
    rows = dict.fromkeys(steps, 0)
    for _ in steps:
        for one, other in ways:
            rows[other] = max(rows[other], rows[one] + 1)
    return rows


# ------------------------------------------------------------------------------------------------------ what is drawn


def _line(spots: Mapping[str, Spot], pair: Pair, count: int, most: int) -> Iterator[str]:
    back = _is_back(spots, pair)
    name, ink, dashes = ("back", BACK, ' stroke-dasharray="6 4"') if back else ("way", WAY, "")
    wide = 1.2 + (WIDEST - 1.2) * count / most
    yield f'<path class="{name}" d="{_path(spots, pair)}" fill="none" stroke="{ink}" '
    yield f'stroke-width="{wide:.1f}"{dashes} marker-end="url(#map-{name})"/>'


def _is_back(spots: Mapping[str, Spot], pair: Pair) -> bool:
    return spots[pair[1]].row <= spots[pair[0]].row


def _path(spots: Mapping[str, Spot], pair: Pair) -> str:
    one, other = spots[pair[0]], spots[pair[1]]
    if _is_back(spots, pair):
        out = max(one.x, other.x) + BOX + 44
        return (
            f"M{one.x + BOX:.0f} {one.y + HIGH / 2:.0f}C{out:.0f} {one.y + HIGH / 2:.0f} {out:.0f} "
            f"{other.y + HIGH / 4:.0f} {other.x + BOX + 2:.0f} {other.y + HIGH / 4:.0f}"
        )
    ax, ay, bx, by = one.x + BOX / 2, one.y + HIGH, other.x + BOX / 2, other.y - 2
    aside = _aside(spots, pair)
    leaves, comes = f"{ax + aside:.0f} {ay + DOWN * 0.55:.0f}", f"{bx + aside:.0f} {by - DOWN * 0.55:.0f}"
    return f"M{ax:.0f} {ay:.0f}C{leaves} {comes} {bx:.0f} {by:.0f}"


def _aside(spots: Mapping[str, Spot], pair: Pair) -> float:
    """How far a way over several rows swings out, so that it does not run behind the boxes between."""
    one, other = spots[pair[0]], spots[pair[1]]
    over = other.row - one.row
    return 0.0 if over == 1 else (BOX * 0.8 if one.x >= other.x else -BOX * 0.8) * min(over - 1, 2)


def _count(spots: Mapping[str, Spot], pair: Pair, count: int) -> Iterator[str]:
    one, other = spots[pair[0]], spots[pair[1]]
    if _is_back(spots, pair):
        x = max(one.x, other.x) + BOX + 33
        y = (one.y + other.y) / 2 + HIGH * 0.42
    else:
        ax, bx, aside = one.x + BOX / 2, other.x + BOX / 2, _aside(spots, pair)
        at, top = (MIDWAY if not aside else EARLY), one.y + HIGH
        x = _bezier(ax, ax + aside, bx + aside, bx, at=at)
        y = _bezier(top, top + DOWN * 0.55, other.y - DOWN * 0.55, other.y, at=at)
    half = 6 + 3.6 * len(f"{count:,}")
    yield f'<rect class="state" x="{x - half:.0f}" y="{y - 9:.0f}" width="{2 * half:.0f}" height="18" rx="3" '
    yield f'fill="{PAPER}"/>'
    yield f'<text x="{x:.0f}" y="{y + 4.5:.0f}" text-anchor="middle" fill="{INK}">{count:,}</text>'


def _bezier(*points: float, at: float) -> float:
    a, b, c, d = points
    rest = 1 - at
    return a * rest**3 + 3 * b * rest**2 * at + 3 * c * rest * at**2 + d * at**3


def _box(spot: Spot, words: str, count: int) -> Iterator[str]:
    yield f'<rect class="state" x="{spot.x:.0f}" y="{spot.y:.0f}" width="{BOX}" height="{HIGH}" rx="4" '
    yield f'fill="{FILL}" stroke="{WAY}" stroke-width="1.2"/>'
    lines = wrap(words, LETTERS, max_lines=LINES, placeholder="…")
    for at, line in enumerate((*lines, f"{count:,}")):
        down = spot.y + HIGH / 2 + 4.5 + (at - len(lines) / 2) * 16
        bold = ' font-weight="700"' if at == len(lines) else ""
        place = f'x="{spot.x + BOX / 2:.0f}" y="{down:.1f}" text-anchor="middle"'
        yield f'<text {place} fill="{INK}"{bold}>{escape(line)}</text>'

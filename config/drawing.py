"""An edition as a picture: its states in columns by phase, its steps as arrows. One SVG that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from config.drawing_cards import GAP, LEAD, PAD, WIDTH, Card, CardLine, cards, phases
from config.drawing_frame import MARGIN, accessible, heading, legend, text
from config.drawing_routes import EDGE, LANE, Net, corridors, edge, gutter_width, in_order, nets, paths
from states.procedure import Procedure

NARROWEST = 620.0

NAMES = {
    "referral": "Referral",
    "decision": "Decision",
    "review": "Review",
    "recommendation": "Recommendation",
    "follow_through": "Follow-through",
    "closed": "Closed",
}
TINTS = {
    "referral": "#eef3f8",
    "decision": "#f6f1e6",
    "review": "#edf5ef",
    "recommendation": "#f3eff7",
    "follow_through": "#eaf4f4",
    "closed": "#f1f1f1",
}

STYLE = """
text { font-family: "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans", sans-serif; fill: #22303c; }
.heading { font-size: 21px; font-weight: 600; }
.about { font-size: 12px; fill: #55636f; }
.phase { font-size: 12px; font-weight: 600; letter-spacing: .06em; }
.title { font-size: 13px; font-weight: 600; }
.step { font-size: 11px; }
.stay { font-size: 10px; fill: #55636f; font-style: italic; }
.clock { font-size: 10px; fill: #22303c; }
.unset { font-size: 10px; fill: #6b7780; font-style: italic; }
.card { fill: #fff; stroke: #5b6b79; stroke-width: 1.1; }
.line { fill: none; stroke: #40525f; stroke-width: 1.2; stroke-linejoin: round; }
.back { stroke-dasharray: 5 3.5; stroke: #7a6a58; }
.port { fill: #40525f; }
.dial { fill: none; stroke: #55636f; stroke-width: 1; }
"""

HEAD = (
    '<marker id="{name}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" orient="auto" '
    'markerUnits="userSpaceOnUse"><path d="M0 0.6L8 4L0 7.4z" fill="{colour}"/></marker>'
)
HEADS = f"<defs>{HEAD.format(name='on', colour='#40525f')}{HEAD.format(name='back', colour='#7a6a58')}</defs>"


@dataclass(frozen=True)
class Page:
    """A drawing laid out: the cards where they stand, the lines between them, and the size of the whole."""

    procedure: Procedure
    cards: tuple[Card, ...]
    nets: tuple[Net, ...]
    columns: list[float]
    top: float
    bottom: float
    width: float
    height: float
    around: tuple[str, ...]


def draw(procedure: Procedure) -> str:
    """The states and steps of an edition as an SVG: states by phase, steps onward solid, steps back dashed."""
    page = _laid_out(procedure)
    drawn = (part for card in page.cards for part in _card(card))
    body = (*_bands(page), *_lines(page), *drawn, *_ports(page), *page.around)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {page.width:.0f} {page.height:.0f}" '
    size = f'width="{page.width:.0f}" height="{page.height:.0f}" role="img" aria-labelledby="t d">'
    return "\n".join((head + size, *accessible(procedure), f"<style>{STYLE}</style>", HEADS, *body, "</svg>", ""))


def _laid_out(procedure: Procedure) -> Page:
    loose, count = cards(procedure), len(phases(procedure))
    above, width = _measured(loose, count)
    head, top = heading(procedure, width)
    first = top + 34 + above + GAP / 2
    stacked = _stacked(loose, first)
    found = nets(stacked)
    lowest = max(card.y + card.height for card in stacked)
    _, below = corridors(found, first - GAP / 2, lowest + GAP / 2 + 4)
    columns, _ = _lanes(found, count)
    placed = tuple(card.at(columns[card.column], card.y) for card in stacked)
    bottom = lowest + below + GAP
    signs, end = legend(bottom, width)
    return Page(procedure, placed, found, columns, top, bottom, width, end, (*head, *signs))


def _measured(loose: tuple[Card, ...], count: int) -> tuple[float, float]:
    """How high the corridors above the cards are, and how wide the drawing is."""
    found = nets(_stacked(loose, 0))
    above, _ = corridors(found, 0, 0)
    return above, max(_lanes(found, count)[1], NARROWEST)


def _stacked(loose: tuple[Card, ...], top: float) -> tuple[Card, ...]:
    """The cards of each column below one another."""
    below: dict[int, float] = {}
    stacked = []
    for card in loose:
        y = below.get(card.column, top)
        stacked.append(card.at(0, y))
        below[card.column] = y + card.height + GAP
    return tuple(stacked)


def _lanes(found: tuple[Net, ...], count: int) -> tuple[list[float], float]:
    """Give every net its lanes, and tell where each column begins and where the last gutter ends."""
    columns, x = [], MARGIN
    for gutter in range(count + 1):
        order = in_order(found, gutter)
        for place, net in enumerate(order):
            net.lanes[gutter] = x + EDGE + place * LANE
        x += gutter_width(len(order))
        columns.append(x)
        x += WIDTH
    return columns[:-1], x - WIDTH + MARGIN


def _bands(page: Page) -> Iterator[str]:
    yield f'<rect width="{page.width:.0f}" height="{page.height:.0f}" fill="#fff"/>'
    for phase, x in zip(phases(page.procedure), page.columns, strict=True):
        height = page.bottom - page.top
        yield _box(x - 8, page.top, WIDTH + 16, height, 10, f'fill="{TINTS[phase]}"')
        yield text(x + 4, page.top + 22, "phase", NAMES[phase].upper())


def _lines(page: Page) -> Iterator[str]:
    for net in page.nets:
        way, last = paths(net, page.columns)
        kind, head = ("line back", "back") if net.back else ("line", "on")
        yield f'<path class="{kind}" d="{way}"/><path class="{kind}" d="{last}" marker-end="url(#{head})"/>'


def _card(card: Card) -> Iterator[str]:
    yield _box(card.x, card.y, WIDTH, card.height, 8, 'class="card"')
    if card.final:
        yield _box(card.x + 3, card.y + 3, WIDTH - 6, card.height - 6, 6, 'class="card"')
    for line in card.lines:
        yield from _line(card, line)


def _line(card: Card, line: CardLine) -> Iterator[str]:
    indent = {"stay": 12, "clock": 14, "unset": 14}.get(line.style, 0)
    middle = line.y + line.size * 0.62
    if line.style in ("clock", "unset"):
        yield _dial(card.x + PAD + 4, middle)
    if line.style == "stay":
        yield f'<path class="dial" d="M{card.x + PAD + 2:.1f} {middle:.1f}h6"/>'
    for index, words in enumerate(line.words):
        yield text(card.x + PAD + indent, line.y + line.size * (0.95 + index * LEAD), line.style, words)


def _ports(page: Page) -> Iterator[str]:
    for port in (port for net in page.nets for port in net.ports):
        x = edge(port.card, port.gutter, page.columns)
        if port.decides:
            yield f'<path class="port" d="M{x - 4.5:.1f} {port.y:.1f}l4.5 -4.5 4.5 4.5 -4.5 4.5z"/>'
        else:
            yield f'<circle class="port" cx="{x:.1f}" cy="{port.y:.1f}" r="2.8"/>'


def _dial(x: float, y: float) -> str:
    return (
        f'<circle class="dial" cx="{x:.1f}" cy="{y:.1f}" r="4"/><path class="dial" d="M{x:.1f} {y - 2.6:.1f}v2.6h2"/>'
    )


def _box(x: float, y: float, width: float, height: float, round_by: int, rest: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{round_by}" {rest}/>'

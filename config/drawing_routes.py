"""How the arrows of a drawing run: between the columns in lanes of their own, onward above, back again below.

Steps that lead to the same state join on their way, so that each state has one arrowhead a side. Gutters are numbered
from the left margin: gutter 2 lies between columns 1 and 2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from config.drawing_cards import TEXT, WIDTH, Card, CardLine

LANE = 9.0
EDGE = 16.0
APART = 4.0
"""Lines that run side by side are at least this far apart."""


@dataclass(frozen=True)
class Port:
    """Where a step leaves its card: into which gutter, how high, and whether it decides something."""

    gutter: int
    y: float
    card: Card
    decides: bool


@dataclass
class Net:
    """All the lines that lead to one state in one manner: where they begin, where they arrive, and their lanes."""

    dest: Card
    back: bool
    gutter: int
    enters_left: bool
    ports: list[Port] = field(default_factory=list)
    entry: float = 0
    lanes: dict[int, float] = field(default_factory=dict)
    corridor: float | None = None

    @property
    def gutters(self) -> tuple[int, ...]:
        """The gutters it runs in, from the left."""
        return tuple(sorted({self.gutter, *(port.gutter for port in self.ports)}))

    def stubs(self, gutter: int) -> list[tuple[float, bool]]:
        """Where it touches a gutter's edges: the heights, each with whether it is the left edge."""
        touching = [(port.y, port.card.column < gutter) for port in self.ports if port.gutter == gutter]
        return [*touching, (self.entry, not self.enters_left)] if gutter == self.gutter else touching

    def span(self, gutter: int) -> tuple[float, float]:
        """From where to where it runs upright in a gutter."""
        heights = [y for y, _ in self.stubs(gutter)]
        if self.corridor is not None:
            heights.append(self.corridor)
        return min(heights), max(heights)


def nets(placed: Iterable[Card]) -> tuple[Net, ...]:
    """The lines of a drawing, joined by where they lead; heights are set, lanes are not yet."""
    known = {card.name: card for card in placed}
    found: dict[tuple[str, bool, int, bool], Net] = {}
    taken: dict[int, list[float]] = defaultdict(list)
    for card in known.values():
        for line in card.lines:
            if line.dest:
                _join(found, taken, card, line, known[line.dest])
    for net in found.values():
        offset = 22.0 if net.back else 11.0
        net.entry = _free(taken[net.gutter], net.dest.y + offset, (0, 4, -4, 8, -8, 12))
    return tuple(found.values())


def _join(
    found: dict[tuple[str, bool, int, bool], Net], taken: dict[int, list[float]], card: Card, line: CardLine, dest: Card
) -> None:
    back = line.side == "left"
    enters_left = dest.column > card.column or (back and dest.column == card.column)
    gutter = dest.column if enters_left else dest.column + 1
    net = found.setdefault((dest.name, back, gutter, enters_left), Net(dest, back, gutter, enters_left))
    at = card.column if back else card.column + 1
    net.ports.append(Port(at, _free(taken[at], line.y + TEXT * 0.62, (0, 4, -4)), card, line.decides))


def _free(taken: list[float], wanted: float, shifts: tuple[int, ...]) -> float:
    """The wanted height, or one near it at which nothing else enters the gutter."""
    options = (wanted + shift for shift in shifts)
    chosen = next((y for y in options if all(abs(y - other) >= APART for other in taken)), wanted)
    taken.append(chosen)
    return chosen


def corridors(found: tuple[Net, ...], top: float, bottom: float) -> tuple[float, float]:
    """Give a corridor to each net that passes a column, onward above the cards, back below; tells how high they are."""
    above = [net for net in found if len(net.gutters) > 1 and not net.back]
    below = [net for net in found if len(net.gutters) > 1 and net.back]
    for index, net in enumerate(sorted(above, key=_reach)):
        net.corridor = top - index * LANE
    for index, net in enumerate(sorted(below, key=_reach)):
        net.corridor = bottom + index * LANE
    return len(above) * LANE, len(below) * LANE


def _reach(net: Net) -> tuple[int, int]:
    return net.gutters[-1] - net.gutters[0], net.gutter


def in_order(found: tuple[Net, ...], gutter: int) -> list[Net]:
    """The nets of a gutter from left to right, so ordered that few lines cross."""
    order = [net for net in found if gutter in net.gutters]
    best = _crossings(order, gutter)
    improved = True
    while improved and best:
        improved = False
        for one, other in combinations(range(len(order)), 2):
            order[one], order[other] = order[other], order[one]
            crossings = _crossings(order, gutter)
            if crossings < best:
                best, improved = crossings, True
            else:
                order[one], order[other] = order[other], order[one]
    return order


def _crossings(order: list[Net], gutter: int) -> int:
    """How often a line into or out of the gutter crosses another's upright."""
    return sum(
        net.span(gutter)[0] < y < net.span(gutter)[1]
        for place, other in enumerate(order)
        for y, from_left in other.stubs(gutter)
        for net in (order[:place] if from_left else order[place + 1 :])
    )


def gutter_width(lanes: int) -> float:
    """How wide a gutter with so many lanes is."""
    return 2 * EDGE + max(lanes - 1, 0) * LANE


def paths(net: Net, columns: list[float]) -> tuple[str, ...]:
    """A net as SVG paths: from each port to its upright, the uprights, the corridor, and the last one to the state."""
    uprights = [f"M{net.lanes[at]:.1f} {net.span(at)[0]:.1f}V{net.span(at)[1]:.1f}" for at in net.gutters]
    stubs = [
        f"M{edge(port.card, port.gutter, columns):.1f} {port.y:.1f}H{net.lanes[port.gutter]:.1f}" for port in net.ports
    ]
    across = sorted(net.lanes.values())
    corridor = [f"M{across[0]:.1f} {net.corridor:.1f}H{across[-1]:.1f}"] if net.corridor is not None else []
    last = f"M{net.lanes[net.gutter]:.1f} {net.entry:.1f}H{edge(net.dest, net.gutter, columns):.1f}"
    return (" ".join([*stubs, *uprights, *corridor]), last)


def edge(card: Card, gutter: int, columns: list[float]) -> float:
    """Where a card touches a gutter."""
    return columns[card.column] + (WIDTH if gutter > card.column else 0)

"""Counts that may be published: those under five are kept back, with as many others as it takes to hide them.

A count from 1 to 4 may point to a child. Keeping it back is not enough where the others and the total are shown, so
more is kept back until whoever knows every number that is shown, and this rule, cannot tell the small count from one of
five or more. Where nothing less does, the whole table is kept back but for its grand total. Counts are of whole things
and none is negative.

Every count kept back is None. A nought is shown, unless the whole table is kept back. What stands in one table may tell
what another keeps back: counts `near` those shown there are kept back too.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

LEAST = 5
"""The smallest count that is shown, nought apart."""

TOTAL = "total"

Place = tuple[Hashable, Hashable]
Node = tuple[str, Hashable]
Arc = tuple[Node, Node, Place]


def is_small(number: int) -> bool:
    """Whether a count must not be shown."""
    return 0 < number < LEAST


@dataclass(frozen=True)
class ListShown:
    """Counts of things of several kinds, and of all of them, as they may be shown."""

    counts: Mapping[str, int | None]
    total: int | None


@dataclass(frozen=True)
class GridShown:
    """Counts in rows and columns with the totals of each, as they may be shown."""

    counts: Mapping[str, Mapping[str, int | None]]
    rows: Mapping[str, int | None]
    columns: Mapping[str, int | None]
    total: int | None


def alone(counts: Mapping[str, int], near: Container[int] = ()) -> dict[str, int | None]:
    """Counts that add up to nothing, since a thing may be counted under several: each stands for itself."""
    return {kind: None if is_small(number) or number in near else number for kind, number in counts.items()}


def telling(shown: ListShown) -> frozenset[int]:
    """The counts that, set beside a list, would tell a small one which that keeps back, or how many are left over."""
    seen = sum(number for number in shown.counts.values() if number is not None)
    if shown.total is None or shown.total == seen:
        return frozenset()
    return frozenset(one for less in range(1, LEAST) for one in (seen + less, shown.total - less))


def listed(counts: Mapping[str, int], *, hide_total: bool = False) -> ListShown:
    """Counts of things each of which is of one kind. With `hide_total` their number is kept back elsewhere."""
    total = sum(counts.values())
    if hide_total or is_small(total):
        return ListShown(dict.fromkeys(counts), None)
    hidden = hidden_with(counts)
    if not _is_safe(counts, hidden):
        return ListShown(dict.fromkeys(counts), total)
    return ListShown({kind: None if kind in hidden else number for kind, number in counts.items()}, total)


def hidden_with(counts: Mapping[str, int], already: Container[str] = ()) -> set[str]:
    """What is kept back of counts that add up: the small ones, and the next above them until they cannot be told."""
    hidden = {kind for kind, number in counts.items() if is_small(number) or kind in already}
    for _, kind in sorted((number, kind) for kind, number in counts.items() if number and kind not in hidden):
        if _is_safe(counts, hidden):
            break
        hidden.add(kind)
    return hidden


def _is_safe(counts: Mapping[str, int], hidden: set[str]) -> bool:
    """Whether each hidden count could be five or more: all hidden ones are known to be one at least."""
    return not hidden or sum(counts[kind] for kind in hidden) - (len(hidden) - 1) >= LEAST


def gridded(counts: Mapping[str, Mapping[str, int]], near: Container[int] = ()) -> GridShown:
    """Counts of things each of which stands in one row and one column; every row has the same columns."""
    grid = _Grid(counts, near)
    if is_small(grid.total) or not all(grid.protect(place) for place in list(grid.hidden)):
        return grid.withheld()
    return grid.shown()


@dataclass
class _Grid:
    """A table with its margins, every row and column of which adds up to nothing when totals count negative.

    What is hidden can change only along circles through hidden places, so how far a hidden count might go up is the
    greatest flow from its column back to its row.
    """

    counts: Mapping[str, Mapping[str, int]]
    near: Container[int] = ()
    values: dict[Place, int] = field(default_factory=dict)
    hidden: set[Place] = field(default_factory=set)
    beside: set[Place] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.columns = list(dict.fromkeys(column for row in self.counts.values() for column in row))
        for row, cells in self.counts.items():
            self.values |= {((row,), (column,)): cells[column] for column in self.columns}
            self.values[(row,), TOTAL] = sum(cells.values())
        for column in self.columns:
            self.values[TOTAL, (column,)] = sum(cells[column] for cells in self.counts.values())
        self.total = sum(self.values[(row,), TOTAL] for row in self.counts)
        self.values[TOTAL, TOTAL] = self.total
        self.beside = {place for place, number in self.values.items() if number >= LEAST and number in self.near}
        self.beside -= {(TOTAL, TOTAL)}
        self.hidden = {place for place, number in self.values.items() if is_small(number)} | self.beside

    def protect(self, place: Place) -> bool:
        """Hide as much more as it takes that this hidden count might be five, or five more; False where none does."""
        left: dict[Arc, int] = {}
        row, column = _ends(place)
        start, goal = (column, row) if _adds(place) else (row, column)
        wanted = LEAST - self.values[place] if is_small(self.values[place]) else LEAST
        while wanted:
            path = self._cheapest(start, goal, left, place)
            if not path:
                return False
            pushed = min(wanted, *(self._room(arc, left) for arc in path))
            for tail, head, through in path:
                self.hidden.add(through)
                left[tail, head, through] = self._room((tail, head, through), left) - pushed
                left[head, tail, through] = self._room((head, tail, through), left) + pushed
            wanted -= pushed
        return True

    def _cheapest(self, start: Node, goal: Node, left: dict[Arc, int], leaving_out: Place) -> list[Arc]:
        """The way that hides the least: through what is hidden already it costs nothing."""
        turn = count()
        waiting: list[tuple[int, int, Node, list[Arc]]] = [(0, next(turn), start, [])]
        seen: set[Node] = set()
        while waiting:
            cost, _, here, path = heappop(waiting)
            if here == goal:
                return path
            if here in seen:
                continue
            seen.add(here)
            for arc in self._arcs(here):
                if arc[2] != leaving_out and arc[1] not in seen and self._room(arc, left) > 0:
                    more = 0 if arc[2] in self.hidden else self.values[arc[2]]
                    heappush(waiting, (cost + more, next(turn), arc[1], [*path, arc]))
        return []

    def _arcs(self, here: Node) -> Iterable[Arc]:
        for place, number in self.values.items():
            row, column = _ends(place)
            if number and place != (TOTAL, TOTAL) and here in {row, column}:
                yield (row, column, place) if here == row else (column, row, place)

    def _room(self, arc: Arc, left: dict[Arc, int]) -> int:
        """How far a count may change along an arc: up without end, down to one, for it is known not to be nought.

        A count that is kept back for another table alone may be known to be five or more.
        """
        if arc in left:
            return left[arc]
        forward = arc[0][0] == "row"
        least = LEAST if arc[2] in self.beside else 1
        return LEAST if forward == _adds(arc[2]) else min(LEAST, self.values[arc[2]] - least)

    def shown(self) -> GridShown:
        """The table without what is hidden."""
        seen = {place: None if place in self.hidden else number for place, number in self.values.items()}
        return GridShown(
            {row: {column: seen[(row,), (column,)] for column in self.columns} for row in self.counts},
            {row: seen[(row,), TOTAL] for row in self.counts},
            {column: seen[TOTAL, (column,)] for column in self.columns},
            seen[TOTAL, TOTAL],
        )

    def withheld(self) -> GridShown:
        """The table with nothing but its grand total, and not that where it is small."""
        empty: dict[str, int | None] = dict.fromkeys(self.columns)
        total = None if is_small(self.total) else self.total
        return GridShown({row: dict(empty) for row in self.counts}, dict.fromkeys(self.counts), empty, total)


def _ends(place: Place) -> tuple[Node, Node]:
    return ("row", place[0]), ("column", place[1])


def _adds(place: Place) -> bool:
    """Whether a place counts positive: the cells and the grand total do, the totals of rows and columns do not."""
    return (place[0] == TOTAL) == (place[1] == TOTAL)

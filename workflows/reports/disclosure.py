"""Who looks at counts: everybody, from whom small ones are kept back, or the committee itself. And tables of counts."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from states.suppression import LEAST, GridShown, ListShown, alone, gridded, listed
from workflows.papers.paper import Row, Table


@dataclass(frozen=True)
class Sight:
    """What may be seen. `full` is for the committee itself: every count as it is."""

    full: bool = False

    def listed(self, counts: Mapping[str, int], *, hide_total: bool = False) -> ListShown:
        """Counts of things each of which is of one kind, and of all of them."""
        if self.full:
            return ListShown(dict(counts), sum(counts.values()))
        return in_no_telling_order(listed(counts, hide_total=hide_total))

    def alone(self, counts: Mapping[str, int], near: Container[int] = ()) -> Mapping[str, int | None]:
        """Counts that add up to nothing; those `near` what another table keeps back are kept back too."""
        if self.full:
            return dict(counts)
        return in_no_telling_order(ListShown(alone(counts, near), None)).counts

    def hides_for(self, count: int, near: Container[int]) -> bool:
        """Whether a count is kept back for another table alone: what is known of five or more may be told of it."""
        return not self.full and count >= LEAST and count in near

    def gridded(self, counts: Mapping[str, Mapping[str, int]], near: Container[int] = ()) -> GridShown:
        """Counts in rows and columns, with the totals of both."""
        if not self.full:
            return _without_empty_lines(gridded(counts, near))
        columns = list(dict.fromkeys(column for row in counts.values() for column in row))
        rows = {name: sum(row.values()) for name, row in counts.items()}
        down = {column: sum(row[column] for row in counts.values()) for column in columns}
        return GridShown(counts, rows, down, sum(rows.values()))

    def apart(self, counts: Mapping[str, Mapping[str, int]], near: Container[int] = ()) -> GridShown:
        """Counts in rows that stand each for itself, where the totals of the columns would tell too much."""
        rows = {name: listed(row, hide_total=sum(row.values()) in near) for name, row in counts.items()}
        columns = dict.fromkeys(column for row in counts.values() for column in row)
        return GridShown({name: row.counts for name, row in rows.items()}, _totals(rows), columns, None)


def _totals(rows: Mapping[str, ListShown]) -> dict[str, int | None]:
    return {name: row.total for name, row in rows.items()}


def in_no_telling_order(shown: ListShown) -> ListShown:
    """What is shown stands as it stood, what is kept back after it by its name: its place says nothing of its size.

    Where all that adds up is kept back, there are no lines: how many there are would tell that each is one at least.
    """
    seen = {kind: number for kind, number in shown.counts.items() if number is not None}
    hidden = sorted(kind for kind in shown.counts if kind not in seen)
    if hidden and not seen and shown.total is not None:
        return ListShown({}, shown.total)
    return ListShown({**seen, **dict.fromkeys(hidden)}, shown.total)


def _without_empty_lines(shown: GridShown) -> GridShown:
    """A table that is kept back as a whole has no lines, for the same reason."""
    if set(shown.rows.values()) | {cell for row in shown.counts.values() for cell in row.values()} != {None}:
        return shown
    return GridShown({}, {}, shown.columns, shown.total)


def totalled(caption: str, columns: tuple[str, str], found: ListShown, whole: str) -> Table:
    """A table of counts that add up, with their sum in its last row; without rows where there is nothing to show."""
    if found.total == 0 or (found.total is None and set(found.counts.values()) <= {None}):
        return Table(caption, columns, ())
    return Table(caption, columns, (*rows_of(found.counts), Row(whole, (found.total,))), last_is_total=True)


def rows_of(counts: Mapping[str, int | None]) -> tuple[Row, ...]:
    """One row for each count."""
    return tuple(Row(label, (number,)) for label, number in counts.items())

"""Who looks at counts: everybody, from whom small ones are kept back, or the committee itself. And tables of counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from states.suppression import LEAST, GridShown, ListShown, alone, gridded, listed, telling
from workflows.papers import Row, Table


@dataclass(frozen=True)
class Sight:
    """What may be seen. `full` is for the committee itself: every count as it is."""

    full: bool = False

    def listed(self, counts: Mapping[str, int], *, hide_total: bool = False) -> ListShown:
        """Counts of things each of which is of one kind, and of all of them."""
        return ListShown(dict(counts), sum(counts.values())) if self.full else listed(counts, hide_total=hide_total)

    def alone(self, counts: Mapping[str, int], beside: ListShown | None = None) -> Mapping[str, int | None]:
        """Counts that add up to nothing; `beside` is a list of which they must tell no more than it shows."""
        return dict(counts) if self.full else alone(counts, telling(beside) if beside else ())

    def hides_for(self, count: int, beside: ListShown) -> bool:
        """Whether a count is kept back for another table alone: what is known of five or more may be told of it."""
        return not self.full and count >= LEAST and count in telling(beside)

    def gridded(self, counts: Mapping[str, Mapping[str, int]], beside: ListShown | None = None) -> GridShown:
        """Counts in rows and columns, with the totals of both."""
        if not self.full:
            return gridded(counts, telling(beside) if beside else ())
        columns = list(dict.fromkeys(column for row in counts.values() for column in row))
        rows = {name: sum(row.values()) for name, row in counts.items()}
        down = {column: sum(row[column] for row in counts.values()) for column in columns}
        return GridShown(counts, rows, down, sum(rows.values()))


def totalled(caption: str, columns: tuple[str, str], found: ListShown, whole: str) -> Table:
    """A table of counts that add up, with their sum in its last row; without rows where nothing was counted."""
    rows = rows_of(found.counts)
    return Table(caption, columns, (*rows, Row(whole, (found.total,))) if rows else (), last_is_total=bool(rows))


def rows_of(counts: Mapping[str, int | None]) -> tuple[Row, ...]:
    """One row for each count."""
    return tuple(Row(label, (number,)) for label, number in counts.items())

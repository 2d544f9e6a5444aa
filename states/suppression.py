"""Statistical disclosure control: which counts may be published, and in which detail.

A count from 1 to 4 may point to a child. Hiding it is not enough where others and a total are shown, and a pattern of
holes tells anybody who knows how holes are chosen what stood in them. So no table has holes that were chosen by size:
a table is shown in the finest detail in which none of its counts is small, and otherwise by its total alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEAST = 5
"""The smallest count that is shown, nought apart."""

WORDS_FROM = 10
"""So many cases must say the same before it is printed beside counts that the rest of them adds up to."""

DAYS_FROM = 10
"""So many must have been measured before days are shown."""

DAYS_ROUNDED_TO = 5
"""Days are rounded to the nearest multiple of this."""


def is_small(number: int) -> bool:
    """Whether a count must not be shown."""
    return 0 < number < LEAST


def may_stand(counts: Iterable[int]) -> bool:
    """Whether counts may be shown as they are: none of them is small."""
    return not any(map(is_small, counts))


def may_divide(some: int, whole: int) -> bool:
    """Whether it may be told that some of a whole that is told are of a kind: neither these nor the rest are few."""
    return may_stand((some, whole - some))


@dataclass(frozen=True)
class ListShown:
    """Counts of things of several kinds, and of all of them, as they may be shown; None is what may not."""

    counts: Mapping[str, int | None]
    total: int | None

    @property
    def in_parts(self) -> bool:
        """Whether the parts are shown, and not only how many there are in all."""
        return bool(self.counts) and None not in self.counts.values()


@dataclass(frozen=True)
class GridShown:
    """Counts in rows and columns with the totals of each, as they may be shown; None is what may not."""

    counts: Mapping[str, Mapping[str, int | None]]
    rows: Mapping[str, int | None]
    columns: Mapping[str, int | None]
    total: int | None


def alone(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts that have no total, since a thing may be counted under several: each is published on its own merits."""
    return {kind: number if number >= LEAST else None for kind, number in counts.items()}


def listed(*levels: Mapping[str, int], from_total: int = 0) -> ListShown:
    """Counts of things of one kind each, in the finest of these levels of detail that may be published.

    The levels are counts of the same things, the finest first. Where none may be shown, their total alone is, unless it
    is small itself. Parts of a total under `from_total` are not shown at all.
    """
    total = sum(levels[0].values())
    if is_small(total):
        return ListShown(dict.fromkeys(levels[0]), None)
    if 0 < total < from_total:
        return ListShown(dict.fromkeys(levels[0]), total)
    found = next((counts for counts in levels if may_stand(counts.values())), None)
    return ListShown(dict.fromkeys(levels[0]) if found is None else dict(found), total)


def gridded(counts: Mapping[str, Mapping[str, int]]) -> GridShown:
    """Counts of things in one row and one column each; every row has the same columns.

    Where a count of the table is small, the totals of its rows are shown; where one of those is, the grand total.
    """
    rows, columns = _totals(counts)
    whole = listed({(row, column): n for row, cells in counts.items() for column, n in cells.items()})  # type: ignore[misc]
    fine = whole.in_parts and may_stand((*rows.values(), *columns.values()))
    if fine or not counts:
        return in_full(counts)
    blank: dict[str, int | None] = dict.fromkeys(columns)
    return GridShown({row: dict(blank) for row in counts}, listed(rows).counts, blank, whole.total)


def in_full(counts: Mapping[str, Mapping[str, int]]) -> GridShown:
    """A table of counts with its totals, all of them shown: for the committee."""
    rows, columns = _totals(counts)
    return GridShown(counts, rows, columns, sum(rows.values()))


def _totals(counts: Mapping[str, Mapping[str, int]]) -> tuple[dict[str, int], dict[str, int]]:
    """The totals of the rows and of the columns of a table."""
    names = dict.fromkeys(column for row in counts.values() for column in row)
    rows = {name: sum(row.values()) for name, row in counts.items()}
    return rows, {column: sum(row[column] for row in counts.values()) for column in names}


def rounded_days(days: float) -> int:
    """Days as they are published: to the nearest five, a half upwards."""
    return int((days + DAYS_ROUNDED_TO / 2) // DAYS_ROUNDED_TO) * DAYS_ROUNDED_TO

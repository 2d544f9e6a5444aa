"""No count under five can be worked out from what is published: checked against every table that might be behind it."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from states.suppression import LEAST, alone, gridded, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from states.suppression import GridShown, ListShown

COUNTS = some.one_of(some.integers(0, 6), some.integers(0, 40))


def splits(counts: Sequence[int | None], total: int, least: int) -> Iterator[tuple[int, ...]]:
    """Every way to fill in the counts that are kept back so that all of them add up."""
    if not counts:
        yield from [()] if total == 0 else []
        return
    known = counts[0]
    for number in range(least, total + 1) if known is None else (known,):
        yield from ((number, *rest) for rest in splits(counts[1:], total - number, least) if number <= total)


def lists(shown: ListShown) -> Iterator[tuple[int, ...]]:
    """Every list of counts that somebody who sees only this might think of, by brute force."""
    seen = list(shown.counts.values())
    least = 1 if any(number is not None for number in seen) else 0
    for total in range(LEAST) if shown.total is None else (shown.total,):
        yield from splits(seen, total, least)


def grids(shown: GridShown) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every table with these margins, row by row, by brute force."""
    assert shown.total is not None
    seen = [list(row.values()) for row in shown.counts.values()]
    least = 1 if any(number is not None for row in seen for number in row) else 0
    rows = [
        [way for each in (range(shown.total + 1) if total is None else (total,)) for way in splits(row, each, least)]
        for row, total in zip(seen, shown.rows.values(), strict=True)
    ]
    for way in product(*rows):
        downs = [sum(column) for column in zip(*way, strict=True)]
        right = all(known is None or known == down for known, down in zip(shown.columns.values(), downs, strict=True))
        if right and shown.total == sum(downs):
            yield way


def could_be(ways: Sequence[Sequence[int]], place: int) -> set[int]:
    return {way[place] for way in ways}


@given(some.lists(some.integers(0, 7), min_size=1, max_size=4))
def test_no_count_under_five_of_a_list_can_be_worked_out(counts: list[int]) -> None:
    shown = listed({str(place): number for place, number in enumerate(counts)})

    ways = list(lists(shown))
    assert tuple(counts) in ways
    for place, number in enumerate(counts):
        if 0 < number < LEAST:
            assert shown.counts[str(place)] is None
            assert len(could_be(ways, place)) > 1
            assert max(could_be(ways, place)) >= LEAST or shown.total is None


@settings(max_examples=25)
@given(some.lists(some.lists(some.integers(0, 5), min_size=2, max_size=2), min_size=1, max_size=3))
def test_no_count_under_five_of_a_table_can_be_worked_out_from_its_margins(rows: list[list[int]]) -> None:
    counts = {f"r{i}": {f"c{j}": number for j, number in enumerate(row)} for i, row in enumerate(rows)}

    shown = gridded(counts)

    if sum(map(sum, rows)) < LEAST:
        assert sum(map(sum, rows)) == 0 or {cell for row in shown.counts.values() for cell in row.values()} == {None}
        return
    ways = [tuple(cell for row in way for cell in row) for way in grids(shown)]
    flat = [number for row in rows for number in row]
    assert tuple(flat) in ways
    for place, number in enumerate(flat):
        if 0 < number < LEAST:
            assert max(could_be(ways, place)) >= LEAST, (rows, shown)


@given(some.data(), some.integers(2, 6), some.integers(2, 5))
def test_tables_of_any_size_hide_every_small_count_and_every_small_total(
    data: some.DataObject, rows: int, columns: int
) -> None:
    grid = data.draw(some.lists(some.lists(COUNTS, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    counts = {f"r{i}": {f"c{j}": number for j, number in enumerate(row)} for i, row in enumerate(grid)}

    shown = gridded(counts)

    downs = {column: sum(row[column] for row in counts.values()) for column in counts["r0"]}
    everything = [
        *((counts[row][column], shown.counts[row][column]) for row in counts for column in counts[row]),
        *((sum(counts[row].values()), shown.rows[row]) for row in counts),
        *((downs[column], shown.columns[column]) for column in downs),
        (sum(downs.values()), shown.total),
    ]
    assert all(seen in {None, true} for true, seen in everything)
    assert all(seen is None for true, seen in everything if 0 < true < LEAST)
    assert pinned(shown) == set()


def pinned(shown: GridShown) -> set[tuple[str, str]]:
    """Hidden cells that narrowing every row and column over and over leaves with one value: none may be small."""
    bounds = {
        (row, column): (0, 10**6) if number is None else (number, number)
        for row, cells in shown.counts.items()
        for column, number in cells.items()
    }
    hidden = {place for place in bounds if shown.counts[place[0]][place[1]] is None}
    lines = [
        *(([(row, column) for column in cells], shown.rows[row]) for row, cells in shown.counts.items()),
        *(([(row, column) for row in shown.counts], total) for column, total in shown.columns.items()),
        (list(bounds), shown.total),
    ]
    for _ in range(30):
        for places, total in lines:
            if total is not None:
                narrow(bounds, places, total)
    return {place for place in hidden if bounds[place][0] == bounds[place][1]}


def narrow(bounds: dict[tuple[str, str], tuple[int, int]], places: Sequence[tuple[str, str]], total: int) -> None:
    for place in places:
        others = [bounds[other] for other in places if other != place]
        low, high = bounds[place]
        most, least = total - sum(low for low, _ in others), total - sum(high for _, high in others)
        bounds[place] = (max(low, least), min(high, most))


@pytest.mark.parametrize(
    ("counts", "shown", "total"),
    [
        ({}, {}, 0),
        ({"a": 0, "b": 0}, {"a": 0, "b": 0}, 0),
        ({"a": 6, "b": 0, "c": 9}, {"a": 6, "b": 0, "c": 9}, 15),
        ({"a": 3, "b": 8, "c": 20, "d": 0}, {"a": None, "b": None, "c": 20, "d": 0}, 31),
        ({"a": 1, "b": 4}, {"a": None, "b": None}, 5),
        ({"a": 3, "b": 0}, {"a": None, "b": None}, None),
    ],
    ids=["nothing", "noughts", "large", "one-small", "all-small", "small-total"],
)
def test_as_little_is_kept_back_as_hides_the_small_ones(
    counts: Mapping[str, int], shown: Mapping[str, int | None], total: int | None
) -> None:
    found = listed(counts)

    assert (found.counts, found.total) == (shown, total)


def test_where_the_total_is_kept_back_elsewhere_the_whole_list_is() -> None:
    found = listed({"a": 30, "b": 40}, hide_total=True)

    assert (set(found.counts.values()), found.total) == ({None}, None)


def test_counts_that_add_up_to_nothing_stand_each_for_itself() -> None:
    assert alone({"a": 4, "b": 5, "c": 0}) == {"a": None, "b": 5, "c": 0}


def test_one_small_count_of_a_table_takes_three_more_with_it_and_leaves_the_margins() -> None:
    found = gridded({"a": {"x": 3, "y": 10, "z": 0}, "b": {"x": 12, "y": 11, "z": 9}, "c": {"x": 8, "y": 7, "z": 30}})

    assert sum(cell is None for row in found.counts.values() for cell in row.values()) == 4
    assert (found.rows, found.total) == ({"a": 13, "b": 32, "c": 45}, 90)


def test_a_table_that_cannot_be_hidden_otherwise_is_kept_back_but_for_its_total() -> None:
    found = gridded({"a": {"x": 2, "y": 4}})

    assert found.total == 6
    assert {cell for row in found.counts.values() for cell in row.values()} == {None}

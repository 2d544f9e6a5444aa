"""No count under five can be worked out from what is published: checked against every table that might be behind it."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as some

from states.suppression import LEAST, alone, gridded, listed, rounded_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from states.suppression import ListShown


def splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way in which counts add up to a total."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in splits(total - first, parts - 1))


def named(counts: Sequence[int]) -> dict[str, int]:
    return {f"k{place}": number for place, number in enumerate(counts)}


def seen(shown: ListShown) -> tuple[object, ...]:
    """What a reader has: the shown parts, if they are shown, and the total."""
    return (tuple(shown.counts.values()) if shown.in_parts else (), shown.total)


@pytest.mark.parametrize("parts", [1, 2, 3, 4])
def test_whoever_knows_the_rule_finds_no_count_under_five_in_any_list(parts: int) -> None:
    """Every list with the same total is printed, and those that look the same are compared."""
    alike: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    for total in range(24 if parts < 4 else 16):
        for counts in splits(total, parts):
            alike[seen(listed(named(counts)))].append(counts)

    for ways in alike.values():
        for place in range(parts):
            could_be = {way[place] for way in ways}
            assert len(could_be) > 1 or not 0 < min(could_be) < LEAST


@pytest.mark.parametrize("total", [5, 8, 9, 10, 11, 13, 16])
def test_whoever_knows_the_rule_finds_no_count_under_five_in_lists_that_may_be_told_in_groups(total: int) -> None:
    """Of four kinds the first two make a group, and so do the others."""
    alike: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    for one, two, three, four in splits(total, 4):
        alike[seen(listed(named((one, two, three, four)), {"a": one + two, "b": three + four}))].append(
            (one, two, three, four, one + two, three + four)
        )

    for ways in alike.values():
        for place in range(6):
            could_be = {way[place] for way in ways}
            assert len(could_be) > 1 or not 0 < min(could_be) < LEAST


@pytest.mark.parametrize("total", [6, 10, 13, 17])
def test_whoever_knows_the_rule_finds_no_count_under_five_in_a_table(total: int) -> None:
    alike: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for cells in splits(total, 4):
        (a, b), (c, d) = cells[:2], cells[2:]
        shown = gridded({"r": {"x": a, "y": b}, "s": {"x": c, "y": d}})
        alike[str(shown)].append((*cells, a + b, c + d, a + c, b + d))

    for ways in alike.values():
        for place in range(8):
            could_be = {way[place] for way in ways}
            assert len(could_be) > 1 or not 0 < min(could_be) < LEAST


COUNTS = some.one_of(some.integers(0, 6), some.integers(0, 40))


@given(some.data(), some.integers(2, 6), some.integers(2, 5))
def test_tables_of_any_size_show_no_small_count_and_no_small_total(
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
    cells = {shown.counts[row][column] is None for row in counts for column in counts[row]}
    assert len(cells) == 1
    assert len({total is None for total in shown.rows.values()}) == 1


@pytest.mark.parametrize(
    ("counts", "shown", "total"),
    [
        ({}, {}, 0),
        ({"a": 0, "b": 0}, {"a": 0, "b": 0}, 0),
        ({"a": 6, "b": 0, "c": 9}, {"a": 6, "b": 0, "c": 9}, 15),
        ({"a": 3, "b": 8, "c": 20, "d": 0}, dict.fromkeys("abcd"), 31),
        ({"a": 5, "b": 4, "c": 4}, dict.fromkeys("abc"), 13),
        ({"a": 1, "b": 4}, {"a": None, "b": None}, 5),
        ({"a": 9}, {"a": 9}, 9),
        ({"a": 3, "b": 0}, {"a": None, "b": None}, None),
    ],
    ids=["nothing", "noughts", "large", "one-small", "two-small", "all-small", "one-kind", "small-total"],
)
def test_a_list_is_shown_in_parts_only_where_none_of_them_is_small(
    counts: Mapping[str, int], shown: Mapping[str, int | None], total: int | None
) -> None:
    found = listed(counts)

    assert (found.counts, found.total) == (shown, total)


def test_what_is_left_of_named_reasons_is_not_told_by_their_being_kept_back() -> None:
    """A reason is named from ten on; the rest is one line, or two with those that gave none."""
    alike: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    for named_, rest, none in product((0, *range(10, 30)), range(30), range(30)):
        if named_ + rest + none < 30:
            parts = [{"n": named_, "rest": rest, "none": none}, {"n": named_, "rest or none": rest + none}]
            shown = listed(*({kind: n for kind, n in one.items() if n} for one in parts), from_total=14)
            alike[(*seen(shown), tuple(shown.counts) if shown.in_parts else ())].append((rest, none, rest + none))

    for ways in alike.values():
        for place in range(3):
            could_be = {way[place] for way in ways}
            assert len(could_be) > 1 or not 0 < min(could_be) < LEAST


def test_a_list_is_shown_in_the_finest_groups_of_which_none_is_small() -> None:
    fine, coarse = {"a": 3, "b": 8, "c": 20}, {"a or b": 11, "c": 20}

    assert listed(fine, coarse).counts == coarse
    assert listed({**fine, "a": 6}, coarse).counts == {**fine, "a": 6}
    assert not listed(fine, {"a": 3, "b or c": 28}).in_parts


def test_counts_that_add_up_to_nothing_stand_each_for_itself_and_nought_looks_like_few() -> None:
    assert alone({"a": 4, "b": 5, "c": 0}) == {"a": None, "b": 5, "c": None}


def test_one_small_count_of_a_table_leaves_the_totals_of_its_rows() -> None:
    found = gridded({"a": {"x": 3, "y": 10, "z": 0}, "b": {"x": 12, "y": 11, "z": 9}, "c": {"x": 8, "y": 7, "z": 30}})

    assert {cell for row in found.counts.values() for cell in row.values()} == {None}
    assert (found.rows, set(found.columns.values()), found.total) == ({"a": 13, "b": 32, "c": 45}, {None}, 90)


def test_a_table_with_a_small_row_is_kept_back_but_for_its_total() -> None:
    found = gridded({"a": {"x": 2, "y": 1}, "b": {"x": 9, "y": 9}})

    assert (set(found.rows.values()), found.total) == ({None}, 21)


@pytest.mark.parametrize(
    ("days", "told"), [(0, 0), (2, 0), (2.5, 5), (4, 5), (7.4, 5), (7.5, 10), (41, 40), (43.5, 45), (135, 135)]
)
def test_days_are_told_to_the_nearest_five(days: float, told: int) -> None:
    assert rounded_days(days) == told

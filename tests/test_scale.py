"""What `make scale` makes and writes: a run that is broken off goes on, and what was not measured is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from benchmarks import bulk, scale, scale_stock
from benchmarks.scale_kept import Kept, on_sqlite
from benchmarks.scale_waits import Row
from records import references
from records.cases import CASES
from records.database import reading
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.bulk import Told


def test_cases_that_were_made_in_part_grow_on_under_the_numbers_not_given_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale_stock, "YEARS", range(2024, 2026))
    for name, less in (("STARTS", scale_stock.STARTS[:1]), ("OPEN", 3), ("OF_OPEN_ONES", 1), ("OF_THE_LAST_YEAR", 7)):
        monkeypatch.setattr(scale_stock, name, less)
    with on_sqlite(tmp_path) as there:
        scale_stock.begin(there.address("few"))
        there.copy("few", "many")
        decades = scale_stock.begun(there.address("many"))
    made: list[str] = []

    def broken_off(url: str, stories: list[Told], refs: list[str], first: int) -> None:
        made.extend(refs[:2])
        bulk.put_in(url, stories, refs[:2], first)
        if len(made) > 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(scale_stock, "put_in", broken_off)
    with pytest.raises(KeyboardInterrupt):
        decades.grow(20)
    monkeypatch.setattr(scale_stock, "put_in", bulk.put_in)
    scale_stock.begun(there.address("many")).grow(20)

    with reading(decades.filled.engine) as tx:
        refs = set(tx.execute(select(CASES.c.ref)).scalars())
        last = references.given(tx)
    assert len(refs) == decades.cases == 20
    assert {f"{series}-{number:04}" for series, most in last.items() for number in range(1, most + 1)} == refs
    assert verify(decades.filled.engine).places == ()
    decades.filled.engine.dispose()


def test_what_was_measured_is_found_by_the_next_run_and_what_was_not_is_named(tmp_path: Path) -> None:
    first = scale.ROWS[1]
    kept = Kept.found("sqlite", tmp_path)
    for size, figure in ((25_000, 2.0), (30_000, 2.5)):
        kept.take(first.what, size, figure)
        kept.take(scale.MADE.what, size, figure)
    kept.forget("all cases")

    again = Kept.found("sqlite", tmp_path)

    assert (again.lacks(first.what, 30_000), again.lacks(scale.MADE.what, 30_000)) == (False, True)
    told = "\n".join([*scale.heading({"sqlite": again}, 30_000), *scale.table(again, 30_000)])
    assert f"| {first.what} | 2.00 ms | 2.50 ms | 1.25x | {first.mark} | reached |" in told
    assert f"Not measured: {scale.MADE.what} (sqlite);" in told
    assert first.what not in told.partition("Not measured")[2].partition("##")[0]


def test_a_figure_reaches_its_mark_at_the_most_cases_and_beside_the_fewest() -> None:
    both, faster = Row("both", "ms", at_most=5, times=1.3), Row("faster", "x", at_least=1.7)

    assert [both.verdict(*pair) for pair in ((4, 5), (3, 5), (5, 5.1))] == ["reached", "not reached", "not reached"]
    assert [faster.verdict(2, one) for one in (1.7, 1.6)] == ["reached", "not reached"]
    assert Row("made", "min", at_most=20).verdict(1.7743296532500001, 3.87154682758337) == "reached"
    assert Row("neither", "s").verdict(1, 9) == ""

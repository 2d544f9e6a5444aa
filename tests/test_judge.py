"""Nobody works out a count of one to four from all that is published: an exact judge finds another year for each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.judge import Judge, Released, released

PLAYED = int(os.environ.get("JUDGE", "12"))
"""How many years are played: a sample in the suite, 300 by `make judge`."""
ONCE_TOLD = (7346, 9203)
"""Years in which a count was told, or was taken for told."""


@pytest.mark.parametrize("seed", [*range(PLAYED), *ONCE_TOLD])
def test_for_every_small_count_another_year_prints_the_same_papers(seed: int) -> None:
    years, counts = released(seed)

    assert Judge(years, counts).told() == []


class Careless(Released):
    """A release that says too much: the judge must find it."""

    def printed(self, counts: object) -> list[object]:
        found = super().printed(counts)  # type: ignore[arg-type]
        return [*found, counts[0]["g D0 D0: ground 0"]]  # type: ignore[index]


def test_the_judge_finds_a_count_that_is_told() -> None:
    seed = next(one for one in range(100) if released(one)[1][0].get("g D0 D0: ground 0") in range(1, 5))
    years, counts = released(seed)

    assert any("ground D0: ground 0" in one for one in Judge(Careless(years.shapes), counts).told())


def test_the_same_years_are_printed_the_same_whatever_the_seed_of_the_hashes() -> None:
    program = "import json; from tests.judge import released\n"
    program += "print(json.dumps([years.printed(counts) for years, counts in map(released, range(6))], default=str))"
    printed = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[1],
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "42", "4294967295")
    ]

    assert len(set(printed)) == 1
    assert len(json.loads(printed[0].splitlines()[-1])) == 6

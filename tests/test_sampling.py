"""A sample is drawn by its seed alone, and agreement is told with how sure it is."""

from __future__ import annotations

import subprocess
from math import sqrt

import pytest

from states.agreement import WIDE, agreement, exact
from states.sampling import draw, in_order, shared_out

REFS = [f"LR-2026-{number:04}" for number in range(1, 41)]
STRATA = {"A review": REFS[:30], "Neither": REFS[30:38], "Not decided yet": REFS[38:]}
TABLE = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}


def pairs(table: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    return [pair for pair, number in table.items() for _ in range(number)]


def test_the_same_seed_draws_the_same_and_whoever_has_a_shell_draws_it_too() -> None:
    drawn = draw(STRATA, 12, "2026 audit")

    assert drawn == draw({name: reversed(refs) for name, refs in reversed(STRATA.items())}, 12, "2026 audit")
    assert {one.name: len(one.drawn) for one in drawn} == {"A review": 9, "Neither": 2, "Not decided yet": 1}
    assert drawn != draw(STRATA, 12, "another")
    loop = 'for ref in $0; do echo "$(printf "2026 audit\\n$ref" | sha256sum) $ref"; done | sort | head -9 | cut -c69-'
    by_hand = subprocess.run(
        ["bash", "-c", loop, " ".join(STRATA["A review"])], capture_output=True, check=True, text=True
    )
    assert tuple(by_hand.stdout.split()) == drawn[0].drawn


def test_every_stratum_gives_one_before_any_gives_two_and_none_more_than_it_has() -> None:
    assert shared_out({"large": 100, "small": 1, "tiny": 1}, 3) == {"large": 1, "small": 1, "tiny": 1}
    assert shared_out({"large": 100, "small": 1, "tiny": 1}, 2) == {"large": 1, "small": 1, "tiny": 0}
    assert shared_out({"large": 3, "small": 1}, 9) == {"large": 3, "small": 1}
    assert set(in_order("x", REFS)) == set(REFS)


def test_kappa_and_its_interval_are_those_of_the_textbook_example() -> None:
    found = agreement(pairs(TABLE))

    assert (found.count, found.share, found.kappa) == (50, pytest.approx(0.7), pytest.approx(0.4))
    assert found.low is not None
    assert found.high is not None
    assert (found.high - found.low) / 2 / WIDE == pytest.approx(error_by_small_changes(TABLE), rel=1e-3)


def kappa(table: dict[tuple[str, str], float]) -> float:
    whole = sum(table.values())
    same = sum(number for (one, other), number in table.items() if one == other) / whole
    rows = {answer: sum(n for (one, _), n in table.items() if one == answer) / whole for answer in ("yes", "no")}
    columns = {answer: sum(n for (_, other), n in table.items() if other == answer) / whole for answer in ("yes", "no")}
    chance = sum(rows[answer] * columns[answer] for answer in rows)
    return (same - chance) / (1 - chance)


def error_by_small_changes(table: dict[tuple[str, str], int]) -> float:
    """The standard error by the delta method, each share of the table changed a little by itself."""
    whole, step = sum(table.values()), 1e-6
    shares = {cell: number / whole for cell, number in table.items()}
    slopes = {cell: (kappa({**shares, cell: share + step}) - kappa(shares)) / step for cell, share in shares.items()}
    mean = sum(shares[cell] * slopes[cell] for cell in shares)
    return sqrt(sum(shares[cell] * (slopes[cell] - mean) ** 2 for cell in shares) / whole)


def test_what_kappa_cannot_tell_is_said() -> None:
    assert agreement([]).note
    alike = agreement([("yes", "yes")] * 12)
    assert (alike.kappa, alike.share) == (None, 1)
    assert "says nothing" in alike.note
    every = agreement([("yes", "yes"), ("no", "no")] * 6)
    assert (every.kappa, every.low, every.high) == (1, None, None)
    assert "no interval" in every.note
    never = agreement([("yes", "no"), ("no", "yes")] * 40)
    assert (never.kappa, never.low, never.share) == (-1, None, 0)


@pytest.mark.parametrize("number", [1, 2, 12, 49])
def test_few_cases_are_given_no_interval_of_kappa_and_an_exact_one_of_the_share(number: int) -> None:
    found = agreement([("yes", "no"), ("no", "yes"), *[("yes", "yes")] * 12, *[("no", "no")] * 35][:number])

    assert (found.low, found.high) == (None, None)
    assert "fewer than 50 cases" in found.note
    assert found.least is not None
    assert found.most is not None
    assert found.most - found.least > 0.1


def test_the_interval_of_a_share_is_the_one_in_the_tables() -> None:
    assert exact(0, 10) == (0, pytest.approx(0.3085, abs=1e-4))
    assert exact(9, 10) == (pytest.approx(0.5550, abs=1e-4), pytest.approx(0.9975, abs=1e-4))
    assert exact(0, 1) == (0, pytest.approx(0.975, abs=1e-4))

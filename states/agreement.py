"""How far two people who read the same cases agree, beyond what chance would bring about: Cohen's kappa."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

WIDE = 1.959964
"""Standard errors on either side of an interval that holds what is true nineteen times in twenty."""

Shares = Mapping[str, float]

ALL_AGREE = "Both agree on every case, so no interval can be worked out from these cases."
ALL_ALIKE = "Every answer is the same, so chance alone would agree as often: kappa says nothing here."
NOTHING = "No case was read twice yet."


@dataclass(frozen=True)
class Agreement:
    """Agreement over `count` cases. `share` agreed as it was counted, `kappa` beyond chance (1: all, 0: chance).

    `low` and `high` are the ends of the interval of 95 %, as large samples give it; where kappa or its interval cannot
    be told it is None, and `note` says why.
    """

    count: int
    share: float | None
    kappa: float | None
    low: float | None
    high: float | None
    note: str = ""


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Cohen's kappa of pairs of answers, the first reader's and the second's.

    The standard error is that of Fleiss, Cohen and Everitt (1969).
    """
    count = len(pairs)
    if not count:
        return Agreement(0, None, None, None, None, NOTHING)
    share = sum(one == other for one, other in pairs) / count
    first, second = _shares([one for one, _ in pairs]), _shares([other for _, other in pairs])
    chance = sum(first[answer] * second[answer] for answer in list(first))
    if chance == 1:
        return Agreement(count, share, None, None, None, ALL_ALIKE)
    kappa = (share - chance) / (1 - chance)
    if share == 1:
        return Agreement(count, share, kappa, None, None, ALL_AGREE)
    error = sqrt(_variance(pairs, first, second, share, chance))
    return Agreement(count, share, kappa, max(-1.0, kappa - WIDE * error), min(1.0, kappa + WIDE * error))


def _variance(pairs: Sequence[tuple[str, str]], first: Shares, second: Shares, share: float, chance: float) -> float:
    count, cells = len(pairs), Counter(pairs)
    kappa = (share - chance) / (1 - chance)
    spread = 0.0
    for (one, other), number in cells.items():
        both = first[other] + second[one]
        weight = 1 - both * (1 - kappa) if one == other else -both * (1 - kappa)
        spread += number / count * weight**2
    return max(0.0, (spread - (kappa - chance * (1 - kappa)) ** 2) / (count * (1 - chance) ** 2))


def _shares(answers: Sequence[str]) -> dict[str, float]:
    """Each answer with its share of all of them; none for an answer that was not given."""
    found: dict[str, float] = defaultdict(float)
    found |= {answer: number / len(answers) for answer, number in Counter(answers).items()}
    return found

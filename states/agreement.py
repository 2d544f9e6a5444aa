"""How far two people who read the same cases agree, beyond what chance would bring about: Cohen's kappa."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import comb, sqrt

WIDE = 1.959964
"""Standard errors on either side of an interval that holds what is true nineteen times in twenty."""

FEWEST = 50
"""From fewer cases no interval of kappa is given: on invented answers that of 12 held what is true in 56 to 98 of
100, that of 50 in 88 to 95. Cicchetti (1981) asks for twice the square of the number of answers as well."""
TAIL = 0.025
"""What lies beyond each end of an interval of 95 %."""

Shares = Mapping[str, float]

FEW = (
    "No interval of kappa is given from fewer than {fewest} cases: the formula is one for many, and would claim more "
    "than so few can tell."
)
ALL_AGREE = "Both agree on every case, so no interval can be worked out from these cases."
ALL_ALIKE = "Every answer is the same, so chance alone would agree as often: kappa says nothing here."
NEVER = "The readers never agree, so no interval of kappa can be worked out from these cases."
NOTHING = "No case was read twice yet."


@dataclass(frozen=True)
class Agreement:
    """Agreement over `count` cases. `share` agreed as it was counted, `kappa` beyond chance (1: all, 0: chance).

    `low` and `high` are the ends of the interval of 95 % of kappa, as large samples give it; where kappa or its
    interval cannot be told it is None, and `note` says why. `least` and `most` are those of the share, which hold for
    any number of cases.
    """

    count: int
    share: float | None
    kappa: float | None
    low: float | None
    high: float | None
    note: str = ""
    least: float | None = None
    most: float | None = None


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Cohen's kappa of pairs of answers, the first reader's and the second's.

    The standard error is that of Fleiss, Cohen and Everitt (1969), the interval of the share the exact one of Clopper
    and Pearson (1934).
    """
    count = len(pairs)
    if not count:
        return Agreement(0, None, None, None, None, NOTHING)
    same = sum(one == other for one, other in pairs)
    share, (least, most) = same / count, exact(same, count)
    first, second = _shares([one for one, _ in pairs]), _shares([other for _, other in pairs])
    chance = sum(first[answer] * second[answer] for answer in list(first))
    if chance == 1:
        return Agreement(count, share, None, None, None, ALL_ALIKE, least, most)
    kappa = (share - chance) / (1 - chance)
    fewest = max(FEWEST, 2 * len({*first, *second}) ** 2)
    if note := _why_no_interval(share, count, fewest):
        return Agreement(count, share, kappa, None, None, note, least, most)
    error = sqrt(_variance(pairs, first, second, share, chance))
    low, high = max(-1.0, kappa - WIDE * error), min(1.0, kappa + WIDE * error)
    return Agreement(count, share, kappa, low, high, "", least, most)


def exact(found: int, count: int) -> tuple[float, float]:
    """The interval of 95 % of a share that was found so often among so many (Clopper and Pearson): for few as well."""
    least = 0.0 if found == 0 else _share_where(lambda share: 1 - _up_to(found - 1, count, share) >= TAIL)
    most = 1.0 if found == count else _share_where(lambda share: _up_to(found, count, share) <= TAIL)
    return least, most


def _why_no_interval(share: float, count: int, fewest: int) -> str:
    """Why no interval of kappa is given; empty where one is."""
    if share == 1:
        return ALL_AGREE
    if count < fewest:
        return FEW.format(fewest=fewest)
    return "" if share else NEVER


def _up_to(found: int, count: int, share: float) -> float:
    """How likely at most so many are found among so many, where that is the share."""
    return sum(comb(count, one) * share**one * (1 - share) ** (count - one) for one in range(found + 1))


def _share_where(holds: Callable[[float], bool]) -> float:
    """The least share for which something holds, that holds for all above it."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


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

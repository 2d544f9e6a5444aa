"""Groups discrepancies by cause: one line each, with their number and the first few places."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from states.words import first_up
from workflows.verification.replay import Discrepancy

SHOWN = 3
"""How many places of a cause are named."""

PARTICULARS = re.compile(r"'[^']*'|\([^()]*(?:\([^()]*\)[^()]*)*\)|\b[0-9a-f]{12,}\b|\d+(?:[-.:]\d+)*")
"""What makes two sentences about one thing differ: quoted words, what is said in brackets, digests, numbers, days."""


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong, and every place where it shows."""

    what: str
    places: tuple[Discrepancy, ...]

    def __str__(self) -> str:
        if len(self.places) == 1:
            return str(self.places[0])
        where = list(dict.fromkeys(one.where or one.what for one in self.places))
        more = [f"and {len(where) - SHOWN:,} more"] if len(where) > SHOWN else []
        what, named = first_up(self.what), "; ".join([*where[:SHOWN], *more])
        return f"{what}: {len(self.places):,} places ({named})."


def causes(places: Iterable[Discrepancy]) -> tuple[Cause, ...]:
    """The places by what is wrong, in the order in which each cause was first met."""
    found: defaultdict[str, list[Discrepancy]] = defaultdict(list)
    for place in places:
        found[place.cause or PARTICULARS.sub("…", place.what)].append(place)
    return tuple(Cause(what, tuple(of_it)) for what, of_it in found.items())

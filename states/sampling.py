r"""Drawing cases by chance so that anybody can draw the same ones again: by a seed, stratum by stratum.

In each stratum the cases are put in the order of the SHA-256 of the seed, a line break and the reference (UTF-8, hex),
and taken from the beginning. Nothing else is needed to draw again: `printf 'SEED\nREFERENCE' | sha256sum`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Stratum:
    """A stratum: what its cases have in common, every reference it was drawn from, and those that were drawn."""

    name: str
    of: tuple[str, ...]
    drawn: tuple[str, ...]


def draw(strata: Mapping[str, Iterable[str]], count: int, seed: str) -> tuple[Stratum, ...]:
    """Draw so many cases in all, of each stratum as many as its share of the cases, at least one where that goes.

    Of fewer cases than were asked for, all are drawn.
    """
    every = {name: tuple(sorted(refs)) for name, refs in sorted(strata.items()) if refs}
    shares = shared_out({name: len(refs) for name, refs in every.items()}, count)
    return tuple(Stratum(name, refs, in_order(seed, refs)[: shares[name]]) for name, refs in every.items())


def in_order(seed: str, refs: Iterable[str]) -> tuple[str, ...]:
    """References in the order in which a seed draws them."""
    return tuple(sorted(refs, key=lambda ref: hashlib.sha256(f"{seed}\n{ref}".encode()).hexdigest()))


def shared_out(sizes: Mapping[str, int], count: int) -> dict[str, int]:
    """How many of each stratum: one of each first (of the largest, where there are more strata than cases to draw).

    What is left goes where the share by size is furthest from being reached; of equals the first in the alphabet.
    """
    wanted = min(count, sum(sizes.values()))
    largest = sorted(sizes, key=lambda name: (-sizes[name], name))
    found = {name: int(place < wanted) for place, name in enumerate(largest)}
    total = sum(sizes.values()) or 1
    while sum(found.values()) < wanted:
        room = [name for name in sizes if found[name] < sizes[name]]
        found[min(room, key=lambda name: (found[name] - wanted * sizes[name] / total, name))] += 1
    return found

"""Refuses a guidance file too large for a person to have written, before it is parsed any further."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from config.toml_places import Fault, Place

MOST_IN_ONE = 400
"""Entries of one table or list; the largest edition that comes with Cairn has 35."""

MOST_TABLES = 5_000
"""Tables and lists of a whole file; the largest edition that comes with Cairn has 1,500."""

MOST_MOVES = 1_000
"""Moves, each counted once for every state it starts from where it leaves the case there."""


def sizes(data: Mapping[str, Any]) -> Iterator[Fault]:
    """What there is too much of in a file, with its place."""
    ahead: list[tuple[Place, Any]] = [((), data)]
    for place, held in ahead:
        if len(held) > MOST_IN_ONE:
            yield place, f"it has {len(held):,} entries, and none may have more than {MOST_IN_ONE}. Shorten it."
            continue
        inner = held.items() if isinstance(held, Mapping) else enumerate(held)
        ahead.extend(((*place, key), one) for key, one in inner if isinstance(one, dict | list))
        if len(ahead) > MOST_TABLES:
            yield (), f"the file has more than {MOST_TABLES:,} tables and lists. Shorten it."
            return
    moves = data.get("transitions")
    spelt_out = sum(map(_times, moves)) if isinstance(moves, list) else 0
    if spelt_out > MOST_MOVES:
        yield ("transitions",), f"they are {spelt_out:,} moves, and at most {MOST_MOVES:,} may be. Shorten it."


def _times(move: object) -> int:
    """How many moves an entry stands for."""
    source = move.get("source") if isinstance(move, Mapping) and not move.get("dest") else None
    return len(source) if isinstance(source, list) else 1

"""What guidance for others says about limits the nation leaves open: shown for reference, never filled in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "neighbours.toml"


@dataclass(frozen=True)
class Elsewhere:
    """One line of the list: a limit of another edition, or what guidance says that has no file here, and where."""

    edition: str = ""
    limit: str = ""
    says: str = ""
    title: str = ""
    url: str = ""


def neighbours_of(edition: str, limit: str) -> tuple[Elsewhere, ...]:
    """What the list has beside a limit of an edition."""
    return listed().get((edition, limit), ())


@lru_cache(maxsize=1)
def listed() -> Mapping[tuple[str, str], tuple[Elsewhere, ...]]:
    """The whole list, by edition and limit."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        (edition, limit): tuple(Elsewhere(**one) for one in lines)
        for edition, limits in found.items()
        for limit, lines in limits.items()
    }

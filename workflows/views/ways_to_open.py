"""Every way in which a case can be opened: each edition of the guidance in use, with its openings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config.procedures import names
from states.procedure import Procedure


@dataclass(frozen=True)
class WaysToOpen:
    """An edition of the guidance, by its name and title, and how a case opens under it: each way with its words."""

    edition: str
    title: str
    ways: tuple[tuple[str, str], ...]


def ways_to_open(guidance: Callable[[str], Procedure]) -> tuple[WaysToOpen, ...]:
    """The editions that a case can be opened under; one that was withdrawn is not among them."""
    found = (guidance(name) for name in names())
    return tuple(
        WaysToOpen(one.name, one.title, tuple((move.trigger, move.label) for move in one.openings))
        for one in found
        if one.kind == "case" and not one.withdrawn_on and one.openings
    )

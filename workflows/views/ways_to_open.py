"""Every way in which a case can be opened: each edition of the guidance in use, with its openings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config.procedures import names
from states.procedure import Procedure

OWN = ("Scotland", "child_protection")
"""The nation and the regime that most of a committee's cases are under."""


@dataclass(frozen=True)
class WaysToOpen:
    """An edition of the guidance, by its name and title, and how a case opens under it: each way with its words."""

    edition: str
    title: str
    ways: tuple[tuple[str, str], ...]


def ways_to_open(guidance: Callable[[str], Procedure]) -> tuple[WaysToOpen, ...]:
    """The editions that a case can be opened under, those for children in Scotland first; none that was withdrawn."""
    found = sorted((guidance(name) for name in names()), key=lambda one: (one.nation, one.regime) != OWN)
    return tuple(
        WaysToOpen(one.name, one.title, tuple((move.trigger, move.label) for move in one.openings))
        for one in found
        if one.kind == "case" and not one.withdrawn_on and one.openings
    )

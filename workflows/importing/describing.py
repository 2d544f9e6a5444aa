"""What describes a review, in the words of its edition: the fields that are analysed of reviews taken together."""

from __future__ import annotations

from collections.abc import Iterable

from states.procedure import Procedure
from states.steps import Field
from workflows.importing.targets import plain_heading

DESCRIBE = "describe"
"""The step that records what is analysed of reviews."""


def describing(editions: Iterable[Procedure]) -> dict[str, Field]:
    """The fields that describe a review, by name: those of the newest edition that has each."""
    found: dict[str, Field] = {}
    for edition in sorted(editions, key=lambda one: one.issued_on):
        for move in edition.transitions:
            if move.trigger == DESCRIBE:
                found |= {one.name: one for one in move.fields}
    return found


def headings_of(editions: Iterable[Procedure]) -> dict[str, str]:
    """What a column means that is called as such a field is, by its heading."""
    return {plain_heading(one.label): f"field:{name}" for name, one in describing(editions).items()}

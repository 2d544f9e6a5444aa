"""The page of a pack: what a form of the Care Inspectorate asks, what is missing, and whether it was submitted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from workflows.reports.inspectorate_pack import Pack, reopened_words, submitted_words
from workflows.views.json_names import FLAT, UNWRITTEN


@dataclass(frozen=True)
class PackPage:
    """A pack as a page shows it: items with their answers, and what is missing with what records it.

    Days are those in Scotland. `submitted` says in words that the form was sent (empty: it was not), `note` that the
    case was opened again after the decision the pack is about.
    """

    pack: Pack = field(metadata=FLAT)
    complete: bool
    submitted: str = field(metadata=UNWRITTEN)
    note: str = field(metadata=UNWRITTEN)

    @classmethod
    def of(cls, found: Pack) -> Self:
        """The page of a pack that was gathered."""
        submitted = submitted_words(found) if found.submitted_on else ""
        return cls(found, found.complete, submitted, reopened_words(found))

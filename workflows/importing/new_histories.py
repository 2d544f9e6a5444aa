"""The cases an import would create: reviews with their recommendations and actions, each with its row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

OF_REVIEW, OF_NUMBER, OF_TEXT, OF_ACTION = "review:", "/", "#", ":"
"""What a key is made of: review:REFERENCE, then /NUMBER#TEXT of a recommendation, then :TEXT of an action.

The reference and the number are folded: none that has a letter or a figure has such signs. Texts are fingerprints.
"""


def digest_of(said: Any) -> str:
    """A fingerprint of what a row says, so that a later version of the sheet can be held against it."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class NewAction:
    """An action: what it says by field, the words the sheet has besides, and whether it has ended."""

    key: str
    row: int
    fields: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def seen(self) -> str:
        """What the row says, as a fingerprint."""
        return digest_of((self.fields, self.words))


@dataclass(frozen=True)
class NewRecommendation:
    """A recommendation, in which state it stands, on which day it was agreed (None: the sheet does not say)."""

    key: str
    row: int
    fields: Mapping[str, str]
    state: str
    agreed: date | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    agencies: tuple[str, ...] = ()
    actions: tuple[NewAction, ...] = ()

    @property
    def seen(self) -> str:
        """What the row says, as a fingerprint."""
        return digest_of((self.fields, self.state, self.agreed, self.words))


NOT_OF_ITS_ROWS = frozenset({"children", "recommendations", "row", "where", "title"})
"""What is no word of a review's own rows: it may be otherwise while they say the same."""


@dataclass(frozen=True)
class NewReview:
    """A review: its reference in the sheet, its edition, the days known of it by name, and where it stands.

    `where` says that in the words of the edition, and `title` is what that is called. `children` are names that go
    where names are kept, never into the history.
    """

    key: str
    row: int
    reference: str
    edition: str
    days: Mapping[str, date]
    stands: str
    decision: str = ""
    lead: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    agencies: tuple[str, ...] = ()
    children: tuple[str, ...] = field(default=(), repr=False)
    recommendations: tuple[NewRecommendation, ...] = ()
    where: str = ""
    title: str = ""

    @property
    def seen(self) -> str:
        """What its rows say of the review itself, as a fingerprint."""
        told = {key: value for key, value in asdict(self).items() if key not in NOT_OF_ITS_ROWS}
        return digest_of(told)

    def texts(self) -> Iterator[tuple[int, str]]:
        """Every text that would go into a history, with its row."""
        yield from ((self.row, one) for one in (self.reference, *map(str, self.fields.values()), *self.words.values()))
        for one in self.recommendations:
            yield from ((one.row, text) for text in (*one.fields.values(), *one.words.values()))
            for action in one.actions:
                yield from ((action.row, text) for text in (*action.fields.values(), *action.words.values()))

    def names(self) -> Iterator[tuple[int, str]]:
        """Every name of a person or an agency, with its row."""
        yield from ((self.row, one) for one in (self.lead, *self.agencies, *self.children))
        for one in self.recommendations:
            yield from ((one.row, agency) for agency in one.agencies)

    def agency_names(self) -> Iterator[tuple[int, str]]:
        """Every agency that is named of it, with the row."""
        yield from ((self.row, one) for one in self.agencies)
        for one in self.recommendations:
            yield from ((one.row, agency) for agency in one.agencies)
            yield from ((each.row, each.fields["agency"]) for each in one.actions if "agency" in each.fields)


@dataclass(frozen=True)
class RowProblem:
    """A row of which something cannot be taken, and why."""

    row: int
    what: str


@dataclass(frozen=True)
class Brought:
    """What an earlier import made of a row: the case, the item of it, what the row said, where it stood, its words."""

    ref: str
    seen: str
    row: str
    file: str
    item: str = ""
    text: str = ""

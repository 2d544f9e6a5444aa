"""Searching everywhere: cases by reference or people, recommendations by words, agencies, lines of the history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Connection, RowMapping, func, or_, select

from records import agencies, chain
from records.cases import CASES
from records.editions import EditionLibrary
from records.history import HISTORY
from records.search import Similar, similar
from states.errors import DAMAGED, NotFound
from states.identity import folded
from workflows.views.sentences import by_whom, sentence

MOST = 20
"""How many of each kind are shown."""

POOL = 200
"""So many of the newest entries that hold the words anywhere are looked into."""

SHORTEST = 2
"""A word of the history is looked for from so many letters on."""

OPEN_FIRST = (CASES.c.closed_on.is_not(None), CASES.c.ref.desc())
ENTRIES = (
    select(CASES.c.ref, CASES.c.digest, HISTORY.c.body)
    .join(CASES, CASES.c.id == HISTORY.c.case_id)
    .order_by(HISTORY.c.recorded_at.desc(), HISTORY.c.case_id, HISTORY.c.sequence.desc())
)


@dataclass(frozen=True)
class FoundCase:
    """A case that was found: where it stands, and who leads it."""

    ref: str
    stands: str
    lead: str
    closed_on: date | None


@dataclass(frozen=True)
class FoundEntry:
    """A line of a history that was found: what it says, why, by whom, and when it happened."""

    ref: str
    sequence: int
    says: str
    reason: str
    by: str
    on: date


@dataclass(frozen=True)
class Everything:
    """What was found for some words, the likeliest of each kind first."""

    words: str
    cases: tuple[FoundCase, ...] = ()
    recommendations: tuple[Similar, ...] = ()
    agencies: tuple[str, ...] = ()
    entries: tuple[FoundEntry, ...] = ()

    @property
    def count(self) -> int:
        """How many things were found."""
        return len(self.cases) + len(self.recommendations) + len(self.agencies) + len(self.entries)


def everywhere(tx: Connection, words: str, hidden: frozenset[str] = frozenset()) -> Everything:
    """What there is about some words, or under a reference; nothing for no words, and nothing of what is hidden."""
    said = " ".join(words.split())
    if not said:
        return Everything("")
    return Everything(
        words=said,
        cases=tuple(one for one in _cases(tx, said) if one.ref not in hidden),
        recommendations=tuple(one for one in _recommendations(tx, said) if one.ref not in hidden),
        agencies=tuple(_agencies(tx, said)),
        entries=tuple(one for one in _entries(tx, said) if one.ref not in hidden),
    )


def _cases(tx: Connection, said: str) -> Iterator[FoundCase]:
    low = said.lower()
    alike = or_(
        CASES.c.ref.contains(said.upper(), autoescape=True),
        func.lower(CASES.c.lead).contains(low, autoescape=True),
        func.lower(CASES.c.deputy).contains(low, autoescape=True),
    )
    columns = (CASES.c.ref, CASES.c.digest, CASES.c.state, CASES.c.lead, CASES.c.closed_on)
    shelf = EditionLibrary(tx)
    for row in tx.execute(select(*columns).where(alike).order_by(*OPEN_FIRST).limit(MOST)).mappings():
        stands = shelf.procedure(row["digest"]).label_of("states", row["state"])
        yield FoundCase(row["ref"], stands, row["lead"], row["closed_on"])


def _recommendations(tx: Connection, said: str) -> tuple[Similar, ...]:
    try:
        return similar(tx, said, MOST)
    except NotFound:  # a reference that no recommendation has
        return ()


def _agencies(tx: Connection, said: str) -> Iterator[str]:
    wanted = folded(said)
    for one in agencies.read(tx).all:
        if any(wanted in folded(name) for name in (one.name, *one.other_names)):
            yield one.name


def _entries(tx: Connection, said: str) -> Iterator[FoundEntry]:
    """The newest entries that say these words; names of fields and the like in them do not count."""
    words = [one for one in said.lower().split() if len(one) >= SHORTEST]
    if not words:
        return
    hold = [func.lower(HISTORY.c.body).contains(one, autoescape=True) for one in words]
    shelf = EditionLibrary(tx)
    told = (_told(shelf, row, words) for row in tx.execute(ENTRIES.where(*hold).limit(POOL)).mappings())
    yield from islice((one for one in told if one is not None), MOST)


def _told(shelf: EditionLibrary, row: RowMapping, words: list[str]) -> FoundEntry | None:
    """An entry, where it says the words itself; None where they stand in the names of its fields alone."""
    try:
        entry, procedure = chain.entry_of(row["body"]), shelf.procedure(row["digest"])
        says, by = sentence(procedure, entry), by_whom(procedure, entry)
    except DAMAGED:  # a task says so
        return None
    text = " ".join((says, entry.reason, by, *_texts(entry.data.get("fields", {})))).lower()
    if not all(one in text for one in words):
        return None
    return FoundEntry(row["ref"], entry.sequence, says, entry.reason, by, entry.happened_on)


def _texts(value: Any) -> Iterator[str]:
    """Every text in what was filled in."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(one)

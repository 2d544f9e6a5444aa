"""Searching everywhere: cases by reference or people, recommendations by words, agencies, lines of the history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, or_, select

from records import agencies, chain, references
from records.cases import CASES
from records.editions import EditionLibrary
from records.history import HISTORY
from records.imports import called_before
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

LOOKED_INTO = 5_000
"""So many of the newest entries are looked into for words: the last years of a large committee."""

IN_A_REFERENCE = re.compile(r"[A-Za-z]{1,4}|[A-Za-z]{0,6}-?\d[-\d]*")

BY_TIME = (HISTORY.c.recorded_at.desc(), HISTORY.c.case_id.desc(), HISTORY.c.sequence.desc())
NEWEST = select(HISTORY.c.case_id, HISTORY.c.sequence, HISTORY.c.recorded_at, HISTORY.c.body).order_by(*BY_TIME)


@dataclass(frozen=True)
class FoundCase:
    """A case that was found: where it stands, and who leads it."""

    ref: str
    stands: str
    lead: str
    closed_on: date | None
    came_as: str = ""
    """Its reference in the sheet it came out of, where it was found by that."""


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

    looked_into: int = LOOKED_INTO
    """So many of the newest entries were looked into."""

    @property
    def count(self) -> int:
        """How many things were found."""
        return len(self.cases) + len(self.recommendations) + len(self.agencies) + len(self.entries)


def search_everything(tx: Connection, words: str, hidden: frozenset[str]) -> Everything:
    """What there is about some words, or under a reference; nothing for no words, and nothing of what is hidden."""
    said = " ".join(words.split())
    if not said:
        return Everything("")
    return Everything(
        words=said,
        cases=tuple(one for one in _cases(tx, said) if one.ref not in hidden),
        recommendations=_recommendations(tx, said, hidden),
        agencies=tuple(_agencies(tx, said)),
        entries=tuple(one for one in _entries(tx, said) if one.ref not in hidden),
    )


def _cases(tx: Connection, said: str) -> Iterator[FoundCase]:
    before = called_before(tx, said)
    alike = (*_alike(tx, said), *((CASES.c.ref.in_(before),) if before else ()))
    if not alike:
        return
    found = _likely(tx, CASES.c.closed_on.is_(None), alike, MOST)
    if len(found) < MOST:
        found += _likely(tx, CASES.c.closed_on.is_not(None), alike, MOST - len(found))
    library = EditionLibrary(tx)
    for row in found:
        stands = library.procedure(row["digest"]).label_of("states", row["state"])
        yield FoundCase(row["ref"], stands, row["lead"], row["closed_on"], before.get(row["ref"], ""))


def _likely(
    tx: Connection, of_kind: ColumnElement[bool], alike: tuple[ColumnElement[bool], ...], most: int
) -> list[RowMapping]:
    """The newest cases, open or closed, that are like what was said; the closed are many, and looked into last."""
    columns = (CASES.c.ref, CASES.c.digest, CASES.c.state, CASES.c.lead, CASES.c.closed_on)
    likely = newest(of_kind, *alike).limit(most).scalar_subquery()
    return list(tx.execute(select(*columns).where(CASES.c.id.in_(likely)).order_by(CASES.c.ref.desc())).mappings())


def newest(of_kind: ColumnElement[bool], *alike: ColumnElement[bool]) -> Select[int]:
    """The question for the numbers of cases of a kind that are like any of these, the newest first."""
    return select(CASES.c.id).where(of_kind, or_(*alike)).order_by(CASES.c.ref.desc())


def _alike(tx: Connection, said: str) -> Iterator[ColumnElement[bool]]:
    """By what a case is found: what could stand in a reference, and whichever names hold the words."""
    if IN_A_REFERENCE.fullmatch(said):
        may_be = references.among(references.given(tx), said.upper())
        yield CASES.c.ref.contains(said.upper(), autoescape=True) if may_be is None else CASES.c.ref.in_(may_be)
    for column in (CASES.c.lead, CASES.c.deputy):
        names = [one for one in tx.execute(_names(column)).scalars() if one and said.casefold() in one.casefold()]
        if names:
            yield column.in_(names)


def _names(column: ColumnElement[str]) -> Select[str]:
    """Each name that stands in an indexed column once: the next is looked up after each, not all rows read."""
    names = select(func.min(column).label("name")).cte("names", recursive=True)
    following = select(func.min(column)).where(column > names.c.name).correlate(names).scalar_subquery()
    names = names.union_all(select(following).where(names.c.name.is_not(None)))
    return select(names.c.name)


def _recommendations(tx: Connection, said: str, hidden: frozenset[str]) -> tuple[Similar, ...]:
    try:
        return similar(tx, said, MOST, hidden=hidden)
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
    newest = NEWEST.limit(LOOKED_INTO).subquery()
    hold = [func.lower(newest.c.body).contains(one, autoescape=True) for one in words]
    found = select(CASES.c.ref, CASES.c.digest, newest.c.body).join(CASES, CASES.c.id == newest.c.case_id).where(*hold)
    order = (newest.c.recorded_at.desc(), newest.c.case_id.desc(), newest.c.sequence.desc())
    library = EditionLibrary(tx)
    told = (_told(library, row, words) for row in tx.execute(found.order_by(*order).limit(POOL)).mappings())
    yield from islice((one for one in told if one is not None), MOST)


def _told(library: EditionLibrary, row: RowMapping, words: list[str]) -> FoundEntry | None:
    """An entry, where it says the words itself; None where they stand in the names of its fields alone."""
    try:
        entry, procedure = chain.entry_of(row["body"]), library.procedure(row["digest"])
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

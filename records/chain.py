"""The hash chain of a history: each entry is sealed over the one before, so that none is changed or left out."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from states.canonical_json import canonical
from states.entry import Entry
from states.errors import DamagedRecord
from states.next_step import advice

CASE = re.compile(r'"case":"([A-Z]+-[0-9]{4}-[0-9]+)"')
"""Where an entry says which case it belongs to, whatever else of it is damaged."""


class Sealed(NamedTuple):
    """An entry as it is kept: its number in the case, its exact text, and the seal over it and all before it."""

    sequence: int
    body: str
    seal: str


class SealedRow(Protocol):
    """An entry as it is kept, whatever else the row holds."""

    @property
    def sequence(self) -> int:
        """Its number in the case."""
        ...

    @property
    def body(self) -> str:
        """Its exact text."""
        ...

    @property
    def seal(self) -> str:
        """The seal over it and all before it."""
        ...


class SealedEntry(Entry):
    """An entry as it is kept: with the reference of its case, so that it cannot be passed off as another's.

    One that names no rules of counting was written before they were numbered.
    """

    case: str
    counting: int = 0


@dataclass(frozen=True)
class Break:
    """A place where a history is not what it was: the case, the entry and what is wrong."""

    ref: str
    sequence: int
    what: str


def beginning(ref: str) -> str:
    """The seal before the first entry of a case."""
    return hashlib.sha256(f"cairn case {ref}".encode()).hexdigest()


def body_of(ref: str, entry: Entry) -> str:
    """An entry as one line of JSON, always the same letters for the same entry; times are UTC in ISO 8601."""
    said = entry.model_dump(mode="json", exclude_defaults=True, exclude={"counting"})
    return canonical({"case": ref, **said, **({"counting": entry.counting} if entry.counting else {})})


def entry_of(body: str) -> Entry:
    """The entry in a line of JSON. Raises DamagedRecord when it cannot be read."""
    try:
        data = _read(body)
        data.pop("case")
        return Entry.model_validate(data)
    except (ValueError, TypeError, KeyError):
        ref = CASE.search(body)
        mends = advice("find out which ({}), and restore the last backup that is whole ({}).", "verify", "restore")
        raise DamagedRecord(
            f"An entry of the history of {ref[1] if ref else 'a case'} is damaged.", advice=mends
        ) from None


def kept_of(body: str) -> SealedEntry:
    """The entry in a line of JSON, with the case it says it belongs to. Raises ValueError when it is none."""
    return SealedEntry.model_validate_json(body)


def _read(body: str) -> dict[str, Any]:
    """What the line says; one that names no rules of counting was written before they were numbered."""
    return {"counting": 0, **json.loads(body)}


def seal(before: str, body: str) -> str:
    """The seal over an entry and, through the seal before it, all of its history or log up to it (SHA-256, hex)."""
    return hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()


def breaks(ref: str, rows: Iterable[SealedRow], head: str, count: int) -> tuple[Break, ...]:
    """Every place where the rows of a case do not form a chain, or do not end where the case's row says."""
    found: list[Break] = []
    before, expected = beginning(ref), 1
    for row in rows:
        if row.sequence != expected:
            found.append(Break(ref, expected, f"entry {expected} is missing"))
        if seal(before, row.body) != row.seal:
            found.append(Break(ref, row.sequence, f"entry {row.sequence} is not as it was sealed"))
        before, expected = row.seal, row.sequence + 1
    if before != head or expected - 1 != count:
        found.append(Break(ref, expected - 1, f"the history ends at entry {expected - 1}, the case says {count}"))
    return tuple(found)

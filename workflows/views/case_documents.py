"""The files of evidence that the history of a case names: each once, with when it came and from whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from records import scanned_files
from records.kept_files import files_in
from workflows.views.history import HistoryLine


@dataclass(frozen=True)
class Document:
    """A file of evidence: the SHA-256 of what is in it, its name, and the entry that named it first."""

    sha256: str
    name: str
    on: date
    by: str
    entry: int
    clean: bool = False
    """Whether it was looked at for harmful content, and none was found: no other is handed out."""


def scanned_documents(tx: Connection, entries: Iterable[HistoryLine]) -> tuple[Document, ...]:
    """The files that entries name, the newest first, each with whether it may be handed out."""
    found = documents_of(entries)
    clean = scanned_files.clean_of(tx, [one.sha256 for one in found])
    return tuple(replace(one, clean=one.sha256 in clean) for one in found)


def documents_of(entries: Iterable[HistoryLine]) -> tuple[Document, ...]:
    """The files that entries name, the newest first, whether or not they may be handed out."""
    found: dict[str, Document] = {}
    for line in entries:
        one = line.entry
        for digest, name in files_in(dict(one.data)):
            found.setdefault(digest, Document(digest, name, one.happened_on, line.by, one.sequence))
    return tuple(reversed(found.values()))

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
    taken_back: int = 0
    """The entry that says that it is none of this case, where one does: it is handed out no more."""


def scanned_documents(tx: Connection, entries: Iterable[HistoryLine]) -> tuple[Document, ...]:
    """The files of a case, the newest first, each with whether it may be handed out; none that was taken back."""
    found = [one for one in documents_of(entries) if not one.taken_back]
    clean = scanned_files.clean_of(tx, [one.sha256 for one in found])
    return tuple(replace(one, clean=one.sha256 in clean) for one in found)


def documents_of(entries: Iterable[HistoryLine]) -> tuple[Document, ...]:
    """The files that entries name, the newest first, whether or not they may be handed out, or were taken back."""
    found: dict[str, Document] = {}
    for line in entries:
        one = line.entry
        for digest in one.taken_back & found.keys():
            found[digest] = replace(found[digest], taken_back=one.sequence)
        for digest, name in files_in(dict(one.data)):
            if digest in found and found[digest].taken_back:
                del found[digest]
            found.setdefault(digest, Document(digest, name, one.happened_on, line.by, one.sequence))
    return tuple(reversed(found.values()))

"""The files of evidence that the history of a case names: each once, with when it came and from whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

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


def documents_of(entries: Iterable[HistoryLine], clean: frozenset[str] = frozenset()) -> tuple[Document, ...]:
    """The files that entries name, the newest first; `clean` are the SHA-256 of those that may be handed out."""
    found: dict[str, Document] = {}
    for line in entries:
        one = line.entry
        for digest, name in files_in(dict(one.data)):
            found.setdefault(digest, Document(digest, name, one.happened_on, line.by, one.sequence, digest in clean))
    return tuple(reversed(found.values()))

"""Where checkpoints saw each history end: kept on disk, for there may be a million cases and many nights."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, select

from records.cases import CASES
from records.files import passing_folder

Ends = Mapping[tuple[int, str], str]
"""What checkpoints saw of a case: an entry's number and seal, and which checkpoint saw it."""

AT_ONCE = 500
TABLE = "CREATE TABLE IF NOT EXISTS seen (ref, sequence, seal, by, PRIMARY KEY (ref, sequence, seal)) WITHOUT ROWID"


class SeenEnds:
    """What the checkpoints saw, in a file of its own that is thrown away after use, or in one that another made."""

    def __init__(self, path: Path | None = None) -> None:
        self._folder = ExitStack()
        self.path = path or self._folder.enter_context(passing_folder("seen")) / "seen.db"
        self.kept = sqlite3.connect(str(self.path), isolation_level=None)
        self.kept.execute("PRAGMA journal_mode=OFF")
        self.kept.execute("PRAGMA synchronous=OFF")
        self.kept.execute(TABLE)

    def note(self, heads: Iterable[tuple[str, tuple[int, str]]], where: str) -> None:
        """Keep where a checkpoint saw histories end: each by its reference, the number and seal of its last entry."""
        self.kept.execute("BEGIN")
        rows = ((ref, sequence, seal, where) for ref, (sequence, seal) in heads)
        self.kept.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)", rows)
        self.kept.execute("COMMIT")

    def of(self, refs: Sequence[str]) -> dict[str, dict[tuple[int, str], str]]:
        """What was seen of these cases."""
        found: dict[str, dict[tuple[int, str], str]] = defaultdict(dict)
        among = "SELECT * FROM seen WHERE ref IN (SELECT value FROM json_each(?))"
        for ref, sequence, seal, where in self.kept.execute(among, (json.dumps(refs),)):
            found[ref][sequence, seal] = where
        return found

    def gone(self, tx: Connection) -> Iterator[tuple[str, Ends]]:
        """The cases that were seen and are there no more, by reference, with what was seen of them."""
        refs = (ref for (ref,) in self.kept.execute("SELECT DISTINCT ref FROM seen ORDER BY ref"))
        while some := list(islice(refs, AT_ONCE)):
            there = set(tx.execute(select(CASES.c.ref).where(CASES.c.ref.in_(some))).scalars())
            seen = self.of(some)
            yield from ((ref, seen[ref]) for ref in some if ref not in there)

    def close(self) -> None:
        """Throw away what was kept here."""
        self.kept.close()
        self._folder.close()

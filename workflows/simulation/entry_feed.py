"""A feed of entries: what was written since one last looked, each entry with the case before and after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, select

from records import history
from records.cases import CASES
from records.database import reading
from records.editions import EditionLibrary
from states.dossier import Deadline, Dossier
from states.fold import fold
from workflows.views.history import ReplayedEntry

HEADS = select(CASES.c.id, CASES.c.ref, CASES.c.edition, CASES.c.digest, CASES.c.sequence).order_by(CASES.c.id)


def dates_changed(one: ReplayedEntry) -> tuple[tuple[Deadline | None, Deadline], ...]:
    """The dates that an entry started, moved, stopped or ended, as they were (None: new) and as they are."""
    old = one.before.deadlines
    pairs = ((old.get(key), date) for key, date in one.after.deadlines.items())
    return tuple((was, date) for was, date in pairs if was != date)


@dataclass
class Watcher:
    """Remembers what it has seen of every case, and tells what is new."""

    engine: Engine
    seen: dict[int, Dossier] = field(default_factory=dict)

    def look(self) -> tuple[ReplayedEntry, ...]:
        """Everything written since the last look, case by case, in the order of each history."""
        with reading(self.engine) as tx:
            return tuple(self._look(tx))

    def _look(self, tx: Connection) -> Iterator[ReplayedEntry]:
        library = EditionLibrary(tx)
        for row in tx.execute(HEADS).all():
            before = self.seen.get(row.id) or Dossier(ref=row.ref, edition=row.edition, digest=row.digest)
            if before.sequence == row.sequence:
                continue
            for entry in history.entries(tx, row.id)[before.sequence :]:
                after = fold(before, entry, library)
                yield ReplayedEntry(entry, library.procedure(after.digest), before, after)
                before = after
            self.seen[row.id] = before

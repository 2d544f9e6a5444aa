"""Checks the checkpoints against each other, their signatures and files, and keeps what they saw.

A history that was cut or rewritten since a checkpoint does not end where that checkpoint saw it end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from records import checkpoints
from records.checkpoints import SignedCheckpoint
from records.keys import MasterKey
from records.seen_ends import SeenEnds
from states.words import long_day
from workflows.installation.key_exchange import follows, key_before, noted
from workflows.verification import checkpoint_files as checkpoint_file
from workflows.verification.replay import Discrepancy


@dataclass
class Seen:
    """What checkpoints saw, with what is wrong with them (`places`) and what is to be known (`notes`).

    `ref` is the one case that is looked at, `since` the checkpoint before which nothing is. `kept` are the fingerprints
    of those in the database by number; `keys` are the public keys that were this installation's.
    """

    ends: SeenEnds
    ref: str | None = None
    since: SignedCheckpoint | None = None
    logs: dict[str, dict[tuple[int, str], str]] = field(default_factory=dict)
    places: list[Discrepancy] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    kept: dict[int, str] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    def note(self, found: SignedCheckpoint, where: str) -> None:
        """Keep what a checkpoint saw."""
        told = f"{where} ({long_day(found.at)})"
        heads = found.heads.items()
        self.ends.note(heads if self.ref is None else (one for one in heads if one[0] == self.ref), told)
        for log, head in found.logs.items():
            self.logs.setdefault(log, {})[head] = told

    def in_database(self, tx: Connection, keys: MasterKey | None, *, newest: bool) -> None:
        """Hold the checkpoints in the database (only the `newest`, or those up to `since`) against each other."""
        ours = checkpoints.public_key_of(keys) if keys is not None else None
        known, later = {ours}, None
        first = self.since.number if self.since is not None else 0
        for found in checkpoints.stored(tx, newest=1 if newest else None, first=first):
            if isinstance(found, int):
                self.places.append(Discrepancy("", 0, f"checkpoint {found} cannot be read"))
                continue
            ours = key_before(later) or ours or found.public_key
            known.add(ours)
            self.places += [Discrepancy("", 0, what) for what in _doubts(found, ours, later)]
            self.notes += noted(found)
            self.note(found, f"checkpoint {found.number}")
            self.kept[found.number] = checkpoint_file.digest_of(found)
            later = found.bare()
            del found  # the next may be as long: no two are held
        if later is not None and later.previous and self.ref is None and self.since is None:
            self.places.append(Discrepancy("", 0, f"the checkpoint before checkpoint {later.number} is missing"))
        self.keys.update(one for one in known if one is not None)

    def in_file(self, kept: SignedCheckpoint, where: str) -> None:
        """Take a checkpoint that somebody kept, signed with a key that is or was ours."""
        if self.keys and kept.public_key not in self.keys:
            self.places.append(Discrepancy("", 0, f"{where} is signed with a key that is not ours"))
        self.note(kept, where)

    def in_files(self, *named: tuple[Path | str | None, SignedCheckpoint | None]) -> None:
        """The same for each that was read, by the name of its file."""
        for path, kept in named:
            if kept is not None:
                self.in_file(kept, f"the checkpoint in {Path(str(path)).name}")

    def in_folder(self, tx: Connection, folder: Path) -> None:
        """Hold the files of the checkpoints against those in the database."""
        files = checkpoint_file.look(tx, folder, self.kept, self.since.number if self.since is not None else 0)
        self.places += [Discrepancy("", 0, what) for what in files.faults]
        self.notes += files.notes
        for where, found in files.others:
            self.in_file(found, where)


def _doubts(found: SignedCheckpoint, ours: str, later: SignedCheckpoint | None) -> Iterable[str]:
    if not found.is_as_signed():
        yield f"checkpoint {found.number} is not as it was signed"
    if found.public_key != ours:
        yield f"checkpoint {found.number} is signed with another key"
    if later is not None and later.previous != found.digest:
        yield f"the checkpoint before checkpoint {later.number} is missing or changed"
    if later is not None and not follows(found, later):
        yield f"checkpoint {later.number} says the key was exchanged, and checkpoint {found.number} does not"

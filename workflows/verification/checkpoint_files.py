"""Checks the checkpoint files against the database: changed, missing, or later than it knows of.

Files and database are separate, so that restoring one of them to an earlier day is noticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from records import audit_log, checkpoints
from records.audit_log import AuditEntry
from records.checkpoints import SignedCheckpoint
from states.errors import BadCheckpoint, StorageTrouble
from states.words import long_day
from workflows.verbs.backup import LOG

NONE_HERE = (
    "There are no files of checkpoints in {folder}: whether an older copy of the database was put back cannot be seen."
)
NOT_YET = "The file of checkpoint {number}, the newest, is not in {folder}: the next nightly audit writes it."
NEWER = (
    "the checkpoint in {name} ({day}) is newer than any in the database: an older copy of the database may have been "
    "put back"
)
BROUGHT_BACK = (
    "On {day} {by} brought back the backup {name}: what the checkpoint in {file} saw after that was made is not on "
    "record."
)


@dataclass
class Files:
    """What the files of checkpoints say: what is wrong, what is to be known, and checkpoints the database has not."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    others: list[tuple[str, SignedCheckpoint]] = field(default_factory=list)


def digest_of(found: SignedCheckpoint) -> str:
    """The fingerprint of a checkpoint as it was signed, signature and all."""
    signed = hashlib.sha256(found.body.encode())  # apart from what follows: it may be long
    signed.update(f"\n{found.signature}\n{found.public_key}".encode())
    return signed.hexdigest()


def look(tx: Connection, folder: Path, kept: Mapping[int, str], first: int) -> Files:
    """Hold the files in a folder, from the `first` number on, against the checkpoints in the database.

    `kept` are those by number and fingerprint.
    """
    found = Files()
    numbered = ((int(path.stem), path) for path in sorted(folder.glob("*.json")) if path.stem.isdecimal())
    there = {number: path for number, path in numbered if number >= first}
    if kept and not there:
        found.notes.append(NONE_HERE.format(folder=folder))
        return found
    lacking, newest = kept.keys() - there.keys(), max(kept, default=0)
    if newest in lacking:
        found.notes.append(NOT_YET.format(number=newest, folder=folder))
    found.faults += [f"the file of checkpoint {number} is missing" for number in sorted(lacking - {newest})]
    for number, path in there.items():
        _look_at(tx, found, number, path, kept)
    return found


def _look_at(tx: Connection, found: Files, number: int, path: Path, kept: Mapping[int, str]) -> None:
    try:
        one = checkpoints.read(path)
    except (BadCheckpoint, StorageTrouble):
        found.faults.append(f"the file {path.name} is no checkpoint as it was signed")
        return
    if number in kept:
        same = digest_of(one) == kept[number]
        found.faults += [] if same else [f"the file {path.name} is not checkpoint {number} as the database has it"]
    else:
        _not_kept(tx, found, one, path, max(kept, default=0))


def _not_kept(tx: Connection, found: Files, one: SignedCheckpoint, path: Path, newest: int) -> None:
    """One the database has not: of a night after the backup that was brought back, or else to be held against it."""
    back = next(_brought_back(tx, one.at), None)
    if back is not None:
        about = {"day": long_day(back.happened_on), "by": back.actor.name, "name": back.subject, "file": path.name}
        found.notes.append(BROUGHT_BACK.format(**about))
        return
    if one.number > newest:
        found.faults.append(NEWER.format(name=path.name, day=long_day(one.at)))
    if one.change is None:
        found.others.append((f"the checkpoint in {path.name}", one))


def _brought_back(tx: Connection, at: datetime) -> Iterator[AuditEntry]:
    """The restores on record that took away what was done at a moment."""
    for entry in audit_log.entries(tx, LOG):
        made_at = entry.data.get("made_at") if entry.kind == "restored" else None
        if made_at is not None and datetime.fromisoformat(made_at) <= at <= entry.recorded_at:
            yield entry

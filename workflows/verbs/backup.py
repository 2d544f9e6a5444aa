"""Maintenance: making and restoring a backup, rebuilding the search index. Each is on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from records import audit_log, heartbeats, search
from records import backup as copies
from records.archive import chunks_of, digest_of, opened
from records.backup import BackupReport, RestoreReport
from records.database import reading, transaction
from records.upgrade import VERSIONS, version_of
from states.entry import Actor
from states.errors import NotPossible
from states.words import day_and_time
from workflows.unit_of_work import UnitOfWork

LOG = "upkeep"
RESTORED = "{path} was restored into this database already, on {at}: nothing is left to do."


def back_up(engine: Engine, to: Path, actor: Actor, now: datetime, folders: Mapping[str, Path]) -> BackupReport:
    """Copy everything but the master key into a new file; the log has its name and its SHA-256.

    Raises AlreadyThere when there is such a file, StorageTrouble when it cannot be written.
    """

    def on_record(report: BackupReport, draft: Path) -> None:
        data = {"rows": report.rows, "files": report.files, "size": report.size, "sha256": digest_of(chunks_of(draft))}
        with transaction(engine) as tx:
            heartbeats.beat(tx, "backup", now, f"{to.name}, {report.rows} rows")
            audit_log.append(tx, LOG, to.name[:200], "backed_up", actor, now, data=data)

    return copies.backup(engine, to, now, folders, on_record)


def bring_back(engine: Engine, source: Path, actor: Actor, now: datetime, folders: Mapping[str, Path]) -> RestoreReport:
    """Bring a backup back into an empty database; the log goes on with who did it, and from when the backup was.

    Raises StorageTrouble for a file that is damaged or newer, NotPossible when the database holds anything.
    """

    def on_record(tx: Connection, report: RestoreReport) -> None:
        data = {"rows": report.rows, "files": report.files, "made_at": report.created_at.isoformat()}
        audit_log.append(tx, LOG, source.name[:200], "restored", actor, now, data=data)

    try:
        return copies.restore(engine, source, now, folders, on_record)
    except NotPossible:
        _check_not_restored(engine, source)
        raise


def _check_not_restored(engine: Engine, source: Path) -> None:
    """Raise NotPossible with that alone, where it is this backup that the database was restored from."""
    with opened(source) as (_, manifest), reading(engine) as tx:
        told = audit_log.entries(tx, LOG, subject=source.name[:200]) if version_of(tx) == VERSIONS[-1] else ()
        made_at = manifest.created_at.isoformat()
        done = [one for one in told if one.kind == "restored" and one.data["made_at"] == made_at]
    if done:
        raise NotPossible(RESTORED.format(path=source, at=day_and_time(done[-1].recorded_at)))


def reindex(uow: UnitOfWork) -> int:
    """Make the index of the search afresh; how many recommendations it had lost."""
    lost = len(list(search.not_found_by(uow.tx)))
    search.rebuild(uow.tx)
    audit_log.append(uow.tx, LOG, "search", "reindexed", uow.actor, uow.now, data={"found_again": lost})
    return lost

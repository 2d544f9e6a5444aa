"""The nightly backup: made beside the work going on, and the oldest let go."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from config.settings import Settings
from records import heartbeats
from records.backup import backup
from records.database import transaction
from records.files import plainly_about
from states.moments import LONDON
from workflows.installation.installation import Installation

NIGHTS = 14
"""How many nightly backups are kept; those made by hand are never touched."""


def nightly_backup(installation: Installation, now: datetime) -> Path:
    """Make a backup in the data folder, named after the moment in Scotland, and let the oldest of them go."""
    folder = installation.settings.data.absolute() / "backups"
    made = folder / f"nightly-{now.astimezone(LONDON):%Y-%m-%dT%H%M%S}.zip"
    report = backup(installation.engine, made, now, folders(installation.settings))
    with plainly_about(folder):
        for old in sorted(folder.glob("nightly-*.zip"))[:-NIGHTS]:
            old.unlink()
    with transaction(installation.engine) as tx:
        heartbeats.beat(tx, "backup", now, f"{made.name}, {report.rows} rows")
    return made


def folders(settings: Settings) -> dict[str, Path]:
    """The folders of the data folder that belong into a backup, by the name they have in it."""
    return {"checkpoints": settings.data.absolute() / "checkpoints", "evidence": settings.evidence.absolute()}

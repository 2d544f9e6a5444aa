"""The nightly backup: made beside the work going on, and the oldest let go."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from config.settings import Settings
from records.files import plainly_about
from states.entry import CAIRN
from states.moments import LONDON
from workflows.installation.installation import Installation
from workflows.verbs.backup import back_up

NIGHTS = 14
"""How many nightly backups are kept; those made by hand are never touched."""


def nightly_backup(installation: Installation, now: datetime) -> Path:
    """Make a backup in the data folder, named after the moment in Scotland, and let the oldest of them go."""
    folder = installation.settings.data.absolute() / "backups"
    made = folder / f"nightly-{now.astimezone(LONDON):%Y-%m-%dT%H%M%S}.zip"
    back_up(installation.engine, made, CAIRN, now, folders(installation.settings))
    with plainly_about(folder):
        for old in sorted(folder.glob("nightly-*.zip"))[:-NIGHTS]:
            old.unlink()
    return made


def folders(settings: Settings) -> dict[str, Path]:
    """The folders of the data folder that belong into a backup, by the name they have in it."""
    return {"checkpoints": settings.data.absolute() / "checkpoints", "evidence": settings.evidence.absolute()}

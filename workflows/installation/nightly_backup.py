"""The nightly backup: made while work goes on; the oldest are deleted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from config import committees
from config.settings import LOCAL, Settings
from records.files import plainly_about, remove_drafts_below
from states.entry import CAIRN
from states.moments import LONDON
from workflows.installation.installation import Installation
from workflows.verbs.backup import back_up

OWN = "local"
"""The name that the folder of the committee's own file and calendars has in a backup."""
HERE = "local-at-the-desk"
"""The same for what was written at the desk, which stands beside the data."""
OF_OTHERS = ("prefect", committees.FOLDER)
"""Folders of the data folder that are looked after by somebody else: Prefect, and the other committees."""
NIGHTS = 14
"""How many nightly backups are kept; those made by hand are never touched."""


def nightly_backup(installation: Installation, now: datetime) -> Path:
    """Make a backup in the data folder, named after the moment in Scotland, and let the oldest of them go.

    What killed programs left half written in the data folder goes too.
    """
    folder = installation.settings.data.absolute() / "backups"
    made = folder / f"nightly-{now.astimezone(LONDON):%Y-%m-%dT%H%M%S}.zip"
    back_up(installation.engine, made, CAIRN, now, folders(installation.settings))
    remove_drafts_below(installation.settings.data, OF_OTHERS)
    with plainly_about(folder):
        for old in sorted(folder.glob("nightly-*.zip"))[:-NIGHTS]:
            old.unlink()
    return made


def folders(settings: Settings) -> dict[str, Path]:
    """The folders that belong into a backup, by their name in it: the committee's own file and calendars too."""
    return {**_of_data(settings), OWN: LOCAL}


def restored_to(settings: Settings) -> dict[str, Path]:
    """Where each folder of a backup is brought back to: the committee's files beside the data, to be looked at first.

    The program's own folder may hold newer ones, which a restore does not write over.
    """
    return {**_of_data(settings), OWN: settings.data.absolute() / "restored-local"}


def _of_data(settings: Settings) -> dict[str, Path]:
    data = settings.data.absolute()
    return {"checkpoints": data / "checkpoints", "evidence": settings.evidence.absolute(), HERE: settings.written_here}

"""The mark of a data folder with invented cases: papers from it say so."""

from __future__ import annotations

from pathlib import Path

from config.settings import Settings
from records.files import plainly_about

MARK = "invented"
"""The name of the file that is the mark."""
SAYS = "What is kept in this folder is invented: no case, person or agency of it is real.\n"


def mark_invented(folder: Path) -> None:
    """Leave the mark in a data folder. Raises StorageTrouble."""
    with plainly_about(folder):
        (folder / MARK).write_text(SAYS, "ascii")


def is_invented(settings: Settings) -> bool:
    """Whether all in the data folder of an installation is invented."""
    return (settings.data.absolute() / MARK).is_file()

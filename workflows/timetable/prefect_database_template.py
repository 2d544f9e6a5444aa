"""The empty tables of Prefect's server, made once for its version and lent to every first start after that."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from records.files import replaced_file
from states.errors import StorageTrouble

VERSION = "SELECT version_num FROM alembic_version ORDER BY version_num"
FOR_ALL, FOR_ALL_FOLDER = 0o644, 0o755
"""Empty tables are no secret, and whoever runs Cairn is often not who installed it."""


def lend(own: Path, kept: Path, make: Callable[[], None]) -> None:
    """Have empty tables at `own`: a copy of those kept, or made there and kept. Kept where that may be; else no more.

    What is kept and is no whole database is not lent but made anew.
    """
    if _is_whole(kept):
        _copy(kept, own)
        return
    make()
    with suppress(OSError, StorageTrouble, sqlite3.Error):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.parent.chmod(FOR_ALL_FOLDER)
        _copy(own, kept)
        kept.chmod(FOR_ALL)


def of_one_version(own: Path, kept: Path) -> bool:
    """Whether tables are of the version of those kept: then the server has nothing to bring forward.

    It goes by the same mark in them. Where it cannot be read, or none are kept, it is not known, and the server looks.
    """
    known = _ask(kept, VERSION)
    return bool(known) and _ask(own, VERSION) == known


def _is_whole(kept: Path) -> bool:
    return _ask(kept, "PRAGMA quick_check") == [("ok",)] and bool(_ask(kept, VERSION))


def _ask(path: Path, question: str) -> list[tuple[str]]:
    """What a database that nobody writes to answers; nothing where there is none, or none that can be read."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as found:
            return found.execute(question).fetchall()
    except sqlite3.Error:
        return []


def _copy(source: Path, to: Path) -> None:
    with replaced_file(to) as draft, closing(sqlite3.connect(source)) as told, closing(sqlite3.connect(draft)) as copy:
        told.backup(copy)

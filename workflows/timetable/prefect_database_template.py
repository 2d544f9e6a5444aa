"""The empty tables of Prefect's server, made once for its version and lent to every first start after that."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from records.files import replaced_file
from states.errors import StorageTrouble

FOR_ALL, FOR_ALL_FOLDER = 0o644, 0o755
"""Empty tables are no secret, and whoever runs Cairn is often not who installed it."""


def lend(own: Path, kept: Path, make: Callable[[], None]) -> None:
    """Have empty tables at `own`: a copy of those kept, or made there and kept. Kept where that may be; else no more.

    The server looks through its tables at each start and brings them forward, so what is lent is never all it rests on;
    and what is kept and is no whole database is not lent but made anew.
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


def _is_whole(kept: Path) -> bool:
    if not kept.exists():
        return False
    try:
        with closing(sqlite3.connect(f"file:{kept}?mode=ro", uri=True)) as found:
            whole = found.execute("PRAGMA quick_check").fetchone() == ("ok",)
            return whole and bool(found.execute("SELECT version_num FROM alembic_version").fetchone())
    except sqlite3.Error:
        return False


def _copy(source: Path, to: Path) -> None:
    with replaced_file(to) as draft, closing(sqlite3.connect(source)) as told, closing(sqlite3.connect(draft)) as copy:
        told.backup(copy)

"""Which files of evidence the virus scanner found clean: the desk hands out only those."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from records.database import insert_once
from records.desk_tables import ScannedFileRow
from records.metadata import table_of

SCANNED = table_of(ScannedFileRow)
CLEAN = "clean"


def is_clean(tx: Connection, sha256: str) -> bool:
    """Whether a file was looked at, and nothing was found in it."""
    return tx.execute(select(SCANNED.c.verdict).where(SCANNED.c.sha256 == sha256)).scalar() == CLEAN


def clean_of(tx: Connection, files: Collection[str]) -> frozenset[str]:
    """Of some files, by their SHA-256, those that were looked at, and nothing was found in."""
    wanted = select(SCANNED.c.sha256).where(SCANNED.c.sha256.in_(files), SCANNED.c.verdict == CLEAN)
    return frozenset(tx.execute(wanted).scalars()) if files else frozenset()


def note_clean(tx: Connection, sha256: str, now: datetime) -> None:
    """Note that a file was looked at, and nothing was found in it."""
    if not is_clean(tx, sha256):
        insert_once(tx, SCANNED, {"sha256": sha256, "verdict": CLEAN, "found": "", "scanned_at": now})

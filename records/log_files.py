"""Log rotation: a log that has grown long is renamed, and the oldest is removed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

LONG = 5 * 1024 * 1024
"""Bytes at which a log is put aside."""
KEPT = 5
"""How many are kept beside the one that is written to."""


def rotate(log: Path, *, long: int = LONG, kept: int = KEPT) -> bool:
    """Rotate a log that has grown long: to name.1, the one before to name.2, and so on; whether it was rotated."""
    with suppress(OSError):
        if log.stat().st_size < long:
            return False
        shift(log, kept=kept)
        return True
    return False


def shift(log: Path, *, kept: int = KEPT) -> None:
    """Rotate a log, whatever its length. Raises OSError when the folder does not allow it."""
    _make_room(log, kept)
    with suppress(FileNotFoundError):
        log.replace(numbered(log, 1))


def copy_aside(log: Path, *, long: int = LONG) -> bool:
    """Copy a long log aside and truncate it in place, for a process that keeps it open to append to it."""
    if not log.exists() or log.stat().st_size < long:
        return False
    _make_room(log, KEPT)
    copy = numbered(log, 1)
    copy.touch(mode=0o600)
    copy.write_bytes(log.read_bytes())
    os.truncate(log, 0)
    return True


def numbered(log: Path, number: int) -> Path:
    """The name of a rotated log."""
    return log.with_name(f"{log.name}.{number}")


def _make_room(log: Path, kept: int) -> None:
    for number in range(kept - 1, 0, -1):
        with suppress(FileNotFoundError):
            numbered(log, number).replace(numbered(log, number + 1))

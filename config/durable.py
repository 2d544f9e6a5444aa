"""fsync of files and folders, so that a new or renamed file outlives a loss of power; files replaced as a whole."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from config.file_owner import give_to_owner_of_folder

OURS_ALONE = 0o600
"""Who may read what Cairn writes: its own user."""


def make_durable(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk. Raises OSError where that fails."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """Write a file that takes the place of `target` when all went well. Raises OSError.

    The draft has one name for each target, and a lock: what a killed program left of it is written over, not kept.
    """
    draft = target.with_name(f".{target.name}.part")
    with _locked(draft) as part:
        try:
            yield part
            part.flush()
            give_to_owner_of_folder(draft)
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def _locked(draft: Path) -> BinaryIO:
    while True:
        part = open(os.open(draft, os.O_RDWR | os.O_CREAT, OURS_ALONE), "r+b")  # noqa: PTH123, SIM115
        fcntl.flock(part, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            if draft.stat().st_ino == os.fstat(part.fileno()).st_ino:
                part.truncate()
                return part
        part.close()  # another wrote it to its end while we waited

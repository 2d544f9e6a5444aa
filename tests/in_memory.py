"""Where tests keep their files: in memory where there is room, for they wait for the disk at every commit otherwise."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOM = 6 << 30
MEMORY = Path("/dev/shm")  # noqa: S108  every folder made there is for its maker alone


def choose() -> None:
    """Have this run's folders made in memory, unless somebody chose a place or there is too little of it."""
    if "TMPDIR" not in os.environ and _is_fit():
        os.environ |= {"TMPDIR": str(MEMORY), "PYTEST_DEBUG_TEMPROOT": str(MEMORY)}


def _is_fit() -> bool:
    """Whether files can be made there, and programs started from there."""
    if not os.access(MEMORY, os.W_OK) or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(MEMORY).free > ROOM

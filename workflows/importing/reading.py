"""Reads a register in a process of its own, so that no file can take the memory or the time of Cairn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from states.errors import BadAnswer
from workflows.importing.files import LARGE, LARGEST_FILE
from workflows.importing.sheet import Workbook

ROOT = Path(__file__).parents[2]
AT_MOST = 90
"""Seconds after which a file is given up; the process itself may work for sixty."""
TOO_MUCH = (
    "The file cannot be read within the memory and the time that a register needs: "
    "save the sheet alone, without empty rows and pictures, as a new XLSX file, and import that."
)


def read_register(content: bytes, *, at_most: float = AT_MOST) -> Workbook:
    """What is in a file. Raises BadAnswer where it cannot be read, or not within the limits."""
    return Workbook.unpacked(read_packed(content, at_most=at_most))


def read_packed(content: bytes, *, at_most: float = AT_MOST) -> dict[str, Any]:
    """The same as JSON holds it."""
    if len(content) > LARGEST_FILE:
        raise BadAnswer(LARGE)
    command = [sys.executable, "-P", "-m", "workflows.importing.reading_process"]
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT") if key in os.environ}
    path = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603  a program of ours, given the file alone
            command, input=content, capture_output=True, timeout=at_most, env={**kept, **path}, check=False, cwd="/"
        )
        told = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        told = None
    if told is None:
        raise BadAnswer(TOO_MUCH)
    if "refused" in told:
        raise BadAnswer(*told["refused"])
    return dict(told)

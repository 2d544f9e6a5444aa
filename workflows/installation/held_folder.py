"""The lock on the data folder while Cairn runs: nothing is exchanged, restored or migrated beneath it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO

from config.settings import Settings
from records.files import plainly_about
from states.errors import NotPossible
from workflows.installation.prefect_api import api_of

LOCK = "run.lock"
RUNS = "Cairn already runs on {data} (process {who}): {instead}."
UPGRADES = "its database is to be brought forward. Stop it, then start it again as it is now"


@contextmanager
def alone(settings: Settings, instead: str) -> Iterator[None]:
    """Hold the data folder for ourselves; the lock goes when the process goes, however it goes.

    Raises NotPossible where Cairn runs on it already: `instead` says what to do then.
    """
    path = settings.data / LOCK
    with ExitStack() as held:
        with plainly_about(path):
            lock = held.enter_context(path.open("a+"))
            who = _held_by(lock)
            if who:
                raise NotPossible(RUNS.format(data=settings.data.absolute(), who=who, instead=instead))
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
        yield


def check_nobody_runs(settings: Settings) -> None:
    """Raise NotPossible where another Cairn runs on the data folder, whose database is to be brought forward.

    That one would go on by what it was started with, on tables that it does not know.
    """
    path = settings.data / LOCK
    if not path.exists():
        return
    with plainly_about(path), path.open() as lock:
        who = _held_by(lock)
    if who not in {"", str(os.getpid())}:
        raise NotPossible(RUNS.format(data=settings.data.absolute(), who=who, instead=UPGRADES))


def runs(settings: Settings) -> bool:
    """Whether Cairn runs on the data folder, or is starting or stopping there; no, where that cannot be seen."""
    try:
        with (settings.data / LOCK).open() as lock:
            return bool(_held_by(lock))
    except OSError:
        return False


def is_starting(settings: Settings) -> bool:
    """Whether Cairn is starting: it runs on the data folder, and where Prefect's server is, is not known yet."""
    return runs(settings) and api_of(settings) is None


def _held_by(lock: IO[str]) -> str:
    """The number of the process that holds the folder; empty where none did, and it is ours now."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        return lock.read().strip() or "unknown"
    return ""

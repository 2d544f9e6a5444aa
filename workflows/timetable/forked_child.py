"""Starts a child process by forking Cairn itself, so that what both need is loaded once.

Cairn has no thread and no open database connection whenever it forks.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from pathlib import Path

from config.settings import Settings
from workflows.timetable.prefect_process import UMASK, ChildProcess, die_with_parent, new_log
from workflows.timetable.stop_signals import as_at_first

OPEN = Path("/dev/fd")
"""Every descriptor that a process has open."""


class ForkedProcess(ForkProcess):
    """A process that was forked, with the names that one of subprocess's has."""

    pid: int

    def poll(self) -> int | None:
        """Its code, None while it runs."""
        return self.exitcode

    def wait(self) -> int:
        """Wait until it has ended; its code."""
        self.join()
        return self.exitcode or 0


@dataclass(frozen=True)
class Surroundings:
    """What a process that is forked has instead of ours: where it writes, what it is told, maybe its folder."""

    log: Path
    told: Mapping[str, str]
    folder: Path | None = None

    def enter(self, keep: Collection[int] = ()) -> None:
        """Leave ours: our terminal, our files but for those to keep, our environment, and what was done at a signal."""
        gc.disable()  # until it has loaded what it serves: before there is no garbage worth looking for
        os.setsid()
        die_with_parent()
        as_at_first()
        os.umask(UMASK)
        self._write_to_log()
        _close_all_but({0, 1, 2, *keep})
        os.environ.clear()
        os.environ.update(self.told)
        tempfile.tempdir = None
        sys.dont_write_bytecode = False
        if self.folder is not None:
            os.chdir(self.folder)

    def _write_to_log(self) -> None:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        written = os.open(self.log, os.O_WRONLY | os.O_APPEND)
        for number in (1, 2):
            os.dup2(written, number)


def fork(
    name: str,
    do: Callable[[], None],
    told: Mapping[str, str],
    settings: Settings,
    *,
    cwd: Path | None = None,
    keep: Collection[int] = (),
) -> ChildProcess:
    """Fork a child that does this, in a group of its own; `keep` are descriptors of ours that it has as well."""
    surroundings = Surroundings(new_log(name, settings), told, cwd)
    gc.freeze()  # so that a look through its own memory takes no copy of what is shared
    process = ForkedProcess(target=_do, args=(do, surroundings, keep), name=name)
    process.start()
    return ChildProcess(name, process, surroundings.log)


def _do(do: Callable[[], None], surroundings: Surroundings, keep: Collection[int]) -> None:
    surroundings.enter(keep)
    do()


@contextmanager
def told(environment: Mapping[str, str]) -> Iterator[None]:
    """Have this environment for a moment: what is loaded meanwhile reads its settings out of it."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _close_all_but(kept: Collection[int]) -> None:
    for number in {int(one.name) for one in OPEN.iterdir()} - set(kept):
        with suppress(OSError):
            os.close(number)

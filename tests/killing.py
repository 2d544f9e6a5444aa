"""Commands killed, by SIGKILL, at each moment that counts: before whatever they change on the disk, around each commit.

A command is done in a process forked from the test's, which counts these moments and kills itself at the one it was
told. What it did until then stays as it is.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import tempfile
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, text
from sqlalchemy.engine.default import DefaultDialect

from records.database import connect, reading
from records.files import DRAFT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.terminal import Terminal

CHANGES_A_FILE = {"os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate", "os.symlink"}
"""Python's audit events before a file or folder is changed; "open" is looked at apart."""
OPENS_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT
LOCKS = re.compile(r"-wal$|-shm$|run\.lock$|^tmp$")
"""Locks, what SQLite keeps beside a database, and the folder for passing files: no part of what a command leaves."""
RANDOM = re.compile(r"[0-9a-f]{8,}")
"""The part of a file's name that is drawn by chance, or is a digest of what was."""


def killed_each_time(folder: Path, do: Callable[[], int], *, every: int = 1, commits: bool = False) -> Iterator[int]:
    """Kill what is done in a folder at each of its moments, the folder put back before each; gives the moment.

    With `commits` these alone are its moments. After the last the folder is as it is left by what nobody killed.
    """
    before, elsewhere = folder.with_name(f"{folder.name}-before"), tempfile.tempdir
    (folder / "tmp").mkdir()
    shutil.copytree(folder, before)
    tempfile.tempdir = str(folder / "tmp")
    try:
        for moment in count(0, every):
            ended = _killed_at(folder, moment, do, commits=commits)
            if ended != -signal.SIGKILL:
                assert ended == 0, f"nobody killed it, and it ended with {ended}"
                return
            yield moment
            for path in folder.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.copytree(before, folder, dirs_exist_ok=True)
    finally:
        tempfile.tempdir = elsewhere
        shutil.rmtree(before)


def _killed_at(folder: Path, moment: int, do: Callable[[], int], *, commits: bool) -> int:
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    _die_at(moment, str(folder), commits=commits)
    try:
        os._exit(do())
    except BaseException:  # noqa: BLE001  a process forked from a test must not go on as a second one
        os._exit(99)


def typed(terminal: Terminal, *words: str) -> Callable[[], int]:
    """A command, to be killed; it gives its exit code."""

    def do() -> int:
        terminal.types(*words)
        return terminal.code

    return do


def _die_at(moment: int, folder: str, *, commits: bool) -> None:
    """Have this process kill itself when as many moments have passed."""
    left = count(moment, -1)

    def moment_passes() -> None:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_a_change(event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = given
            if isinstance(path, str) and flags and flags & OPENS_TO_WRITE and folder in path:
                moment_passes()
        elif event in CHANGES_A_FILE and any(folder in str(path) for path in given[:2]):
            moment_passes()

    real: Callable[..., None] = DefaultDialect.do_commit

    def around_a_commit(dialect: DefaultDialect, connection: Any) -> None:
        moment_passes()
        real(dialect, connection)
        moment_passes()

    DefaultDialect.do_commit = around_a_commit  # type: ignore[method-assign]
    if not commits:
        sys.addaudithook(before_a_change)


def rows_of(terminal: Terminal) -> dict[str, int]:
    """How many rows each table has."""
    url = terminal.env.get("CAIRN_DATABASE") or f"sqlite:///{terminal.folder / 'data' / 'cairn.db'}"
    engine = connect(url)
    with reading(engine) as tx:
        found = {
            name: tx.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
            for name in inspect(tx).get_table_names()
        }
    engine.dispose()
    return found


def _is_second_name(path: Path) -> bool:
    return path.suffix == DRAFT and path.is_file() and path.stat().st_nlink > 1


def files_of(folder: Path) -> list[str]:
    """Every file and folder below one, but locks and what a database keeps beside it; what is named by chance alike.

    A draft that is a second name of a file that has appeared is none: whoever next writes there, or the night, removes
    it.
    """
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not _is_second_name(path))
    return sorted(RANDOM.sub("?", name) for name in names if not LOCKS.search(name))

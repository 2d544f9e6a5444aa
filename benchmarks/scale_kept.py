"""What `make scale` keeps until it is done: its databases and the figures taken, so that a broken-off run goes on."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests import postgres

MAKING = postgres.FAST_NOT_SAFE
"""How a server is set while cases are made, and nothing is measured of it."""
Figures = dict[str, dict[int, float]]
"""What was measured, at how many cases, and what it took."""


@dataclass(frozen=True)
class Databases:
    """The databases of one kind that there are, by their names: where each is, a copy of one, and the end of one."""

    address: Callable[[str], str]
    copy: Callable[[str, str], None]
    drop: Callable[[str], None]


@dataclass
class Kept:
    """The folder of one kind of database, with what was measured on it: written down after each figure."""

    kind: str
    folder: Path
    figures: Figures = field(default_factory=dict)

    @classmethod
    def found(cls, kind: str, folder: Path) -> Kept:
        """What an earlier run left; nothing where none did."""
        folder.mkdir(parents=True, exist_ok=True)
        kept = cls(kind, folder)
        if kept.file.exists():
            told = json.loads(kept.file.read_text())
            kept.figures = {what: {int(size): one for size, one in taken.items()} for what, taken in told.items()}
        return kept

    @property
    def file(self) -> Path:
        """Where the figures are."""
        return self.folder / "figures.json"

    def lacks(self, what: str, size: int) -> bool:
        """Whether something was not measured yet at so many cases."""
        return size not in self.figures.get(what, {})

    def take(self, what: str, size: int, figure: float) -> None:
        """Write a figure down."""
        self.figures.setdefault(what, {})[size] = figure
        self._write()

    def forget(self, words: str) -> None:
        """Forget every figure whose name holds some words: it is taken again."""
        self.figures = {what: taken for what, taken in self.figures.items() if words not in what}
        self._write()

    def _write(self) -> None:
        draft = self.file.with_suffix(".draft")
        draft.write_text(json.dumps(self.figures, indent=1))
        draft.replace(self.file)


def folder_for(count: int) -> Path:
    """Where a run for so many cases keeps what it makes, for this user alone: the same for the next run."""
    folder = Path(tempfile.gettempdir()) / f"cairn-scale-{os.getuid()}-{count}"
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise SystemExit(f"{folder} belongs to somebody else: name another place for temporary files (TMPDIR).")
    return folder


def ours_alone(folder: Path) -> IO[str]:
    """The lock of a run, held until it is closed. Raises SystemExit while another run has it."""
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise SystemExit(f"Another `make scale` is at work in {folder}: wait until it is done.") from None
    return lock


def remove(folder: Path) -> None:
    """Remove all that was kept, and first the server that a run left when it was killed."""
    if _is_left_running(folder / "postgresql"):
        _stop(folder / "postgresql")
    shutil.rmtree(folder)


@contextmanager
def on_sqlite(folder: Path, _settings: str = "") -> Iterator[Databases]:
    """Files in the folder; how safely they are written, whoever opens them says."""

    def path(name: str) -> Path:
        return folder / f"{name}.db"

    def copy(source: str, to: str) -> None:
        with closing(sqlite3.connect(path(source))) as whole, closing(sqlite3.connect(path(to))) as other:
            whole.backup(other)

    def drop(name: str) -> None:
        for ending in ("", "-wal", "-shm"):
            path(name).with_name(f"{name}.db{ending}").unlink(missing_ok=True)

    yield Databases(lambda name: f"sqlite:///{path(name)}", copy, drop)


@contextmanager
def on_postgresql(folder: Path, settings: str = "") -> Iterator[Databases]:
    """Databases of a server of our own in the folder: as it is installed, but for these settings."""
    data = folder / "server" / "data"
    if not (data / "PG_VERSION").exists():
        postgres.initialise(folder)
    if _is_left_running(folder):
        _stop(folder)
    server = postgres.serve(folder, settings)
    base = server.removesuffix("postgres")

    def fresh(name: str) -> str:
        there = postgres.ask(server, f"SELECT count(*) FROM pg_database WHERE datname = 'cairn_{name}'")
        if not there:
            postgres.execute(server, f"CREATE DATABASE cairn_{name} TEMPLATE template1")
        return f"{base}cairn_{name}"

    def copy(source: str, to: str) -> None:
        postgres.execute(server, f"CREATE DATABASE cairn_{to} TEMPLATE cairn_{source} STRATEGY FILE_COPY")

    def drop(name: str) -> None:
        postgres.execute(server, f"DROP DATABASE IF EXISTS cairn_{name} WITH (FORCE)")

    try:
        yield Databases(fresh, copy, drop)
    finally:
        _stop(folder)


def _is_left_running(folder: Path) -> bool:
    return (folder / "server" / "data" / "postmaster.pid").exists()


def _stop(folder: Path) -> None:
    postgres.run(folder, "pg_ctl", "-D", "data", "-m", "fast", "-t", "300", "stop", check=False)


KINDS = {"postgresql": on_postgresql, "sqlite": on_sqlite}

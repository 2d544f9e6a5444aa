"""Atomic, private, durable files: whole or not at all, readable by Cairn's own user alone."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from config.durable import OURS_ALONE, make_durable
from config.file_owner import give_to_owner_of_folder
from states.errors import StorageTrouble

if TYPE_CHECKING:
    from sqlalchemy import Connection

EVERY_RIGHT = 0o777
DRAFT = ".part"
A_DRAFT = re.compile(r"\..+\.[0-9a-f]{8}\.part", re.DOTALL)
PASSING = "cairn-"

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
LONGEST_SHOWN = 300
NO_SPACE = "The disk is full: free some space and try again; nothing was half written."
NOT_ALLOWED = "Cairn may not read or write {path}: give Cairn's user permission on it and on its folder."
TAKEN = "There is already a file {path}: choose another name."
NOT_THERE = "There is no {path}: check the name."
UNUSABLE = "{path} cannot be used ({why}): check the name and the disk."


class AlreadyThere(StorageTrouble):
    """A file of that name exists and is not written over."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Write a file atomically: lend a name beside `path`, which becomes `path` when all went well, else is removed.

    Raises AlreadyThere when there is such a file by then, StorageTrouble when it cannot be written.
    """
    with draft_of(path) as draft:
        yield draft
        publish(draft, path)


def check_not_there(path: Path) -> None:
    """Raise AlreadyThere where there is something of that name; what a killed program left beside it is removed."""
    _check_is_name(path)
    with plainly_about(path):
        if path.exists():
            _remove_abandoned(path.parent, f".{path.name}.")
            raise AlreadyThere(TAKEN.format(path=path))


def make_folder(path: Path) -> None:
    """Make a folder for Cairn's own user alone, and those above it that are missing."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    give_to_owner_of_folder(path)


@contextmanager
def replaced_file(path: Path) -> Iterator[Path]:
    """The same, and what is written takes the place of `path` where there is one.

    Who may read the old file may read the new one; a link stays a link, and the file it leads to is replaced. A file
    that was not there is Cairn's alone. Raises StorageTrouble when it cannot be written.
    """
    with plainly_about(path):
        target = path.resolve()
        mode = target.stat().st_mode & EVERY_RIGHT if target.exists() else OURS_ALONE
    with draft_of(target) as draft:
        yield draft
        draft.chmod(mode)
        make_durable(draft)
        draft.replace(target)


def replace_when_committed(tx: Connection, path: Path, text: str) -> None:
    """Write a file anew once the transaction is kept: what is only tried, or not kept after all, leaves it alone."""
    from records.once_kept import once_kept  # slow to load, and this file is asked for where no database is

    write_draft(once_kept(tx, replaced_file(path)), text, path)


def write_draft(draft: Path, text: str, path: Path) -> None:
    """Write what is to stand in a file, and wait until it is on the disk: later it need only appear."""
    with plainly_about(path):
        draft.write_text(text, encoding="utf-8")
        make_durable(draft)


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """A draft beside a file, locked while somebody writes it: one that nobody holds was left by a killed program."""
    with _held_beside(path, is_folder=False) as draft:
        yield draft
        make_durable(path.parent)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """The same of a folder: lend the name of one to be made, which becomes `path` when all went well, else is removed.

    Raises AlreadyThere where there is something of that name.
    """
    with _held_beside(path, is_folder=True) as place:
        check_not_there(path)
        yield place / path.name
        with plainly_about(path):
            (place / path.name).rename(path)
            make_durable(path.parent)


@contextmanager
def passing_folder(called: str) -> Iterator[Path]:
    """A folder for what is needed for a while, in the machine's place for such: removed after, or after a kill.

    The next that is made removes those that nobody holds any more.
    """
    path = Path(tempfile.gettempdir()) / f"{PASSING}{called}"
    with _held_beside(path, is_folder=True, clears=f".{PASSING}") as place:
        yield place


@contextmanager
def _held_beside(path: Path, *, is_folder: bool, clears: str = ".") -> Iterator[Path]:
    """Make a draft beside `path`, locked, and remove it in the end.

    Those that nobody holds any more are removed first, where their names begin with `clears`.
    """
    _check_is_name(path)
    with plainly_about(path):
        make_folder(path.parent)
        draft, held = _begin_draft(path, is_folder=is_folder)
        try:
            give_to_owner_of_folder(draft)
            _remove_abandoned(path.parent, clears)
            yield draft
        finally:
            _remove(draft)
            os.close(held)


def _check_is_name(path: Path) -> None:
    if not path.name:
        raise StorageTrouble(UNUSABLE.format(path=path, why="it is a folder"))


def _begin_draft(path: Path, *, is_folder: bool) -> tuple[Path, int]:
    """A new draft, and its lock. One that another removed as abandoned before it was locked is begun anew."""
    while True:
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}{DRAFT}")
        if is_folder:
            draft.mkdir(mode=0o700)
        try:
            held = os.open(draft, os.O_RDONLY if is_folder else os.O_CREAT | os.O_EXCL | os.O_RDWR, OURS_ALONE)
        except FileNotFoundError:
            if is_folder:  # another took it for one that was left
                continue
            raise
        fcntl.flock(held, fcntl.LOCK_EX)
        if draft.exists():
            return draft, held
        os.close(held)


def remove_drafts_below(folder: Path, but: Container[str] = ()) -> None:
    """Remove what killed programs left in a folder and in all below it, but those of some names."""
    for root, inside, _ in os.walk(folder):
        inside[:] = [name for name in inside if name not in but]
        _remove_abandoned(Path(root), ".")


def _remove_abandoned(folder: Path, beginning: str) -> None:
    """Remove the drafts that nobody holds: they are of programs that were killed."""
    for path in folder.glob(f"{beginning}*{DRAFT}"):
        with suppress(OSError):  # another holds it, or removes it at the same moment, or it is not ours to remove
            if A_DRAFT.fullmatch(path.name):
                _remove_unless_held(path)


def _remove_unless_held(path: Path) -> None:
    """Remove a draft while we hold it ourselves: whoever begins it at this moment waits, and finds that it is gone."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(path)
    finally:
        os.close(handle)


def _remove(draft: Path) -> None:
    if draft.is_dir():
        shutil.rmtree(draft, ignore_errors=True)
    else:
        draft.unlink(missing_ok=True)


@contextmanager
def plainly_about(path: Path) -> Iterator[None]:
    """What the operating system says about a file, in a sentence: raises StorageTrouble instead of OSError."""
    try:
        yield
    except OSError as trouble:
        raise StorageTrouble(told(trouble, path)) from trouble


def told(trouble: OSError, path: Path) -> str:
    """What the operating system says about a file, as a sentence; `path` is the file meant when it names none."""
    named = str(trouble.filename or path)
    about = str(path) if named.endswith(DRAFT) else named
    return _sentence(trouble).format(path=shorten(about), why=trouble.strerror or trouble)


def shorten(name: str) -> str:
    """A name that can be read in one look: the middle of a very long one is left out."""
    return name if len(name) <= LONGEST_SHOWN else f"{name[:40]}...{name[-40:]}"


def publish(draft: Path, path: Path) -> None:
    """Let a draft appear under its name, once all of it is on the disk. Raises AlreadyThere where that is taken."""
    make_durable(draft)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise AlreadyThere(TAKEN.format(path=path)) from None


def _sentence(trouble: OSError) -> str:
    if trouble.errno in FULL:
        return NO_SPACE
    if trouble.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return NOT_ALLOWED
    if trouble.errno == errno.ENOENT:
        return NOT_THERE
    return UNUSABLE

"""Resumable uploads by an agency: each part is appended, and the whole is scanned at the end.

After a broken connection or a killed process an upload resumes where it stopped: a file is identified by its name, size
and modification time.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from records.files import make_folder, plainly_about
from records.kept_files import name_of
from records.uploads import MOST_FILES, TOO_MANY, check_named, staged, take
from states.errors import BadAnswer, NotFound, NotPossible

LARGEST_PART = 4 << 20
"""Bytes that are taken at once."""

ARRIVED, TOLD = ".part", ".about"
GONE = "Nothing of this file is here any more: send it from its beginning."
BUSY = "A part of this file is being taken just now: try again in a moment."
ELSEWHERE = "This part does not go on where the file stops: ask how much of it is here."
TOO_MUCH = "This part reaches beyond the end of the file that was said."


class Damaged(BadAnswer):
    """A part did not arrive as it was sent: it is not kept, and can be sent again."""


@dataclass(frozen=True)
class Partly:
    """A file of which `here` bytes of `size` have arrived. `id` is how it is called until it is whole."""

    id: str
    name: str
    size: int
    here: int

    @property
    def is_whole(self) -> bool:
        """Whether all of it has arrived."""
        return self.here == self.size


def begin(folder: Path, name: str, size: int, changed: str) -> Partly:
    """Take up a file, or go on with one of which some is here. Raises BadAnswer for one that will not be taken."""
    name = name_of(PurePosixPath(PureWindowsPath(name).name))
    check_named(name, size)
    number = sha256(json.dumps([name, size, changed]).encode()).hexdigest()[:32]
    with plainly_about(folder):
        make_folder(folder)
        known = {path.name for path in staged(folder)} | {one.name for one in _begun(folder)}
        if len(known) >= MOST_FILES and name not in known:
            raise BadAnswer(TOO_MANY)
        about = folder / f".{number}{TOLD}"
        if not about.exists() or not _arrived(folder, number, name).exists():
            (folder / f".{number}{ARRIVED}").touch(0o600)
            about.write_text(json.dumps({"name": name, "size": size}), encoding="utf-8")
        return find(folder, number)


def find(folder: Path, number: str) -> Partly:
    """A file of which some, or all, is here. Raises NotFound where there is none of that number."""
    try:
        told = json.loads((folder / f".{number}{TOLD}").read_text(encoding="utf-8"))
        here = _arrived(folder, number, str(told["name"])).stat().st_size
        return Partly(number, str(told["name"]), int(told["size"]), here)
    except (OSError, ValueError, KeyError):
        raise NotFound(GONE) from None


def _arrived(folder: Path, number: str, name: str) -> Path:
    """What has arrived of a file: under its number, and under its name once it is whole and was looked at."""
    partly = folder / f".{number}{ARRIVED}"
    return partly if partly.exists() else folder / name


def add(folder: Path, number: str, at: int, part: BinaryIO, fingerprint: str = "") -> Partly:
    """Add a part at the byte where the file stops. Raises NotPossible for one that goes on from another.

    With a `fingerprint` (SHA-256) raises Damaged where the part is not what was sent. Either it is added, or nothing.
    """
    known = find(folder, number)
    path = folder / f".{number}{ARRIVED}"
    length = part.seek(0, os.SEEK_END)
    if known.is_whole and at == known.size and not length:
        return known
    with plainly_about(path), _held(path) as file:
        here = os.fstat(file.fileno()).st_size
        if at != here:
            raise NotPossible(ELSEWHERE)
        if here + length > known.size:
            raise BadAnswer(TOO_MUCH)
        part.seek(0)
        if fingerprint and sha256(part.read()).hexdigest() != fingerprint:
            raise Damaged("This part did not arrive as it was sent: send it again.")
        part.seek(0)
        file.seek(here)
        shutil.copyfileobj(part, file, 1 << 18)
    return find(folder, number)


def finish(folder: Path, one: Partly, scanner: str = "", quarantine: Path | None = None) -> Path:
    """Look at a file that is whole, and keep it aside as any other. Raises BadAnswer for one that is not taken."""
    path = folder / f".{one.id}{ARRIVED}"
    with plainly_about(path):
        if not path.exists():
            return folder / one.name
        try:
            return take(path, one.name, scanner, quarantine)
        except BadAnswer:
            path.unlink(missing_ok=True)
            (folder / f".{one.id}{TOLD}").unlink(missing_ok=True)
            raise


def _begun(folder: Path) -> Iterator[Partly]:
    for path in folder.glob(f".*{TOLD}"):
        with suppress(NotFound):
            yield find(folder, path.name[1 : -len(TOLD)])


@contextmanager
def _held(path: Path) -> Iterator[BinaryIO]:
    """The file of what has arrived, for one who adds to it at a time."""
    try:
        with path.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise NotPossible(BUSY) from None
            yield file
    except FileNotFoundError:
        raise NotFound(GONE) from None

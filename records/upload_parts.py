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
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from records.files import make_folder, plainly_about
from records.uploads import ARRIVED, MOST_FILES, TOO_MANY, check_named, check_room, sent_name, staged, take
from states.errors import BadAnswer, NotFound, NotPossible

LARGEST_PART = 4 << 20
"""Bytes that are taken at once."""

TOLD = ".about"
GONE = "Nothing of this file is here any more: send it from its beginning."
BUSY = "A part of this file is being taken just now: try again in a moment."
ELSEWHERE = "This part does not go on where the file stops: ask how much of it is here."
TOO_MUCH = "This part reaches beyond the end of the file that was said."


class Damaged(BadAnswer):
    """A part did not arrive as it was sent: it is not kept, and can be sent again."""


@dataclass(frozen=True)
class Partly:
    """A file of which `here` bytes of `size` have arrived. `id` is how it is called until it is whole.

    `kept` is the name it is kept under once it is: another file may have come by its own.
    """

    id: str
    name: str
    size: int
    here: int
    kept: str

    @property
    def is_whole(self) -> bool:
        """Whether all of it has arrived."""
        return self.here == self.size


def begin(folder: Path, name: str, size: int, changed: str) -> Partly:
    """Take up a file, or go on with one of which some is here. Raises BadAnswer for one that will not be taken."""
    name = sent_name(name)
    check_named(name, size)
    number = sha256(json.dumps([name, size, changed]).encode()).hexdigest()[:32]
    with plainly_about(folder):
        make_folder(folder)
        with suppress(NotFound):
            return find(folder, number)
        check_room(folder)
        if len(staged(folder)) + len(tuple(folder.glob(f".*{ARRIVED}"))) >= MOST_FILES:
            raise BadAnswer(TOO_MANY.format(name=name))
        (folder / f".{number}{ARRIVED}").touch(0o600)
        _tell(folder, Partly(number, name, size, 0, name))
        return find(folder, number)


def find(folder: Path, number: str) -> Partly:
    """A file of which some, or all, is here. Raises NotFound where there is none of that number."""
    try:
        told = json.loads((folder / f".{number}{TOLD}").read_text(encoding="utf-8"))
        partly, kept = folder / f".{number}{ARRIVED}", str(told["kept"])
        here = (partly if partly.exists() else folder / kept).stat().st_size
        found = Partly(number, str(told["name"]), int(told["size"]), here, kept)
    except (OSError, ValueError, KeyError):
        raise NotFound(GONE) from None
    if not found.is_whole and not partly.exists():
        raise NotFound(GONE)  # what is there under its name is another file
    return found


def _tell(folder: Path, one: Partly) -> None:
    told = {"name": one.name, "size": one.size, "kept": one.kept}
    (folder / f".{one.id}{TOLD}").write_text(json.dumps(told), encoding="utf-8")


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
            return folder / one.kept
        try:
            kept = take(path, one.name, scanner, quarantine)
        except BadAnswer:
            path.unlink(missing_ok=True)
            (folder / f".{one.id}{TOLD}").unlink(missing_ok=True)
            raise
        _tell(folder, replace(one, kept=kept.name))
        return kept


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

"""Files sent by a program with an answer: scanned as at the desk, and kept as evidence once it is done."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from typing import Any

from records import scanned_files, uploads
from records.kept_files import KeptFile, check_held, keep_when_committed, looked_at
from states.errors import BadAnswer
from web.desk import Desk
from workflows.unit_of_work import UnitOfWork

NAME, CONTENT = "name", "content"
LARGEST = 30 << 20
"""Bytes of a body that may hold files, each a third larger there than it is."""
NO_FILES = "{name!r}: no file is taken here: send a text that says where it is filed."
NOT_BASE64 = "{name!r}: the content of the file {said!r} is not in base64: encode it, and send it once more."


@dataclass(frozen=True)
class SentFiles:
    """What was said with each file as its entry names it, and the files that wait until it is done."""

    said: dict[str, Any]
    waiting: tuple[tuple[Path, KeptFile], ...] = ()

    def keep(self, uow: UnitOfWork, desk: Desk) -> None:
        """Have each file kept as evidence as the transaction is committed."""
        here = desk.settings
        for path, _ in self.waiting:
            one = keep_when_committed(uow.tx, here.evidence.absolute(), path)
            if here.looks_for_harm:
                scanned_files.note_clean(uow.tx, one.sha256, uow.now)


@contextmanager
def set_aside(desk: Desk, said: dict[str, Any], *, taken: bool) -> Iterator[SentFiles]:
    """Keep aside the files in what was sent until it is done; with `taken` false there may be none.

    Raises BadAnswer for what is not taken, StorageTrouble where it cannot be looked at.
    """
    each_said = (each for value in said.values() for each in (value if isinstance(value, list) else (value,)))
    check_held(desk.settings.evidence.absolute(), [each for each in each_said if isinstance(each, str)])
    if not any(is_file(each) for value in said.values() if isinstance(value, list) for each in value):
        yield SentFiles(said)
        return
    desk.lets_go()
    folder = desk.settings.uploads.absolute() / f"program-{token_hex(16)}"
    waiting, named = list[tuple[Path, KeptFile]](), dict[str, Any]()
    try:
        for name, value in said.items():
            named[name] = value
            if isinstance(value, list) and any(map(is_file, value)):
                if not taken:
                    raise BadAnswer(NO_FILES.format(name=name[:60]))
                found = [_staged(desk, folder, name, each) if is_file(each) else each for each in value]
                waiting += [one for one in found if isinstance(one, tuple)]
                named[name] = [one[1].written if isinstance(one, tuple) else one for one in found]
        yield SentFiles(named, tuple(waiting))
    finally:
        uploads.drop(folder)


def is_file(value: Any) -> bool:
    """Whether a part of an answer is a file: an object with its name, and its content in base64."""
    return isinstance(value, dict) and value.keys() == {NAME, CONTENT} and {*map(type, value.values())} == {str}


def _staged(desk: Desk, folder: Path, name: str, sent: dict[str, str]) -> tuple[Path, KeptFile]:
    here = desk.settings
    try:
        content = b64decode(sent[CONTENT], validate=True)
    except (binascii.Error, ValueError):
        raise BadAnswer(NOT_BASE64.format(name=name[:60], said=sent[NAME][:60])) from None
    path = uploads.stage(folder, sent[NAME], BytesIO(content), here.looks_for_harm, here.quarantine)
    return path, looked_at(path)

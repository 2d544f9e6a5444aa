"""The file a backup is: a ZIP of parts, with a manifest that says what is in it and the SHA-256 of every part."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Literal
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from pydantic import ValidationError

from records.files import plainly_about
from states.errors import StorageTrouble
from states.values import Value

MANIFEST = "manifest.json"
CHUNK = 1 << 20
OURS_ALONE = 0o600 << 16
FIRST_YEAR, LAST_YEAR = 1980, 2107
"""The years that a ZIP can write beside a part; when a backup was made stands in its manifest."""

NOT_A_BACKUP = "{path} is not a backup of Cairn, or it is cut short: choose another one. Nothing was restored."
DAMAGED = "The backup {path} is damaged (its part {part}): choose another one. Nothing was restored."

TOO_LONG = "The list of what is in {path} has more than {most:,} bytes: it is no backup of Cairn. Nothing was restored."

LONGEST_MANIFEST = 32 * 1024 * 1024
"""Bytes: room for some two hundred thousand files of evidence."""

Kind = Literal["str", "int", "bool", "date", "datetime"]


class KeptTable(Value):
    """One table in a backup: its columns with the kind of each, and how many rows there are."""

    name: str
    columns: dict[str, Kind]
    rows: int

    @property
    def part(self) -> str:
        """Where its rows stand in the file."""
        return f"tables/{self.name}.jsonl"


class Manifest(Value):
    """What a backup holds, when it was made (UTC), and the version its tables had."""

    format: Literal["cairn-backup-1"] = "cairn-backup-1"
    version: str
    created_at: datetime
    tables: tuple[KeptTable, ...]
    digests: dict[str, str]


def write_part(archive: ZipFile, name: str, chunks: Iterable[bytes], now: datetime) -> str:
    """Write one part, and return its SHA-256."""
    digest = sha256()
    year = min(max(now.year, FIRST_YEAR), LAST_YEAR)
    info = ZipInfo(name, date_time=(year, now.month, now.day, now.hour, now.minute, now.second))
    info.compress_type = ZIP_DEFLATED
    info.external_attr = OURS_ALONE
    with archive.open(info, "w", force_zip64=True) as part:
        for chunk in chunks:
            digest.update(chunk)
            part.write(chunk)
    return digest.hexdigest()


def chunks_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file, a piece at a time."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def part_chunks(archive: ZipFile, name: str) -> Iterator[bytes]:
    """The bytes of a part, a piece at a time."""
    with archive.open(name) as part:
        while chunk := part.read(CHUNK):
            yield chunk


def digest_of(chunks: Iterable[bytes]) -> str:
    """The SHA-256 of bytes that come a piece at a time."""
    digest = sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[tuple[ZipFile, Manifest]]:
    """A backup, every part of which is what it was when it was made.

    Raises StorageTrouble, in one sentence, for a file that is damaged, cut short or something else.
    """
    with ExitStack() as held:
        with plainly_about(path):
            file = held.enter_context(path.open("rb"))
            try:
                archive = ZipFile(file)
                manifest = _manifest(path, archive)
            except (BadZipFile, KeyError, ValidationError, EOFError, zlib.error, RuntimeError):
                raise StorageTrouble(NOT_A_BACKUP.format(path=path)) from None
            for part in _damaged(archive, manifest):
                raise StorageTrouble(DAMAGED.format(path=path, part=part))
        yield archive, manifest


def _manifest(path: Path, archive: ZipFile) -> Manifest:
    """The list of what is in it, as long as it is no longer than one can be."""
    with archive.open(MANIFEST) as part:
        said = part.read(LONGEST_MANIFEST + 1)
    if len(said) > LONGEST_MANIFEST:
        raise StorageTrouble(TOO_LONG.format(path=path, most=LONGEST_MANIFEST))
    return Manifest.model_validate_json(said)


def _damaged(archive: ZipFile, manifest: Manifest) -> Iterator[str]:
    listed = {MANIFEST, *manifest.digests}
    yield from sorted({*archive.namelist()} ^ listed | {table.part for table in manifest.tables} - listed)
    for name, digest in manifest.digests.items():
        try:
            whole = _is_inside(name) and digest_of(part_chunks(archive, name)) == digest
        except (BadZipFile, EOFError, zlib.error, RuntimeError):
            whole = False
        if not whole:
            yield name


def _is_inside(name: str) -> bool:
    place = PurePosixPath(name)
    return not place.is_absolute() and ".." not in place.parts

"""Files an agency has sent but not yet answered with: kept for a day, so that none has to be sent twice."""

from __future__ import annotations

import filecmp
import os
import secrets
import shlex
import shutil
import subprocess
import zipfile
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from records.archive import chunks_of, digest_of
from records.clamav import look_at
from records.files import make_folder, plainly_about
from records.kept_files import LARGEST, name_of
from states.errors import BadAnswer, StorageTrouble

MOST_FILES = 10
MOST_OF_LETTER = 3 * MOST_FILES
"""Files that other browsers may have waiting on the page of a letter before one more browser may add any."""
KEPT_FOR = timedelta(days=1)
UNPACKED = 1 << 30
"""Bytes that an office file may have once it is unpacked."""
LONGEST_NAME = 240
"""Bytes of the name of a file: a disk has room for 255, and a number is added where two files have one name."""
LOOKS_FOR = 120
"""Seconds the program that looks at files may take for one."""

CLAMAV = "clamav:"
"""Before the address of ClamAV, where that looks at files and no other program does."""

ARRIVED = ".part"
"""How the name of a file ends of which some has arrived."""

ZIP, OLD_OFFICE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0",)
KINDS: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".docx": ZIP,
    ".xlsx": ZIP,
    ".pptx": ZIP,
    ".odt": ZIP,
    ".ods": ZIP,
    ".odp": ZIP,
    ".doc": OLD_OFFICE,
    ".xls": OLD_OFFICE,
    ".msg": OLD_OFFICE,
    ".rtf": (b"{\\rtf",),
    ".png": (b"\x89PNG",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".tif": (b"II*\x00", b"MM\x00*"),
    ".tiff": (b"II*\x00", b"MM\x00*"),
    ".txt": (),
    ".csv": (),
    ".eml": (),
}
"""The kinds of file that are taken, and how each begins; a text has no byte that is none."""

TYPES = "PDF, Word, Excel, PowerPoint, OpenDocument, RTF, text, CSV, e-mail and pictures (PNG, JPEG, TIFF)"
WRONG_KIND = "{name} is not taken: send one of these kinds of file: {types}."
NOT_AS_NAMED = "{name} is not what its name says: save it again in its own kind, and send that."
IS_LOCKED = "{name} is locked with a password, or is older than its name says: save it anew without, and send that."
HAS_MACROS = "{name} holds a program (macros): save it without, or as a PDF, and send that."
TOO_LARGE = "{name} is too large: a file has at most {most} MB."
EMPTY = "{name} is empty: there is nothing in it to keep."
NAME_TOO_LONG = "The name {name}… is too long: give the file a shorter one, and send it again."
TOO_MANY = f"{{name}} is left out: at most {MOST_FILES} files go together, so put several of them into one document."
LETTER_FULL = (
    f"{MOST_OF_LETTER} files wait on this page already, sent from other browsers: send your answer without files, or "
    "try again in a day, when they have gone."
)
UNSAFE = "{name} was not taken: the program that looks for harmful files found something in it."
NOT_LOOKED_AT = "{name} could not be looked at for harmful content: try again in a while."


def stage(folder: Path, name: str, sent: BinaryIO, scanner: str = "", quarantine: Path | None = None) -> Path:
    """Keep a file aside until it is answered with. Raises BadAnswer for one that is not taken, and keeps none of it.

    One in which something harmful was found, or that could not be looked at, goes to the quarantine where there is one:
    nothing is ever handed out from there.
    """
    name = sent_name(name)
    with plainly_about(folder):
        make_folder(folder)
        if len(staged(folder)) >= MOST_FILES:
            raise BadAnswer(TOO_MANY.format(name=name))
        draft = folder / f".{secrets.token_hex(8)}"
        try:
            with draft.open("wb") as file:
                shutil.copyfileobj(sent, file, 1 << 18)
            return take(draft, name, scanner, quarantine)
        finally:
            draft.unlink(missing_ok=True)


def take(draft: Path, name: str, scanner: str, quarantine: Path | None) -> Path:
    """Keep what has arrived in full beside it under its name. Raises BadAnswer for what is not taken.

    Another file of that name is left as it is, and this one has a number: some telephones call all pictures image.jpg.
    """
    check_named(name, draft.stat().st_size)
    _check(draft, name)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    _look_for_harm(draft, name, scanner, quarantine)
    return _put(draft, name)


def _put(draft: Path, name: str) -> Path:
    for number in count(1):
        place = draft.with_name(name if number == 1 else f"{Path(name).stem} ({number}){Path(name).suffix}")
        try:
            place.hardlink_to(draft)
        except FileExistsError:
            if not filecmp.cmp(draft, place, shallow=False):
                continue
        draft.unlink()
        return place
    raise AssertionError


def sent_name(name: str) -> str:
    """The name of a file that was sent, without the folders before it. Raises BadAnswer for one that cannot be kept."""
    name = name_of(PurePosixPath(PureWindowsPath(name).name))
    if len(name.encode()) > LONGEST_NAME:
        raise BadAnswer(NAME_TOO_LONG.format(name=name[:30]))
    return name


def staged(folder: Path) -> tuple[Path, ...]:
    """The files kept aside, by their names."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")))


def folder_of_letter(uploads: Path, number: str, mark: str) -> Path:
    """Where the files wait that a browser, known by its mark, has sent to the page of a letter."""
    return uploads / f"{number}-{mark}"


def waiting_elsewhere(folder: Path) -> int:
    """How many files wait that other browsers have sent to the page of the same letter."""
    return sum(len(staged(one)) for one in _others(folder))


def check_room(folder: Path) -> None:
    """Raise BadAnswer where other browsers keep as many files waiting, in full or in part, as a letter may have."""
    if sum(len(staged(one)) + len(tuple(one.glob(f".*{ARRIVED}"))) for one in _others(folder)) >= MOST_OF_LETTER:
        raise BadAnswer(LETTER_FULL)


def _others(folder: Path) -> tuple[Path, ...]:
    letter = folder.name.partition("-")[0]
    beside = folder.parent.iterdir() if folder.parent.is_dir() else ()
    return tuple(one for one in beside if one.name.partition("-")[0] == letter and one.name != folder.name)


def drop(folder: Path, names: tuple[str, ...] | None = None) -> None:
    """Take away files kept aside: those of these names; or all, and what has arrived in part."""
    if names is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in staged(folder):
        if path.name in names:
            path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


def forget_old(uploads: Path, now: datetime) -> None:
    """Take away what was sent a day ago and never answered with."""
    limit = (now - KEPT_FOR).timestamp()
    for folder in uploads.iterdir() if uploads.is_dir() else ():
        with suppress(OSError):
            if folder.stat().st_mtime < limit:
                shutil.rmtree(folder, ignore_errors=True)


def check_named(name: str, size: int) -> None:
    """Raise BadAnswer for a file that is not taken, whatever is in it: by its kind or its size in bytes."""
    if Path(name).suffix.lower() not in KINDS:
        raise BadAnswer(WRONG_KIND.format(name=name, types=TYPES))
    if not size:
        raise BadAnswer(EMPTY.format(name=name))
    if size > LARGEST:
        raise BadAnswer(TOO_LARGE.format(name=name, most=LARGEST >> 20))


def _check(path: Path, name: str) -> None:
    with path.open("rb") as file:
        head = file.read(8192)
    begins = KINDS[Path(name).suffix.lower()]
    if begins == ZIP and head.startswith(OLD_OFFICE):
        raise BadAnswer(IS_LOCKED.format(name=name))
    if (begins and not head.startswith(begins)) or (not begins and b"\x00" in head.removeprefix(b"\xff\xfe")[::2]):
        raise BadAnswer(NOT_AS_NAMED.format(name=name))
    if begins == ZIP:
        _check_packed(path, name)


def _check_packed(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            inside = packed.infolist()
    except (zipfile.BadZipFile, ValueError):
        raise BadAnswer(NOT_AS_NAMED.format(name=name)) from None
    if any(one.filename.lower().endswith(("vbaproject.bin", ".exe", ".dll")) for one in inside):
        raise BadAnswer(HAS_MACROS.format(name=name))
    if sum(one.file_size for one in inside) > UNPACKED:
        raise BadAnswer(TOO_LARGE.format(name=name, most=UNPACKED >> 20))


def _look_for_harm(path: Path, name: str, scanner: str, quarantine: Path | None) -> None:
    """Have the file looked at, where anything is set that does so: ClamAV by its socket, or a program."""
    if not scanner:
        return
    try:
        clean = _asked_clamav(path, name, scanner) if scanner.startswith(CLAMAV) else _asked(path, name, scanner)
    except StorageTrouble:
        _keep_apart(path, quarantine)
        raise
    if not clean:
        _keep_apart(path, quarantine)
        raise BadAnswer(UNSAFE.format(name=name))


def _asked_clamav(path: Path, name: str, scanner: str) -> bool:
    try:
        found = look_at(scanner.removeprefix(CLAMAV), path)
    except OSError:
        raise StorageTrouble(NOT_LOOKED_AT.format(name=name)) from None
    if not found.clean and not found.found:
        raise StorageTrouble(NOT_LOOKED_AT.format(name=name))
    return found.clean


def _asked(path: Path, name: str, scanner: str) -> bool:
    """Ask the program that looks for harmful files: 0 says there is none, 1 that there is."""
    try:
        found = subprocess.run([*shlex.split(scanner), str(path)], capture_output=True, timeout=LOOKS_FOR, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        raise StorageTrouble(NOT_LOOKED_AT.format(name=name)) from None
    if found.returncode not in {0, 1}:
        raise StorageTrouble(NOT_LOOKED_AT.format(name=name))
    return found.returncode == 0


def _keep_apart(path: Path, quarantine: Path | None) -> None:
    if quarantine is not None:
        make_folder(quarantine)
        place = quarantine / digest_of(chunks_of(path))
        if not place.exists():
            shutil.copyfile(path, place)
            place.chmod(0o400)

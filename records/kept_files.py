"""Evidence: files kept under the SHA-256 of what is in them, so that nobody can exchange one unnoticed."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy import Connection, Engine, event, or_, select, text

from records.archive import chunks_of, digest_of
from records.cases import CASES
from records.database import transaction
from records.files import AlreadyThere, make_folder, plainly_about, whole_file
from records.history import HISTORY
from records.once_kept import once_kept
from records.row_security import EVERY_CASE, seen_by
from records.subset import ALL, Subset
from states.answers import KEPT_FILE, text_fault, tidy
from states.errors import DAMAGED, BadAnswer, StorageTrouble

LARGEST = 250 * 1024 * 1024
"""Bytes of one file of evidence."""

READ_ONLY = 0o400
NAMES_A_FILE = '"sha256:'
"""What stands in the text of every entry that names a kept file."""
TAKES_BACK = '"taken_back"'
"""What stands in the text of every entry by which a file is taken back."""
RECORDS = "SELECT pg_advisory_xact_lock_shared(:file)"
MOVES = "SELECT pg_advisory_xact_lock(:file)"
NO_NAME = "The file has no name: give it one that says its kind too, such as minutes.pdf."
NOT_HELD = "{name} is not kept here under the SHA-256 {digest}...: send the file itself, or say where it is filed."


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was kept: the SHA-256 of its content, the name it came with, and its size in bytes."""

    sha256: str
    name: str
    size: int

    @property
    def written(self) -> str:
        """How an entry of a history names it."""
        return f"sha256:{self.sha256}:{self.name}"


@dataclass(frozen=True, slots=True)
class Missing:
    """Evidence that an entry names and that is not there as it was: the file, the entry, and what is wrong."""

    ref: str
    sequence: int
    what: str


def keep(folder: Path, path: Path) -> KeptFile:
    """Store a copy of a file in the folder of evidence, once for the same content, readable by Cairn alone.

    Raises BadAnswer for a file that is none, is empty, too large or oddly named; StorageTrouble when it cannot be read
    or written. Nothing is half written.
    """
    kept = looked_at(path)
    _put(folder, path, kept.sha256)
    return kept


def keep_when_committed(tx: Connection, folder: Path, path: Path) -> KeptFile:
    """As `keep`, when the transaction commits, so that a refused step leaves no copy behind."""
    kept = looked_at(path)
    _wait_for_other(tx, RECORDS, kept.sha256)
    event.listen(tx, "commit", lambda _: _put(folder, path, kept.sha256))
    return kept


def keep_own_when_committed(tx: Connection, folder: Path, path: Path, kept: KeptFile) -> None:
    """As `keep_when_committed`, for a file Cairn holds already and `looked_at` has read: it is hard-linked, not copied.

    What is large would else be read and copied while everybody else waits to write.
    """
    _wait_for_other(tx, RECORDS, kept.sha256)
    event.listen(tx, "commit", lambda _: _put_own(folder, path, kept.sha256))


def looked_at(path: Path) -> KeptFile:
    """A file as it would be stored. Raises BadAnswer for one that is not accepted."""
    with plainly_about(path):
        size, name = _size(path), name_of(path)
        return KeptFile(digest_of(chunks_of(path)), name, size)


def _put(folder: Path, path: Path, digest: str) -> None:
    place = place_of(folder, digest)
    with plainly_about(place):
        if not place.exists() or digest_of(chunks_of(place)) != digest:
            place.unlink(missing_ok=True)
            _copy(path, place, digest)


def _put_own(folder: Path, path: Path, digest: str) -> None:
    """Give a file of Cairn's own its place, under which it stays once its first name has gone."""
    place = place_of(folder, digest)
    with plainly_about(place):
        if not place.exists():
            make_folder(place.parent)
            try:
                place.hardlink_to(path)
                place.chmod(READ_ONLY)
            except FileExistsError:
                pass
            except OSError:  # another disk
                _put(folder, path, digest)
            else:
                return
        _put(folder, path, digest)


def let_go_once_kept(tx: Connection, folder: Path, files: Collection[str]) -> None:
    """Move files out of the folder of evidence, by their SHA-256, once the transaction is kept: those no case names.

    They are moved beside it (`taken_back_to`), where nothing hands them out.
    """
    for digest in files:
        once_kept(tx, _let_go(tx.engine, folder, digest))


def taken_back_to(folder: Path) -> Path:
    """Where files lie that were taken back and that no case names: beside the folder of evidence."""
    return folder.with_name(f"{folder.name}-taken-back")


@contextmanager
def _let_go(engine: Engine, folder: Path, digest: str) -> Iterator[None]:
    """Move a file when the block ends well, unless a case names it by then; one that is gone already stays gone."""
    yield
    there, to = place_of(folder, digest), place_of(taken_back_to(folder), digest)
    with transaction(engine) as tx:
        _wait_for_other(tx, MOVES, digest)
        seen_by(tx, EVERY_CASE)  # whoever asks: it is decided by all of them, and shown to nobody
        with plainly_about(there):
            if there.exists() and not _stands_somewhere(tx, digest):
                make_folder(to.parent)
                there.replace(to)


def _wait_for_other(tx: Connection, doing: str, digest: str) -> None:
    """Until the transaction ends, nobody moves a file that is being recorded, nor records one that is being moved.

    Of SQLite's transactions that write, there is only ever one.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text(doing), {"file": int(digest[:15], 16)})


def standing_files(entries: Iterable[tuple[Any, Collection[str]]]) -> dict[str, str]:
    """The files that a history names and that were not taken back since: the SHA-256 and the name of each.

    Of each entry in its order: what it says, and the files it says are none of the case.
    """
    return {digest: name for _, digest, name in _naming((0, dict(said), taken_back) for said, taken_back in entries)}


def _naming(entries: Iterable[tuple[int, Any, Collection[str]]]) -> list[tuple[int, str, str]]:
    """Which entry of a case names which file, of those that were not taken back after it: its SHA-256 and its name."""
    found: list[tuple[int, str, str]] = []
    for sequence, said, taken_back in entries:
        if taken_back:
            found = [one for one in found if one[1] not in taken_back]
        found += [(sequence, digest, name) for digest, name in files_in(said)]
    return found


def _stands_somewhere(tx: Connection, digest: str) -> bool:
    """Whether any case names a file that it has not taken back."""
    about = select(HISTORY.c.case_id, HISTORY.c.body).where(HISTORY.c.body.contains(digest))
    rows = tx.execute(about.order_by(HISTORY.c.case_id, HISTORY.c.sequence))
    for _, of_case in groupby(rows, key=lambda row: row.case_id):
        if digest in standing_files(_read(row.body) for row in of_case):
            return True
    return False


def _read(body: str) -> tuple[Any, Collection[str]]:
    """What an entry says, and which files it takes back; nothing of one that is damaged, which its seal finds out."""
    with suppress(*DAMAGED):
        data = json.loads(body).get("data", {})
        return data, frozenset(data.get("taken_back", ()))
    return {}, frozenset()


def place_of(folder: Path, digest: str) -> Path:
    """Where the file with that SHA-256 is kept."""
    return folder / digest[:2] / digest[2:]


def missing_evidence(tx: Connection, folder: Path, among: Subset = ALL) -> Iterator[Missing]:
    """Every entry (of some cases, or of all) that names evidence which is gone or was changed, and not taken back."""
    looked_at: dict[str, str] = {}
    named = select(CASES.c.ref, HISTORY.c.sequence, HISTORY.c.body).join_from(HISTORY, CASES)
    tells = or_(HISTORY.c.body.contains(NAMES_A_FILE), HISTORY.c.body.contains(TAKES_BACK))
    named = named.where(tells, among.has(HISTORY.c.case_id))
    rows = tx.execute(named.order_by(HISTORY.c.case_id, HISTORY.c.sequence))
    for ref, of_case in groupby(rows, key=lambda row: row.ref):
        for sequence, digest, name in _naming((row.sequence, *_read(row.body)) for row in of_case):
            if digest not in looked_at:
                looked_at[digest] = _fault(place_of(folder, digest), digest)
            if looked_at[digest]:
                yield Missing(ref, sequence, f"the evidence {name!r} ({digest[:12]}) {looked_at[digest]}")


def files_in(value: Any) -> Iterator[tuple[str, str]]:
    """The files that an answer, or a whole entry, names: the SHA-256 and the name of each."""
    if isinstance(value, str):
        found = KEPT_FILE.fullmatch(value)
        if found is not None:
            yield found[1], found[2]
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from files_in(one)


def check_held(folder: Path, said: Any) -> None:
    """Raise BadAnswer where an answer, as it was typed, names a kept file that is not in the folder of evidence."""
    named = dict.fromkeys(files_in(tidy(said)))
    wrong = [(digest, name) for digest, name in named if not place_of(folder, digest).is_file()]
    if wrong:
        raise BadAnswer(*(NOT_HELD.format(name=repr(name[:60]), digest=digest[:12]) for digest, name in wrong))


def _size(path: Path) -> int:
    size = path.stat().st_size
    if not path.is_file():
        raise BadAnswer(f"{path} is not a file: name one file at a time.")
    if size > LARGEST:
        raise BadAnswer(f"{path.name} has {size:,} bytes: a file of evidence has at most {LARGEST:,}.")
    if not size:
        raise BadAnswer(f"{path.name} is empty: there is nothing in it to keep.")
    return size


def name_of(path: PurePath) -> str:
    """The name a file is kept under. Raises BadAnswer for one that cannot be read, or is none."""
    name = unicodedata.normalize("NFC", path.name)
    if not name.strip():
        raise BadAnswer(NO_NAME)
    fault = text_fault("The name of the file", name.replace("\n", "\x00").replace("\r", "\x00").replace("\t", "\x00"))
    if fault:
        raise BadAnswer(f"{fault.partition(': ')[0]}: give the file another name.")
    return name


def _copy(path: Path, place: Path, digest: str) -> None:
    written = sha256()
    with suppress(AlreadyThere), whole_file(place) as draft:
        with draft.open("wb") as file:
            for chunk in chunks_of(path):
                written.update(chunk)
                file.write(chunk)
        if written.hexdigest() != digest:
            raise StorageTrouble(f"{path.name} was changed while it was read: try again when nobody works on it.")
        draft.chmod(READ_ONLY)


def _fault(place: Path, digest: str) -> str:
    try:
        return "" if digest_of(chunks_of(place)) == digest else "is not as it was when it was recorded"
    except FileNotFoundError:
        return "is missing"
    except OSError as trouble:
        return f"cannot be read ({trouble.strerror})"

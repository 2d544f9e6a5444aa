"""What is in the bundle of a case: its entries, letters, files and checkpoints, and what was left out of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from records import checkpoints, history, scanned_files
from records.cases import Case
from records.chain import Sealed
from records.kept_files import place_of
from workflows.bundle.bundle_request import BundleRequest
from workflows.bundle.dates_in_bundle import DateInBundle, dates_of
from workflows.bundle.grounds import GROUNDS
from workflows.bundle.letters_in_bundle import LetterInBundle, letters_of
from workflows.bundle.pieces import LeftOut, Piece, Span, apart, pieces_of, spans_of_entry
from workflows.views.case_documents import Document, documents_of
from workflows.views.history import HistoryLine, history_page

MOST_CHECKPOINTS = 10
"""How many of the newest checkpoints a bundle lists."""
LEFT_OUT = "What was recorded in it"
NOT_READ = "as it was sealed (it is not among what the page of the history tells of it)"


@dataclass(frozen=True)
class EntryInBundle:
    """An entry: its line in pieces, and what it says for reading, each text with its gaps.

    `line` is as it was sealed; it leaves with the bundle only where nothing is left out of any entry.
    """

    sequence: int
    line: str
    seal: str
    pieces: tuple[Piece, ...]
    on: date
    recorded_at: datetime
    says: tuple[Piece, ...]
    by: tuple[Piece, ...]
    reason: tuple[Piece, ...]
    recorded: tuple[tuple[tuple[Piece, ...], tuple[Piece, ...]], ...]

    @property
    def read(self) -> tuple[Piece, ...]:
        """Every piece of it that is read on the page of the history."""
        said = (self.says, self.by, self.reason, *(text for pair in self.recorded for text in pair))
        return tuple(piece for text in said for piece in text)


@dataclass(frozen=True)
class FileInBundle:
    """A file: its name with gaps, where it is kept, and the ground on which it is left out (empty: it is in it)."""

    document: Document
    name: tuple[Piece, ...]
    by: tuple[Piece, ...]
    place: Path
    path: str
    ground: str


@dataclass(frozen=True)
class CheckpointSeen:
    """A checkpoint that saw the case: its number, when it was signed, how many entries it saw, its fingerprint."""

    number: int
    at: datetime
    entries: int
    seal: str
    digest: str


@dataclass(frozen=True)
class Omission:
    """Something that was left out: what and where, how often, and the ground."""

    where: str
    ground: str
    places: int = 1


@dataclass(frozen=True)
class Contents:
    """All that goes into a bundle. `whole` says that nothing is left out of any entry."""

    case: Case
    wanted: BundleRequest
    entries: tuple[EntryInBundle, ...]
    dates: tuple[DateInBundle, ...]
    letters: tuple[LetterInBundle, ...]
    files: tuple[FileInBundle, ...]
    checkpoints: tuple[CheckpointSeen, ...]

    @property
    def whole(self) -> bool:
        """Whether every entry is in it with every word."""
        return not any(piece.ground for one in self.entries for piece in one.pieces)

    @property
    def redacted(self) -> bool:
        """Whether anything is left out on a ground that somebody named."""
        return any(one.ground in GROUNDS for one in self.omissions)

    @property
    def omissions(self) -> tuple[Omission, ...]:
        """What was left out, where, and on which ground: of entries, then of dates, of letters, and files."""
        return tuple(self._omissions())

    def _omissions(self) -> Iterator[Omission]:
        for one in self.entries:
            for omitted in _omitted(f"Entry {one.sequence}", one.pieces):
                read = any(piece.ground == omitted.ground for piece in one.read)
                yield omitted if read else replace(omitted, where=f"{omitted.where}, {NOT_READ}")
        for number, owed in enumerate(self.dates, start=1):
            yield from _omitted(f"Date {number}{': all of it' if owed.ground else ''}", owed.pieces)
        for letter in self.letters:
            name = f"Letter {letter.id[:12]} of {letter.at:%Y-%m-%d}"
            if letter.ground:
                yield Omission(f"{name}: its subject and text", letter.ground)
            yield from _omitted(name, letter.pieces) if not letter.ground else ()
        for file in self.files:
            named = f"File {file.document.sha256[:12]}"
            if file.ground:
                yield Omission(f"{named}: all of it", file.ground)
            yield from _omitted(f"{named}: in its name", file.name)

    @property
    def unfound(self) -> tuple[str, ...]:
        """What was named to be left out and stands nowhere."""
        left = self.wanted.left_out
        told = [text for one in self.entries for text in (one.line,)]
        told += [piece.text for one in self.letters for piece in one.pieces]
        words = [one for one in left.words if not any(LeftOut({one: "-"}).spans(text, escaped=True) for text in told)]
        numbers = {one.sequence for one in self.entries}
        entries = [f"entry {one}" for one in left.entries if one not in numbers]
        letters = [f"letter {one}" for one in left.letters if not any(it.id.startswith(one) for it in self.letters)]
        hashes = [one.document.sha256 for one in self.files]
        files = [f"file {one}" for one in left.files if not any(it.startswith(one) for it in hashes)]
        return (*words, *entries, *letters, *files)


def contents_of(
    tx: Connection, case: Case, wanted: BundleRequest, evidence: Path, now: datetime, *, only_clean: bool
) -> Contents:
    """Gather what goes into the bundle of a case; nothing is written.

    `evidence` is the folder of files, `now` the moment (UTC) at which dates are told. With `only_clean` a file is in it
    only where it was looked at for harm.
    """
    told, left = history_page(tx, case).entries, wanted.left_out
    rows = history.rows(tx, case.id)
    return Contents(
        case=case,
        wanted=wanted,
        entries=tuple(_entry(row, line, left) for row, line in zip(rows, told, strict=True)),
        dates=dates_of(case, told, left, now),
        letters=letters_of(tx, case.id, left),
        files=tuple(_files(tx, told, left, evidence, only_clean=only_clean)),
        checkpoints=tuple(_seen(tx, case.ref)),
    )


def _entry(row: Sealed, line: HistoryLine, left: LeftOut) -> EntryInBundle:
    """An entry with what is left out of it. Words that are left out are so in what is read, too."""
    ground = left.entries.get(row.sequence, "")
    spans: list[Span] = left.spans(row.body, escaped=True)
    spans += spans_of_entry(row.body, ground) if ground else []
    entry, gap = line.entry, (Piece(LEFT_OUT, ground),)
    return EntryInBundle(
        sequence=row.sequence,
        line=row.body,
        seal=row.seal,
        pieces=pieces_of(row.body, apart(spans)),
        on=entry.happened_on,
        recorded_at=line.known,
        says=(Piece(entry.kind.replace("_", " ").capitalize() + ". "), *gap) if ground else read(left, line.says),
        by=read(left, line.by),
        reason=read(left, entry.reason) if entry.reason and not ground else (),
        recorded=() if ground else tuple((read(left, one.label), read(left, one.words)) for one in line.recorded),
    )


def read(left: LeftOut, text: str) -> tuple[Piece, ...]:
    """A text to be read, with its gaps."""
    return pieces_of(text, left.spans(text))


def _files(
    tx: Connection, told: tuple[HistoryLine, ...], left: LeftOut, evidence: Path, *, only_clean: bool
) -> Iterator[FileInBundle]:
    for number, one in enumerate(reversed(documents_of(told)), start=1):
        place = place_of(evidence, one.sha256)
        ground = "taken_back" if one.taken_back else left.ground_of(left.files, one.sha256)
        if not ground and only_clean and not scanned_files.is_clean(tx, one.sha256):
            ground = "not_clean"
        if not ground and not place.is_file():
            ground = "not_there"
        name = read(left, one.name)
        path = f"files/{number:03}-{_safe(name)}" if not ground else ""
        yield FileInBundle(one, name, read(left, one.by), place, path, ground)


def _safe(name: tuple[Piece, ...]) -> str:
    """A name that any system takes: what it may not hold, or what is left out of it, becomes a line."""
    said = "".join("_" if one.ground else one.text for one in name)
    kept = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in said).strip(" .")
    stem, dot, kind = kept.rpartition(".")
    return f"{stem[:80].rstrip()}{dot}{kind[:10]}" if stem else kept[:80] or "file"


def _seen(tx: Connection, ref: str) -> Iterator[CheckpointSeen]:
    for found in checkpoints.stored(tx, newest=MOST_CHECKPOINTS):
        if not isinstance(found, int) and ref in found.heads:
            end, seal = found.heads[ref]
            yield CheckpointSeen(found.number, found.at, end, seal, found.digest)


def _omitted(where: str, pieces: Iterable[Piece]) -> Iterator[Omission]:
    """What is left out of a text, how often on each ground."""
    for ground, places in Counter(one.ground for one in pieces if one.ground).items():
        yield Omission(where, ground, places)

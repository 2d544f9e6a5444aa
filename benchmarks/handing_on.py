"""The bundle of a large case for an inquiry: 500 entries, 50 files and the letters they owed."""

from __future__ import annotations

import hashlib
import itertools
import shutil
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, in_turn
from benchmarks.stock import NOW, Stock, stock
from records import cases
from records.database import reading
from records.history import rows
from records.kept_files import keep, place_of
from states.entry import Actor
from workflows.bundle.bundle_check import check
from workflows.bundle.bundle_request import BundleRequest
from workflows.bundle.contents import contents_of
from workflows.bundle.package import make
from workflows.bundle.pieces import LeftOut
from workflows.messages.deliver import Post, deliver
from workflows.verbs.people import change_people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.figures import Work

ENTRIES, FILES, SIZE = 500, 50, 1_000_000
ROUNDS = 5
LEAD = Actor(name="L. Officer", role="lead_officer")


def bundles(folder: Path) -> list[Figure]:
    """A bundle made and signed, against copying its files and hashing its entries; whole, and with words left out."""
    filled = stock(f"sqlite:///{folder / 'bundle.db'}")
    ref, kept = large_case(filled, folder)
    whole, cut = BundleRequest("An inquiry"), BundleRequest("An inquiry", left_out=LeftOut({"L. Officer": "staff"}))
    found = []
    for name, wanted in (("whole", whole), ("with a name left out everywhere", cut)):
        folders = (folder / f"{name} {number}" for number in itertools.count())
        figures = in_turn(_makes(filled, ref, folder, wanted, folders), _copies(filled, ref, kept, folder), ROUNDS, 1)
        assert check(next(folder.glob(f"{name} *")), "")[0] == []
        what = f"a bundle of {ENTRIES} entries and {FILES} files of 1 MB, {name}"
        found.append(Figure(what, "copying its files and hashing its entries", *figures, most_ms=5000))
    return found


def _makes(filled: Stock, ref: str, folder: Path, wanted: BundleRequest, to: Iterator[Path]) -> Callable[[int], Work]:
    return lambda _: lambda: made(filled, ref, next(to), folder, wanted)


def _copies(filled: Stock, ref: str, kept: list[str], folder: Path) -> Callable[[int], Work]:
    def floor(_: int) -> Work:
        shutil.rmtree(folder / "copy", ignore_errors=True)
        return lambda: copied(filled, ref, kept, folder, folder / "copy")

    return floor


def large_case(filled: Stock, folder: Path) -> tuple[str, list[str]]:
    """A case with so many entries, of which some name a file each; its reference, and the fingerprints of the files."""
    (ref,), kept = filled.open(1), []
    for number in range(FILES):
        path = folder / f"paper {number}.pdf"
        path.write_bytes(number.to_bytes(2, "big") * (SIZE // 2))
        kept.append(keep(folder / "evidence", path))
    for number in range(ENTRIES - 1):
        lead = kept[number].written if number < FILES else f"Officer {number}"
        with filled.uow("lead_officer") as uow:
            change_people(uow, ref, lead=lead, why="A change of hands, with a reason of some length to be read.")
    deliver(filled.engine, Post(f"file://{folder / 'mailbox'}", filled.keys, "cairn.example"), NOW)
    return ref, [one.sha256 for one in kept]


def made(filled: Stock, ref: str, to: Path, folder: Path, wanted: BundleRequest) -> None:
    """A bundle, from the question to the signed folder."""
    with reading(filled.engine) as tx:
        case = cases.find(tx, ref, to_change=False)
        found = contents_of(tx, case, wanted, folder / "evidence", NOW, only_clean=False)
        make(tx, filled.keys, found, to, by=LEAD, now=NOW, committee="A committee")


def copied(filled: Stock, ref: str, kept: list[str], folder: Path, to: Path) -> None:
    """The least that any bundle does: its files copied, its entries read and hashed."""
    to.mkdir()
    for digest in kept:
        shutil.copyfile(place_of(folder / "evidence", digest), to / digest)
    with reading(filled.engine) as tx:
        for row in rows(tx, cases.find(tx, ref, to_change=False).id):
            hashlib.sha256(row.body.encode()).hexdigest()

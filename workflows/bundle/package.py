"""A bundle as a folder of files that opens in a browser without a server, with its signed checkpoint."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from config.bodies import body_of, heading
from records import checkpoints
from records.archive import chunks_of
from records.checkpoints import SignedCheckpoint
from records.files import plainly_about
from records.keys import MasterKey
from states.canonical_json import canonical
from states.entry import Actor
from states.errors import StorageTrouble
from workflows.bundle import pieces
from workflows.bundle.contents import Contents, FileInBundle
from workflows.bundle.letters_in_bundle import as_json
from workflows.bundle.pages import pages_of

VERIFY, COMPARE = (Path(__file__).with_name(one) for one in ("bundle_check.py", "bundle_compare.py"))
CHANGED = "{name} was changed while it was copied: make the bundle again."


@dataclass(frozen=True)
class MadeBundle:
    """A bundle that lies in a folder: what is put on record of it.

    `digest` is the fingerprint of its signed checkpoint, `seal` what that says of the last entry.
    """

    contents: Contents
    folder: Path
    digest: str
    files: int
    size: int


def name_of(contents: Contents, day: date) -> str:
    """What the folder of a bundle is called: whether it is redacted, and the day it was made."""
    case = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in contents.case.ref)
    return f"{case}-bundle{'-redacted' if contents.redacted else ''}-{day.isoformat()}"


def make(
    tx: Connection,
    keys: MasterKey,
    contents: Contents,
    folder: Path,
    *,
    by: Actor,
    now: datetime,
    committee: str,
    invented: bool = False,
) -> MadeBundle:
    """Write a bundle into a folder, which must not be there yet, and sign it. Raises StorageTrouble.

    `invented` says on every page that nothing in it is real.
    """
    with plainly_about(folder):
        folder.mkdir(parents=True)
        listed = _Listed(folder)
        for one in contents.files:
            listed.copy(one)
        entries, seal = _entries(contents)
        listed.write("data/entries.json", _line(entries))
        listed.write("data/letters.json", _line(as_json(contents.letters)))
        listed.write("verify.py", VERIFY.read_text("utf-8"))
        listed.write("compare.py", COMPARE.read_text("utf-8"))
        key = hashlib.sha256(keys.signing_key().public_key().public_bytes_raw()).hexdigest()
        signed_by = {"key": key, "seal": seal}
        whose = heading(committee, body_of(contents.case.procedure))
        for name, page in pages_of(contents, by=by, now=now, committee=whose, invented=invented, **signed_by):
            listed.write(name, page)
        manifest = _line(listed.found)
        (folder / "manifest.json").write_text(manifest, "utf-8")
        told: dict[str, Any] = {"files": hashlib.sha256(manifest.encode()).hexdigest(), "whole": contents.whole}
        told |= {"case": contents.case.ref, "entries": len(contents.entries), "seal": seal}
        signed = _signed(tx, keys, told, now)
        checkpoints.write(signed, folder / "checkpoint.json")
    return MadeBundle(contents, folder, signed.digest, len(listed.found) + 2, listed.size)


def _signed(tx: Connection, keys: MasterKey, told: dict[str, Any], now: datetime) -> SignedCheckpoint:
    """The checkpoint of a bundle: one like every night's, of this case alone, and with what the bundle is."""
    last = next((one for one in checkpoints.stored(tx, newest=1) if not isinstance(one, int)), None)
    at = now.astimezone(UTC).isoformat().replace("+00:00", "Z")
    heads = {told["case"]: [told["entries"], told["seal"]]} if told["whole"] else {}
    before = {"number": last.number, "previous": last.digest} if last else {"number": 0, "previous": ""}
    return checkpoints.signed(keys, canonical({"at": at, "bundle": told, "heads": heads, **before}))


class _Listed:
    """The files of a bundle as they are written, each with its fingerprint."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.found, self.size = folder, dict[str, str](), 0

    def write(self, name: str, text: str) -> None:
        """Write a file of words."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
        self.found[name], self.size = hashlib.sha256(text.encode()).hexdigest(), self.size + len(text.encode())

    def copy(self, file: FileInBundle) -> None:
        """Copy a file of evidence, where it goes into the bundle. Raises StorageTrouble where it is not as it was."""
        if file.ground:
            return
        path, digest = self.folder / file.path, hashlib.sha256()
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as copy:
            for chunk in chunks_of(file.place):
                digest.update(chunk)
                self.size += copy.write(chunk)
        if digest.hexdigest() != file.document.sha256:
            raise StorageTrouble(CHANGED.format(name=file.document.name))
        self.found[file.path] = digest.hexdigest()


def _entries(contents: Contents) -> tuple[list[dict[str, Any]], str]:
    """The entries as they are checked, and the last seal: over plain lines, or over pieces where some are left out."""
    if contents.whole:
        whole = [{"sequence": one.sequence, "line": one.line, "seal": one.seal} for one in contents.entries]
        return whole, contents.entries[-1].seal
    found: list[dict[str, Any]] = []
    seal = pieces.beginning(contents.case.ref)
    for one in contents.entries:
        seal = pieces.seal(seal, one.pieces)
        found.append({"sequence": one.sequence, "pieces": [piece.facts() for piece in one.pieces], "seal": seal})
    return found, seal


def _line(value: Any) -> str:
    return canonical(value) + "\n"

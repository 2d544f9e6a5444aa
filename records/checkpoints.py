"""Checkpoints: signed lists of where every case's history ended on a night.

Whoever keeps one can tell later whether a case, the end of a history or the whole of it was taken away or written anew.

A checkpoint is canonical JSON (keys sorted, no blanks, UTF-8): its number, when it was made (UTC), the SHA-256 of the
one before, and for each case the number and seal of its last entry; under `logs` the same for each audit log; under
`key`, what became of the master key where it was exchanged or lost. Its file adds the Ed25519 signature over exactly
that text and the public key, both in Base64: nothing else is needed to check it.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, bindparam, insert, select

from records import audit_log, checkpoint_heads, heartbeats
from records.cases import CASES
from records.checkpoint_heads import End
from records.files import plainly_about, whole_file, write_draft
from records.history_tables import Checkpoint as CheckpointRow
from records.hot_statements import Hot
from records.keys import MasterKey
from records.metadata import table_of
from records.once_kept import once_kept
from states.canonical_json import canonical
from states.errors import BadCheckpoint
from states.words import counted

CHECKPOINTS = table_of(CheckpointRow)
KEPT = (CHECKPOINTS.c.at, CHECKPOINTS.c.body, CHECKPOINTS.c.signature, CHECKPOINTS.c.public_key)
ONE = Hot(select(*KEPT).where(CHECKPOINTS.c.number == bindparam("wanted")))

FILE = re.compile(r'\{"checkpoint":(.*),"public_key":"([^"\\]*)","signature":"([^"\\]*)"\}\s*', re.DOTALL)
"""A file as it is written: the text that is signed, and beside it the public key and the signature."""

NO_CHECKPOINT = "{path} is not a checkpoint, or is damaged: ask whoever keeps it for another copy."
CHANGED = "{path} is not as it was signed: it was changed or damaged, so ask whoever keeps it for another copy."


@dataclass(frozen=True)
class KeyChange:
    """What a checkpoint says of the key it is signed with, when the master key was exchanged or lost.

    `how` is "follows" on the last one signed with the old key (`key` is the public key that follows), "exchanged" or
    "lost" on the first signed with the new one (`key` is the public key before it). `cases` had their keys wrapped
    anew, or lost their names. `by` and `role` say who did it, `why` says why.
    """

    how: str
    key: str
    by: str
    role: str
    why: str
    cases: int


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint: its text, the signature over it, and the public key that checks the signature (both Base64)."""

    number: int
    at: datetime
    previous: str
    heads: Mapping[str, End]
    body: str
    signature: str
    public_key: str
    change: KeyChange | None = None
    logs: dict[str, End] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The fingerprint of its text (SHA-256, hex), which the next checkpoint carries."""
        return hashlib.sha256(self.body.encode()).hexdigest()

    def bare(self) -> SignedCheckpoint:
        """The same without its text and the ends of the histories, which may be long."""
        return replace(self, body="", heads={})

    def is_as_signed(self) -> bool:
        """Whether the signature fits the text and the public key."""
        try:
            key = Ed25519PublicKey.from_public_bytes(b64decode(self.public_key, validate=True))
            key.verify(b64decode(self.signature, validate=True), self.body.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def checkpoint(
    tx: Connection, keys: MasterKey, folder: Path | None, now: datetime, change: KeyChange | None = None
) -> SignedCheckpoint:
    """Sign where every history ends now (UTC), keep it in the database and, given a folder, as NNNNNN.json in it.

    The file can be lodged with partners. It appears once the transaction is kept: of one that is not there is no file.
    Raises StorageTrouble when it cannot be written; then nothing is kept. One
    that tells of a `change` of the key covers entries that are not committed yet: `write_kept` writes its file later.
    """
    last = tx.execute(select(CHECKPOINTS).order_by(CHECKPOINTS.c.number.desc()).limit(1)).mappings().first()
    previous = read_text(last["body"], last["signature"], last["public_key"]).digest if last else ""
    number = 1 + max(last["number"] if last else 0, _last_file(folder))
    heads = tx.execute(select(CASES.c.ref, CASES.c.sequence, CASES.c.head).where(CASES.c.sequence > 0))
    at = now.astimezone(UTC).isoformat().replace("+00:00", "Z")
    told = {"number": number, "at": at, "previous": previous, "heads": {ref: [end, seal] for ref, end, seal in heads}}
    logs = audit_log.ends(tx)
    told |= {"logs": {log: [end, seal] for log, (end, seal) in logs.items()}} if logs else {}
    told |= {"key": asdict(change)} if change is not None else {}
    made = signed(keys, canonical(told))
    row = {"number": number, "at": now, "body": made.body, "signature": made.signature, "public_key": made.public_key}
    tx.execute(insert(CHECKPOINTS), row)
    heartbeats.beat(tx, "checkpoint", now, f"number {number}, {counted(len(made.heads), 'case')}")
    if folder is not None and change is None:
        path = folder / f"{number:06}.json"
        write_draft(once_kept(tx, whole_file(path)), _as_file(made), path)
    return made


def write_kept(tx: Connection, folder: Path) -> None:
    """Write the file of the newest checkpoint where it has none: of one that tells of a change of the key, or a kill.

    A change of the key has two checkpoints.
    """
    for found in list(stored(tx, newest=2)):
        if isinstance(found, int):
            return
        path = folder / f"{found.number:06}.json"
        if not path.exists():
            write(found, path)
        if found.change is None:
            return


def signed(keys: MasterKey, body: str) -> SignedCheckpoint:
    """A text as a checkpoint, signed."""
    signature = b64encode(keys.signing_key().sign(body.encode())).decode()
    return read_text(body, signature, public_key_of(keys))


def public_key_of(keys: MasterKey) -> str:
    """The public key that checks what this installation signs, in Base64."""
    return b64encode(keys.signing_key().public_key().public_bytes_raw()).decode()


def stored(tx: Connection, *, newest: int | None = None, first: int = 0) -> Iterator[SignedCheckpoint | int]:
    """The checkpoints in the database, newest first; only its number for one that cannot be read.

    At most so many of the `newest`, and from the `first` number on.
    """
    wanted = select(CHECKPOINTS.c.number).where(CHECKPOINTS.c.number >= first)
    for number in tx.execute(wanted.order_by(CHECKPOINTS.c.number.desc()).limit(newest)).scalars().all():
        yield numbered(tx, number) or int(number)


def numbered(tx: Connection, number: int) -> SignedCheckpoint | None:
    """One checkpoint in the database; None where there is none of that number, or it cannot be read."""
    row = ONE.first(tx, {"wanted": number})
    if row is None:
        return None
    try:
        found = read_text(*row[1:])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if (found.number, found.at) == (number, row[0]) else None


def write(made: SignedCheckpoint, path: Path) -> None:
    """Write a checkpoint as a file that appears whole or not at all."""
    with whole_file(path) as draft:
        write_draft(draft, _as_file(made), path)


def _as_file(made: SignedCheckpoint) -> str:
    whole = {"checkpoint": json.loads(made.body), "signature": made.signature, "public_key": made.public_key}
    return f"{canonical(whole)}\n"


def read(path: Path) -> SignedCheckpoint:
    """A checkpoint from its file. Raises BadCheckpoint when it is damaged or not as it was signed."""
    with plainly_about(path):
        raw = path.read_bytes()
    found = _as_written(raw)
    if found is not None and found.is_as_signed():
        return found
    try:
        whole = json.loads(raw)
        found = read_text(canonical(whole["checkpoint"]), whole["signature"], whole["public_key"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadCheckpoint(NO_CHECKPOINT.format(path=path)) from None
    if not found.is_as_signed():
        raise BadCheckpoint(CHANGED.format(path=path))
    return found


def _as_written(raw: bytes) -> SignedCheckpoint | None:
    """A checkpoint from a file that is letter for letter as it is written here: its text is cut out, not made anew."""
    try:
        whole = FILE.fullmatch(raw.decode())
        return read_text(whole[1], whole[3], whole[2]) if whole is not None else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def read_text(body: str, signature: str, public_key: str) -> SignedCheckpoint:
    """A checkpoint from its text. Raises ValueError, KeyError, TypeError or AttributeError when it is none."""
    data, heads = checkpoint_heads.read(body)
    logs = checkpoint_heads.plain(data.get("logs", {}))
    at = datetime.fromisoformat(data["at"])
    change = KeyChange(**data["key"]) if "key" in data else None
    number, previous = int(data["number"]), str(data["previous"])
    return SignedCheckpoint(number, at, previous, heads, body, str(signature), str(public_key), change, logs)


def _last_file(folder: Path | None) -> int:
    """The highest number a file in the folder has: one may be there whose row was never committed."""
    names = (path.stem for path in folder.glob("*.json")) if folder is not None else ()
    return max((int(name) for name in names if name.isdecimal()), default=0)

"""Stores a long case as a snapshot and what has changed since, so that a step does not rewrite its whole past.

A case's row holds its facts and the parts changed since the snapshot; the snapshot holds everything else. It is stored
under its fingerprint, which the row names, so tampering is detected and a snapshot once read can be cached.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple

from pydantic_core import from_json
from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select

from records.case_columns import SNAPSHOTS
from states import snapshot
from states.dossier import Dossier
from states.snapshot import PARTS

AT_MOST = 48
"""So many parts stand beside a snapshot before the next is taken: a case of usual length has none."""

HELD = 32
"""So many snapshots are held in memory, those that were wanted last."""

READ = select(SNAPSHOTS.c.body).where(SNAPSHOTS.c.digest == bindparam("wanted"))
ADD = insert(SNAPSHOTS)
FORGET = delete(SNAPSHOTS).where(SNAPSHOTS.c.case_id == bindparam("of_case"), SNAPSHOTS.c.digest != bindparam("but"))


@dataclass(frozen=True)
class Snapshot:
    """The dossier of a case at an earlier moment, under its fingerprint (empty: none was taken)."""

    digest: str
    dossier: Dossier


NONE = Snapshot("", snapshot.BLANK)


class KeptCase(NamedTuple):
    """How a case is stored: its dossier, the snapshot it is based on, and the changed parts that stand in its row."""

    whole: Dossier
    snapshot: Snapshot
    rest: Dossier

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the row that say so."""
        return {"dossier": written(self.rest), "snapshot": self.snapshot.digest}


NOTHING = KeptCase(snapshot.BLANK, NONE, snapshot.BLANK)
"""How a case is kept of which nothing is written yet."""

KeptRow = Mapping[str, Any] | RowMapping
"""The row of a case: its `dossier`, and the name of the `snapshot` it stands beside."""

_held: OrderedDict[str, Snapshot] = OrderedDict()
_one_at_a_time = Lock()


def read(tx: Connection, row: KeptRow) -> KeptCase:
    """The dossier of a case, from its row and the snapshot it is based on.

    Raises ValueError where either cannot be read, or the snapshot is not the one that the row names.
    """
    rest = Dossier.model_validate_json(row["dossier"])
    if not row["snapshot"]:
        return KeptCase(rest, NONE, rest)
    taken = _taken(tx, row["snapshot"])
    return KeptCase(snapshot.whole(rest, taken.dossier), taken, rest)


def bodies(tx: Connection, digests: Collection[str]) -> dict[str, str]:
    """The texts of snapshots by name, for reading many cases; one that is missing is left out."""
    wanted = [one for one in digests if one]
    if not wanted:
        return {}
    found = tx.execute(select(SNAPSHOTS.c.digest, SNAPSHOTS.c.body).where(SNAPSHOTS.c.digest.in_(wanted)))
    return {row.digest: row.body for row in found}


def facts(row: KeptRow, body: str | None) -> dict[str, Any]:
    """The dossier of a case as plain JSON values, from its row and the text of its snapshot.

    Raises ValueError where either cannot be read, or the snapshot is not the one that the row names.
    """
    rest = from_json(row["dossier"])
    if not row["snapshot"]:
        return dict(rest)
    then = from_json(_as_named(row["snapshot"], body))
    kept = {name: {**then.get(name, {}), **rest.get(name, {})} for name in PARTS if name in then or name in rest}
    return {**rest, **kept}


def says(row: KeptRow, body: str | None, dossier: Dossier) -> bool:
    """Whether the row and snapshot hold exactly this dossier; only the order of what was filled in may differ.

    A row or a text that cannot be read says something else, and so does a text that is not the one the row names.
    """
    whole = written(dossier)
    if not row["snapshot"] and row["dossier"] == whole:
        return True
    try:
        return bool(facts(row, body) == from_json(whole))
    except (ValueError, AttributeError, TypeError):
        return False


def keep(tx: Connection, case_id: int, was: KeptCase, now: Dossier) -> KeptCase:
    """How to store a case now: a new snapshot is taken where too much has changed since the last."""
    if was.snapshot is NONE and snapshot.size(now) <= AT_MOST:
        return KeptCase(now, NONE, now)
    then = was.snapshot.dossier
    rest = snapshot.still_beside(now, then, was.whole, was.rest)
    if snapshot.size(rest) <= AT_MOST and not snapshot.has_lost_any(now, rest, then):
        return KeptCase(now, was.snapshot, rest)
    taken = _take(tx, case_id, was.snapshot, now)
    return KeptCase(now, taken, snapshot.beside(now, now))


def _take(tx: Connection, case_id: int, was: Snapshot, now: Dossier) -> Snapshot:
    """Take a snapshot. The one before stays for whoever has just read the row, the others do not."""
    body = written(now)
    taken = Snapshot(fingerprint(body), now)
    tx.execute(FORGET, {"of_case": case_id, "but": was.digest})
    tx.execute(ADD, {"digest": taken.digest, "case_id": case_id, "body": body})
    _hold(taken)
    return taken


def written(dossier: Dossier) -> str:
    """A dossier as it is kept."""
    return dossier.model_dump_json(exclude_defaults=True)


def fingerprint(body: str) -> str:
    """The name of a snapshot: the SHA-256 of its text."""
    return sha256(body.encode()).hexdigest()


def _as_named(digest: str, body: str | None) -> str:
    if body is None or fingerprint(body) != digest:
        raise ValueError("the snapshot is not the one that the row names")
    return body


def _taken(tx: Connection, digest: str) -> Snapshot:
    with _one_at_a_time:
        if digest in _held:
            _held.move_to_end(digest)
            return _held[digest]
    body = _as_named(digest, tx.execute(READ, {"wanted": digest}).scalar())
    found = Snapshot(digest, Dossier.model_validate_json(body))
    _hold(found)
    return found


def _hold(taken: Snapshot) -> None:
    with _one_at_a_time:
        _held[taken.digest] = taken
        while len(_held) > HELD:
            _held.popitem(last=False)

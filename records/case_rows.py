"""Reads a case's row for showing it, without loading anything that changes a case."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from records import snapshots
from records.snapshots import KeptCase, KeptRow
from records.unreadable_values import UNREAD
from states.dossier import Dossier
from states.errors import DamagedRecord, NotFound
from states.next_step import NextStep, advice

AS_KEPT = ("ref", "state", "digest", "lead", "version", "sequence", "opened_on", "closed_on")
"""The columns that say the same as what a case adds up to, which stands beside them."""


def as_in_rows(ref: str) -> str:
    """A reference as it stands in the rows, of one that was typed; empty for what cannot be one."""
    return ref.strip().upper() if ref.isprintable() else ""


def dossier_of(tx: Connection, row: KeptRow) -> Dossier:
    """What a case adds up to, from its row. Raises DamagedRecord when it cannot be read."""
    return as_kept(tx, row).whole


def as_kept(tx: Connection, row: KeptRow) -> KeptCase:
    """The same, with how it is kept."""
    try:
        return snapshots.read(tx, row)
    except ValueError:
        raise damaged(row["ref"]) from None


def dossier_as_kept(tx: Connection, row: RowMapping) -> Dossier:
    """What a case adds up to, from its row. Raises DamagedRecord also where the columns beside it say otherwise."""
    dossier = dossier_of(tx, row)
    otherwise = any(row[name] != getattr(dossier, name) for name in AS_KEPT if name in row)
    if otherwise or UNREAD in row.values():
        raise damaged(row["ref"])
    return dossier


def damaged(ref: str) -> DamagedRecord:
    """The refusal for a case whose row cannot be read, or cannot be worked with."""
    mends = advice("make it again from its history ({}).", NextStep("case rebuild", {"ref": (ref,)}))
    return DamagedRecord(f"The row of {ref} is damaged.", advice=mends)


def no_such_case(ref: str) -> NotFound:
    """The refusal for a reference that no case has."""
    return NotFound(f"There is no case {ref[:40]!r}.", advice=advice("{} shows the cases there are.", "list"))

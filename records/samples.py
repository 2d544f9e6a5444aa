"""The log of samples: a line when cases were drawn, and one for each reading of a case that was drawn."""

from __future__ import annotations

from sqlalchemy import Connection

from records import audit_log
from records.audit_log import AuditEntry
from states.entry import Actor
from states.errors import NotFound
from states.identity import folded
from states.steps import Field

LOG = "samples"
DRAWN, ASSESSED = "drawn", "assessed"
READERS = 2
"""How often a case of a sample is read."""


def entries_of(tx: Connection, sample: str) -> tuple[AuditEntry, tuple[AuditEntry, ...]]:
    """The entry by which a sample was drawn, and those of its readings. Raises NotFound for a sample there is not."""
    found = audit_log.entries(tx, LOG, subject=sample.strip().upper())
    if not found:
        raise NotFound(f"There is no sample {sample[:20]!r}.")
    return found[0], tuple(one for one in found if one.kind == ASSESSED)


def form_of(drawn: AuditEntry) -> tuple[Field, ...]:
    """The form a sample is read by, as it was when it was drawn."""
    return tuple(map(Field.model_validate, drawn.data["form"]))


def reader(entry: AuditEntry) -> str:
    """Who read: the account, or the name where somebody acted without one."""
    return entry.actor.account or entry.actor.name


def is_same(entry: AuditEntry, actor: Actor) -> bool:
    """Whether a reading is somebody's: by the account, or by the name where one of the two acted without one."""
    if entry.actor.account and actor.account:
        return entry.actor.account == actor.account
    return folded(entry.actor.name) == folded(actor.name)

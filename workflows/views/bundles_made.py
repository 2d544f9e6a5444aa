"""The bundles that were made of a case: when, by whom, for whom, and on which grounds something was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from records import audit_log

LOG = "bundles"
"""The audit log of the bundles that were made."""
MADE = "made"


@dataclass(frozen=True)
class BundleMade:
    """A bundle that was made. `grounds` says how often each was used; `checkpoint` is a fingerprint.

    `once` is the number of the look before (empty: there was none).
    """

    at: datetime
    by: str
    role: str
    recipient: str
    why: str
    entries: int
    files: int
    grounds: Mapping[str, int]
    checkpoint: str
    once: str


def bundles_made(tx: Connection, ref: str) -> tuple[BundleMade, ...]:
    """The bundles of a case, the newest first."""
    return tuple(
        BundleMade(
            at=one.recorded_at,
            by=one.actor.name,
            role=one.actor.role,
            recipient=one.data["recipient"],
            why=one.reason,
            entries=one.data["entries"],
            files=one.data["files"],
            grounds=one.data["grounds"],
            checkpoint=one.data["checkpoint"],
            once=one.data.get("once", ""),
        )
        for one in reversed(audit_log.entries(tx, LOG, subject=ref.strip().upper()))
    )

"""Who read the names of children: the page that answers for every reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from records import audit_log
from states.words import time_of_day

READINGS = "readings"
"""The audit log of who read a case at the desk, and who read the names of its children, when and by what right."""
NAMES_READ = "names_read"
"""The kind of an entry that says that names were read."""


@dataclass(frozen=True)
class NameReading:
    """One reading of the names of a case: the day and the time of day in Scotland, who, and by what right.

    `right` is the role they had, or in whose place they acted; `account` is empty where none was kept.
    """

    ref: str
    on: date
    at: str
    name: str
    role: str
    account: str
    right: str
    children: str


def name_readings(tx: Connection, ref: str = "") -> tuple[NameReading, ...]:
    """Every reading of the names of children (of one case), the newest first."""
    entries = audit_log.entries(tx, READINGS, subject=ref.strip().upper() or None)
    return tuple(
        NameReading(
            ref=one.subject,
            on=one.happened_on,
            at=time_of_day(one.recorded_at),
            name=one.actor.name,
            role=one.actor.role,
            account=one.actor.account,
            right=one.data["right"],
            children=" and ".join(f"child {number}" for number in one.data["children"]) or "none",
        )
        for one in reversed(entries)
        if one.kind == NAMES_READ
    )

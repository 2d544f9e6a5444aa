"""Who read which case at the desk, and to whom cases are kept: what the auditor looks at, beside the histories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from records import audit_log
from records.audit_log import AUDIT_LOG, AuditEntry
from workflows.views.name_readings import NAMES_READ, READINGS

KEPT_TO = "need_to_know"
MOST = 100


@dataclass(frozen=True)
class Reading:
    """One reading: when, which case, by whom in which role, and whether it was of the names of its children."""

    at: datetime
    ref: str
    person: str
    role: str
    account: str
    of_names: bool


@dataclass(frozen=True)
class Keeping:
    """That a case was kept to so many named people, or opened again (0): when, by whom, and why."""

    at: datetime
    ref: str
    person: str
    accounts: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class Readings:
    """A page of readings, the newest first, how many there are in all, and whom cases were kept to."""

    lines: tuple[Reading, ...]
    all: int
    kept: tuple[Keeping, ...]


def readings(tx: Connection, ref: str = "", person: str = "", page: int = 1) -> Readings:
    """Every reading of a case (of all of them), by somebody (by everybody), a page at a time."""
    asked = [AUDIT_LOG.c.log == READINGS]
    if ref.strip():
        asked.append(AUDIT_LOG.c.subject == ref.strip().upper())
    if person.strip():
        asked.append(func.lower(AUDIT_LOG.c.actor) == person.strip().lower())
    wanted = select(AUDIT_LOG.c.body).where(*asked).order_by(AUDIT_LOG.c.sequence.desc())
    bodies = tx.execute(wanted.limit(MOST).offset(MOST * (page - 1))).scalars()
    every = tx.execute(select(func.count()).select_from(AUDIT_LOG).where(*asked)).scalar_one()
    lines = tuple(_reading(AuditEntry.model_validate_json(body)) for body in bodies)
    return Readings(lines, every, tuple(_keeping(one) for one in reversed(_kept(tx, ref))))


def _kept(tx: Connection, ref: str) -> tuple[AuditEntry, ...]:
    return audit_log.entries(tx, KEPT_TO, subject=ref.strip().upper() or None)


def _reading(one: AuditEntry) -> Reading:
    who = one.actor
    return Reading(one.recorded_at, one.subject, who.name, who.role, who.account, one.kind == NAMES_READ)


def _keeping(one: AuditEntry) -> Keeping:
    return Keeping(one.recorded_at, one.subject, one.actor.name, tuple(one.data["accounts"]), one.reason)

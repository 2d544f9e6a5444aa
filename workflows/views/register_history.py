"""The history of a register, such as contacts or agencies: one line for each thing that was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from records.audit_log import AuditEntry
from states.words import time_of_day


@dataclass(frozen=True)
class RegisterLine:
    """One line of a register's log: the day and the time in Scotland, what was done to what, by whom and why."""

    sequence: int
    on: date
    at: str
    subject: str
    kind: str
    by: str
    role: str
    account: str
    reason: str
    about: tuple[str, ...]


def register_line(one: AuditEntry, about: tuple[str, ...], subject: str = "") -> RegisterLine:
    """An entry as a line: `about` says what it did, `subject` to what, where its number does not say it."""
    at = time_of_day(one.recorded_at)
    who = (one.actor.name, one.actor.role, one.actor.account)
    return RegisterLine(one.sequence, one.happened_on, at, subject or one.subject, one.kind, *who, one.reason, about)

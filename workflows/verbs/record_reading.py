"""That somebody read a case, for the auditor: beside its history, and not in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, literal, select

from records import audit_log
from records.audit_log import AUDIT_LOG
from states.entry import Actor
from workflows.unit_of_work import UnitOfWork

LOG = "readings"
ONE_READING = timedelta(minutes=30)
"""What somebody looks at of a case within this time is one reading of it."""


def is_on_record(tx: Connection, actor: Actor, ref: str, now: datetime) -> bool:
    """Whether it is on record that somebody is reading a case just now."""
    about = (AUDIT_LOG.c.log == LOG, AUDIT_LOG.c.subject == ref, AUDIT_LOG.c.kind == _kind(actor))
    wanted = select(literal(1)).where(*about, AUDIT_LOG.c.recorded_at > now - ONE_READING)
    return tx.execute(wanted.limit(1)).first() is not None


def record_reading(uow: UnitOfWork, ref: str) -> None:
    """Put on record that the actor reads a case; once for what they look at within half an hour."""
    if not is_on_record(uow.tx, uow.actor, ref, uow.now):
        audit_log.append(uow.tx, LOG, ref, _kind(uow.actor), uow.actor, uow.now)


def _kind(actor: Actor) -> str:
    """Read by which account: what is on record of each is found without opening its text."""
    return f"read by {actor.account or actor.name}"[:40]

"""Records that somebody was refused a page or a form at the desk, for the auditor; in no case's history."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, literal, select

from records import audit_log
from records.audit_log import AUDIT_LOG
from records.refusals import REFUSALS
from states.entry import Actor
from workflows.unit_of_work import UnitOfWork

ONE_REFUSAL = timedelta(minutes=30)
"""The same thing refused to the same account within this time is one line: nobody fills the record with them."""


def record_refusal(uow: UnitOfWork, kind: str, what: str) -> None:
    """Put on record that the actor was refused: why, and which page or case (`what`)."""
    if not _is_on_record(uow.tx, uow.actor, kind, what, uow.now):
        audit_log.append(uow.tx, REFUSALS, what[:120], _kind(uow.actor, kind), uow.actor, uow.now)


def _is_on_record(tx: Connection, actor: Actor, kind: str, what: str, now: datetime) -> bool:
    about = (AUDIT_LOG.c.log == REFUSALS, AUDIT_LOG.c.subject == what[:120], AUDIT_LOG.c.kind == _kind(actor, kind))
    wanted = select(literal(1)).where(*about, AUDIT_LOG.c.recorded_at > now - ONE_REFUSAL)
    return tx.execute(wanted.limit(1)).first() is not None


def _kind(actor: Actor, kind: str) -> str:
    return f"{kind} {actor.account or actor.name}"[:40]

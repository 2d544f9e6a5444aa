"""The table of the audit log: what is done that belongs to no case."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from records.metadata import Row


class AuditRow(Row, table=True):
    """One entry of an audit log. `body` is what is sealed, letter for letter; the rest is for looking up."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_subject", "log", "subject"),)

    log: str = Field(primary_key=True, max_length=40)
    sequence: int = Field(primary_key=True)
    subject: str = Field(max_length=200)
    kind: str = Field(max_length=40)
    actor: str = Field(max_length=200)
    happened_on: date
    recorded_at: datetime
    body: str = Field(sa_type=Text)
    seal: str = Field(max_length=64)

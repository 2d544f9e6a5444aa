"""The table of the audit log: what is done that belongs to no case."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from records.metadata import Row


class AuditRow(Row, table=True):
    """One entry of an audit log. `body` is what is sealed, verbatim; the rest is for looking up."""

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


class ReadingRow(Row, table=True):
    """What a reading of a case was, under the number of its entry in the log of readings, which has its fingerprint.

    `part` is what of the case was read, `by_right` by what right; `children` the numbers of those whose names were.
    """

    __tablename__ = "reading"
    __table_args__ = (Index("ix_reading_ref", "ref", "account", "part", "at"), Index("ix_reading_at", "at"))

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    ref: str = Field(max_length=40)
    account: str = Field(max_length=40)
    person: str = Field(max_length=200)
    role: str = Field(max_length=60)
    part: str = Field(max_length=80)
    by_right: str = Field(max_length=80)
    children: str = Field(sa_type=Text)
    salt: str = Field(max_length=32)

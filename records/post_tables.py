"""The tables of messages: contacts, the outbox, letters, and every attempt to deliver one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from records.metadata import Row, partial_index

EMPTY: dict[str, Any] = {"server_default": text("''")}
"""A column that came later: rows from before it say nothing there."""


class MessageRow(Row, table=True):
    """A message owed to one recipient on one channel, written in the transaction that owes it."""

    __tablename__ = "message"
    __table_args__ = (
        partial_index("ix_message_owed", "deliver_after", where="status = 'owed'"),
        partial_index("ix_message_held", "confirm_by", where="status = 'held'"),
        Index("ix_message_case_id_sequence", "case_id", "sequence"),
        Index("ix_message_mail_id", "mail_id"),
    )

    id: str = Field(primary_key=True, max_length=64)
    case_id: int | None = Field(default=None, foreign_key="case_file.id")
    sequence: int = 0
    kind: str = Field(max_length=60)
    facts: str = Field(sa_type=Text)
    contact_id: int = Field(foreign_key="contact.id")
    channel: str = Field(max_length=40)
    status: str = Field(max_length=12)
    created_at: datetime
    deliver_after: datetime
    deadline_key: str = Field(default="", max_length=160)
    deadline_due_on: date | None = None
    confirm_role: str = Field(default="", max_length=60)
    confirm_by: datetime | None = None
    agency: str = Field(default="", max_length=200, sa_column_kwargs=EMPTY)
    place: str = Field(default="", max_length=60, sa_column_kwargs=EMPTY)
    gathered: str = Field(default="", max_length=12, sa_column_kwargs=EMPTY)
    reason: str = Field(default="", sa_type=Text, sa_column_kwargs=EMPTY)
    mail_id: str | None = Field(default=None, foreign_key="mail.id")


class MailRow(Row, table=True):
    """One letter in its envelope: the messages a recipient is owed at one moment. A resend is the same letter."""

    __tablename__ = "mail"
    __table_args__ = (partial_index("ix_mail_next", "next_attempt_at", where="status = 'waiting'"),)

    id: str = Field(primary_key=True, max_length=64)
    contact_id: int = Field(foreign_key="contact.id")
    channel: str = Field(max_length=40)
    message_id: str = Field(unique=True, max_length=200)
    subject: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    status: str = Field(max_length=12)
    attempts: int = 0
    created_at: datetime
    next_attempt_at: datetime
    claimed_by: str = Field(default="", max_length=80)
    ended_at: datetime | None = None
    trouble: str = Field(default="", max_length=12, sa_column_kwargs=EMPTY)


class AttemptRow(Row, table=True):
    """One try at delivering a letter, and what the channel answered. Kept for good: the proof that we told people."""

    __tablename__ = "attempt"

    mail_id: str = Field(foreign_key="mail.id", primary_key=True, max_length=64)
    number: int = Field(primary_key=True)
    at: datetime
    outcome: str = Field(max_length=12)
    detail: str = Field(max_length=600)


class Contact(Row, table=True):
    """Somebody we write to: of an agency (first, deputy or senior contact), or a role of the committee."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_place", "agency", "role"),)

    id: int | None = Field(default=None, primary_key=True)
    agency: str = Field(default="", max_length=200)
    role: str = Field(max_length=60)
    name: str = Field(max_length=200)
    channels: str = Field(sa_type=Text)
    hours: str = Field(default="09:00-17:00", max_length=20)
    calendar: str = Field(max_length=80)
    active: bool = True
    trouble_since: datetime | None = None
    news: str = Field(default="", max_length=12, sa_column_kwargs=EMPTY)


class Absence(Row, table=True):
    """When a contact is away: from the first day to the last, both included."""

    __tablename__ = "absence"

    contact_id: int = Field(foreign_key="contact.id", primary_key=True)
    starts: date = Field(primary_key=True)
    ends: date


class Task(Row, table=True):
    """Something a person must see to because the system cannot: a message nobody can receive, a yes that is wanted."""

    __tablename__ = "task"
    __table_args__ = (partial_index("ix_task_open", "kind", "case_id", where="done_at IS NULL"),)

    id: str = Field(primary_key=True, max_length=64)
    case_id: int | None = Field(default=None, foreign_key="case_file.id")
    kind: str = Field(max_length=40)
    role: str = Field(max_length=60)
    facts: str = Field(sa_type=Text)
    created_at: datetime
    done_at: datetime | None = None
    done_by: str = Field(default="", max_length=200)
    did: str = Field(default="", sa_type=Text, sa_column_kwargs=EMPTY)


class UnreachedRow(Row, table=True):
    """A message that an entry owed and nobody could be given: to which place, and the task that says so."""

    __tablename__ = "unreached"
    __table_args__ = (Index("ix_unreached_task_id", "task_id"),)

    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    sequence: int = Field(primary_key=True)
    message: str = Field(primary_key=True, max_length=60)
    agency: str = Field(default="", primary_key=True, max_length=200)
    place: str = Field(primary_key=True, max_length=60)
    deadline_key: str = Field(default="", max_length=160)
    at: datetime
    reason: str = Field(default="", sa_type=Text, sa_column_kwargs=EMPTY)
    task_id: str = Field(foreign_key="task.id", max_length=64)

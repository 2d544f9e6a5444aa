"""What is kept. `history` is the truth; the case and its deadlines are projections of it; the rest is who, what and when
we told people. Personal data stands in `child` alone, encrypted; addresses are encrypted too."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Table, Text, text
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class CaseFile(SQLModel, table=True):
    """A case as it stands: what its history adds up to, with the columns the lists are sorted and filtered by."""

    __tablename__ = "case_file"
    __table_args__ = (
        Index("ix_case_file_urgency", "closed_on", "next_due_on", "id"),
        Index("ix_case_file_lead", "lead"),
    )

    id: int | None = Field(default=None, primary_key=True)
    ref: str = Field(unique=True, max_length=40)
    kind: str = Field(max_length=20)
    edition: str = Field(max_length=80)
    digest: str = Field(max_length=64)
    state: str = Field(max_length=60)
    phase: str = Field(max_length=20)
    version: int
    sequence: int
    head: str = Field(max_length=64)
    lead: str = Field(default="", max_length=200)
    deputy: str = Field(default="", max_length=200)
    opened_on: date
    closed_on: date | None = None
    next_due_on: date | None = None
    dossier: str = Field(sa_type=Text)


class HistoryRow(SQLModel, table=True):
    """One entry of a case's history. `body` is what is sealed, letter for letter; the other columns are for looking up."""

    __tablename__ = "history"

    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    sequence: int = Field(primary_key=True)
    kind: str = Field(max_length=40)
    recorded_at: datetime
    happened_on: date
    body: str = Field(sa_type=Text)
    seal: str = Field(max_length=64)


class DeadlineRow(SQLModel, table=True):
    """A date on a case, and the instant at which the sweep must look at it next (empty when nothing will be owed)."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index(
            "ix_deadline_wake",
            "next_action_at",
            sqlite_where=text("next_action_at IS NOT NULL"),
            postgresql_where=text("next_action_at IS NOT NULL"),
        ),
        Index("ix_deadline_agency", "agency", "status"),
    )

    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    key: str = Field(primary_key=True, max_length=160)
    timescale: str = Field(max_length=60)
    agency: str = Field(default="", max_length=200)
    status: str = Field(max_length=12)
    due_on: date | None = None
    next_action_at: datetime | None = None


class RungClimbed(SQLModel, table=True):
    """A rung that was climbed or passed over. The key lets each rung of each date happen once, whatever happens."""

    __tablename__ = "rung_climbed"

    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    key: str = Field(primary_key=True, max_length=160)
    due_on: date = Field(primary_key=True)
    rung: int = Field(primary_key=True)
    passed: bool
    late: bool
    at: datetime
    sequence: int


class MessageRow(SQLModel, table=True):
    """A message owed to one recipient on one channel, written in the transaction that owes it."""

    __tablename__ = "message"
    __table_args__ = (
        Index(
            "ix_message_owed",
            "deliver_after",
            sqlite_where=text("status = 'owed'"),
            postgresql_where=text("status = 'owed'"),
        ),
        Index("ix_message_case_id", "case_id"),
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
    mail_id: str | None = Field(default=None, foreign_key="mail.id")


class MailRow(SQLModel, table=True):
    """One letter in its envelope: the messages a recipient is owed at one moment. A resend is the same letter."""

    __tablename__ = "mail"
    __table_args__ = (
        Index(
            "ix_mail_next",
            "next_attempt_at",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )

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


class AttemptRow(SQLModel, table=True):
    """One try at delivering a letter, and what the channel answered. Kept for good: the proof that we told people."""

    __tablename__ = "attempt"

    mail_id: str = Field(foreign_key="mail.id", primary_key=True, max_length=64)
    number: int = Field(primary_key=True)
    at: datetime
    outcome: str = Field(max_length=12)
    detail: str = Field(max_length=600)


class Contact(SQLModel, table=True):
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


class Absence(SQLModel, table=True):
    """When a contact is away: from the first day to the last, both included."""

    __tablename__ = "absence"

    contact_id: int = Field(foreign_key="contact.id", primary_key=True)
    starts: date = Field(primary_key=True)
    ends: date


class Task(SQLModel, table=True):
    """Something a person must see to because the system cannot: a message nobody can receive, a yes that is wanted."""

    __tablename__ = "task"

    id: str = Field(primary_key=True, max_length=64)
    case_id: int | None = Field(default=None, foreign_key="case_file.id")
    kind: str = Field(max_length=40)
    role: str = Field(max_length=60)
    facts: str = Field(sa_type=Text)
    created_at: datetime
    done_at: datetime | None = None
    done_by: str = Field(default="", max_length=200)


class Edition(SQLModel, table=True):
    """An edition of the guidance as a case used it, local changes included; kept for ever under its fingerprint."""

    __tablename__ = "edition"

    digest: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=80)
    body: str = Field(sa_type=Text)


class CalendarVersion(SQLModel, table=True):
    """A calendar as dates were counted by it; a late change is a new version, never an edit."""

    __tablename__ = "calendar_version"

    digest: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=80)
    body: str = Field(sa_type=Text)


class Child(SQLModel, table=True):
    """A child of a case, encrypted with the key of that case; the history knows only the number."""

    __tablename__ = "child"

    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    number: int = Field(primary_key=True)
    sealed: str = Field(sa_type=Text)


class CaseKey(SQLModel, table=True):
    """The key of a case's personal data, itself encrypted with the master key. Destroying it erases the data."""

    __tablename__ = "case_key"

    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    wrapped: str = Field(sa_type=Text)


class Checkpoint(SQLModel, table=True):
    """A signed list of where every case's history ended on a night."""

    __tablename__ = "checkpoint"

    number: int = Field(primary_key=True)
    at: datetime
    body: str = Field(sa_type=Text)
    signature: str = Field(max_length=200)
    public_key: str = Field(max_length=100)


class Beat(SQLModel, table=True):
    """When each recurring piece of work last ended well, and what it did."""

    __tablename__ = "beat"

    name: str = Field(primary_key=True, max_length=40)
    at: datetime
    detail: str = Field(default="", max_length=500)


class Numbering(SQLModel, table=True):
    """The last number given to a case of a kind in a year."""

    __tablename__ = "numbering"

    series: str = Field(primary_key=True, max_length=40)
    last: int


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements written out."""
    found = SQLModel.metadata.tables[str(model.__tablename__)]
    return found

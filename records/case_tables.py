"""The tables behind a list of cases: the cases, their dates, and the editions and calendars they go by.

A command loads only the tables it reads; the rest are in history_tables and post_tables.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from records.metadata import Row, partial_index

AT_WORK = "closed_on IS NULL OR next_due_on IS NOT NULL"
"""The cases on which something can be owed: those that are open, and closed ones on which a date still runs."""


class CaseFile(Row, table=True):
    """A case as it stands: what its history adds up to, with the columns the lists are sorted and filtered by.

    That of leads holds the reference and the end: of somebody's many cases the newest are found without sorting them.
    The index of urgency holds the kind as well: the files of recommendations are passed over without being read.
    That of cases at work holds where their histories end: My work sees which have changed without reading one.
    `snapshot` names the snapshot beside which `dossier` stands; without one, `dossier` is the whole.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        Index("ix_case_file_urgency", "closed_on", "next_due_on", "id", "kind"),
        Index("ix_case_file_lead", "lead", "ref", "closed_on"),
        Index("ix_case_file_search", "deputy", "lead", "ref", "closed_on"),
        partial_index("ix_case_file_at_work", "id", "head", "closed_on", "next_due_on", where=AT_WORK),
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
    waits_for: str = Field(default="", sa_type=Text)
    dossier: str = Field(sa_type=Text)
    snapshot: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": text("''")})


class CaseSnapshot(Row, table=True):
    """What a long case added up to at an earlier moment, under the SHA-256 of its text; the last two of a case."""

    __tablename__ = "case_snapshot"

    digest: str = Field(primary_key=True, max_length=64)
    case_id: int = Field(foreign_key="case_file.id", index=True)
    body: str = Field(sa_type=Text)


class DeadlineRow(Row, table=True):
    """A date on a case, and the instant at which the sweep must look at it next (empty when nothing will be owed)."""

    __tablename__ = "deadline"
    __table_args__ = (
        partial_index("ix_deadline_wake", "next_action_at", where="next_action_at IS NOT NULL"),
        Index("ix_deadline_agency", "agency", "status"),
    )

    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    key: str = Field(primary_key=True, max_length=160)
    timescale: str = Field(max_length=60)
    agency: str = Field(default="", max_length=200)
    status: str = Field(max_length=12)
    due_on: date | None = None
    next_action_at: datetime | None = None


class Edition(Row, table=True):
    """An edition of the guidance as a case used it, local changes included; kept for ever under its fingerprint."""

    __tablename__ = "edition"

    digest: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=80)
    body: str = Field(sa_type=Text)


class CalendarVersion(Row, table=True):
    """A calendar as dates were counted by it; a late change is a new version, never an edit."""

    __tablename__ = "calendar_version"

    digest: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=80)
    body: str = Field(sa_type=Text)

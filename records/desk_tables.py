"""The tables of what somebody keeps at the desk: saved views, preferences, and the address of a calendar."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from records.metadata import Row


class SavedViewRow(Row, table=True):
    """A list as somebody narrowed it, under a name of theirs. `query` is what stands in the address of `page`."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("account_id", "page", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    page: str = Field(max_length=40)
    name: str = Field(max_length=80)
    query: str = Field(sa_type=Text)


class PreferenceRow(Row, table=True):
    """How the desk behaves for an account. Without a row it is as for everybody: keyboard shortcuts work."""

    __tablename__ = "preference"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    shortcuts: bool


class CalendarAddressRow(Row, table=True):
    """The secret address of somebody's calendar of dates, in one of their roles. `code` is its hash."""

    __tablename__ = "calendar_address"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    code: str = Field(unique=True, max_length=64)
    role: str = Field(max_length=60)
    made_at: datetime


class FormDraftRow(Row, table=True):
    """A form that somebody began at the desk and has not sent. `form` is the hash of where it stands.

    What was typed is encrypted with the master key, bound to the account and the form.
    """

    __tablename__ = "form_draft"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    form: str = Field(primary_key=True, max_length=64)
    sealed: str = Field(sa_type=Text)
    saved_at: datetime


class SentFormRow(Row, table=True):
    """A form of the desk that was sent and done. `key` is the hash of what names it, `address` the page afterwards."""

    __tablename__ = "sent_form"

    key: str = Field(primary_key=True, max_length=64)
    address: str = Field(sa_type=Text)
    sent_at: datetime


class ScannedFileRow(Row, table=True):
    """What became of a file that was handed in at the desk: clean, infected, or not scanned. It is kept for good."""

    __tablename__ = "scanned_file"

    sha256: str = Field(primary_key=True, max_length=64)
    verdict: str = Field(max_length=12)
    found: str = Field(default="", max_length=200)
    scanned_at: datetime


class QualityFigureRow(Row, table=True):
    """Figures of quality assurance of one name (a year, the newest verification), as JSON, and when they were made.

    They can be worked out anew at any time: whoever changes them changes nothing of the record.
    """

    __tablename__ = "quality_figure"

    name: str = Field(primary_key=True, max_length=40)
    made_at: datetime
    body: str = Field(sa_type=Text)

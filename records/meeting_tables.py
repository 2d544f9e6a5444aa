"""The tables of the meetings: each as its log left it, and the interests that shut the papers of a case."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Text
from sqlmodel import Field

from records.metadata import Row


class MeetingRow(Row, table=True):
    """A meeting. `state` is all that the log adds up to, as JSON; the rest is for looking up."""

    __tablename__ = "meeting"

    id: int | None = Field(default=None, primary_key=True)
    body: str = Field(max_length=40)
    held_on: date
    status: str = Field(max_length=20)
    state: str = Field(sa_type=Text)


class InterestRow(Row, table=True):
    """An account that declared an interest in an item about a case: the papers of the case are shut to it."""

    __tablename__ = "declared_interest"

    case_id: int = Field(primary_key=True, foreign_key="case_file.id")
    account_id: int = Field(primary_key=True, foreign_key="account.id")
    meeting_id: int = Field(foreign_key="meeting.id")

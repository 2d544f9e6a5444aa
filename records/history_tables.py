"""The tables of what was done: the history with its seals, rungs climbed, recommendations, children, and the upkeep."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from records.metadata import Row


class HistoryRow(Row, table=True):
    """One entry of a case's history. `body` is what is sealed, verbatim; the rest is for looking up."""

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_recorded_at", "recorded_at", "case_id", "sequence"),)

    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    sequence: int = Field(primary_key=True)
    kind: str = Field(max_length=40)
    recorded_at: datetime
    happened_on: date
    body: str = Field(sa_type=Text)
    seal: str = Field(max_length=64)


class RecommendationRow(Row, table=True):
    """What the file of a recommendation adds up to, in the columns by which it is listed and found.

    `owed_on` is the soonest date that can be late: what is only asked after is not among them. `ended_by` is the entry
    that ended it (0: it has not ended).
    """

    __tablename__ = "recommendation"
    __table_args__ = (Index("ix_recommendation_of_ref", "of_ref"),)

    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    of_ref: str = Field(default="", max_length=40)
    text: str = Field(sa_type=Text)
    level: str = Field(default="", max_length=60)
    addressee: str = Field(default="", sa_type=Text)
    urgency: str = Field(default="", max_length=60)
    agencies: str = Field(default="", sa_type=Text)
    themes: str = Field(default="", sa_type=Text)
    fulfilled: str = Field(default="", max_length=60)
    practice: str = Field(default="", max_length=60)
    outcomes: str = Field(default="", max_length=60)
    ended_by: int = 0
    owed_on: date | None = None
    impact_on: date | None = None


class RecommendationWord(Row, table=True):
    """A word, without its ending, that the text of a recommendation holds: by these it is found."""

    __tablename__ = "recommendation_word"
    __table_args__ = (Index("ix_recommendation_word_case_id", "case_id"),)

    word: str = Field(primary_key=True, max_length=100)
    case_id: int = Field(foreign_key="case_file.id", primary_key=True)


class RungClimbed(Row, table=True):
    """A rung that was climbed or passed over. The key lets each rung of each date happen once, whatever happens.

    `again` counts how often its draft had been withdrawn before.
    """

    __tablename__ = "rung_climbed"

    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    key: str = Field(primary_key=True, max_length=160)
    due_on: date = Field(primary_key=True)
    rung: int = Field(primary_key=True)
    again: int = Field(default=0, primary_key=True)
    passed: bool
    late: bool
    at: datetime
    sequence: int


class Child(Row, table=True):
    """A child of a case, encrypted with the key of that case; the history knows only the number."""

    __tablename__ = "child"

    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    number: int = Field(primary_key=True)
    sealed: str = Field(sa_type=Text)


class CaseKey(Row, table=True):
    """The key of a case's personal data, itself encrypted with the master key. Destroying it erases the data."""

    __tablename__ = "case_key"

    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    wrapped: str = Field(sa_type=Text)


class Checkpoint(Row, table=True):
    """A signed list of where every case's history ended on a night."""

    __tablename__ = "checkpoint"

    number: int = Field(primary_key=True)
    at: datetime
    body: str = Field(sa_type=Text)
    signature: str = Field(max_length=200)
    public_key: str = Field(max_length=100)


class Beat(Row, table=True):
    """When each recurring piece of work last ended well, and what it did."""

    __tablename__ = "beat"

    name: str = Field(primary_key=True, max_length=40)
    at: datetime
    detail: str = Field(default="", max_length=500)


class Numbering(Row, table=True):
    """The last number given to a case of a kind in a year."""

    __tablename__ = "numbering"

    series: str = Field(primary_key=True, max_length=40)
    last: int

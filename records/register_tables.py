"""The tables of the registers: the agencies there are, and the accounts people act for."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field

from records.metadata import Row


class AgencyRow(Row, table=True):
    """An agency: its one name, the other names it goes by, and what became of it.

    `folded` is the name as names are compared. `other_names` is a list in JSON; `merged_into` the number of the agency
    that took its place (0: none did).
    """

    __tablename__ = "agency"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200)
    folded: str = Field(unique=True, max_length=400)
    other_names: str = Field(default="[]", sa_type=Text)
    calendar: str = Field(default="", max_length=80)
    active: bool = True
    merged_into: int = 0


class AccountRow(Row, table=True):
    """An account: the person, the name they sign in by, the roles they may act in, and the agency they speak for.

    `roles` are words with blanks between them. `salt` goes into the fingerprint by which the log knows person and name.
    """

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True)
    sign_in: str = Field(max_length=200)
    person: str = Field(max_length=200)
    roles: str = Field(sa_type=Text)
    agency: str = Field(default="", max_length=200)
    active: bool = True
    salt: str = Field(max_length=64)

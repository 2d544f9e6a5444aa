"""The table of links in letters: each lets an agency answer, for a while, what one letter asks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from records.metadata import Row


class LetterLinkRow(Row, table=True):
    """The link in a letter. `number` is that of its message; `token` is the hash of what stands in the letter.

    `subject` is what it is about on its case: a request (R1), an item of a register (item/A2); empty for the case as a
    whole. `code` is the hash of a code sent by mail, good until `code_until`, and `code_tries` says how often one was
    typed.
    """

    __tablename__ = "letter_link"

    number: str = Field(primary_key=True, max_length=64)
    token: str = Field(unique=True, max_length=64)
    case_id: int = Field(foreign_key="case_file.id", index=True)
    contact_id: int = Field(foreign_key="contact.id")
    agency: str = Field(max_length=200)
    purpose: str = Field(max_length=40)
    subject: str = Field(max_length=160)
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    revoked_why: str = Field(default="", sa_type=Text)
    uses: int = 0
    used_at: datetime | None = None
    code: str = Field(default="", max_length=64)
    code_until: datetime | None = None
    code_tries: int = 0

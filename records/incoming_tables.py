"""The tables of mail that comes back: what each was read as, how far a mailbox was read. No words of it are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from records.metadata import Row


class IncomingRow(Row, table=True):
    """A mail that came back: what it is, which letter it is about, where it lies. The mail itself stays in its mailbox.

    `id` is the SHA-256 of the mail, so that it is filed once however often it is met. `reference` is what its subject
    says, for whoever sorts it; `seen_to_by` is who did.
    """

    __tablename__ = "incoming_mail"
    __table_args__ = (
        Index("ix_incoming_mail_mail_id", "mail_id"),
        Index(
            "ix_incoming_mail_open",
            "kind",
            sqlite_where=text("seen_to_at IS NULL"),
            postgresql_where=text("seen_to_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True, max_length=64)
    mailbox: str = Field(max_length=300)
    validity: int = Field(default=0, sa_type=BigInteger)
    uid: int = Field(default=0, sa_type=BigInteger)
    file: str = Field(default="", max_length=300)
    size: int = 0
    read_at: datetime
    kind: str = Field(max_length=12)
    reference: str = Field(default="", max_length=40)
    mail_id: str | None = Field(default=None, foreign_key="mail.id", max_length=64)
    case_id: int | None = Field(default=None, foreign_key="case_file.id")
    code: str = Field(default="", max_length=12)
    doubtful: bool = False
    forwarded: bool = False
    files: int = 0
    seen_to_at: datetime | None = None
    seen_to_by: str = Field(default="", max_length=200)


class MailboxRow(Row, table=True):
    """How far a mailbox was read: its numbering (UIDVALIDITY) and the last number in it (UID)."""

    __tablename__ = "mailbox_read"

    name: str = Field(primary_key=True, max_length=300)
    validity: int = Field(default=0, sa_type=BigInteger)
    uid: int = Field(default=0, sa_type=BigInteger)
    read_at: datetime

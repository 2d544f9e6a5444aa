"""The tables of the interface for programs: tokens, what was answered to what they sent, webhooks and their calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from records.metadata import Row, partial_index


class ApiTokenRow(Row, table=True):
    """What lets a program act for an account, in one of its roles. `hash` is that of the token, which is kept nowhere.

    `verbs` are the operations it may do, with blanks between them; empty for all that the role may do.
    """

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    hash: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=80)
    account_id: int = Field(foreign_key="account.id", index=True)
    role: str = Field(max_length=60)
    read_only: bool
    verbs: str = Field(sa_type=Text)
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class ApiAnswerRow(Row, table=True):
    """What a program sent under an Idempotency-Key, as a hash, and what it was answered, encrypted.

    `key` is the hash of the key and of the account that sent it.
    """

    __tablename__ = "api_answer"

    key: str = Field(primary_key=True, max_length=64)
    sent: str = Field(max_length=64)
    status: int
    sealed: str = Field(sa_type=Text)
    sent_at: datetime = Field(index=True)


class WebhookRow(Row, table=True):
    """An address that is told of entries: of which kinds (blanks between them; empty for all), under which secret.

    The secret is encrypted with the master key, bound to the number of the webhook.
    """

    __tablename__ = "webhook"

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(max_length=500)
    kinds: str = Field(sa_type=Text)
    secret: str = Field(sa_type=Text)
    active: bool
    made_at: datetime


class WebhookCallRow(Row, table=True):
    """An entry that a webhook is owed, written in the transaction of the entry: a reference, a kind, a number."""

    __tablename__ = "webhook_call"
    __table_args__ = (
        partial_index("ix_webhook_call_next", "next_attempt_at", where="status = 'owed'"),
        Index("ix_webhook_call_case_id", "case_id"),
    )

    webhook_id: int = Field(foreign_key="webhook.id", primary_key=True)
    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    sequence: int = Field(primary_key=True)
    kind: str = Field(max_length=40)
    status: str = Field(max_length=12)
    attempts: int = 0
    owed_at: datetime
    next_attempt_at: datetime
    claimed_by: str = Field(default="", max_length=80)
    ended_at: datetime | None = None
    detail: str = Field(default="", sa_type=Text)

"""The interface for programs: tokens, answers that are given again, webhooks and what they are owed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from records import row_security

revision = "0024"
down_revision = "0023"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("role", sa.String(60), nullable=False),
        sa.Column("read_only", sa.Boolean, nullable=False),
        sa.Column("verbs", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
    )
    op.create_table(
        "api_answer",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("sent", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_table(
        "webhook_call",
        sa.Column("webhook_id", sa.Integer, sa.ForeignKey("webhook.id"), primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), primary_key=True, autoincrement=False),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("owed_at", MOMENT, nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("claimed_by", sa.String(80), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("ix_webhook_call_case_id", "webhook_call", ["case_id"])
    owed = sa.text("status = 'owed'")
    op.create_index(
        "ix_webhook_call_next", "webhook_call", ["next_attempt_at"], sqlite_where=owed, postgresql_where=owed
    )
    row_security.put_up(op.get_bind())

"""Signing in at the desk: passwords and second factors, invitations, sessions, and tries that are counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "credential",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), primary_key=True, autoincrement=False),
        sa.Column("password", sa.String(400), nullable=False),
        sa.Column("totp", sa.Text, nullable=False),
        sa.Column("last_step", sa.Integer, nullable=False),
    )
    op.create_table(
        "invitation",
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    op.create_table(
        "web_session",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("role", sa.String(60), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("browser", sa.String(200), nullable=False),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
    )

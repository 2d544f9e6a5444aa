"""What somebody keeps at the desk: saved views, whether keyboard shortcuts work, the address of a calendar."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ACCOUNT = "account.id"


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey(ACCOUNT), nullable=False),
        sa.Column("page", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.UniqueConstraint("account_id", "page", "name"),
    )
    op.create_table(
        "preference",
        sa.Column("account_id", sa.Integer, sa.ForeignKey(ACCOUNT), primary_key=True, autoincrement=False),
        sa.Column("shortcuts", sa.Boolean, nullable=False),
    )
    op.create_table(
        "calendar_address",
        sa.Column("account_id", sa.Integer, sa.ForeignKey(ACCOUNT), primary_key=True, autoincrement=False),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
        sa.Column("role", sa.String(60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )

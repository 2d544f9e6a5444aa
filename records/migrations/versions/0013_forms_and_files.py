"""Forms begun at the desk and not sent yet, and what the scanner found of files that were handed in there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "form_draft",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), primary_key=True, autoincrement=False),
        sa.Column("form", sa.String(64), primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
    )
    op.create_table(
        "scanned_file",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.Column("found", sa.String(200), nullable=False),
        sa.Column("scanned_at", MOMENT, nullable=False),
    )

"""Mail that comes back: what each was read as, and how far each mailbox was read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

OPEN = sa.text("seen_to_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "incoming_mail",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("mailbox", sa.String(300), nullable=False),
        sa.Column("validity", sa.BigInteger, nullable=False),
        sa.Column("uid", sa.BigInteger, nullable=False),
        sa.Column("file", sa.String(300), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column("mail_id", sa.String(64), sa.ForeignKey("mail.id"), nullable=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), nullable=True),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("doubtful", sa.Boolean, nullable=False),
        sa.Column("forwarded", sa.Boolean, nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("seen_to_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_to_by", sa.String(200), nullable=False),
    )
    op.create_index("ix_incoming_mail_mail_id", "incoming_mail", ["mail_id"])
    op.create_index("ix_incoming_mail_open", "incoming_mail", ["kind"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "mailbox_read",
        sa.Column("name", sa.String(300), primary_key=True),
        sa.Column("validity", sa.BigInteger, nullable=False),
        sa.Column("uid", sa.BigInteger, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
    )

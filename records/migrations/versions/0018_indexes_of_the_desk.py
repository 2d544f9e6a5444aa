"""Indexes for the desk: cases at work with where their histories end, whom a search finds, the newest entries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
AT_WORK = sa.text("closed_on IS NULL OR next_due_on IS NOT NULL")


def upgrade() -> None:
    columns = ["id", "head", "closed_on", "next_due_on"]
    op.create_index("ix_case_file_at_work", "case_file", columns, sqlite_where=AT_WORK, postgresql_where=AT_WORK)
    op.create_index("ix_case_file_search", "case_file", ["deputy", "lead", "ref", "closed_on"])
    op.create_index("ix_history_recorded_at", "history", ["recorded_at", "case_id", "sequence"])

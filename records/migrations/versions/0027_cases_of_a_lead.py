"""The cases that somebody leads are found newest first, open or closed, in the index of leads alone."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.drop_index("ix_case_file_lead", "case_file")
    op.create_index("ix_case_file_lead", "case_file", ["lead", "ref", "closed_on"])

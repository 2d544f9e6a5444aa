"""On a server the tables of letters cannot be emptied in one stroke any more."""

from __future__ import annotations

from alembic import op

from records.migrations import guarding

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    guarding.put_up_for_letters(op.get_bind())

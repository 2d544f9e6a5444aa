"""What is owed is owed to a place; why a message was not sent, why a letter waits, what was done about a task."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

GROUND_GONE = "Its ground was gone before it left."

OVERTAKEN = "UPDATE message SET reason = :why WHERE status IN ('overtaken', 'withheld', 'withdrawn')"
NEVER_MADE_GOOD = (
    "UPDATE task SET done_at = NULL, done_by = '' WHERE kind = 'unreachable' AND done_by = 'Cairn' "
    "AND EXISTS (SELECT 1 FROM unreached WHERE unreached.task_id = task.id)"
)
"""What was settled because somebody could be reached again: the next sweep sends it, if it is still true."""


def upgrade() -> None:
    for name, kind in (("agency", sa.String(200)), ("place", sa.String(60)), ("reason", sa.Text)):
        op.add_column("message", sa.Column(name, kind, nullable=False, server_default=""))
    op.add_column("mail", sa.Column("trouble", sa.String(12), nullable=False, server_default=""))
    op.add_column("task", sa.Column("did", sa.Text, nullable=False, server_default=""))
    op.add_column("unreached", sa.Column("reason", sa.Text, nullable=False, server_default=""))
    op.get_bind().execute(sa.text(OVERTAKEN), {"why": GROUND_GONE})
    op.get_bind().execute(sa.text(NEVER_MADE_GOOD))

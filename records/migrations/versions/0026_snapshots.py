"""What a long case adds up to is kept in two, and the messages of a case are found by the entry that owes them.

A case that is there is kept whole, and a long one gets its snapshot with the next entry.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from records import row_security

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("case_file", sa.Column("snapshot", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "case_snapshot",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), nullable=False, index=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.drop_index("ix_message_case_id", "message")
    op.create_index("ix_message_case_id_sequence", "message", ["case_id", "sequence"])
    row_security.put_up(op.get_bind())

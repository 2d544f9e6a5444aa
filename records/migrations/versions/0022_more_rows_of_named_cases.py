"""On a server the database keeps to itself, too, who is named for a case, who read it, and the forms of others."""

from __future__ import annotations

from alembic import op

from records import row_security

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    row_security.put_up(op.get_bind())

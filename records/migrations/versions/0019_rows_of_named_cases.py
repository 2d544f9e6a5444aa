"""On a server the database itself keeps the rows of a case that is kept to named people from all others at the desk."""

from __future__ import annotations

from alembic import op

from records import row_security

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    row_security.put_up(op.get_bind())

"""How a contact wants news that asks nothing, and which messages wait for a weekly note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("contact", sa.Column("news", sa.String(12), nullable=False, server_default=""))
    op.add_column("message", sa.Column("gathered", sa.String(12), nullable=False, server_default=""))

"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

from records.migrations import guarding
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
    # Changing a table on SQLite rebuilds it, and its triggers are lost.
    guarding.put_up(op.get_bind())

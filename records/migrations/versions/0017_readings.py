"""What a reading of a case was, apart from the log that seals it: readings can be erased, and the log still verifies.

Readings from before are copied, so that they are listed; their entries say all of it themselves, and stay.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

NAMES_READ = "names_read"


def upgrade() -> None:
    table = op.create_table(
        "reading",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ref", sa.String(40), nullable=False),
        sa.Column("account", sa.String(40), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("role", sa.String(60), nullable=False),
        sa.Column("part", sa.String(80), nullable=False),
        sa.Column("by_right", sa.String(80), nullable=False),
        sa.Column("children", sa.Text, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
    )
    op.create_index("ix_reading_ref", "reading", ["ref", "account", "part", "at"])
    op.create_index("ix_reading_at", "reading", ["at"])
    log = sa.table("audit_log", sa.column("log"), sa.column("sequence"), sa.column("recorded_at"), sa.column("body"))
    columns = (log.c.sequence, sa.type_coerce(log.c.recorded_at, sa.DateTime(timezone=True)), log.c.body)
    rows = [_row(*one) for one in op.get_bind().execute(sa.select(*columns).where(log.c.log == "readings"))]
    if rows:
        op.bulk_insert(table, rows)


def _row(number: int, at: object, body: str) -> dict[str, object]:
    told = json.loads(body)
    actor, data = told["actor"], told.get("data", {})
    names = told["kind"] == NAMES_READ
    return {
        "number": number,
        "at": at,
        "ref": told["subject"][:40],
        "account": actor.get("account", "")[:40],
        "person": actor["name"][:200],
        "role": actor["role"][:60],
        "part": "names" if names else "case",
        "by_right": str(data.get("right", actor["role"]))[:80],
        "children": json.dumps(data.get("children", [])),
        "salt": "",
    }

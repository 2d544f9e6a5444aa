"""Rows for a database, one to a table, and a Cairn one version further on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from shutil import copytree
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from records import backup as backing_up
from records import upgrade as upgrading
from records.migrations.guarding import APPEND_ONLY
from records.tables import CaseFile, Contact, MailRow, table_of
from records.upgrade import VERSIONS

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from sqlalchemy import Connection, Table

NOW = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
METADATA = table_of(CaseFile).metadata
VALUES = {"VARCHAR": "a", "TEXT": "a", "INTEGER": 1, "DATE": date(2026, 3, 2), "DATETIME": NOW, "BOOLEAN": True}


def row_for(table: Table, **given: Any) -> dict[str, Any]:
    row = {column.name: VALUES[str(column.type).split("(")[0]] for column in table.columns}
    return row | given


def fill(tx: Connection) -> None:
    """Put one row into each append-only table, and into those it leans on."""
    for model in (CaseFile, Contact, MailRow):
        tx.execute(insert(table_of(model)), row_for(table_of(model)))
    for name in APPEND_ONLY:
        tx.execute(insert(METADATA.tables[name]), row_for(METADATA.tables[name]))


NEXT = f"{int(VERSIONS[-1]) + 1:04}"
NEXT_SCRIPT = """
import sqlalchemy as sa
from alembic import op
from records.migrations import guarding as triggers

revision, down_revision = "{next}", "{last}"

def upgrade() -> None:
    with op.batch_alter_table("history") as history:
        history.add_column(sa.Column("place", sa.String(40), nullable=True))
        history.alter_column("kind", type_=sa.String(50))
    triggers.put_up(op.get_bind())
    {then}
"""


def next_version(folder: Path, monkeypatch: pytest.MonkeyPatch, then: str = "") -> None:
    """Let Cairn be one version further on, with a migration that rebuilds the history."""
    copytree(upgrading.MIGRATIONS, folder / "migrations")
    script = NEXT_SCRIPT.format(next=NEXT, last=VERSIONS[-1], then=then)
    (folder / "migrations" / "versions" / f"{NEXT}_next.py").write_text(script)
    monkeypatch.setattr(upgrading, "MIGRATIONS", folder / "migrations")
    monkeypatch.setattr(upgrading, "VERSIONS", (*VERSIONS, NEXT))
    monkeypatch.setattr(backing_up, "VERSIONS", (*VERSIONS, NEXT))

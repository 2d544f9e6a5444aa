"""What Alembic runs at every migration: on the connection, and in the transaction, that records/upgrade.py holds."""

from __future__ import annotations

from alembic import context

from records.tables import CaseFile, table_of
from records.upgrade import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=table_of(CaseFile).metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()

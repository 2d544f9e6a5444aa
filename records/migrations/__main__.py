"""Draft the next migration from what records/tables.py says: python -m records.migrations "what changes"."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from records.database import connect, transaction
from records.upgrade import VERSIONS, configuration, migrate


def draft(what: str) -> None:
    """Write versions/NNNN_what.py; it is then read, put right and added to VERSIONS by hand."""
    with TemporaryDirectory() as folder, transaction(connect(f"sqlite:///{Path(folder) / 'draft.db'}")) as tx:
        migrate(tx, VERSIONS[-1])
        number = f"{int(VERSIONS[-1]) + 1:04}"
        command.revision(configuration(tx), what, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    draft(" ".join(sys.argv[1:]))

"""A database user and schema of its own for each committee on a shared PostgreSQL server."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, text

from records.database import address_of, connect, transaction
from states.errors import NotPossible

PREFIX = "cairn_"
SQLITE = "A committee has a SQLite database in its own data folder: a server is one of PostgreSQL."
TAKEN = "The database server has a user or a schema {name} already: it is another committee's, or was one's."
NO_ROLE = "SELECT 1 FROM pg_roles WHERE rolname = :name UNION SELECT 1 FROM pg_namespace WHERE nspname = :name"


def schema_named(committee: str) -> str:
    """What the user and the schema of a committee are called."""
    return PREFIX + committee.replace("-", "_")


def make_own_schema(server: str, committee: str) -> str:
    """Make the user and the schema of a committee; gives the address at which that user finds it, password and all.

    `server` is the address of the database, with a user who may make others. Raises NotPossible for a name that is
    taken, StorageTrouble for what the server does not let that user do.
    """
    address = address_of(server)
    if address.get_backend_name() != "postgresql":
        raise NotPossible(SQLITE)
    name, password = schema_named(committee), secrets.token_hex(24)
    engine = connect(server)
    try:
        with transaction(engine) as tx:
            _make(tx, name, password)
    finally:
        engine.dispose()
    return address.set(username=name, password=password).render_as_string(hide_password=False)


def _make(tx: Connection, name: str, password: str) -> None:
    """The user sees its own schema alone, and nobody else sees that. Names are small letters, digits and lines."""
    if tx.execute(text(NO_ROLE), {"name": name}).first():
        raise NotPossible(TAKEN.format(name=name))
    database = tx.dialect.identifier_preparer.quote(str(tx.engine.url.database))
    for statement in (
        f"CREATE ROLE {name} LOGIN PASSWORD '{password}'",
        f"GRANT {name} TO CURRENT_USER",
        f"CREATE SCHEMA {name} AUTHORIZATION {name}",
        f"REVOKE {name} FROM CURRENT_USER",
        f"ALTER ROLE {name} IN DATABASE {database} SET search_path = {name}",
    ):
        tx.exec_driver_sql(statement)

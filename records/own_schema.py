"""A database user and schema of its own for each committee on a shared PostgreSQL server."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, text

from records.database import address_of, connect, reading, transaction
from states.errors import NotPossible, StorageTrouble

PREFIX = "cairn_"
SQLITE = "A committee has a SQLite database in its own data folder: a server is one of PostgreSQL."
TAKEN = "The database server has a user or a schema {name} already: it is another committee's, or was one's."
NO_ROLE = "SELECT 1 FROM pg_roles WHERE rolname = :name UNION SELECT 1 FROM pg_namespace WHERE nspname = :name"


def schema_named(committee: str) -> str:
    """What the user and the schema of a committee are called."""
    return PREFIX + committee.replace("-", "_")


def own_address(server: str, committee: str) -> str:
    """The address at which the user of a committee is to find its schema, with a password made for it."""
    address = address_of(server)
    if address.get_backend_name() != "postgresql":
        raise NotPossible(SQLITE)
    user = address.set(username=schema_named(committee), password=secrets.token_hex(24))
    return user.render_as_string(hide_password=False)


def is_own_address(server: str, address: str) -> bool:
    """Whether an address is one that `own_address` gave for that server."""
    above, own = address_of(server), address_of(address)
    return str(own.username).startswith(PREFIX) and own == above.set(username=own.username, password=own.password)


def make_own_schema(server: str, address: str) -> None:
    """Make the user and the schema of a committee, as `own_address` named them: those it made before are left alone.

    `server` is the address of the database, with a user who may make others. Raises NotPossible for a name that is
    taken, StorageTrouble for what the server does not let that user do.
    """
    own = address_of(address)
    engine = connect(server)
    try:
        with transaction(engine) as tx:
            if not _is_ours(tx, address):
                _make(tx, str(own.username), str(own.password))
    finally:
        engine.dispose()


def _is_ours(tx: Connection, address: str) -> bool:
    """Whether the user is there, with the password that was made for it. Raises NotPossible for somebody else's."""
    name = str(address_of(address).username)
    if not tx.execute(text(NO_ROLE), {"name": name}).first():
        return False
    engine = connect(address)
    try:
        with reading(engine):
            return True
    except StorageTrouble:
        raise NotPossible(TAKEN.format(name=name)) from None
    finally:
        engine.dispose()


def _make(tx: Connection, name: str, password: str) -> None:
    """The user sees its own schema alone, and nobody else sees that. Names are small letters, digits and lines."""
    database = tx.dialect.identifier_preparer.quote(str(tx.engine.url.database))
    for statement in (
        f"CREATE ROLE {name} LOGIN PASSWORD '{password}'",
        f"GRANT {name} TO CURRENT_USER",
        f"CREATE SCHEMA {name} AUTHORIZATION {name}",
        f"REVOKE {name} FROM CURRENT_USER",
        f"ALTER ROLE {name} IN DATABASE {database} SET search_path = {name}",
    ):
        tx.exec_driver_sql(statement)

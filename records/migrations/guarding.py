"""The triggers that let the record only grow: no entry of these tables is ever changed, replaced or removed."""

from __future__ import annotations

from sqlalchemy import Connection

APPEND_ONLY: dict[str, tuple[str, str]] = {
    "history": ("case_id sequence", "kind recorded_at happened_on body seal"),
    "rung_climbed": ("case_id key due_on rung again", "passed late at sequence"),
    "attempt": ("mail_id number", "at outcome detail"),
    "checkpoint": ("number", "at body signature public_key"),
    "edition": ("digest", "name body"),
    "calendar_version": ("digest", "name body"),
    "audit_log": ("log sequence", "subject kind actor happened_on recorded_at body seal"),
}
"""Each protected table: the columns that make an entry the same one, and all the others."""

FUNCTION = "cairn_append_only"
REFUSAL = """
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'restrict_violation';
END
"""


def put_up(connection: Connection, *tables: str) -> None:
    """Put the triggers of these tables (all of them, unless said) in place, in their right form, none or any there."""
    for statement in statements(connection.dialect.name, *tables):
        connection.exec_driver_sql(statement)


def statements(dialect: str, *tables: str) -> list[str]:
    """What puts the triggers of these tables (all of them, unless said) up on SQLite or PostgreSQL."""
    guarded = tables or tuple(APPEND_ONLY)
    if dialect == "sqlite":
        named = [pair for table in guarded for pair in sqlite_triggers(table).items()]
        return [step for name, made in named for step in (f"DROP TRIGGER IF EXISTS {name}", made)]
    function = f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${REFUSAL}$$"
    return [function, *(step for table in guarded for step in postgresql_triggers(table))]


def sqlite_triggers(table: str) -> dict[str, str]:
    """The triggers of one table by name, letter for letter as SQLite keeps them.

    INSERT OR REPLACE removes the old row without firing its DELETE trigger: so an INSERT is refused when its key is
    taken by a row that says anything else. The same row once more is left to the key (ON CONFLICT DO NOTHING works).
    """
    key, rest = (columns.split() for columns in APPEND_ONLY[table])
    same_key = " AND ".join(f"{column} = NEW.{column}" for column in key)
    differs = f"({', '.join(rest)}) IS NOT ({', '.join(f'NEW.{column}' for column in rest)})"
    replaces = f"INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_key} AND {differs})"  # noqa: S608 (names of ours)
    moments = {"update": f"UPDATE ON {table}", "delete": f"DELETE ON {table}", "replace": replaces}
    refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return {
        f"{table}_refuses_{what}": f"CREATE TRIGGER {table}_refuses_{what} BEFORE {moment} {refusal}"
        for what, moment in moments.items()
    }


def postgresql_triggers(table: str) -> tuple[str, ...]:
    """The statements that put up the triggers of one table; ALWAYS holds in replica sessions too."""
    change, truncate = postgresql_names(table)
    calls = f"EXECUTE FUNCTION {FUNCTION}()"
    return (
        f"CREATE OR REPLACE TRIGGER {change} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {calls}",
        f"CREATE OR REPLACE TRIGGER {truncate} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {calls}",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {change}",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {truncate}",
    )


def postgresql_names(table: str) -> tuple[str, str]:
    """The names of the trigger on rows and of the trigger on emptying the table."""
    return f"{table}_refuses_change", f"{table}_refuses_truncate"

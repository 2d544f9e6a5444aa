"""Checks that the triggers that make the history append-only are all there, as they were created."""

from __future__ import annotations

from sqlalchemy import Connection, text

from records.migrations.guarding import (
    APPEND_ONLY,
    LETTER_TABLES,
    REFUSAL,
    postgresql_letter_body,
    postgresql_letter_names,
    postgresql_names,
    sqlite_letter_triggers,
    sqlite_triggers,
)

ROW_CHANGE = 27  # pg_trigger.tgtype: for each row (1), before (2), delete (8), update (16)
TRUNCATE = 34  # before (2), truncate (32)

IN_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
IN_POSTGRESQL = """
SELECT t.tgname, c.relname, t.tgtype, t.tgenabled = 'A' AND t.tgqual IS NULL AND t.tgattr::text = '', p.prosrc
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE c.relnamespace = current_schema()::regnamespace
"""


ADDED_IN_POSTGRESQL = """
SELECT t.tgname, t.tgisinternal FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = current_schema()::regnamespace AND (NOT t.tgisinternal OR t.tgenabled = 'D')
ORDER BY t.tgname
"""


def foreign_triggers(tx: Connection) -> tuple[str, ...]:
    """The triggers that are not ours, by name, and on PostgreSQL those of its own that are switched off."""
    if tx.dialect.name == "sqlite":
        names = {name for name, _ in tx.execute(text(IN_SQLITE))} - _wanted_on_sqlite().keys()
        return tuple(f"there is a trigger {name} that is not Cairn's" for name in sorted(names))
    rows = tx.execute(text(ADDED_IN_POSTGRESQL)).all()
    added = [f"there is a trigger {name} that is not Cairn's" for name, own in rows if not own]
    ours = {f"there is a trigger {name} that is not Cairn's" for name in _wanted_on_postgresql()}
    off = "the checks of foreign keys are switched off for some tables"
    return (*(one for one in added if one not in ours), *([off] if any(own for _, own in rows) else []))


def missing_triggers(tx: Connection) -> tuple[str, ...]:
    """The protections of the history that are missing, altered or switched off, by name; none when all is well."""
    wanted = _wanted_on_sqlite() if tx.dialect.name == "sqlite" else _wanted_on_postgresql()
    query = IN_SQLITE if tx.dialect.name == "sqlite" else IN_POSTGRESQL
    present = {tuple(row) for row in tx.execute(text(query))}
    return tuple(name for name, form in wanted.items() if (name, *form) not in present)


def _wanted_on_sqlite() -> dict[str, tuple[object, ...]]:
    grown = {name: (made,) for table in APPEND_ONLY for name, made in sqlite_triggers(table).items()}
    kept = {name: (made,) for table in LETTER_TABLES for name, made in sqlite_letter_triggers(table).items()}
    return {**grown, **kept}


def _wanted_on_postgresql() -> dict[str, tuple[object, ...]]:
    grown = {
        name: (table, kind, True, REFUSAL)
        for table in APPEND_ONLY
        for name, kind in zip(postgresql_names(table), (ROW_CHANGE, TRUNCATE), strict=True)
    }
    kept: dict[str, tuple[object, ...]] = {}
    for table in LETTER_TABLES:
        change, emptied = postgresql_letter_names(table)
        kept[change] = (table, ROW_CHANGE, True, postgresql_letter_body(table))
        kept[emptied] = (table, TRUNCATE, True, REFUSAL)
    return {**grown, **kept}

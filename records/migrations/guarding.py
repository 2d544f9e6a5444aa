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


LETTER_TABLES: dict[str, tuple[str, ...]] = {
    "mail": ("id", "contact_id", "channel", "message_id", "subject", "body", "created_at"),
    "message": ("id", "case_id", "sequence", "kind", "facts", "contact_id", "channel", "created_at", "mail_id"),
}
"""What is never changed of a letter that was sent, and of the messages in it."""

KEEPING = "cairn_keep_sent"


def put_up(connection: Connection, *tables: str) -> None:
    """Put the triggers of these tables in place, in their right form, none or any there.

    Unless tables are said, those of all of them, and those that keep sent letters.
    """
    for statement in statements(connection.dialect.name, *tables):
        connection.exec_driver_sql(statement)
    if not tables:
        put_up_for_letters(connection)


def put_up_for_letters(connection: Connection) -> None:
    """Put in place what keeps sent letters as they were sent: one may come back, and none is changed or removed."""
    sqlite = connection.dialect.name == "sqlite"
    for table in LETTER_TABLES:
        steps = sqlite_letter_steps(table) if sqlite else postgresql_letter_steps(table)
        for statement in steps:
            connection.exec_driver_sql(statement)


def sqlite_letter_triggers(table: str) -> dict[str, str]:
    """The triggers that keep what was sent in one table, by name, verbatim as SQLite keeps them."""
    refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only once it is sent'); END"
    replaced = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id AND status IN ('sent', 'bounced'))"  # noqa: S608 (names of ours)
    moments = {
        "change": f"UPDATE ON {table} WHEN {_changed(table, 'IS NOT')}",
        "delete": f"DELETE ON {table} WHEN OLD.status IN ('sent', 'bounced')",
        "replace": f"INSERT ON {table} WHEN {replaced}",
    }
    return {
        f"{table}_keeps_sent_{what}": f"CREATE TRIGGER {table}_keeps_sent_{what} BEFORE {moment} {refusal}"
        for what, moment in moments.items()
    }


def sqlite_letter_steps(table: str) -> list[str]:
    """What puts the triggers of one table up on SQLite."""
    made = sqlite_letter_triggers(table)
    return [step for name, trigger in made.items() for step in (f"DROP TRIGGER IF EXISTS {name}", trigger)]


def postgresql_letter_body(table: str) -> str:
    """What the trigger on one table does on PostgreSQL."""
    return f"""
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status NOT IN ('sent', 'bounced') THEN RETURN OLD; END IF;
    ELSIF NOT ({_changed(table, "IS DISTINCT FROM")}) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING MESSAGE = '{table} is append-only once it is sent', ERRCODE = 'restrict_violation';
END
"""


def postgresql_letter_steps(table: str) -> list[str]:
    """What puts the triggers of one table up on PostgreSQL: on its rows, and on emptying it."""
    (name, emptied), function = postgresql_letter_names(table), f"{KEEPING}_{table}"
    moment, refused = f"BEFORE UPDATE OR DELETE ON {table}", f"EXECUTE FUNCTION {FUNCTION}()"
    body = postgresql_letter_body(table)
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
        f"CREATE OR REPLACE TRIGGER {name} {moment} FOR EACH ROW EXECUTE FUNCTION {function}()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        f"CREATE OR REPLACE TRIGGER {emptied} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refused}",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {emptied}",
    ]


def postgresql_letter_names(table: str) -> tuple[str, str]:
    """The names of the trigger that keeps the sent rows of a table, and of the one that keeps it from being emptied."""
    return f"{table}_keeps_sent", f"{table}_keeps_sent_truncate"


def _changed(table: str, differs: str) -> str:
    """When a sent row would say something else, or (a letter) would be passed off as sent."""
    columns = LETTER_TABLES[table]
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    kept = f"({old}) {differs} ({new}) OR NEW.status NOT IN (OLD.status, 'bounced')"
    if table != "mail":
        return f"OLD.status IN ('sent', 'bounced') AND ({kept})"
    dated = f"(NEW.status = OLD.status AND NEW.ended_at {differs} OLD.ended_at)"
    unsent = "OLD.status <> 'sent' AND NEW.status = 'sent'"
    accepted = "EXISTS (SELECT 1 FROM attempt WHERE mail_id = NEW.id AND outcome = 'accepted')"
    return f"(OLD.status IN ('sent', 'bounced') AND ({kept} OR {dated})) OR ({unsent} AND NOT {accepted})"


def statements(dialect: str, *tables: str) -> list[str]:
    """What puts the triggers of these tables (all of them, unless said) up on SQLite or PostgreSQL."""
    guarded = tables or tuple(APPEND_ONLY)
    if dialect == "sqlite":
        named = [pair for table in guarded for pair in sqlite_triggers(table).items()]
        return [step for name, made in named for step in (f"DROP TRIGGER IF EXISTS {name}", made)]
    function = f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${REFUSAL}$$"
    return [function, *(step for table in guarded for step in postgresql_triggers(table))]


def sqlite_triggers(table: str) -> dict[str, str]:
    """The triggers of one table by name, verbatim as SQLite keeps them.

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

"""The index by whose words recommendations are found. The database itself keeps it in step with their texts.

SQLite: an FTS5 table over the texts, with English endings taken off (porter). PostgreSQL: the lexemes of each text
under the configuration "english", in a table of their own with a GIN index. Either is called recommendation_words.
"""

from __future__ import annotations

from sqlalchemy import Connection

WORDS = "recommendation_words"

DELETED = f"INSERT INTO {WORDS}({WORDS}, rowid, text) VALUES ('delete', OLD.case_id, OLD.text)"  # noqa: S608 (names of ours)
ADDED = f"INSERT INTO {WORDS}(rowid, text) VALUES (NEW.case_id, NEW.text)"  # noqa: S608 (names of ours)
ON_SQLITE = (
    f"""CREATE VIRTUAL TABLE IF NOT EXISTS {WORDS} USING fts5(
        text, content='recommendation', content_rowid='case_id', tokenize='porter unicode61 remove_diacritics 2')""",
    *(f"DROP TRIGGER IF EXISTS {WORDS}_{what}" for what in ("added", "changed", "removed")),
    f"CREATE TRIGGER {WORDS}_added AFTER INSERT ON recommendation BEGIN {ADDED}; END",
    f"CREATE TRIGGER {WORDS}_changed AFTER UPDATE OF case_id, text ON recommendation BEGIN {DELETED}; {ADDED}; END",
    f"CREATE TRIGGER {WORDS}_removed AFTER DELETE ON recommendation BEGIN {DELETED}; END",
    f"INSERT INTO {WORDS}({WORDS}) VALUES ('rebuild')",  # noqa: S608 (names of ours)
)

LEXEMES = "to_tsvector('pg_catalog.english', {text})"
FUNCTION = f"""
CREATE OR REPLACE FUNCTION {WORDS}_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM {WORDS} WHERE case_id = OLD.case_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO {WORDS} (case_id, words) VALUES (NEW.case_id, {LEXEMES.format(text="NEW.text")});
    END IF;
    RETURN NULL;
END
$$
"""  # noqa: S608 (names of ours)
FOLLOW = f"FOR EACH ROW EXECUTE FUNCTION {WORDS}_follow()"
ON_POSTGRESQL = (
    f"CREATE TABLE IF NOT EXISTS {WORDS} (case_id integer PRIMARY KEY, words tsvector NOT NULL)",
    f"CREATE INDEX IF NOT EXISTS ix_{WORDS} ON {WORDS} USING gin (words)",
    FUNCTION,
    f"CREATE OR REPLACE TRIGGER {WORDS}_added AFTER INSERT OR DELETE ON recommendation {FOLLOW}",
    f"CREATE OR REPLACE TRIGGER {WORDS}_changed AFTER UPDATE OF case_id, text ON recommendation {FOLLOW}",
    f"DELETE FROM {WORDS}",  # noqa: S608 (names of ours)
    f"INSERT INTO {WORDS} (case_id, words) SELECT case_id, {LEXEMES.format(text='text')} FROM recommendation",  # noqa: S608
)


def put_up(connection: Connection) -> None:
    """Put the index and what keeps it in step in their places, and fill it from the texts there are."""
    for statement in ON_SQLITE if connection.dialect.name == "sqlite" else ON_POSTGRESQL:
        connection.exec_driver_sql(statement)


def is_described(name: str | None, kind: str, _: object = None) -> bool:
    """Whether a table found in a database is one that records/tables.py describes: those of the index are not."""
    return kind != "table" or not (name or "").startswith(WORDS)

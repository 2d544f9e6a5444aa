"""The triggers of the database: what is on record can be neither changed nor removed, on either kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from records.database import connect, insert_once, reading, transaction
from records.migrations.guarding import APPEND_ONLY, LETTER_TABLES, postgresql_triggers, sqlite_triggers
from records.triggers import missing_triggers
from states.errors import StorageTrouble
from tests.samples import METADATA, fill, row_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


@pytest.fixture
def engine(tables_url: str) -> Iterator[Engine]:
    engine = connect(tables_url)
    yield engine
    engine.dispose()


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with transaction(engine) as tx:
        fill(tx)
    return engine


def names_of(table: str, on: str) -> set[str]:
    suffixes = {"sqlite": ("update", "delete", "replace"), "postgresql": ("change", "truncate")}
    return {f"{table}_refuses_{suffix}" for suffix in suffixes[on]}


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_is_on_record_can_be_neither_changed_nor_removed(filled: Engine, table: str) -> None:
    kept = METADATA.tables[table]
    first = next(iter(kept.columns))
    statements = [update(kept).values({first: first}), delete(kept)]
    if filled.dialect.name == "postgresql":
        statements += [text(f"TRUNCATE {table} CASCADE"), text("TRUNCATE case_file, contact, edition CASCADE")]

    for statement in statements:
        with pytest.raises(StorageTrouble) as refusal, transaction(filled) as tx:
            tx.execute(statement)
        assert isinstance(refusal.value.__cause__, IntegrityError)
        assert "append-only" in str(refusal.value.__cause__)

    with reading(filled) as tx:
        assert len(tx.execute(select(kept)).all()) == 1


@pytest.mark.parametrize("tables_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_an_entry_cannot_be_replaced_by_another_of_its_key(filled: Engine, table: str) -> None:
    last = APPEND_ONLY[table][1].split()[-1]
    kept = METADATA.tables[table]
    other = row_for(kept) | {last: 2 if last == "sequence" else "b"}

    with pytest.raises(StorageTrouble, match="only ever grows"), transaction(filled) as tx:
        tx.execute(insert(kept).prefix_with("OR REPLACE"), other)

    with reading(filled) as tx:
        assert tx.execute(select(kept.c[last])).scalars().all() == [row_for(kept)[last]]


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_same_entry_once_more_is_no_fault(filled: Engine, table: str) -> None:
    kept = METADATA.tables[table]

    with transaction(filled) as tx:
        new = insert_once(tx, kept, row_for(kept))

    assert new is False


def test_every_trigger_is_found_in_place(engine: Engine) -> None:
    with reading(engine) as tx:
        assert missing_triggers(tx) == ()


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_trigger_taken_down_is_named(engine: Engine, table: str) -> None:
    on = engine.dialect.name

    for name in names_of(table, on):
        with transaction(engine) as tx:
            tx.execute(text(f"DROP TRIGGER {name}" + (f" ON {table}" if on == "postgresql" else "")))

    with reading(engine) as tx:
        assert set(missing_triggers(tx)) == names_of(table, on)


ON_DELETE = sqlite_triggers("history")["history_refuses_delete"]
ON_CHANGE = postgresql_triggers("history")[0]
FIRE = "ALTER TABLE history {} TRIGGER history_refuses_change"
HARMLESS = "CREATE FUNCTION harmless() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'"
ALTERED: dict[str, list[tuple[str, ...]]] = {
    "sqlite": [
        ("DROP TRIGGER history_refuses_delete", ON_DELETE.replace(" BEGIN", " WHEN OLD.sequence = 0 BEGIN")),
        ("DROP TRIGGER history_refuses_delete", ON_DELETE.replace("ON history", "ON child")),
    ],
    "postgresql": [
        (FIRE.format("DISABLE"),),
        (FIRE.format("ENABLE"),),
        (FIRE.format("ENABLE REPLICA"),),
        (ON_CHANGE.replace(" EXECUTE", " WHEN (OLD.sequence = 0) EXECUTE"),),
        (ON_CHANGE.replace("UPDATE", "UPDATE OF seal"),),
        (ON_CHANGE.replace("UPDATE OR DELETE", "UPDATE"),),
        (HARMLESS, ON_CHANGE.replace("cairn_append_only", "harmless")),
    ],
}


def test_a_trigger_that_was_altered_or_switched_off_is_named(engine: Engine) -> None:
    name = "history_refuses_delete" if engine.dialect.name == "sqlite" else "history_refuses_change"

    for steps in ALTERED[engine.dialect.name]:
        with engine.connect() as tx:
            for step in steps:
                tx.execute(text(step))
            found = missing_triggers(tx)
            tx.rollback()

        assert found == (name,), steps


@pytest.mark.parametrize("tables_url", ["postgresql"], indirect=True)
def test_a_refusing_function_made_harmless_unmasks_every_trigger(engine: Engine) -> None:
    with transaction(engine) as tx:
        body = "BEGIN RETURN OLD; END"
        tx.execute(text(f"CREATE OR REPLACE FUNCTION cairn_append_only() RETURNS trigger LANGUAGE plpgsql AS '{body}'"))

        assert len(missing_triggers(tx)) == 2 * len(APPEND_ONLY) + len(LETTER_TABLES)


@pytest.mark.parametrize("tables_url", ["postgresql"], indirect=True)
def test_the_triggers_hold_in_a_replica_session_too(engine: Engine) -> None:
    with engine.connect() as tx:
        fill(tx)
        tx.execute(text("SET LOCAL session_replication_role = replica"))
        with pytest.raises(IntegrityError, match="history is append-only"):
            tx.execute(text("DELETE FROM history"))

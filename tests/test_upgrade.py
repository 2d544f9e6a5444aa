"""A database brought forward: its tables are those described, its rows and triggers kept, a newer one refused."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from records import upgrade as upgrading
from records.database import connect, reading, transaction
from records.migrations.__main__ import draft
from records.triggers import missing_triggers
from records.upgrade import VERSION_TABLE, VERSIONS, configuration, upgrade
from states.errors import NotSetUp, StorageTrouble
from tests.patience import LOOKED_AT_EVERY
from tests.samples import METADATA, NEXT, NOW, fill, next_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty: Engine) -> Engine:
    upgrade(empty, None, NOW)
    return empty


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with transaction(engine) as tx:
        fill(tx)
    return engine


def test_an_empty_database_is_set_up_and_then_left_alone(empty: Engine) -> None:
    first = upgrade(empty, None, NOW)
    second = upgrade(empty, None, NOW)

    assert first == f"The database was empty and has been set up (tables version {VERSIONS[-1]})."
    assert second is None


def test_the_tables_migrated_are_the_tables_described(engine: Engine) -> None:
    with reading(engine) as tx:
        told = {"version_table": VERSION_TABLE, "compare_server_default": True}
        context = MigrationContext.configure(tx, opts=told)

        differences = compare_metadata(context, METADATA)

        migrated = inspect(tx)
        partial = {index["name"] for index in migrated.get_indexes("message") if index.get("dialect_options")}
    assert differences == []
    assert "ix_message_owed" in partial


def test_constraints_bear_the_same_names_whether_migrated_or_created_from_the_models(database_url: str) -> None:
    names = []
    for make in (METADATA.create_all, lambda engine: upgrade(engine, None, NOW)):
        engine = connect(database_url)
        make(engine)
        names.append({table: names_in(engine, table) for table in METADATA.tables})
        METADATA.drop_all(engine)
        engine.dispose()

    assert names[0] == names[1]


def test_columns_indexes_and_checks_say_the_same_whether_migrated_or_created_from_the_models(database_url: str) -> None:
    """Alembic 1.20.1 sees no condition of a partial index, no check, no length and no sequence of one side alone."""
    said = []
    for make in (METADATA.create_all, lambda engine: upgrade(engine, None, NOW)):
        engine = connect(database_url)
        make(engine)
        said.append(definitions_in(engine))
        METADATA.drop_all(engine)
        engine.dispose()

    assert said[0] == said[1]
    assert any("WHERE" in words for words in said[0].values())


def definitions_in(engine: Engine) -> dict[str, str]:
    """What each column, each index and each check says, by its name."""
    written = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename <> '{VERSION_TABLE}'"
        " AND schemaname = current_schema()",
    }[engine.dialect.name]
    with reading(engine) as tx:
        found = {name: " ".join(words.split()) for name, words in tx.execute(text(written))}
        for table in METADATA.tables:
            checks, columns = inspect(tx).get_check_constraints(table), inspect(tx).get_columns(table)
            found |= {f"{table}.{one['name']}": one["sqltext"] for one in checks}
            found |= {f"{table}.{one['name']}": f"{one['type']!r} {one['default']}" for one in columns}
    return found


def names_in(engine: Engine, table: str) -> set[str | None]:
    found = inspect(engine)
    keys = [found.get_pk_constraint(table), *found.get_unique_constraints(table), *found.get_foreign_keys(table)]
    return {each["name"] for each in [*keys, *found.get_indexes(table)]}


def test_the_versions_listed_are_the_migrations_there_are(engine: Engine) -> None:
    with reading(engine) as tx:
        scripts = ScriptDirectory.from_config(configuration(tx))

    found = [script.revision for script in scripts.walk_revisions()]

    assert tuple(reversed(found)) == VERSIONS


@pytest.mark.usefixtures("engine")
def test_starting_with_nothing_to_do_does_not_import_alembic(database_url: str) -> None:
    program = (
        "import sys; from datetime import datetime, UTC; from records.database import connect; "
        "from records.upgrade import upgrade; "
        f"print(upgrade(connect({database_url!r}), None, datetime(2026, 3, 2, tzinfo=UTC)), 'alembic' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert said == "None False\n"


def test_a_database_of_a_newer_cairn_is_refused_and_left_alone(filled: Engine) -> None:
    with transaction(filled) as tx:
        tx.execute(text("UPDATE cairn_version SET version_num = '0999'"))

    with pytest.raises(StorageTrouble, match=r"made by a newer Cairn \(its tables are version 0999"):
        upgrade(filled, None, NOW)

    with reading(filled) as tx:
        assert tx.execute(text("SELECT version_num FROM cairn_version")).scalars().all() == ["0999"]


def test_a_database_that_does_not_say_its_version_is_refused(engine: Engine) -> None:
    with transaction(engine) as tx:
        tx.execute(text("DELETE FROM cairn_version"))

    with pytest.raises(StorageTrouble, match="does not say which Cairn made it"):
        upgrade(engine, None, NOW)


def test_a_database_of_something_else_is_refused_and_left_alone(empty: Engine) -> None:
    with transaction(empty) as tx:
        tx.execute(text("CREATE TABLE invoices (id INTEGER)"))

    with pytest.raises(NotSetUp, match="not Cairn's"):
        upgrade(empty, None, NOW)

    assert inspect(empty).get_table_names() == ["invoices"]


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cairn.db").write_text("Dear committee, " * 400)

    with pytest.raises(StorageTrouble, match="not a database or is damaged"):
        upgrade(connect(f"sqlite:///{tmp_path / 'cairn.db'}"), None, NOW)


def test_an_older_database_is_brought_forward_with_its_rows_and_triggers(
    filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(tmp_path, monkeypatch)

    done = upgrade(filled, None, NOW)

    assert done == f"The database was brought from tables version {VERSIONS[-1]} to {NEXT}."
    with reading(filled) as tx:
        assert tx.execute(text("SELECT seal, place FROM history")).all() == [("a", None)]
        assert missing_triggers(tx) == ()


def test_a_copy_is_kept_before_a_file_is_brought_forward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'cairn.db'}")
    upgrade(engine, tmp_path / "backups", NOW)
    with transaction(engine) as tx:
        fill(tx)
    next_version(tmp_path, monkeypatch)

    done = upgrade(engine, tmp_path / "backups", NOW)

    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.name == "before-upgrade-20260302T101500Z.db"
    assert done is not None
    assert str(copy) in done
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT version_num FROM cairn_version").fetchall() == [(VERSIONS[-1],)]
        assert kept.execute("SELECT count(*) FROM history").fetchall() == [(1,)]
    engine.dispose()


def test_an_upgrade_that_is_broken_off_again_and_again_keeps_one_copy_of_what_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, folder = connect(f"sqlite:///{tmp_path / 'cairn.db'}"), tmp_path / "backups"
    upgrade(engine, None, NOW)
    next_version(tmp_path, monkeypatch, then="raise ZeroDivisionError")

    for again in (0, 0, 1, 2):
        with pytest.raises(ZeroDivisionError):
            upgrade(engine, folder, NOW + timedelta(hours=again))
        assert len(list(folder.iterdir())) == 1
    with transaction(engine) as tx:
        fill(tx)
    with pytest.raises(ZeroDivisionError):
        upgrade(engine, folder, NOW + timedelta(hours=3))

    assert [path.name[15:-4] for path in sorted(folder.iterdir())] == ["20260302T101500", "20260302T131500"]
    engine.dispose()


def test_nothing_is_brought_forward_when_the_copy_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'cairn.db'}")
    upgrade(engine, None, NOW)
    next_version(tmp_path, monkeypatch)
    (tmp_path / "backups").write_text("a file, where a folder should be")

    with pytest.raises(StorageTrouble, match="backups"):
        upgrade(engine, tmp_path / "backups", NOW)

    with reading(engine) as tx:
        assert upgrading.version_of(tx) == VERSIONS[-1]
    engine.dispose()


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(tmp_path, monkeypatch, then="raise ZeroDivisionError")

    with pytest.raises(ZeroDivisionError):
        upgrade(filled, None, NOW)

    with reading(filled) as tx:
        assert tx.execute(text("SELECT version_num FROM cairn_version")).scalar() == VERSIONS[-1]
        assert "place" not in {column["name"] for column in inspect(tx).get_columns("history")}
        assert missing_triggers(tx) == ()


def test_programs_started_at_the_same_moment_set_the_database_up_once(database_url: str) -> None:
    program = (
        "from datetime import datetime, UTC; from records.database import connect; "
        "from records.upgrade import upgrade; import sys; sys.stdin.read(); "
        f"print(upgrade(connect({database_url!r}), None, datetime(2026, 3, 2, tzinfo=UTC)))"
    )
    command = [sys.executable, "-c", program]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, **pipes) for _ in range(4)]

    for process in started:
        process.stdin.close()
    said = [process.stdout.read().strip() for process in started]
    for process in started:
        process.stdout.close()
        process.wait()

    assert sorted(said) == ["None"] * 3 + [
        f"The database was empty and has been set up (tables version {VERSIONS[-1]})."
    ]


def test_who_opens_a_new_file_while_others_write_to_it_waits_for_them(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'cairn.db'}")
    with (
        closing(sqlite3.connect(tmp_path / "cairn.db", isolation_level=None)) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        other.execute("BEGIN IMMEDIATE")
        coming = pool.submit(upgrade, engine, None, NOW)
        wait([coming], LOOKED_AT_EVERY)
        assert not coming.done()
        other.execute("COMMIT")

        assert coming.result() == f"The database was empty and has been set up (tables version {VERSIONS[-1]})."
    engine.dispose()


def test_who_comes_second_finds_the_work_done(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def another_is_first(tx: Connection) -> None:
        upgrading.migrate(tx, VERSIONS[-1])

    monkeypatch.setattr(upgrading, "wait_for_others", another_is_first)

    assert upgrade(empty, None, NOW) is None


def test_a_database_in_memory_needs_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = connect("sqlite://")
    upgrade(engine, tmp_path / "backups", NOW)
    next_version(tmp_path, monkeypatch)

    done = upgrade(engine, tmp_path / "backups", NOW)

    assert done == f"The database was brought from tables version {VERSIONS[-1]} to {NEXT}."
    assert not (tmp_path / "backups").exists()
    engine.dispose()


def test_the_next_migration_can_be_drafted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    next_version(tmp_path, monkeypatch)
    monkeypatch.setattr("records.migrations.__main__.VERSIONS", upgrading.VERSIONS)

    draft("rename the place")

    drafted = (tmp_path / "migrations" / "versions" / f"{int(NEXT) + 1:04}_rename_the_place.py").read_text()
    assert "drop_column('place')" in drafted
    assert "guarding.put_up(op.get_bind())" in drafted

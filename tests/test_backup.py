"""Backups of either database: what is restored is what was backed up, row by row, while the work goes on."""

from __future__ import annotations

import errno
import json
import zipfile
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import insert, inspect, select, text

from records import archive, audit_log
from records.backup import backup, restore
from records.database import connect, reading, transaction
from records.files import AlreadyThere
from records.keys import load_or_create
from records.tables import CaseFile, Contact, DeadlineRow, HistoryRow, table_of
from records.triggers import missing_triggers
from records.upgrade import VERSIONS, upgrade
from states.entry import CAIRN
from states.errors import NotPossible, NotSetUp, StorageTrouble
from tests import postgres
from tests.samples import METADATA, NOW, fill, next_version, row_for
from workflows.verbs.backup import bring_back

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

CASES, HISTORY, DEADLINES = (table_of(model) for model in (CaseFile, HistoryRow, DeadlineRow))
LATER = NOW + timedelta(days=3, hours=1)
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def engine(tables_url: str) -> Iterator[Engine]:
    engine = connect(tables_url)
    with transaction(engine) as tx:
        fill(tx)
        awkward(tx)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Lend an empty database to restore into, of either kind whatever the first one is."""
    with other_url(request.param, tmp_path) as url:
        engine = connect(url)
        yield engine
        engine.dispose()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Engine]:
    """Lend an empty SQLite database to restore into."""
    engine = connect(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    yield engine
    engine.dispose()


@contextmanager
def other_url(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'restored.db'}"
    else:
        with postgres.fresh_database() as url:
            yield url


@pytest.fixture
def made(engine: Engine, tmp_path: Path) -> Path:
    backup(engine, tmp_path / "cairn.backup", NOW, {})
    return tmp_path / "cairn.backup"


def awkward(tx: Connection) -> None:
    """Put in what is easily lost on the way: empty cells, accents, line ends, microseconds, a date long ago."""
    tx.execute(
        insert(CASES), row_for(CASES, id=7, ref="LR-2026-0007", closed_on=None, lead="Zoë “Ó Hara”\r\n\u2028 📄")
    )
    moment = datetime(2026, 3, 29, 0, 59, 59, 999999, tzinfo=UTC)
    old = row_for(HISTORY, case_id=7, recorded_at=moment, happened_on=date(1, 1, 1), body='{"a":"\\u00e9\\\\"}\n')
    tx.execute(insert(HISTORY), old)
    tx.execute(insert(DEADLINES), row_for(DEADLINES, case_id=7, key="", due_on=None, next_action_at=None))


def rows_of(engine: Engine) -> Rows:
    with reading(engine) as tx:
        return {
            name: sorted(map(tuple, tx.execute(select(table))), key=repr) for name, table in METADATA.tables.items()
        }


def test_what_is_restored_is_what_was_backed_up_on_either_database(engine: Engine, other: Engine, made: Path) -> None:
    report = restore(other, made, LATER, {})

    assert rows_of(other) == rows_of(engine)
    assert report.days_old == 3
    assert report.sentence == (
        f"Restored {sum(map(len, rows_of(engine).values()))} rows and 0 files as they were on "
        "2 March 2026, 10:15 UTC (3 days ago)."
    )


def test_a_restored_database_is_protected_up_to_date_and_counts_on(other: Engine, made: Path) -> None:
    restore(other, made, LATER, {})

    with transaction(other) as tx:
        assert missing_triggers(tx) == ()
        new = row_for(CASES, ref="LR-2026-0008")
        new.pop("id")
        assert tx.execute(insert(CASES), new).inserted_primary_key[0] == 8
    assert upgrade(other, None, LATER) is None


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=some.dictionaries(
        some.integers(1, 2**31 - 1),
        some.tuples(
            some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
            some.none() | some.dates(),
            some.datetimes(timezones=some.just(UTC)),
            some.booleans(),
        ),
    )
)
def test_any_row_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, rows: dict[int, Any]) -> None:
    folder = tmp_path_factory.mktemp("any")
    first, second = (connect(f"sqlite:///{folder / name}") for name in ("first.db", "second.db"))
    upgrade(first, None, NOW)
    contacts = table_of(Contact)
    with transaction(first) as tx:
        for number, (words, day, moment, yes) in rows.items():
            tx.execute(insert(CASES), row_for(CASES, id=number, ref=str(number), closed_on=day, dossier=words))
            tx.execute(insert(contacts), row_for(contacts, id=number, trouble_since=moment, active=yes))

    backup(first, folder / "backup", NOW, {})
    restore(second, folder / "backup", NOW, {})

    assert rows_of(second) == rows_of(first)
    first.dispose()
    second.dispose()


def test_a_backup_is_one_steady_view_and_hinders_nobody(
    engine: Engine, elsewhere: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows_of(engine)
    write_part = archive.write_part

    def meanwhile(*arguments: Any) -> str:
        with transaction(engine) as tx:
            last = len(tx.execute(select(HISTORY.c.sequence)).all())
            tx.execute(insert(HISTORY), row_for(HISTORY, case_id=7, sequence=100 + last))
        return write_part(*arguments)

    monkeypatch.setattr("records.backup.write_part", meanwhile)

    backup(engine, tmp_path / "steady.backup", NOW, {})

    restore(elsewhere, tmp_path / "steady.backup", NOW, {})
    assert rows_of(elsewhere) == before
    assert len(rows_of(engine)["history"]) > len(before["history"])


def test_the_report_counts_what_is_in_it_and_tells_where_the_key_is_not(engine: Engine, tmp_path: Path) -> None:
    key = tmp_path / "master.key"
    load_or_create(key, None)

    report = backup(engine, tmp_path / "cairn.backup", NOW, {"evidence": tmp_path / "not there"})

    assert report.rows == sum(map(len, rows_of(engine).values()))
    assert report.files == 0
    assert "The master key is not in it: keep a copy of the key elsewhere" in report.sentence
    assert report.path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(report.path) as parts:
        assert not any(key.read_bytes().strip() in parts.read(name) for name in parts.namelist())
        manifest = json.loads(parts.read("manifest.json"))
    assert manifest["version"] == VERSIONS[-1]
    assert manifest["created_at"] == "2026-03-02T10:15:00Z"


def test_folders_come_back_where_they_belong(engine: Engine, elsewhere: Engine, tmp_path: Path) -> None:
    kept = tmp_path / "kept" / "2026"
    kept.mkdir(parents=True)
    (kept / "0001.json").write_bytes(b"\x00\xff" * 700_000)
    (kept / ".0002.json.part").write_bytes(b"half a file")

    made = backup(engine, tmp_path / "cairn.backup", NOW, {"checkpoints": tmp_path / "kept"})
    done = restore(elsewhere, made.path, NOW, {"checkpoints": tmp_path / "back"})

    assert made.files == done.files == 1
    assert [path.name for path in (tmp_path / "back").rglob("*") if path.is_file()] == ["0001.json"]
    assert (tmp_path / "back" / "2026" / "0001.json").read_bytes() == (kept / "0001.json").read_bytes()


def test_a_file_that_is_there_already_is_kept_and_another_is_never_overwritten(
    engine: Engine, elsewhere: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "0001.json").write_text("signed")
    made = backup(engine, tmp_path / "cairn.backup", NOW, {"checkpoints": folder}).path

    (folder / "0001.json").write_text("signed otherwise")
    with pytest.raises(AlreadyThere, match=r"There is already a file .*0001\.json"):
        restore(elsewhere, made, NOW, {"checkpoints": folder})
    nothing = inspect(elsewhere).get_table_names()
    (folder / "0001.json").write_text("signed")
    restore(elsewhere, made, NOW, {"checkpoints": folder})

    assert nothing == []
    assert rows_of(elsewhere) == rows_of(engine)


def test_a_restore_that_fails_leaves_no_file_and_no_folder_behind(
    engine: Engine, elsewhere: Engine, tmp_path: Path
) -> None:
    kept, there = tmp_path / "kept", tmp_path / "there"
    for name in ("ab/first.pdf", "cd/second.pdf"):
        (kept / name).parent.mkdir(parents=True)
        (kept / name).write_text(name)
    made = backup(engine, tmp_path / "cairn.backup", NOW, {"evidence": kept}).path
    (there / "cd").mkdir(parents=True)
    (there / "cd" / "second.pdf").write_text("another")

    with pytest.raises(AlreadyThere):
        restore(elsewhere, made, NOW, {"evidence": there})

    left = sorted(path.relative_to(there).as_posix() for path in there.rglob("*"))
    assert (left, (there / "cd" / "second.pdf").read_text()) == (["cd", "cd/second.pdf"], "another")
    assert inspect(elsewhere).get_table_names() == []


def test_what_is_brought_back_is_on_record_or_is_not_there(
    elsewhere: Engine, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(audit_log, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            bring_back(elsewhere, made, CAIRN, NOW, {})
    assert inspect(elsewhere).get_table_names() == []

    bring_back(elsewhere, made, CAIRN, NOW, {})
    with pytest.raises(NotPossible, match=r"was restored into this database already, on .*: nothing is left to do"):
        bring_back(elsewhere, made, CAIRN, NOW, {})
    with reading(elsewhere) as tx:
        assert [one.kind for one in audit_log.entries(tx, "upkeep")][-1:] == ["restored"]


def test_a_folder_that_has_no_place_here_is_not_silently_left_out(
    engine: Engine, elsewhere: Engine, tmp_path: Path
) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "a").touch()
    made = backup(engine, tmp_path / "cairn.backup", NOW, {"evidence": tmp_path / "kept"}).path

    with pytest.raises(NotPossible, match="holds the folder evidence"):
        bring_back(elsewhere, made, CAIRN, NOW, {})
    with pytest.raises(NotPossible, match="is not a folder"):
        backup(engine, tmp_path / "other.backup", NOW, {"evidence": tmp_path / "kept" / "a"})


def test_a_database_that_holds_anything_is_never_restored_into(engine: Engine, made: Path) -> None:
    before = rows_of(engine)

    with pytest.raises(NotPossible, match="already holds records, and a restore never mixes"):
        bring_back(engine, made, CAIRN, NOW, {})

    assert rows_of(engine) == before


def test_a_database_just_set_up_may_be_restored_into(engine: Engine, elsewhere: Engine, made: Path) -> None:
    upgrade(elsewhere, None, NOW)

    restore(elsewhere, made, NOW, {})

    assert rows_of(elsewhere) == rows_of(engine)


def test_the_database_of_something_else_is_never_restored_into(other: Engine, made: Path) -> None:
    with transaction(other) as tx:
        tx.execute(text("CREATE TABLE invoices (id INTEGER)"))

    with pytest.raises(NotSetUp, match="not Cairn's"):
        restore(other, made, NOW, {})


def test_a_database_not_set_up_has_nothing_to_back_up(other: Engine, tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="nothing to back up"):
        backup(other, tmp_path / "none.backup", NOW, {})

    assert not (tmp_path / "none.backup").exists()


def test_a_backup_never_replaces_a_file(engine: Engine, made: Path) -> None:
    before = made.read_bytes()

    with pytest.raises(AlreadyThere, match="choose another name"):
        backup(engine, made, NOW, {})

    assert made.read_bytes() == before
    assert not [path for path in made.parent.iterdir() if path.suffix == ".part"]


def test_a_full_disk_leaves_no_half_a_backup(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("records.backup.write_part", full)

    with pytest.raises(StorageTrouble, match="The disk is full: free some space"):
        backup(engine, tmp_path / "backups" / "cairn.backup", NOW, {})

    assert list((tmp_path / "backups").iterdir()) == []


def test_a_backup_of_an_older_cairn_is_restored_and_brought_forward(
    engine: Engine, elsewhere: Engine, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(tmp_path, monkeypatch)

    restore(elsewhere, made, NOW, {})

    assert rows_of(elsewhere) == rows_of(engine)
    with reading(elsewhere) as tx:
        assert set(tx.execute(text("SELECT place FROM history")).scalars()) == {None}
        assert missing_triggers(tx) == ()
    with pytest.raises(NotPossible, match="brought forward first"):
        backup(engine, tmp_path / "older.backup", NOW, {})

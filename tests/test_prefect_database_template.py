"""Empty tables of Prefect's are made once, lent to each first start after that, and made anew where spoiled."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from workflows.timetable.prefect_database_template import lend, of_one_version


def version(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def made(path: Path, number: str = "a1") -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            f"CREATE TABLE alembic_version(version_num); INSERT INTO alembic_version VALUES('{number}')"
        )


def unneeded() -> None:
    raise AssertionError("there were tables to lend")


def test_tables_are_made_once_and_lent_after_that(tmp_path: Path) -> None:
    kept, own, other = tmp_path / "share" / "kept.db", tmp_path / "own.db", tmp_path / "other.db"

    lend(own, kept, lambda: made(own))
    with closing(sqlite3.connect(own)) as used:
        used.execute("CREATE TABLE runs(id)")
    lend(other, kept, unneeded)

    assert version(other) == "a1"
    with closing(sqlite3.connect(other)) as lent:
        assert lent.execute("SELECT name FROM sqlite_master WHERE name = 'runs'").fetchone() is None
    assert (other.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o600, 0o644)


@pytest.mark.parametrize("spoiled", [b"", b"no database", b"SQLite format 3\0 but no more than its head"])
def test_what_is_kept_and_is_no_whole_database_is_not_lent_but_made_anew(tmp_path: Path, spoiled: bytes) -> None:
    kept, own = tmp_path / "kept.db", tmp_path / "own.db"
    kept.write_bytes(spoiled)

    lend(own, kept, lambda: made(own, "b2"))

    assert version(own) == version(kept) == "b2"


@pytest.mark.parametrize(("own", "kept", "same"), [("a1", "a1", True), ("a1", "b2", False), ("b2", "", False)])
def test_tables_have_to_be_brought_forward_unless_they_are_known_to_be_of_the_version_of_those_kept(
    tmp_path: Path, own: str, kept: str, same: bool
) -> None:
    mine, lent = tmp_path / "it's #1 %20?.db", tmp_path / "kept.db"
    made(mine, own)
    lent.write_bytes(b"") if not kept else made(lent, kept)

    assert of_one_version(mine, lent) is same
    mine.unlink()
    assert not of_one_version(mine, lent)


def test_where_nothing_may_be_kept_the_tables_are_made_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "share").write_text("a file where the folder would be")
    own = tmp_path / "own.db"

    lend(own, tmp_path / "share" / "kept.db", lambda: made(own))

    assert version(own) == "a1"

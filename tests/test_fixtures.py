"""The databases that tests are lent: empty, supported, and never skipped where CI runs."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text

if TYPE_CHECKING:
    from pathlib import Path


def test_a_database_is_lent_empty_and_keeps_what_it_is_given(database_url: str) -> None:
    engine = create_engine(database_url)
    before = inspect(engine).get_table_names()

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (line TEXT)"))
        connection.execute(text("INSERT INTO kept VALUES ('Notified on 2 March')"))

    with engine.connect() as connection:
        lines = connection.execute(text("SELECT line FROM kept")).scalars().all()
    engine.dispose()
    assert before == []
    assert lines == ["Notified on 2 March"]


def test_the_postgresql_lent_is_one_we_support(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        version = connection.info.server_version

    assert version >= 150000


@pytest.mark.parametrize(
    ("ci", "ends"), [("true", "1 passed, 2 errors"), ("", "1 passed, 2 skipped")], ids=["CI", "elsewhere"]
)
def test_a_skip_is_a_failure_where_ci_is_true(tmp_path: Path, ci: str, ends: str) -> None:
    """Of a test, and of a module, which then cannot be collected."""
    (tmp_path / "test_passing.py").write_text("def test_something(): pass\n")
    (tmp_path / "test_skipping.py").write_text("import pytest\n@pytest.mark.skip\ndef test_nothing(): pass\n")
    (tmp_path / "test_lacking.py").write_text("import pytest\npytest.importorskip('no_such_package')\n")
    options = ("--continue-on-collection-errors", "-p", "tests.conftest", f"--rootdir={tmp_path}")

    command = [sys.executable, "-m", "pytest", *options, str(tmp_path)]
    done = subprocess.run(command, env={"CI": ci}, capture_output=True, text=True, check=False)

    assert (done.returncode == 0) is (ci == ""), done.stdout
    assert f" {ends} in " in done.stdout
    assert done.stdout.count("- Nothing is skipped when CI=true") == (2 if ci else 0)

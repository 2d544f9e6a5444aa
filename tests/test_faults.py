"""What can go wrong around a person at work: one clear sentence each, never a traceback, and nothing lost."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from records.database import connect, transaction
from states.errors import StorageTrouble
from tests.terminal import FORM, ROOT, Terminal

if TYPE_CHECKING:
    from pathlib import Path

SENTENCES = 4


@pytest.fixture
def uow(tmp_path: Path) -> Terminal:
    """A terminal with one case open."""
    terminal = Terminal(tmp_path)
    terminal.types("open", "scotland-scr-2015", *FORM)
    assert terminal.code == 0
    return terminal


def still_whole(terminal: Terminal, cases: int = 1) -> None:
    """The record verifies, holds what it held, and the next ordinary command works."""
    assert terminal.asks("verify")["ok"]
    assert len(terminal.asks("list")["cases"]) == cases


def says_plainly(text: str, words: str) -> None:
    assert words in text
    assert "Traceback" not in text
    assert len(text.strip().splitlines()) <= SENTENCES


def started(terminal: Terminal, *words: str, limit: int | None = None) -> tuple[int, str]:
    """A command in a process of its own, with a limit to the size of files."""

    def confine() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-m", "cli.app", *words, "--now", terminal.now],
        cwd=ROOT,
        env={**os.environ, **terminal.env, "HOME": "/"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=confine,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_disk_with_no_room_left_is_one_sentence_and_nothing_is_half_written(uow: Terminal) -> None:
    code, said = started(uow, "open", "scotland-scr-2015", *FORM, limit=4096)

    assert code == 1
    says_plainly(said, "disk")
    still_whole(uow)


def test_a_database_that_somebody_else_holds_is_said_to_be_busy(uow: Terminal) -> None:
    database = uow.folder / "data" / "cairn.db"
    engine = connect(f"sqlite:///{database}", wait=0.1)

    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageTrouble, match="busy with another change: nothing was lost"), transaction(engine):
            pass

    engine.dispose()
    still_whole(uow)


def test_a_database_of_a_newer_cairn_is_refused_and_left_as_it_is(uow: Terminal) -> None:
    database = uow.folder / "data" / "cairn.db"
    with closing(sqlite3.connect(database)) as bare, bare:
        (ours,) = bare.execute("SELECT version_num FROM cairn_version").fetchone()
        bare.execute("UPDATE cairn_version SET version_num = '9999'")

    uow.types("list")

    assert uow.code == 1
    says_plainly(uow.err, "made by a newer Cairn")
    with closing(sqlite3.connect(database)) as bare, bare:
        bare.execute("UPDATE cairn_version SET version_num = ?", (ours,))
    still_whole(uow)


def test_a_folder_that_may_not_be_written_is_one_sentence(uow: Terminal) -> None:
    elsewhere = Terminal(uow.folder, env={"CAIRN_DATA": "/sys/cairn"})

    code, said = started(elsewhere, "setup")

    assert code == 1
    says_plainly(said, "may not")
    still_whole(uow)


def test_what_nobody_can_keep_is_refused_and_nothing_is_written(uow: Terminal) -> None:
    before = uow.asks("history", "SCR-2026-0001")

    for reason in ("x" * 1_000_000, "\x07bell"):
        uow.types("case", "people", "SCR-2026-0001", "--lead", "Somebody", "--reason", reason)
        assert uow.code in {1, 2}
        says_plainly(uow.err, "shorten it" if len(reason) > 99 else "cannot be read")

    assert uow.asks("history", "SCR-2026-0001") == before
    still_whole(uow)


def test_an_edition_that_is_not_toml_is_refused_with_the_line(uow: Terminal, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text('name = "broken"\ntitle = "no end\n')

    uow.types("procedure", "check", str(broken), clock=False)

    assert uow.code == 1
    says_plainly(uow.out + uow.err, "line 2")


def test_the_twenty_ninth_of_february_counts_like_any_day(uow: Terminal) -> None:
    found = uow.asks("due", "scotland-scr-2015", "notification_form", "--from", "2028-02-22", clock=False)
    after = uow.asks("due", "scotland-scr-2015", "notification_form", "--from", "2028-02-29", clock=False)

    assert (found["due"], after["due"]) == ("2028-02-29", "2028-03-07")


def test_a_double_click_takes_a_step_once(uow: Terminal) -> None:
    version = uow.asks("show", "SCR-2026-0001")["version"]
    step = ("case", "people", "SCR-2026-0001", "--lead", "Somebody", "--seen", str(version))

    uow.types(*step)
    assert uow.code == 0
    uow.types(*step)

    assert uow.code == 1
    says_plainly(uow.err, "has changed since you read it")
    still_whole(uow)


def test_a_week_without_any_sweep_is_one_late_rung_a_date_and_no_storm(uow: Terminal) -> None:
    uow.types("sweep")
    uow.now = "2026-03-20T10:00"

    swept = uow.asks("sweep")
    again = uow.asks("sweep")

    assert swept["climbed"] == swept["late"] > 0
    assert again["climbed"] == 0
    still_whole(uow)

"""What can go wrong around Cairn: a full disk, a locked or newer database, no permission to write."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import Engine, event, text

from config.settings import Settings
from records.database import BESIDE, connect, reading, transaction
from states.errors import StorageTrouble
from tests.agency import FIFE
from tests.desk import ANSWERS, EDITION, hidden
from tests.faults import (
    allow_small_files_only,
    as_program,
    bound_by_permissions,
    fill,
    goes_on,
    on_record,
    plain,
    quota,
    refused,
    small_disk,
)
from tests.program import program
from tests.samples import next_version
from tests.terminal import FORM, Terminal
from tests.test_web_policy import SAME
from workflows.installation.held_folder import LOCK, alone
from workflows.verbs.agencies import add_agency

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from httpx2 import Response

    from tests.agency import PostRoom
    from tests.desk import Committee

OPEN = ("open", "scotland-scr-2015", *FORM)
CHANGED = "The database was changed by another Cairn while this one runs"
BUSY = "The database is busy with another change: nothing was lost, try again in a moment."
HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    held.execute(statement).fetchall()
print("held", flush=True)
sys.stdin.read()
"""


def at_work(terminal: Terminal) -> str:
    """A case that has been worked on, and whose reminders are due but not yet sent; gives its reference."""
    terminal.types("setup")
    terminal.enters_everybody()
    ref = terminal.gathers()
    terminal.types("deliver")
    terminal.now = "2026-03-30T12:00"
    return ref


# --- a full disk ---


def few_pages(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA max_page_count = 1")  # SQLite takes as many as there are: not one more


@contextmanager
def no_more_pages() -> Iterator[None]:
    event.listen(Engine, "connect", few_pages)
    try:
        yield
    finally:
        event.remove(Engine, "connect", few_pages)


@contextmanager
def no_room(folder: Path) -> Iterator[None]:
    ballast = fill(folder)
    try:
        yield
    finally:
        ballast.unlink()


def fullness(way: str, disk: Path, *, mounted: bool) -> AbstractContextManager[None]:
    if way == "no more pages":
        return no_more_pages()
    return no_room(disk) if way == "no room" and mounted else quota()


@pytest.mark.parametrize("way", ["no room", "a quota", "no more pages"])
def test_a_full_disk_is_a_sentence_and_when_there_is_room_again_all_goes_on(way: str, terminal: Terminal) -> None:
    disk = terminal.folder / "disk"
    with small_disk(disk) as mounted:
        terminal.env["CAIRN_DATA"] = str(disk / "data")
        ref = at_work(terminal)
        before = on_record(terminal)

        with fullness(way, disk, mounted=mounted):
            long = refused(terminal, "case", "people", ref, "--deputy", "D. Deputy", "--reason", "because " * 2400)
            swept = refused(terminal, "sweep") if way != "no more pages" else long

        assert long.startswith("The disk is full")
        assert swept.endswith("free some space and try again; nothing was half written.")
        assert on_record(terminal) == before
        goes_on(terminal, ref)


def test_a_program_on_a_full_disk_ends_with_a_sentence(terminal: Terminal) -> None:
    ref = at_work(terminal)
    before = on_record(terminal)

    code, said = as_program(terminal, *OPEN, prepare=allow_small_files_only)

    assert plain(code, said).startswith("The disk is full or failing")
    assert on_record(terminal) == before
    goes_on(terminal, ref)


def test_a_backup_on_a_full_disk_leaves_nothing_behind(terminal: Terminal) -> None:
    at_work(terminal)
    with small_disk(terminal.folder / "disk") as mounted:
        with fullness("no room", terminal.folder / "disk", mounted=mounted):
            said = refused(terminal, "backup", str(terminal.folder / "disk" / "kept.zip"))

        assert said.startswith("The disk is full")
        assert not list((terminal.folder / "disk").iterdir())


# --- a locked database ---


@contextmanager
def locked(url: str, *, wholly: bool) -> Iterator[None]:
    """Another program holds the database: to write to it, or wholly, so that nobody can even read."""
    if url.startswith("postgresql"):
        with psycopg.connect(url.replace("+psycopg", "")) as held:
            held.execute(f"LOCK TABLE case_file, beat IN {'ACCESS EXCLUSIVE' if wholly else 'EXCLUSIVE'} MODE".encode())
            yield
        return
    whole = ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "UPDATE beat SET at = at")
    statements = whole if wholly else ("BEGIN EXCLUSIVE",)
    command = [sys.executable, "-c", HOLD, url.removeprefix("sqlite:///"), *statements]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        yield
        assert other.stdin is not None
        other.stdin.close()


def test_a_locked_database_is_a_sentence_and_when_it_is_free_all_goes_on(
    terminal: Terminal, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connect.__kwdefaults__
    monkeypatch.setitem(connect.__kwdefaults__, "wait", 0.1)
    terminal.env["CAIRN_DATABASE"] = database_url
    ref = at_work(terminal)
    before = on_record(terminal)

    with locked(database_url, wholly=False):
        assert refused(terminal, "case", "people", ref, "--deputy", "D. Deputy") == BUSY
        assert refused(terminal, "sweep") == BUSY
        assert refused(terminal, "deliver") == BUSY
        assert ref in terminal.types("list")
    with locked(database_url, wholly=True):
        assert refused(terminal, "list") == BUSY
        assert BUSY in terminal.types("doctor")

    assert on_record(terminal) == before
    goes_on(terminal, ref)


def impatient(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA busy_timeout = 100")


def test_what_arrives_while_the_database_is_away_is_refused_as_busy_and_taken_once_when_it_is_sent_again(
    room: PostRoom,
) -> None:
    """Whoever sent it tries again after an answer of 503: nothing is taken and lost."""
    room.ask(FIFE)
    desk, browser = room.committee, room.opened()
    here, other = browser.page.url.path, program(desk)
    form = hidden(browser.page.text)

    def acknowledge() -> Response:
        return browser.client.post(f"{here}/received", data=form, headers=SAME)

    def open_by_program() -> Response:
        said = {"edition": EDITION, "step": "notify", "agency": [FIFE], **ANSWERS}
        return other.post("/cases/new", said, key="the same")

    event.listen(desk.here.engine, "connect", impatient)
    desk.here.engine.dispose()
    with locked(str(desk.here.engine.url), wholly=False):
        away = (acknowledge(), open_by_program())
    back = (acknowledge(), open_by_program(), open_by_program())

    assert [one.status_code for one in away] == [503, 503]
    assert [one.status_code for one in back] == [200, 201, 201]


# --- a database of a newer Cairn, or of none ---


def test_a_newer_database_is_refused_by_every_command_and_left_as_it_is(terminal: Terminal) -> None:
    ref = at_work(terminal)
    before = on_record(terminal)
    file = terminal.folder / "data" / "cairn.db"
    with closing(sqlite3.connect(file)) as database, database:
        (known,) = database.execute("SELECT version_num FROM cairn_version").fetchone()
        database.execute("UPDATE cairn_version SET version_num = '9999'")
    held = file.read_bytes()

    for words in (OPEN, ("list",), ("sweep",), ("deliver",), ("verify",), ("backup", "kept.zip")):
        assert refused(terminal, *words).startswith("The database was made by a newer Cairn"), words
    assert "made by a newer Cairn" in terminal.types("doctor")

    assert file.read_bytes() == held
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE cairn_version SET version_num = ?", (known,))
    assert on_record(terminal) == before
    goes_on(terminal, ref)


def test_a_desk_beneath_which_another_cairn_changed_the_tables_does_nothing_more_and_says_why(desk: Committee) -> None:
    lead, other = desk.sign_in(), program(desk)
    with transaction(desk.here.engine) as tx:
        tx.execute(text("UPDATE cairn_version SET version_num = '9999'"))

    said = (lead.get("/my-work"), other.get("/cases"))
    with pytest.raises(StorageTrouble, match=CHANGED):
        desk.acts("administrator", add_agency, "Education")

    assert [one.status_code for one in said] == [503, 503]
    assert all(CHANGED in one.text for one in said)


def test_beneath_a_cairn_that_runs_nothing_is_brought_forward_and_nothing_restored(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.types("backup", "copy.zip")
    settings = Settings(data=terminal.folder / "data")

    with alone(settings, "it is we"):
        (settings.data / LOCK).write_text("4711\n", encoding="ascii")
        runs = f"Cairn already runs on {settings.data} (process 4711): "
        assert refused(terminal, "restore", "copy.zip").startswith(f"{runs}stop it first")
        terminal.types("list")
        assert terminal.code == 0
        next_version(tmp_path, monkeypatch)
        assert refused(terminal, "list").startswith(f"{runs}its database is to be brought forward. Stop it")
    terminal.types("list")
    assert "was brought from tables version" in terminal.err


@pytest.mark.parametrize(
    "address", ["nonsense", "mysql://server/cairn", "oracle://server", "postgresql+psycopg2://x/y"]
)
def test_an_address_of_no_database_we_know_is_a_sentence(address: str, terminal: Terminal) -> None:
    terminal.env["CAIRN_DATABASE"] = address

    assert refused(terminal, "list").startswith("The database address cannot be read: write it like sqlite:")


# --- a database that is no longer where it was ---


def test_a_file_that_was_moved_away_is_not_written_to_and_no_other_takes_its_log_for_its_own(tmp_path: Path) -> None:
    file = tmp_path / "cairn.db"
    begun, fresh = (connect(f"sqlite:///{file}") for _ in range(2))
    with transaction(begun) as tx:
        tx.execute(text("CREATE TABLE kept (what TEXT)"))
    file.rename(tmp_path / "old.db")

    with pytest.raises(StorageTrouble, match="was moved away"), transaction(begun) as tx:
        pytest.fail("it was written to")
    with pytest.raises(StorageTrouble, match=r"cairn\.db-wal lies there"), transaction(fresh) as tx:
        pytest.fail("another file was begun")
    for end in BESIDE:
        (tmp_path / f"cairn.db{end}").rename(tmp_path / f"old.db{end}")
    with transaction(fresh) as tx:
        tx.execute(text("CREATE TABLE other (what TEXT)"))
    file.rename(tmp_path / "second.db")
    (tmp_path / "old.db").rename(file)
    with pytest.raises(StorageTrouble, match="another file was put in its place"), transaction(fresh) as tx:
        pytest.fail("it was written to")
    for end in BESIDE:
        (tmp_path / f"cairn.db{end}").unlink()
        (tmp_path / f"old.db{end}").rename(tmp_path / f"cairn.db{end}")
    with reading(begun) as tx:
        assert tx.execute(text("SELECT name FROM sqlite_master")).scalars().all() == ["kept"]
    begun.dispose()
    fresh.dispose()


# --- no permission ---


def test_a_folder_that_may_not_be_written_to_is_a_sentence(terminal: Terminal) -> None:
    ref = at_work(terminal)
    before = on_record(terminal)
    data = terminal.folder / "data"

    data.chmod(0o500)
    try:
        changing = as_program(terminal, *OPEN, before=bound_by_permissions())
        backing_up = as_program(terminal, "backup", str(data / "kept.zip"), before=bound_by_permissions())
    finally:
        data.chmod(0o700)

    assert plain(*changing).startswith("The database may not be written to: give Cairn's user write permission")
    assert "permission" in plain(*backing_up)
    assert on_record(terminal) == before
    goes_on(terminal, ref)


def test_a_key_that_may_not_be_read_is_a_sentence_and_no_other_is_made(terminal: Terminal) -> None:
    ref = at_work(terminal)
    key = terminal.folder / "data" / "master.key"
    held = key.read_bytes()

    key.chmod(0o000)
    try:
        code, said = as_program(terminal, "setup", before=bound_by_permissions())
    finally:
        key.chmod(0o600)

    assert plain(code, said).startswith(f"Cairn may not read or write {key}")
    assert key.read_bytes() == held
    goes_on(terminal, ref)


def test_a_place_where_no_folder_can_be_made_is_a_sentence(terminal: Terminal) -> None:
    kept = terminal.folder / "kept"
    kept.mkdir(mode=0o500)
    terminal.env["CAIRN_DATA"] = str(kept / "data")

    code, said = as_program(terminal, "setup", before=bound_by_permissions())

    assert plain(code, said).startswith("Cairn may not read or write")

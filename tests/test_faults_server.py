"""A PostgreSQL server that stops in the middle of a verb, refuses, or is not there: one sentence, and nothing lost."""

from __future__ import annotations

import secrets
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from records import outbox
from tests import postgres
from tests.faults import goes_on, on_record, refused
from tests.terminal import FORM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.terminal import Terminal

NO_ANSWER = "The database server does not answer, or does not let Cairn in: check that it runs"
OPEN = ("open", "scotland-scr-2015", *FORM)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server of this test alone, so that it may be stopped."""

    folder: Path
    url: str

    def stop(self, how: str) -> None:
        postgres.run(self.folder, "pg_ctl", "-D", "data", "-w", "-m", how, "stop")

    def start(self) -> None:
        port = self.url.rpartition(":")[2].partition("/")[0]
        options = f"-p {port} {postgres.OURS_ALONE} {postgres.FAST_NOT_SAFE}"
        postgres.run(self.folder, "pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")


@contextmanager
def a_server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="cairn-postgres-") as folder:
        server = Server(Path(folder), postgres.start(Path(folder)))
        try:
            yield server
        finally:
            postgres.run(server.folder, "pg_ctl", "-D", "data", "-m", "immediate", "stop", check=False)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with a_server() as one:
        yield one


@pytest.fixture
def working(terminal: Terminal, server: Server) -> tuple[Terminal, str]:
    database = f"cairn_{secrets.token_hex(6)}"
    postgres.execute(server.url, f'CREATE DATABASE "{database}"')
    postgres.execute(server.url, f'ALTER DATABASE "{database}" SET synchronous_commit = on')
    terminal.env["CAIRN_DATABASE"] = server.url.removesuffix("postgres") + database
    terminal.types("setup")
    terminal.enters_everybody()
    ref = terminal.gathers()
    terminal.types("deliver")
    terminal.now = "2026-03-30T12:00"
    return terminal, ref


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_a_server_that_stops_in_the_middle_of_a_verb_loses_nothing_and_coming_back_all_goes_on(
    how: str, working: tuple[Terminal, str], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, ref = working
    before = on_record(terminal)
    owe = outbox.owe
    stopped: list[str] = []

    def stopping(*arguments: Any, **more: Any) -> Any:
        if not stopped:
            server.stop(how)
            stopped.append(how)
        return owe(*arguments, **more)

    with monkeypatch.context() as patched:
        patched.setattr("records.outbox.owe", stopping)
        in_the_middle = refused(terminal, *OPEN)
    meanwhile = [refused(terminal, *words) for words in (OPEN, ("sweep",), ("deliver",), ("list",), ("verify",))]
    examined = terminal.types("doctor")
    server.start()

    assert stopped == [how]
    assert all(said.startswith(NO_ANSWER) for said in (in_the_middle, *meanwhile)), meanwhile
    assert NO_ANSWER in examined
    assert on_record(terminal) == before
    goes_on(terminal, ref)


@pytest.mark.parametrize(
    ("part", "instead"),
    [("postgres:", "postgres:wrong"), ("127.0.0.1:", "127.0.0.1:1"), ("127.0.0.1", "no-such-host.invalid")],
)
def test_an_address_with_something_wrong_in_it_is_a_sentence_without_its_password(
    part: str, instead: str, terminal: Terminal, server: Server
) -> None:
    terminal.env["CAIRN_DATABASE"] = server.url.replace(part, instead, 1)
    password = server.url.partition("postgres:")[2].partition("@")[0]

    said = refused(terminal, "list")

    assert said.startswith(NO_ANSWER)
    assert password not in said


def test_a_database_that_is_not_there_is_a_sentence(terminal: Terminal, server: Server) -> None:
    terminal.env["CAIRN_DATABASE"] = f"{server.url}_not_there"

    assert refused(terminal, "list").startswith(NO_ANSWER)


def test_a_restore_in_the_name_of_the_day_to_day_user_names_the_owner(terminal: Terminal, server: Server) -> None:
    terminal.gathers()
    terminal.types("backup", str(terminal.folder / "kept.zip"))
    for statement in (
        "CREATE ROLE cairn_daily LOGIN PASSWORD 'daily'",
        "CREATE DATABASE cairn_empty",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    ):
        postgres.execute(server.url, statement)
    where = server.url.removesuffix("postgres").rpartition("@")[2]
    terminal.env |= {
        "CAIRN_DATABASE": f"postgresql+psycopg://cairn_daily:daily@{where}cairn_empty",
        "CAIRN_DATA": str(terminal.folder / "other"),
    }

    said = refused(terminal, "restore", str(terminal.folder / "kept.zip"))

    assert "A restore, and the first command after an upgrade, need the owner of the database" in said


def test_a_standby_that_lets_nothing_be_written_is_a_sentence(working: tuple[Terminal, str], server: Server) -> None:
    terminal, ref = working
    before = on_record(terminal)
    setting = f'ALTER DATABASE "{terminal.env["CAIRN_DATABASE"].rpartition("/")[2]}" SET default_transaction_read_only'

    postgres.execute(server.url, f"{setting} = on")
    try:
        said = refused(terminal, "case", "people", ref, "--deputy", "D. Deputy")
        listed = terminal.types("list")
    finally:
        postgres.execute(server.url, f"{setting} = off")

    assert said.startswith("The database server lets nothing be written")
    assert ref in listed
    assert on_record(terminal) == before
    goes_on(terminal, ref)

"""The master key at the terminal: exchanged, given up when it is lost; the index of the search made afresh."""

from __future__ import annotations

import pytest

from config.settings import Settings
from tests.terminal import Terminal
from workflows.timetable.supervisor import alone

WHO = ("--as", "lead_officer", "--name", "A. Keeper")


@pytest.fixture
def terminal(terminal: Terminal) -> Terminal:
    terminal.enters_everybody()
    return terminal


def test_an_exchanged_key_is_in_use_at_once_and_the_old_one_is_kept(terminal: Terminal) -> None:
    data = terminal.folder / "data"
    old = (data / "master.key").read_text()

    said = terminal.types("keys", "exchange", "--new", "fresh.key", "--reason", "Our officer left.", *WHO)

    assert terminal.code == 0, terminal.err
    assert "The new master key is in use" in said
    assert (data / "master.key").read_text() == (terminal.folder / "fresh.key").read_text() != old
    assert (data / "master.key").stat().st_mode & 0o077 == 0
    assert (data / "master.key.until-2026-03-02").read_text() == old
    verdict = terminal.asks("verify")
    assert (verdict["ok"], len(verdict["notes"])) == (True, 1)
    assert "the master key was exchanged by A. Keeper (lead officer)" in terminal.types("verify")


def test_the_file_of_the_key_in_use_is_no_new_key(terminal: Terminal) -> None:
    terminal.types("keys", "exchange", "--new", "data/master.key", "--reason", "Why not.", *WHO)

    assert terminal.code == 2
    assert "--new names the file of the key in use" in " ".join(terminal.err.split())


def test_a_lost_key_is_given_up_only_when_that_is_said(terminal: Terminal) -> None:
    (terminal.folder / "data" / "master.key").unlink()
    assert terminal.types("list") == ""
    assert "There is no master key" in terminal.err

    terminal.types("keys", "lost", "--reason", "Stolen.", *WHO)
    assert terminal.code == 2
    assert not (terminal.folder / "data" / "master.key").exists()

    said = terminal.types("keys", "lost", "--forget-names", "--reason", "Stolen.", *WHO)

    assert terminal.code == 0, terminal.err
    assert "The master key is recorded as lost" in said
    assert "Enter the addresses again" in said
    assert terminal.asks("verify")["ok"]


def test_a_key_given_as_a_setting_is_to_be_set_anew(terminal: Terminal) -> None:
    terminal.env["CAIRN_MASTER_KEY"] = (terminal.folder / "data" / "master.key").read_text().strip()

    terminal.types("keys", "exchange", "--new", "fresh.key", "--reason", "Our officer left.", *WHO)

    assert terminal.code == 0
    assert "CAIRN_MASTER_KEY still holds the old key" in terminal.err


@pytest.mark.parametrize("words", [("exchange", "--new", "fresh.key"), ("lost", "--forget-names")])
def test_no_key_is_changed_while_cairn_runs_on_the_folder(terminal: Terminal, words: tuple[str, ...]) -> None:
    data = terminal.folder / "data"
    before = (data / "master.key").read_text()

    with alone(Settings(data=data), "stop it"):
        terminal.types("keys", *words, "--reason", "So.", *WHO)

    assert terminal.code == 1
    assert "Cairn already runs on" in terminal.err
    assert "stop it first" in terminal.err
    assert (data / "master.key").read_text() == before
    assert not (terminal.folder / "fresh.key").exists()
    assert not terminal.asks("verify")["notes"]


def test_on_a_database_server_somebody_must_say_that_nobody_else_is_at_work(
    terminal: Terminal, database_url: str
) -> None:
    if database_url.startswith("sqlite"):
        return
    terminal.env["CAIRN_DATABASE"] = database_url
    exchange = ("keys", "exchange", "--new", "fresh.key", "--reason", "Our officer left.", *WHO)

    terminal.types(*exchange)
    assert terminal.code == 1
    assert "stop every worker" in terminal.err.replace("\n", " ")
    assert "add --yes" in terminal.err

    terminal.types(*exchange, "--yes")
    assert terminal.code == 0, terminal.err


def test_an_address_is_not_kept_with_a_second_key(terminal: Terminal) -> None:
    (terminal.folder / "data" / "master.key").write_text("ab" * 32)

    terminal.types("contact", "add", "--role", "chair", "--name", "Another", "--channel", "email=b@example.org")
    assert terminal.code == 1
    assert "cannot be read with this master key" in terminal.err

    terminal.types("contact", "channels", "2", "--channel", "email=c@example.org")
    assert terminal.code == 1

    ref = terminal.opens()
    terminal.types("case", "child", "add", ref, keys="Rowan Example\n")
    assert terminal.code == 1


def test_the_index_of_the_search_is_made_afresh(terminal: Terminal) -> None:
    assert terminal.asks("recommendation", "reindex") == {"found_again": 0}

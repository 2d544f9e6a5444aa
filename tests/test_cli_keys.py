"""The master key at the terminal: exchanged, given up when it is lost; the index of the search made afresh."""

from __future__ import annotations

import os
import shutil
import sys
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from cli.commands import keys as command
from config.settings import Settings
from records import checkpoints, files
from tests.terminal import Terminal
from workflows.installation.held_folder import alone

if TYPE_CHECKING:
    from pathlib import Path

WHO = ("--as", "lead_officer", "--name", "A. Keeper")
EXCHANGE = ("keys", "exchange", "--new", "fresh.key", "--reason", "Our officer left.", *WHO)
WATCHED = {one.__code__ for one in (command._exchanged, command._write_checkpoints, command._put_in_place)}
WATCHED |= {command._kept_beside.__code__, checkpoints.write_kept.__code__, files.replaced_file.__wrapped__.__code__}


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


def dies_at_line(terminal: Terminal, number: int) -> bool:
    """Exchange the key in a process that dies, with nothing tidied up, at so many lines of the exchange."""
    child = os.fork()
    if child == 0:
        left = count(number, -1)

        def at_line(_: Any, event: str, __: Any) -> Any:
            if event == "line" and next(left) == 0:
                os._exit(99)
            return at_line

        sys.settrace(lambda frame, _, __: at_line if frame.f_code in WATCHED else None)
        terminal.types(*EXCHANGE)
        os._exit(terminal.code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 99


def test_an_exchange_killed_at_any_line_is_finished_by_the_same_command(terminal: Terminal, tmp_path: Path) -> None:
    terminal.types("case", "child", "add", terminal.opens(), keys="Rowan Example\n")
    before, old = tmp_path / "before", (terminal.folder / "data" / "master.key").read_text()
    shutil.copytree(terminal.folder / "data", before)

    for number in count():
        if not dies_at_line(terminal, number):
            break
        terminal.types(*EXCHANGE)
        assert terminal.code == 0, (number, terminal.err)
        data = terminal.folder / "data"
        assert (data / "master.key").read_text() == (terminal.folder / "fresh.key").read_text() != old
        assert (data / "master.key.until-2026-03-02").read_text() == old
        verdict = terminal.asks("verify")
        assert (verdict["ok"], len(verdict["notes"])) == (True, 1), (number, verdict)
        assert len(list((data / "checkpoints").glob("*.json"))) == 2
        shutil.rmtree(data)
        shutil.copytree(before, data)
        (terminal.folder / "fresh.key").unlink()
    assert number > 20, "the lines of the exchange are watched"


@pytest.fixture
def half_exchanged(terminal: Terminal) -> Terminal:
    """The exchange is kept in the database, and the old key is still the one in the folder."""
    key = terminal.folder / "data" / "master.key"
    old = key.read_text()
    terminal.types(*EXCHANGE)
    key.write_text(old)
    return terminal


def test_what_was_broken_off_is_said_with_the_harmless_thing_first(half_exchanged: Terminal) -> None:
    terminal = half_exchanged
    said = " ".join((terminal.types("doctor") + terminal.err).split())
    assert "was broken off before its end" in said
    assert "cairn keys exchange" in said
    assert "keys lost" not in said

    terminal.types("keys", "lost", "--forget-names", "--reason", "Stolen.", *WHO)
    assert terminal.code == 1
    assert "Do the same exchange again" in " ".join(terminal.err.split())

    terminal.types("contact", "add", "--role", "chair", "--name", "Another", "--channel", "email=b@example.org")
    assert "do the same exchange again with the same file" in " ".join(terminal.err.split())

    terminal.types(*EXCHANGE)
    assert terminal.code == 0
    assert terminal.asks("verify")["ok"]


def test_another_file_does_not_finish_an_exchange_and_is_not_left_behind(half_exchanged: Terminal) -> None:
    half_exchanged.types("keys", "exchange", "--new", "other.key", "--reason", "So.", *WHO)

    assert half_exchanged.code == 1
    assert "with the file of the new key that was named then" in " ".join(half_exchanged.err.split())
    assert not (half_exchanged.folder / "other.key").exists()


def test_when_the_new_key_is_gone_as_well_the_loss_is_recorded(half_exchanged: Terminal) -> None:
    (half_exchanged.folder / "fresh.key").unlink()

    half_exchanged.types("keys", "lost", "--forget-names", "--new-key-gone", "--reason", "The disk broke.", *WHO)

    assert half_exchanged.code == 0, half_exchanged.err
    assert half_exchanged.asks("verify")["ok"]


def test_two_exchanges_on_one_day_keep_both_old_keys(terminal: Terminal) -> None:
    data = terminal.folder / "data"
    olds = [(data / "master.key").read_text()]
    terminal.types(*EXCHANGE)
    olds.append((data / "master.key").read_text())

    terminal.types("keys", "exchange", "--new", "newer.key", "--reason", "Again.", *WHO)

    kept = [data / "master.key.until-2026-03-02", data / "master.key.until-2026-03-02-2"]
    assert [one.read_text() for one in kept] == olds


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
    terminal: Terminal, postgres_url: str
) -> None:
    terminal.env["CAIRN_DATABASE"] = postgres_url
    terminal.types(*EXCHANGE, "--yes")
    assert terminal.code == 1
    assert "There is no Cairn here: nothing is set up in the database that CAIRN_DATABASE names" in terminal.err
    terminal.types("setup")
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

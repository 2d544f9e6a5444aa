"""An installation at work: what its doors refuse before anything is recorded, and a key that is missing or lost."""

from __future__ import annotations

from pathlib import Path

from records import history
from records.database import reading
from tests.casework import gathering
from tests.office import Office
from tests.terminal import Terminal
from workflows.verbs.people import change_people

OTHER = "ab" * 32


def test_nothing_is_recorded_while_the_clock_is_set_back(terminal: Terminal) -> None:
    ref = terminal.opens()
    terminal.types("sweep")
    terminal.now = "2026-02-20T10:00"

    terminal.types("case", "people", ref, "--lead", "B. Other")

    assert terminal.code == 1
    assert terminal.err == (
        "- The clock of this machine stands at 20 February 2026, 10:00, but Cairn was at work on 2 March 2026, 10:00 "
        "already: set the clock right, then do it again.\n"
    )
    assert terminal.asks("show", ref)["version"] == 1


def test_clocks_of_two_machines_may_be_a_minute_apart(terminal: Terminal) -> None:
    ref = terminal.opens()
    terminal.types("sweep")
    terminal.now = "2026-03-02T09:59"

    terminal.types("case", "people", ref, "--lead", "B. Other")

    assert terminal.code == 0


def test_an_entry_is_known_only_with_all_before_it(office: Office) -> None:
    case = gathering(office)
    office.later(days=-30)
    office.do(change_people, case.ref, lead="B. Other")

    with reading(office.engine) as tx:
        known = history.entries(tx, case.id, known_at=office.now)

    assert known == ()


def key_of(terminal: Terminal) -> Path:
    return terminal.folder / "data" / "master.key"


def test_a_key_that_is_missing_beside_what_it_encrypted_is_not_made_anew(terminal: Terminal) -> None:
    terminal.types("contact", "add", "--role", "chair", "--name", "C. Chair", "--channel", "email=chair@example.org")
    key_of(terminal).unlink()

    terminal.types("list")

    assert terminal.code == 1
    assert "put back the copy you kept" in terminal.err
    assert not key_of(terminal).exists()


def test_a_missing_key_is_made_by_the_set_up_alone_and_while_nothing_was_encrypted_with_it(terminal: Terminal) -> None:
    key_of(terminal).unlink()

    terminal.types("list")
    assert terminal.code == 1
    assert "cairn setup makes it" in terminal.err
    assert not key_of(terminal).exists()

    terminal.types("setup", clock=False)
    terminal.types("list")
    assert terminal.code == 0, terminal.err
    assert key_of(terminal).exists()


def test_whoever_restores_is_told_where_the_key_belongs(terminal: Terminal, tmp_path: Path) -> None:
    terminal.types("list")
    terminal.types("backup", str(tmp_path / "kept.zip"))
    terminal.env["CAIRN_DATA"] = str(tmp_path / "elsewhere")

    terminal.types("restore", str(tmp_path / "kept.zip"))

    assert terminal.code == 0
    assert f"into {tmp_path / 'elsewhere' / 'master.key'}" in terminal.err


def test_a_case_goes_on_without_its_names_when_the_key_is_lost(terminal: Terminal) -> None:
    ref = terminal.opens()
    terminal.types("case", "child", "add", ref, keys="Rowan Example\n")
    key_of(terminal).write_text(OTHER)

    terminal.types("case", "people", ref, "--deputy", "B. Other", "--reason", "A try.")
    stuck = terminal.err
    terminal.types("case", "erase", ref, "--reason", "The master key is lost.", "--yes")
    erased = terminal.code
    terminal.types("case", "people", ref, "--deputy", "B. Other", "--reason", "Goes on.")

    assert "cannot be read with this master key" in stuck
    assert (erased, terminal.code) == (0, 0)


def test_a_clock_that_once_stood_in_the_future_locks_nobody_out_when_it_is_right_again(terminal: Terminal) -> None:
    terminal.enters_everybody()
    ref = terminal.opens()
    right, terminal.now = terminal.now, "2027-03-03T10:00"
    terminal.types("sweep")
    terminal.types("deliver")
    terminal.types("round", "audit")
    terminal.now = right
    terminal.types("sweep")
    terminal.types("deliver")

    terminal.types("case", "people", ref, "--lead", "The lead")

    assert terminal.code == 0, terminal.err

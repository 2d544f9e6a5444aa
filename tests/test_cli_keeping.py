"""Keeping the record at the terminal: proved whole, written out, copied, brought back; and simply broken into."""

from __future__ import annotations

import csv
import io
import json
import sqlite3

import pytest

from tests.terminal import Terminal


def test_a_whole_record_verifies(terminal: Terminal) -> None:
    terminal.enters_everybody()
    ref = terminal.gathers()

    said = terminal.types("verify")
    found = terminal.asks("verify", ref)

    assert terminal.code == 0
    assert said.startswith("The record is whole")
    assert "1 case, 3 entries" in said
    assert (found["ok"], found["places"]) == (True, [])
    with sqlite3.connect(terminal.folder / "data" / "cairn.db") as database:
        ((kept,),) = database.execute("SELECT body FROM quality_figure WHERE name = 'verification'")
    assert json.loads(kept)["causes"] == [], "the desk shows it"


def test_a_case_that_was_moved_or_corrected_still_verifies(terminal: Terminal) -> None:
    ref = terminal.opens()
    terminal.types(
        "case", "move", ref, "scotland-learning-review-2024", "--yes", "--reason", "The new guidance is in force."
    )
    terminal.types("case", "people", ref, "--lead", "B. Other")

    terminal.types("verify")

    assert terminal.code == 0, terminal.out


def test_a_record_that_was_tampered_with_does_not(terminal: Terminal) -> None:
    ref = terminal.opens()
    with sqlite3.connect(terminal.folder / "data" / "cairn.db") as database:
        database.execute("UPDATE case_file SET state = 'closed'")

    said = terminal.types("verify")
    found = terminal.asks("verify")

    assert terminal.code == 1
    assert "does NOT add up" in said
    assert any(ref in place for place in found["places"])


def test_a_case_or_a_checkpoint_that_is_not_there_is_refused(terminal: Terminal) -> None:
    terminal.types("verify", "SCR-1999-0001")
    assert terminal.code == 1

    terminal.types("verify", "--against", "missing.json")
    assert terminal.code == 1
    assert "Traceback" not in terminal.err


def test_the_history_is_written_out_in_four_formats(terminal: Terminal) -> None:
    ref = terminal.gathers()

    found = terminal.asks("export", ref)
    table = list(csv.DictReader(io.StringIO(terminal.types("export", "--format", "csv"))))
    log = terminal.types("export", "--format", "xes")
    terminal.types("export", "--format", "xes", "--to", "log.xes")
    terminal.types("export", "--format", "csv", "--without", "requested", "--to", "history.csv")
    objects = json.loads(terminal.types("export", "--format", "ocel", "--of", "case"))

    assert found
    assert len(table) == 3
    assert "<log" in log
    assert (terminal.folder / "log.xes").read_text() == log
    assert (terminal.folder / "history.csv").read_bytes().startswith("\ufeffcase,".encode())
    assert [one["id"] for one in objects["objects"] if one["type"] == "case"] == [ref]

    terminal.types("export", "--to", "log.xes")
    assert terminal.code == 1
    terminal.types("export", "--format", "pdf")
    assert terminal.code == 2


def test_a_backup_brings_everything_back_into_an_empty_database(terminal: Terminal) -> None:
    ref = terminal.gathers()
    terminal.types("backup", "copy.zip")
    said = terminal.out

    elsewhere = Terminal(terminal.folder / "elsewhere", env={"CAIRN_MASTER_KEY": "ab" * 32})
    restored = elsewhere.types("restore", "copy.zip")

    assert "The master key is not in it" in said
    assert "Now run cairn verify" in restored
    assert elsewhere.asks("show", ref)["version"] == 3
    elsewhere.types("verify")
    assert elsewhere.code == 0, elsewhere.out


def test_a_restore_says_when_the_key_that_is_there_is_not_the_one_of_the_backup(terminal: Terminal) -> None:
    terminal.enters_everybody()
    terminal.types("backup", "copy.zip")

    wrong = Terminal(terminal.folder / "wrong", env={"CAIRN_MASTER_KEY": "ef" * 32})
    none = Terminal(terminal.folder / "none", env={"CAIRN_MASTER_KEY": ""})

    for elsewhere in (wrong, none):
        elsewhere.types("restore", "copy.zip")
        assert "put the master key that was in use when it was made" in elsewhere.err


@pytest.mark.parametrize("now", ["1901-03-02", "2196-03-02"])
def test_a_backup_is_made_in_any_year_of_a_rehearsal(now: str, terminal: Terminal) -> None:
    terminal.now = now

    terminal.types("backup", "whole.zip")

    assert (terminal.code, terminal.err.count("expect")) == (0, 0)


def test_a_backup_is_never_written_over_nor_restored_over_records(terminal: Terminal) -> None:
    terminal.opens()
    terminal.types("backup", "copy.zip")

    terminal.types("backup", "copy.zip")
    assert terminal.code == 1
    assert "choose another name" in terminal.err

    terminal.types("restore", "copy.zip")
    assert terminal.code == 1
    assert "already holds records" in terminal.err

    (terminal.folder / "damaged.zip").write_text("no archive")
    Terminal(terminal.folder / "new").types("restore", "damaged.zip")
    elsewhere = Terminal(terminal.folder / "new")
    elsewhere.types("restore", "damaged.zip")
    assert elsewhere.code == 1
    assert "Traceback" not in elsewhere.err


def test_a_fault_in_the_committees_own_file_keeps_nobody_from_its_lists(terminal: Terminal) -> None:
    told = ("--channel", "email=head@example.org", "--hours", "09:00-17:00")
    terminal.types("contact", "add", "--role", "coroners_officer", "--name", "Kim Example", *told)
    (terminal.folder / "ours.toml").write_text("committee = ")
    terminal.env["CAIRN_COMMITTEE"] = str(terminal.folder / "ours")

    assert "Kim Example, coroners officer" in " ".join(terminal.types("contact", "list").split()), terminal.err


def test_lists_call_a_role_as_its_edition_does(terminal: Terminal) -> None:
    told = ("--channel", "email=head@example.org", "--hours", "09:00-17:00")
    terminal.types("contact", "add", "--role", "coroners_officer", "--name", "Kim Example", *told)
    assert terminal.code == 0, terminal.err

    assert "Kim Example, coroner's officer" in " ".join(terminal.types("contact", "list").split())
    terminal.types("account", "add", "--role", "lead_officer", "--role", "icr_decider", "--person", "Sam Example")
    assert terminal.code == 0, terminal.err
    listed = " ".join(terminal.types("account", "list").split())
    assert "icr decider" not in listed
    assert "lead officer and holder of the authority" in listed

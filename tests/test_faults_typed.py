"""What can be typed wrongly: each one clear sentence, nothing written, and the next thing typed is done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.faults import as_program, goes_on, on_record, plain, refused
from tests.terminal import FORM, REPORT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.terminal import Terminal

MEGABYTE = "x" * 1_000_000
SCR = "SCR-2026-0001"
HOLD = (
    "pause",
    "order",
    SCR,
    "parallel_proceedings",
    "--as",
    "chair",
    "--stops",
    "none",
    "--authority",
    "procurator_fiscal",
    "--reason",
    "w",
)
ANSWER = ("request", "answer", SCR, "NHS Fife", *REPORT)

WRONG: list[tuple[tuple[str, ...], str]] = [
    (
        ("advance", SCR, "nowhere"),
        "'nowhere' is not a step from 'Gathering agency reports': the steps are all_received, describe.",
    ),
    (("advance", "SCR-1999-0009", "all_received"), "There is no case 'SCR-1999-0009': cairn list shows the cases"),
    (("case", "people", SCR, "--deputy", "B", "--seen", "1"), "has changed since you read it (you saw version 1"),
    (("case", "people", SCR, "--deputy", "B", "--seen", "9" * 30), "has changed since you read it"),
    (("request", "answer", SCR, "NHS Lothian", *REPORT), "NHS Lothian was not asked on SCR-2026-0001: those asked are"),
    ((*ANSWER, "--on", "2026-03-03"), "3 March 2026 lies in the future: give the day it happened"),
    ((*ANSWER, "--on", "2026-02-27"), "27 February 2026 is before"),
    (("open", "scotland-scr-2015", *FORM, "--on", "2026-03-09"), "9 March 2026 lies in the future"),
    ((*HOLD, "--until", "2026-02-27"), "The hold would end before it starts"),
    ((*HOLD, "--from", "2026-02-27"), "27 February 2026 is before the case was opened"),
    ((*HOLD, "--from", "2026-03-03"), "3 March 2026 lies in the future"),
    (
        ("due", "scotland-scr-2015", "agency_report", "--from", "2026-03-02", "--pause", "2026-03-09..2026-03-04"),
        "would end before it starts",
    ),
    (("case", "people", SCR, "--deputy", MEGABYTE), "one of the texts is 1,000,000 characters long: shorten it."),
    (("case", "people", SCR, "--deputy", "B", "--reason", "x" * 30_000), "is 30,000 characters long: shorten it to"),
    (("case", "people", SCR, "--deputy", "x" * 300), "characters long: shorten it to 200"),
    (("case", "people", SCR, "--deputy", "a\x07b"), "holds a character that cannot be read (U+0007)"),
    (("case", "people", SCR, "--deputy", "a\x00b"), "holds a character that cannot be read: type it again."),
    (("case", "people", SCR, "--deputy", "B", "--reason", "\x1b[2J"), "holds a character that cannot be read (U+001B)"),
    (("case", "people", SCR, "--deputy", "A\nB"), "The name goes over more than one line: write it on one."),
    (("case", "people", SCR, "--deputy", "A\u2028B"), "The name goes over more than one line: write it on one."),
    (("case", "people", SCR, "--deputy", "B", "--reason", "Left.\nVerified: yes"), "goes over more than one line"),
    (("case", "people", SCR, "--deputy", "\u202eelpmaxE .A"), "The name holds a sign that cannot be seen (U+202E)"),
    (("case", "people", SCR, "--joined", "NHS\u200b Fife"), "holds a sign that cannot be seen (U+200B)"),
    (("case", "people", SCR, "--deputy", "B", "--name", "A\u2066B"), "holds a sign that cannot be seen (U+2066)"),
    (("case", "people", SCR, "--deputy", "B", "--reason", "\ufeffMoved."), "that cannot be seen (U+FEFF)"),
    (("request", "decline", SCR, "NHS Fife", "--reason", "No\u200d."), "holds a sign that cannot be seen (U+200D)"),
    (("request", "decline", SCR, "NHS Fife", "--reason", "No\ufe0f."), "holds a sign that cannot be seen (U+FE0F)"),
    (("request", "decline", SCR, "NHS Fife", "--reason", "\u3164"), "holds a sign that cannot be seen (U+3164)"),
    (("case", "people", SCR, "--deputy", "A\U000e0042"), "holds a sign that cannot be seen (U+E0042)"),
    (("contact", "add", "--role", "chair", "--name", " ", "--channel", "email=a@b.example"), "The name is missing"),
    (
        ("request", "promise", SCR, "NHS Fife", "--until", "9999-12-31"),
        "lies more than 100 years ahead: check the year",
    ),
    (("request", "promise", SCR, "NHS Fife", "--until", "2127-01-01"), "(1 January 2127) lies more than 100 years"),
    ((*HOLD, "--until", "9999-12-31"), "lies more than 100 years ahead: check the year"),
    (("list", "--lead", "\udcff"), "holds a character that cannot be read: type it again."),
    (("history", SCR, "--as-at", "9999-12-31"), "is too large to be counted with: check it."),
    (("list", "--most", "9" * 30), "is too large to be counted with: check it."),
    (("backup", "/"), "/ cannot be used (it is a folder): check the name and the disk."),
    (("backup", "x" * 300), "cannot be used (File name too long): check the name and the disk."),
    (("restore", "not-there.zip"), "not-there.zip"),
    (("task", "done", "x" * 39_000), "is no task: cairn tasks shows them."),
]


def test_what_is_typed_wrongly_is_a_sentence_and_writes_nothing(terminal: Terminal) -> None:
    terminal.enters_everybody()
    assert terminal.gathers() == SCR
    before = on_record(terminal)

    for words, says in WRONG:
        assert says in refused(terminal, *words), [word[:40] for word in words]
        assert on_record(terminal) == before

    goes_on(terminal, SCR)


def test_a_double_click_is_done_once_whatever_was_clicked(terminal: Terminal) -> None:
    terminal.enters_everybody()
    terminal.gathers()
    seen = str(terminal.asks("show", SCR)["version"])

    terminal.types(*ANSWER, "--seen", seen)
    assert terminal.code == 0, terminal.err
    answered = on_record(terminal)
    with_page = refused(terminal, *ANSWER, "--seen", seen)
    without = refused(terminal, *ANSWER)

    assert "has changed since you read it" in with_page
    assert "NHS Fife" in without
    assert on_record(terminal) == answered
    goes_on(terminal, SCR)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ('{"a":' * 100_000, "standard input is not JSON"),
        ('{"lead_informed_on": ' + "9" * 5000 + "}", "standard input is not JSON"),
        ('{"lead_informed_on": "2026-03-02"', "standard input is not JSON"),
        ("[]", "the fields must be one object"),
        (json.dumps({"notification_form": MEGABYTE}), "characters long: shorten it"),
        (json.dumps({"notification_form": "a\x00b"}), "holds a character that cannot be read (U+0000)"),
        (json.dumps({"notification_form": "a\ud800b"}), "holds a character that cannot be read (U+D800)"),
    ],
)
def test_fields_from_standard_input_that_cannot_be_taken_are_refused(typed: str, says: str, terminal: Terminal) -> None:
    terminal.types("open", "scotland-scr-2015", *FORM[:2], "--fields", "-", keys=typed)

    assert terminal.code in {1, 2}
    assert says in terminal.err
    assert len(terminal.err) < 2000
    assert "did not expect" not in terminal.err
    assert terminal.asks("list")["cases"] == []


def test_bytes_that_are_no_text_are_refused(terminal: Terminal) -> None:
    ref = terminal.opens()
    before = on_record(terminal)

    code, said = as_program(terminal, "case", "people", ref, "--deputy", b"D\xff\xfe")

    assert plain(code, said).endswith("holds a character that cannot be read: type it again.")
    assert on_record(terminal) == before


@pytest.mark.parametrize("text", [b"name = ", b"\xff\xfe", b"[[[", b"a = 1\na = 2\n", b"\x00"])
def test_an_edition_that_is_no_toml_is_refused(text: bytes, terminal: Terminal, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_bytes(text)

    assert str(broken.name) in refused(terminal, "procedure", "check", str(broken), clock=False)


def test_a_committees_own_file_that_is_no_toml_stops_nothing_that_is_already_on_record(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = terminal.gathers()
    before = on_record(terminal)
    (tmp_path / "broken.toml").write_text("[timescales.form\nlimit = 5\n")
    monkeypatch.setattr("config.settings.LOCAL", tmp_path)
    terminal.env["CAIRN_COMMITTEE"] = "broken"

    said = refused(terminal, "open", "scotland-scr-2015", *FORM)
    terminal.types("show", ref)

    assert "broken.toml" in said
    assert terminal.code == 0
    assert on_record(terminal) == before
    goes_on(terminal, ref)

"""The terminal itself: it answers quickly, ends every trouble in a sentence, and tells wrong usage from a refusal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from cli.app import VERSION, main
from cli.command_table import COMMANDS, loaded
from tests.terminal import AGENCIES, FORM, ROOT, Terminal, at_a_screen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SLOW = ("sqlmodel", "sqlalchemy", "prefect", "apprise", "pydantic_settings", "transitions", "rich")
SLOW_FOR_ALL = ("pydantic_settings", "dotenv", "prefect", "apprise", "transitions", "jinja2", "fastapi", "rich")
OF_A_CHANGE = ("records.cases", "records.history", "records.diary", "records.audit_log", "records.agencies")
OF_TABLES = ("sqlmodel", "sqlalchemy.orm", "sqlalchemy.dialects.postgresql", "alembic", "cryptography")
LEFT_ALONE = "(memory-left-alone)"
"""Stands for memory that Python does not look through at the end of a command: a quarter of what it would cost."""
LEAST_GAPS = 3
"""A sentence of fewer words than four says nothing of a command."""


def imported_by(*words: str, **env: str) -> set[str]:
    """Run a command in a process of its own; the modules loaded at its end, and whether its memory is left alone."""
    script = (
        "import atexit, gc, sys\n"
        f"sys.argv = ['cairn', *{list(words)!r}]\n"
        f"left = lambda: [{LEFT_ALONE!r}] if gc.get_freeze_count() else []\n"
        "atexit.register(lambda: print('LOADED', *sys.modules, *left(), file=sys.stderr))\n"
        "from cli.app import main\nmain()"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.partition("LOADED ")[2].split())


def test_the_version_is_said_before_anything_is_loaded() -> None:
    loaded_by_version = imported_by("--version")

    assert not loaded_by_version & {*SLOW, "typer", "click", "json"}


@pytest.mark.parametrize("words", [("--help",), ("request", "--help"), ("advance", "--help"), ("due", "--help")])
def test_asking_for_help_loads_nothing_slow(words: tuple[str, ...]) -> None:
    assert not imported_by(*words) & set(SLOW)


def test_cairn_run_loads_no_edition_before_its_server_is_forked_which_it_waits_for_longest() -> None:
    script = "import sys, workflows.timetable.supervisor; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert not set(done.stdout.split()) & {"states.procedure", "states.timescales", *SLOW}


def test_the_list_of_cases_loads_the_columns_it_shows_and_no_table(terminal: Terminal) -> None:
    terminal.opens()

    found = imported_by("list", **terminal.env)

    assert {name for name in found if name.startswith("records.") and name.endswith("tables")} == set()
    assert {"records.case_rows", "records.case_columns", LEFT_ALONE} <= found
    assert not found & {*SLOW_FOR_ALL, *OF_A_CHANGE, *OF_TABLES, "config.procedures", "tomllib"}


def test_counting_a_date_loads_neither_the_database_nor_what_checks_an_edition(terminal: Terminal) -> None:
    words = ("due", "scotland-learning-review-2024", "hold_review", "--from", "2026-03-02")
    imported_by(*words, **terminal.env)  # the edition is checked and kept

    found = imported_by(*words, **terminal.env)

    assert {"states.counting", LEFT_ALONE} <= found
    assert not found & {*SLOW_FOR_ALL, *OF_TABLES, "sqlalchemy", "asyncio", "config.procedures", "records"}
    assert not found & {"states.dossier", "states.entry"}


def test_the_version_is_the_one_of_the_package(terminal: Terminal) -> None:
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert packaged == VERSION
    assert terminal.types("--version", clock=False) == f"cairn {VERSION}\n"
    assert terminal.starts("--version").stdout == f"cairn {VERSION}\n"


def test_help_lists_every_command_with_its_sentence(terminal: Terminal) -> None:
    said = terminal.types("--help", clock=False)

    for name, (_, sentence) in COMMANDS.items():
        assert name in said
        assert sentence.split()[0] in said


def test_every_command_has_a_file_named_as_it_is_typed() -> None:
    files = {name: place.partition(":")[0] for name, (place, _) in COMMANDS.items()}

    assert files == {name: f"cli.commands.{name.replace('-', '_')}" for name in COMMANDS}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_can_be_loaded_and_explains_itself(name: str, terminal: Terminal) -> None:
    said = terminal.types(name, "--help", clock=False)

    assert terminal.code == 0
    assert said.startswith(f"Usage: cairn {name}")
    assert loaded(name).help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_in_a_sentence_and_what_it_takes(name: str) -> None:
    commands = dict(those_below(name, loaded(name)))

    assert [name for name, one in commands.items() if (one.help or "").count(" ") < LEAST_GAPS] == []
    assert [(name, each.name) for name, one in commands.items() for each in one.params if not each.help] == []


def those_below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """A command, and every one below it."""
    yield name, command
    for below, one in getattr(command, "commands", {}).items():
        yield from those_below(f"{name} {below}", one)


def test_a_command_that_is_not_there_is_wrong_usage_and_the_nearest_is_named(terminal: Terminal) -> None:
    terminal.types("opne", clock=False)

    assert terminal.code == 2
    assert "Did you mean 'open'" in terminal.err


@pytest.mark.parametrize(
    "written", ["20260302", "2026-W10-1", "2 March", "2026-13-01", "2026-3-2", "3/2026", "2/3/26", "31/2/2026", ""]
)
def test_a_day_that_is_not_certain_is_wrong_usage(written: str, terminal: Terminal) -> None:
    terminal.types("open", "scotland-scr-2015", "--on", written)

    assert terminal.code == 2
    assert "write a date like 2026-03-02" in terminal.err


def test_nobody_acts_without_a_name(terminal: Terminal) -> None:
    terminal.env["CAIRN_NAME"] = ""

    terminal.types("open", "scotland-scr-2015")

    assert terminal.code == 2
    assert "say who acts and in what role" in terminal.err


def test_the_clock_can_be_set_in_a_rehearsal_only(terminal: Terminal) -> None:
    terminal.env["CAIRN_REHEARSAL"] = "0"

    terminal.types("list")

    assert terminal.code == 2
    assert "in a rehearsal only" in terminal.err


@pytest.mark.parametrize("now", ["2026-03-02", "2026-03-02T09:00", "2026-03-02T09:00:00+00:00"])
def test_a_time_is_taken_with_or_without_its_zone(now: str, terminal: Terminal) -> None:
    terminal.now = now
    ref = terminal.opens()

    written = terminal.asks("history", ref)["entries"][0]["recorded_at"]

    assert written.startswith("2026-03-02T09:00")


def test_a_time_that_is_none_is_wrong_usage(terminal: Terminal) -> None:
    terminal.now = "noon"

    terminal.types("list")

    assert terminal.code == 2
    assert "write a time like 2026-03-02T09:00" in terminal.err


def test_the_first_start_warns_about_the_key_and_the_second_does_not(bare_terminal: Terminal) -> None:
    bare_terminal.types("setup")
    first = bare_terminal.err
    bare_terminal.types("setup")

    assert "A new master key was made" in first
    assert "has been set up" in first
    assert bare_terminal.err == ""


LOOKING = (
    ("list",),
    ("show", "LR-2026-0001"),
    ("contact", "list"),
    ("outbox",),
    ("tasks",),
    ("sweep",),
    ("deliver",),
    ("verify",),
    ("round", "backup"),
    ("backup", "b.zip"),
    ("advance", "LR-2026-0001", "gather"),
    ("recommendation", "list"),
    ("summary", "--year", "2025-26"),
)


@pytest.mark.parametrize("there", [False, True], ids=["no folder", "an empty folder"])
@pytest.mark.parametrize("words", LOOKING, ids=" ".join)
def test_looking_where_there_is_no_cairn_says_so_and_leaves_nothing(
    bare_terminal: Terminal, words: tuple[str, ...], there: bool
) -> None:
    if there:
        (bare_terminal.folder / "data").mkdir()

    bare_terminal.types(*words)

    assert bare_terminal.code == 1
    assert "There is no Cairn here: nothing is set up in" in bare_terminal.err
    assert "CAIRN_DATA" in bare_terminal.err
    assert "cairn setup" in bare_terminal.err
    assert [path.name for path in bare_terminal.folder.rglob("*")] == ["data"] * there


ANYWHERE = (("due", "scotland-scr-2015", "icr", "--from", "2026-03-02"), ("doctor",), ("procedure", "list"))


@pytest.mark.parametrize("words", ANYWHERE, ids=" ".join)
def test_what_needs_no_records_answers_anywhere_and_leaves_nothing(
    bare_terminal: Terminal, words: tuple[str, ...]
) -> None:
    bare_terminal.types(*words)

    assert "Traceback" not in bare_terminal.err
    assert not list(bare_terminal.folder.iterdir())


def test_opening_a_case_sets_up_what_is_missing(bare_terminal: Terminal) -> None:
    bare_terminal.opens()

    assert bare_terminal.code == 0
    assert (bare_terminal.folder / "data" / "cairn.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["wh?t", "a?b=c", "50%", "hash#tag", "blank space", "semi;colon", "ünïcode", "a&b"])
def test_a_data_folder_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / name / "data"
    terminal = Terminal(tmp_path, env={"CAIRN_DATA": str(data)})

    terminal.opens()
    terminal.types("contact", "add", "--role", "lead_officer", "--name", "Lead", "--channel", "email=l@example.org")
    terminal.types("backup", str(tmp_path / "b.zip"))

    assert terminal.code == 0, terminal.err
    assert (data / "cairn.db").stat().st_size > 0
    assert {path.name for path in tmp_path.iterdir()} == {name, "b.zip"}
    assert {path.name for path in (tmp_path / name).iterdir()} == {"data"}


def test_an_unknown_committee_is_noticed(terminal: Terminal) -> None:
    terminal.env["CAIRN_COMMITTEE"] = "nowhere"

    terminal.types("open", "scotland-scr-2015", *FORM, *AGENCIES)

    assert terminal.code == 1
    assert "CAIRN_COMMITTEE" in terminal.err
    assert "example-committee" in terminal.err


def test_what_is_refused_is_said_one_bullet_an_obstacle(terminal: Terminal) -> None:
    terminal.types("open", "scotland-scr-2015", "--field", "nonsense=1")

    assert terminal.code == 1
    said = [line for line in terminal.err.splitlines() if line.startswith("- ")]
    begins = (
        "- There is no field called 'nonsense' here",
        "- “Date the lead",
        "- “Is immediate risk",
        "- This was tried as",
    )
    assert [line.startswith(words) for line, words in zip(said, begins, strict=True)] == [True] * 4


def test_what_is_refused_is_said_in_json_to_a_program(terminal: Terminal) -> None:
    found = terminal.asks("show", "SCR-1999-0001")

    assert terminal.code == 1
    assert found == {"refused": ["There is no case 'SCR-1999-0001': cairn list shows the cases there are."]}


def test_what_nobody_expected_is_one_sentence_and_its_traceback_goes_to_a_file(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("token=verysecretindeed https://hooks.example.org/verysecret/path")

    terminal.types("list")
    monkeypatch.setattr("workflows.views.case_list.listing", broken)
    terminal.types("list")

    log = (terminal.folder / "data" / "errors.log").read_text()
    assert terminal.code == 1
    assert len(terminal.err.splitlines()) == 1
    assert "Traceback" not in terminal.err
    reference = terminal.err.partition("reference ")[2].split()[0]
    assert reference in log
    assert "ZeroDivisionError" in log
    assert "verysecret" not in log
    assert (terminal.folder / "data" / "errors.log").stat().st_mode & 0o077 == 0


def test_a_wrong_setting_is_a_sentence(terminal: Terminal) -> None:
    terminal.env["CAIRN_API_PORT"] = "many"

    terminal.types("list")

    assert terminal.code == 1
    assert "A setting is wrong: CAIRN_API_PORT" in terminal.err


def test_a_data_folder_that_cannot_be_made_is_a_sentence(bare_terminal: Terminal) -> None:
    (bare_terminal.folder / "data").write_text("a file, no folder")

    for words in (("list",), ("setup",)):
        bare_terminal.types(*words)

        assert bare_terminal.code == 1
        assert len(bare_terminal.err.splitlines()) == 1
        assert "Traceback" not in bare_terminal.err


def test_a_reader_that_goes_away_is_no_trouble(terminal: Terminal) -> None:
    env = {**os.environ, **terminal.env, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cli.app", "procedure", "show", "scotland-scr-2015", "--json"]
    with subprocess.Popen(
        command, env=env, cwd=terminal.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()

    assert first == "{\n"
    assert said == ""


def on_a_screen(terminal: Terminal, *words: str, **more: str) -> str:
    """What a person sees on a terminal of 80 columns."""
    code, seen = at_a_screen(terminal, *words, **{"TERM": "xterm-256color", "COLUMNS": "80", **more})
    assert code == 0
    return seen


def test_colours_are_for_a_screen_only_and_can_be_refused(terminal: Terminal) -> None:
    ref = terminal.opens()

    screen = on_a_screen(terminal, "list", "--now", "2026-06-01")
    plain = on_a_screen(terminal, "list", "--now", "2026-06-01", NO_COLOR="1")
    piped = terminal.starts("list", "--now", "2026-06-01").stdout

    assert ref in screen
    assert "\x1b[1;31m" in screen
    assert "31m" not in plain
    assert "\x1b" not in piped
    assert ref in piped


@pytest.mark.parametrize("words", [("show", "SCR-2026-0001"), ("list",), ("history", "SCR-2026-0001")])
def test_what_is_shown_fits_on_a_narrow_screen(words: tuple[str, ...], terminal: Terminal) -> None:
    terminal.gathers()

    seen = on_a_screen(terminal, *words, NO_COLOR="1")

    lines = [line.replace("\x1b[1m", "").replace("\x1b[0m", "").replace("\x1b[2m", "") for line in seen.splitlines()]
    assert max(map(len, lines)) <= 80


def test_a_choice_of_names_is_broken_between_them_on_a_narrow_screen(terminal: Terminal) -> None:
    terminal.gathers()

    seen = on_a_screen(terminal, "show", "SCR-2026-0001", NO_COLOR="1")

    words = re.sub(r"\x1b\[\d*m", "", seen).split()
    assert any(word.startswith("procurator_fiscal|") for word in words)
    assert not [word for word in words if word.endswith("_")]


def test_the_shell_can_complete_commands_and_editions(terminal: Terminal) -> None:
    asked = {"_CAIRN_COMPLETE": "complete_bash", "COMP_CWORD": "1"}

    commands = terminal.starts(**asked, COMP_WORDS="cairn op").stdout
    editions = terminal.starts(**{**asked, "COMP_CWORD": "2"}, COMP_WORDS="cairn open scotland-scr").stdout

    assert commands.split() == ["open"]
    assert editions.split() == ["scotland-scr-2007", "scotland-scr-2015"]


def test_the_answers_are_json_from_end_to_end(terminal: Terminal) -> None:
    done = terminal.starts("calendar", "list", "--json")

    assert [one["name"] for one in json.loads(done.stdout)] == [
        "england",
        "new-zealand-official-information",
        "northern-ireland",
        "scotland",
        "scotland-from-2007",
    ]


def test_ctrl_c_while_a_command_is_still_being_loaded_ends_with_1_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Interrupted:
        def __getattr__(self, _: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "argv", ["cairn", "demo"])
    monkeypatch.setitem(sys.modules, "cli.command_table", Interrupted())  # type: ignore[arg-type]

    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1

"""A terminal for tests: commands typed one after another, on a real installation in a folder of its own."""

from __future__ import annotations

import atexit
import json
import os
import pty
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from cli.command_table import app

ROOT = Path(__file__).parent.parent
FORM = (
    "--step",
    "submit_notification",
    "--field",
    "lead_informed_on=2026-03-02",
    "--field",
    "notification_form=file 12",
    "--field",
    "notified_grounds=serious_harm",
    "--field",
    "immediate_concerns=no",
)
REPORT = (
    "--field",
    "report_file=file 13",
    "--field",
    "summary_given=yes",
    "--field",
    "background_given=yes",
    "--field",
    "key_issues_given=no:not known yet",
)


@dataclass
class Terminal:
    """Somebody at a terminal; `now` is the time of the rehearsal, given to every command that reads the clock."""

    folder: Path
    now: str = "2026-03-02T10:00"
    env: dict[str, str] = field(default_factory=dict)
    code: int = 0
    out: str = ""
    err: str = ""
    is_as_set_up: bool = False

    def __post_init__(self) -> None:
        plain = {"CAIRN_NAME": "A. Example", "CAIRN_ROLE": "lead_officer", "CAIRN_AGENCY": "", "CAIRN_REHEARSAL": "1"}
        self.env = {"CAIRN_DATA": str(self.folder / "data"), "COLUMNS": "80", **plain, **self.env}

    def types(self, *words: str, clock: bool = True, keys: str = "") -> str:
        """One command, in this process; gives what it said, and keeps its exit code and what it said of errors."""
        more = ("--now", self.now) if clock else ()
        self.is_as_set_up = self.is_as_set_up and words[0] == "setup"
        result = CliRunner().invoke(app, [*words, *more], env=self.env, input=keys, prog_name="cairn")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        self.code, self.out, self.err = result.exit_code, result.stdout, result.stderr
        return self.out

    def asks(self, *words: str, clock: bool = True) -> Any:
        """One command that answers in JSON."""
        return json.loads(self.types(*words, "--json", clock=clock))

    def starts(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """One command as a program of its own, as a person starts it."""
        env = {**os.environ, **self.env, "PYTHONPATH": str(ROOT), **more}
        command = [sys.executable, "-m", "cli.app", *words]
        return subprocess.run(command, env=env, cwd=self.folder, capture_output=True, text=True, check=False)

    def enters_everybody(self) -> None:
        """Contacts of two agencies, and of the committee, who have each piece of news as it comes.

        Where nothing was done yet, they come with a copy of an installation in which they were entered once.
        """
        others = {name for name in self.env if name.startswith("CAIRN_")} - PLAIN
        if self.is_as_set_up and self.now == Terminal.now and not others:
            data = Path(self.env["CAIRN_DATA"])
            shutil.copytree(_with_everybody(data), data, dirs_exist_ok=True)
            self.is_as_set_up = False
        else:
            self._enters_everybody()

    def _enters_everybody(self) -> None:
        for agency, role, address in CONTACTS:
            whose = ("--agency", agency) if agency else ()
            how = ("--channel", f"email={address}@example.org", "--news", "each")
            self.types("contact", "add", *whose, "--role", role, "--name", f"The {address}", *how)
            assert self.code == 0, self.err

    def opens(self) -> str:
        """A case under the guidance of 2015, notified; gives its reference."""
        return str(self.asks("open", "scotland-scr-2015", *FORM, *AGENCIES)["ref"])

    def gathers(self) -> str:
        """A case whose agencies were asked for their reports; gives its reference."""
        ref = self.opens()
        alerted = ("--field", "acknowledged_on=2026-03-02", "--field", "agencies_alerted=NHS Fife")
        authority = ("--as", "notification_acceptor", "--authority", "child_protection_committee")
        self.types("advance", ref, "acknowledge_and_alert", *authority, *alerted)
        self.types("request", "send", ref, "icr_report", "NHS Fife", "Police Scotland")
        assert self.code == 0, self.err
        return ref


PLAIN = {"CAIRN_DATA", "CAIRN_NAME", "CAIRN_ROLE", "CAIRN_AGENCY", "CAIRN_REHEARSAL"}
_kept: list[Path] = []


def _with_everybody(set_up: Path) -> Path:
    """The data folder of an installation in which everybody was entered; made once from one that was set up."""
    if not _kept:
        folder = Path(tempfile.mkdtemp(prefix="cairn-staffed-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        shutil.copytree(set_up, folder / "data")
        Terminal(folder)._enters_everybody()
        _kept.append(folder / "data")
    return _kept[0]


def at_a_screen(terminal: Terminal, *words: str, keys: str = "", **more: str) -> tuple[int, str]:
    """One command at a real screen, where somebody types; gives its exit code and what the screen showed."""
    ours, theirs = pty.openpty()
    env = {**os.environ, **terminal.env, "PYTHONPATH": str(ROOT), **more}
    command = [sys.executable, "-m", "cli.app", *words]
    os.write(ours, keys.encode())
    process = subprocess.Popen(command, env=env, cwd=terminal.folder, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 65536):
            seen += part
    except OSError:  # the other end has closed
        pass
    finally:
        os.close(ours)
    return process.wait(), seen.decode()


AGENCIES = ("--agency", "NHS Fife", "--agency", "Police Scotland")
CONTACTS = (
    ("NHS Fife", "first", "fife"),
    ("NHS Fife", "senior", "fife-senior"),
    ("Police Scotland", "first", "police"),
    ("", "lead_officer", "lead"),
    ("", "chair", "chair"),
    ("", "notification_acceptor", "acceptor"),
    ("", "chief_officers_group", "chiefs"),
    ("", "icr_decider", "decider"),
    ("Police Scotland", "senior", "police-senior"),
)

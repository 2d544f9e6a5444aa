"""A command at a real screen, in a process of its own that is forked from one in which the program was read before.

A start from nothing takes half a second of the processor, most of it to read the program; that is measured elsewhere.
"""

from __future__ import annotations

import atexit
import json
import os
import pty
import subprocess
import sys
import termios
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).parent.parent
FORKS = """
import fcntl, json, os, sys, termios
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "1"  # as a command does
import cli.asking, cli.outcome, cli.command_table, prompt_toolkit.shortcuts
import sqlalchemy.dialects.postgresql, sqlalchemy.dialects.sqlite
import records.schema, workflows.installation.installation, workflows.views.questions
from cli.app import main
for line in sys.stdin:
    told = json.loads(line)
    screen = os.open(told["screen"], os.O_RDWR | os.O_NOCTTY)
    print("begun", flush=True)
    if not (child := os.fork()):
        os.setsid()
        fcntl.ioctl(screen, termios.TIOCSCTTY, 0)
        for number in range(3):
            os.dup2(screen, number)
        os.close(screen)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")
        os.environ.clear()
        os.environ |= told["env"]
        os.chdir(told["folder"])
        sys.argv = ["cairn", *told["words"]]
        main()
        sys.exit(0)
    os.close(screen)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""A line begins a command; it is answered when the command has the screen, and with its exit code when it ended."""


@contextmanager
def at_a_terminal(
    words: tuple[str, ...], folder: Path, env: Mapping[str, str], size: tuple[int, int]
) -> Iterator[tuple[int, Callable[[], int]]]:
    """Run a command at a screen of so many lines and columns; gives our end of it, and what waits for its exit code."""
    asked, answers = forking()
    ours, theirs = pty.openpty()
    try:
        termios.tcsetwinsize(theirs, size)
        told = {"screen": os.ttyname(theirs), "words": words, "folder": str(folder), "env": dict(env)}
        asked.write(json.dumps(told) + "\n")
        asked.flush()
        assert answers.readline() == "begun\n"
        os.close(theirs)
        yield ours, lambda: int(answers.readline())
    finally:
        os.close(ours)


@cache
def forking() -> tuple[IO[str], IO[str]]:
    """What forks commands, started once: the pipe on which it is asked, and that of its answers."""
    env = {name: said for name, said in os.environ.items() if not name.startswith("CAIRN_")} | {"PYTHONPATH": str(ROOT)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen([sys.executable, "-c", FORKS], env=env, **pipes)
    atexit.register(process.communicate)
    return process.stdin, process.stdout

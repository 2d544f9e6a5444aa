"""`cairn run`: all of Cairn on one machine, until Ctrl-C."""

from __future__ import annotations

import os
import sys

from typer import echo

NEXT = "  At the terminal: cairn doctor says what is still to do, cairn --help what else there is.\n"


def run() -> None:
    """Start Cairn: dates are watched and messages sent, until Ctrl-C. Started again, it goes on where it was."""
    from config.settings import settings
    from workflows.timetable.supervisor import run as start

    start(settings(), say_or_go_on, then=NEXT)


def say_or_go_on(words: str) -> None:
    """Say something to whoever reads; where nobody does any more, or no room is left, Cairn goes on without."""
    try:
        echo(words)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError:
        return

"""`cairn run`: all of Cairn on one machine, until Ctrl-C."""

from __future__ import annotations

from typer import echo

NEXT = "  At the terminal: cairn doctor says what is still to do, cairn --help what else there is.\n"


def run() -> None:
    """Start Cairn: dates are watched and messages sent, until Ctrl-C. Started again, it goes on where it was."""
    from config.settings import settings
    from workflows.timetable.supervisor import run as start

    start(settings(), echo, then=NEXT)

"""Prompts: whether a person is at the terminal, which commands may ask, and reading one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from typer import echo

from cli.command_output import is_remote

ASKING = frozenset(
    f"{group} {name}".strip()
    for group, names in {
        "": "open show history advance",
        "recommendation": "show advance propose",
        "request": "send answer decline redirect acknowledge promise back reached withdraw",
        "pause": "order review end",
        "extend": "ask grant refuse withdraw",
        "item": "add respond update",
        "finding": "add answer update",
        "action": "add update",
        "case": "correct people event asked-after missed link unlink rebuild",
        "case child": "add",
        "contact": "add change away retire channels",
        "agency": "add rename merge also calendar retire",
        "account": "add retire",
        "ladder": "withhold",
        "outbox": "again bounced unlink",
        "inbox": "done",
        "task": "done",
    }.items()
    for name in names.split()
)
"""The commands that ask for what is missing: those with a plan in `workflows.views.questions`, which loads slowly."""


class Stopped(Exception):
    """Whoever was asked pressed Ctrl-C, or there is no more input."""


def somebody_is_there(*, as_json: bool) -> bool:
    """Whether a person sits at the terminal: neither end is a file or a program, and no JSON is asked for."""
    return not as_json and not is_remote() and sys.stdin.isatty() and sys.stdout.isatty()


def asks(command: str) -> bool:
    """Whether a command ("request answer") asks for what is missing."""
    return command in ASKING


def can_edit() -> bool:
    """Whether the terminal can show a line that is there already, to be changed."""
    return os.environ.get("TERM") != "dumb"


def read_line(before: str = "> ", *, already: str = "", words: Sequence[str] = (), files: bool = False) -> str:
    """One line from somebody at the terminal, with what they may complete by Tab. Raises Stopped."""
    from prompt_toolkit import prompt
    from prompt_toolkit.completion import FuzzyWordCompleter, PathCompleter

    completer = PathCompleter(expanduser=True) if files else FuzzyWordCompleter(list(words)) if words else None
    shows = can_edit()
    if already and not shows:
        echo(f"  Enter keeps: {already}")
    try:
        typed = prompt(before, default=already if shows else "", completer=completer, complete_while_typing=False)
    except (EOFError, KeyboardInterrupt):
        raise Stopped from None
    return typed if shows else typed or already

"""Confirmation prompts: a yes before something risky (`--yes` in a script), or one line of text."""

from __future__ import annotations

import sys
from typing import Annotated

from typer import BadParameter, Exit, Option, confirm, prompt

from cli.command_output import is_remote, remote_answer
from cli.output import say
from states.errors import NotPossible

YES = "yes"
"""The answer from elsewhere that is a yes; any other is none."""

Yes = Annotated[bool, Option("--yes", help="Do it without asking, as a script must.")]


def must_ask(*, yes: bool, as_json: bool) -> bool:
    """Whether somebody is to be asked. Raises NotPossible when nobody is there to answer and --yes is not said."""
    if yes:
        return False
    if as_json or not (is_remote() or sys.stdin.isatty()):
        raise NotPossible("Nothing was done, because nobody is there to be asked: look at it first, then add --yes.")
    return True


def ask(question: str) -> None:
    """Ask, and end with 1 unless the answer is yes."""
    said = remote_answer(question) == YES if is_remote() else confirm(question, default=False)
    if not said:
        say("Nothing was done.")
        raise Exit(1)


def typed(question: str, missing: str, *, hidden: bool = False) -> str:
    """A line that never stands on a command line: asked for, unseen where it is `hidden`, or read from standard input.

    Wrong usage, with what is `missing`, where nothing comes.
    """
    if is_remote():
        line = remote_answer(question, missing=missing, hidden=hidden)
    else:
        line = str(prompt(question, hide_input=hidden)) if sys.stdin.isatty() else sys.stdin.readline()
    if not line.strip():
        raise BadParameter(missing)
    return line.strip()

"""A question before something is done that is not done lightly: asked of a person, answered by `--yes` in a script."""

from __future__ import annotations

import sys
from typing import Annotated

from typer import Exit, Option, confirm

from cli.output import say
from cli.said import from_elsewhere
from states.errors import NotPossible

Yes = Annotated[bool, Option("--yes", help="Do it without asking, as a script must.")]


def must_ask(*, yes: bool, as_json: bool) -> bool:
    """Whether somebody is to be asked. Raises NotPossible when nobody is there to answer and --yes is not said."""
    if yes:
        return False
    if as_json or from_elsewhere() or not sys.stdin.isatty():
        raise NotPossible("Nothing was done, because nobody is there to be asked: look at it first, then add --yes.")
    return True


def ask(question: str) -> None:
    """Ask, and end with 1 unless the answer is yes."""
    if not confirm(question, default=False):
        say("Nothing was done.")
        raise Exit(1)

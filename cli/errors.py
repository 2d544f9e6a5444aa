"""Turns any error into one clear sentence and exit code 1; the traceback goes to a file, with secrets masked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from traceback import format_exc

from typer import Abort, Exit, TyperException

from cli.command_output import echo
from states.errors import Refused

OUT_OF_REACH = "A number or a date that was given is too large to be counted with: check it."
OPTIONS = (
    ("Say why", '--reason "..."'),
    ("needs its reason", '--reason "..."'),
    ("Say on whose authority", "--authority NAME"),
    ("Say which clocks the hold stops", "--stops NAME, or --stops none"),
    ("giving the reason", '--override "..."'),
    ("give the reason for not waiting", '--override "..."'),
)
"""How what an obstacle asks for is given at the terminal: the sentences themselves are shown elsewhere too."""
AS_IT_IS = (Exit, Abort, TyperException, BrokenPipeError)
"""What Typer itself says plainly: wrong usage, a question broken off, a reader that has gone."""


@contextmanager
def plainly(*, as_json: bool = False) -> Iterator[None]:
    """Say what was refused, one bullet an obstacle, and end with 1. Nothing unexpected reaches the screen as it is."""
    try:
        yield
    except AS_IT_IS:
        raise
    except Refused as refused:
        _say(sentences(refused), as_json=as_json)
        raise Exit(1) from None
    except OverflowError:
        _say((OUT_OF_REACH,), as_json=as_json)
        raise Exit(1) from None
    except OSError as trouble:
        _say((_about_a_file(trouble) or _unexpected(),), as_json=as_json)
        raise Exit(1) from None
    except Exception:  # noqa: BLE001  whatever it is, the person gets a sentence and the file gets the rest
        _say((_unexpected(),), as_json=as_json)
        raise Exit(1) from None


def sentences(refused: Refused) -> tuple[str, ...]:
    """What stands in the way, the last of it with the command that mends it."""
    if refused.advice is None:
        return refused.obstacles
    from cli.command_lines import worded
    from states.next_step import mended

    *first, last = refused.obstacles
    return (*first, mended(last, refused.advice, worded))


def _about_a_file(trouble: OSError) -> str:
    from records.files import FULL, told

    return told(trouble, Path(str(trouble.filename))) if trouble.filename or trouble.errno in FULL else ""


def _unexpected() -> str:
    from workflows.installation.error_log import unexpected

    return unexpected(_data_folder(), format_exc(), datetime.now(UTC))


def _say(obstacles: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        echo(json.dumps({"refused": list(obstacles)}, ensure_ascii=False, indent=2))
    else:
        echo("\n".join(f"- {at_the_terminal(obstacle)}" for obstacle in obstacles), err=True)


def at_the_terminal(obstacle: str) -> str:
    """An obstacle with the option that gives what it asks for, where it names none."""
    option = next((option for words, option in OPTIONS if words in obstacle), "")
    if not option or option.split()[0] in obstacle:
        return obstacle
    return f"{obstacle.removesuffix('.')} ({option})."


def _data_folder() -> Path:
    from config.settings import settings

    try:
        return settings().data
    except Refused:
        return Path("data")

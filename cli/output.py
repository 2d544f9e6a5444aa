"""How things are shown: in colours and tables on a terminal, as plain text to a file or a program, or as JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from cli.command_output import echo, is_remote
from states.words import away, counted, first_up, short, spoken

if TYPE_CHECKING:
    from rich.console import Console

__all__ = (
    "answer",
    "answer_in_a_sentence",
    "away",
    "bullets",
    "counted",
    "entries",
    "first_up",
    "heading",
    "on_terminal",
    "pairs",
    "say",
    "short",
    "spoken",
    "table",
)

Row = Sequence[str]

STYLES = {"heading": "bold", "bad": "bold red", "good": "green", "quiet": "dim", "warn": "yellow"}


def on_terminal() -> bool:
    """Whether a person is looking at a screen that can show tables."""
    return not is_remote() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def say(text: str = "", style: str = "") -> None:
    """Say one thing; `style` is heading, bad, good, quiet or warn, and shows on a terminal only."""
    if on_terminal():
        _console().print(text, style=STYLES.get(style), markup=False, highlight=False, soft_wrap=False)
    else:
        echo(text)


heading = partial(say, style="heading")


def bullets(lines: Iterable[str], style: str = "", *, lead: str = "  - ") -> None:
    """Say several things, one a line; a long one goes on under its own beginning."""
    for line in lines:
        _hanging(lead, line, style)


def pairs(found: Iterable[tuple[str, str]]) -> None:
    """Say what is what, the names in one column; what is empty is left out."""
    known = [(name, value) for name, value in found if value]
    width = max((len(name) for name, _ in known), default=0)
    for name, value in known:
        _hanging(f"  {name.ljust(width)}  ", value)


def entries(found: Iterable[tuple[str, str, str]]) -> None:
    """Say several things that have more to them: a first line, what belongs to it, and a style for the first."""
    for first, more, style in found:
        _hanging("  ", first, style)
        if more:
            _hanging("      ", more, "quiet")


def table(titles: Row, rows: Iterable[Row], *, styles: Sequence[str] = (), whole: Sequence[int] = ()) -> None:
    """Show rows in columns; `styles` colours each row, `whole` names columns that are never broken across lines.

    Plain columns, one line a row, when nobody is looking.
    """
    rows = [tuple(row) for row in rows]
    if on_terminal():
        _rich_table(titles, rows, styles, whole)
        return
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    for row in (titles, *rows):
        echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def answer(data: Any, tell: Callable[[Any], None], *, as_json: bool) -> None:
    """The same view, as JSON or told to a person. What can be done next is written as the command that does it."""
    if as_json:
        from cli.command_lines import written
        from workflows.views.json_names import as_data

        echo(json.dumps(as_data(data, written), ensure_ascii=False, indent=2, default=_written))
    else:
        tell(data)


def answer_in_a_sentence(sentence: str, style: str = "", *, as_json: bool, **facts: object) -> None:
    """One sentence about what was done; as JSON the facts that are in it."""
    answer(facts, lambda _: say(sentence, style), as_json=as_json)


def _written(value: Any) -> str:
    """What JSON has no form for: a date or a moment as ISO 8601, anything else as its words."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _hanging(lead: str, text: str, style: str = "") -> None:
    if not on_terminal():
        echo(f"{lead}{text}")
        return
    from textwrap import fill

    width = max(_console().width, 40)
    breakable = text.replace("|", "| ")  # a choice of names may go on after any of them
    filled = fill(breakable, width, initial_indent=lead, subsequent_indent=" " * len(lead))
    say(filled.replace("| ", "|"), style)


def _rich_table(titles: Row, rows: Sequence[Row], styles: Sequence[str], whole: Sequence[int]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False, header_style="bold")
    for place, title in enumerate(titles):
        shown.add_column(title, overflow="fold", no_wrap=place in whole)
    for place, row in enumerate(rows):
        style = STYLES.get(styles[place], "") if styles else ""
        shown.add_row(*(Text(cell, style) for cell in row))
    _console().print(shown)


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)

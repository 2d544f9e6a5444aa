"""Where the words of a command go: to the terminal, or into the answer to whoever sent the command from elsewhere."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field

import typer


@dataclass(frozen=True)
class Said:
    """The words of one command as they come, and those about what was refused."""

    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)


SAID: ContextVar[Said | None] = ContextVar("SAID", default=None)
"""Who collects what this command says; None at the terminal, where it is shown."""


def echo(text: str = "", *, err: bool = False) -> None:
    """Say something in a line of its own; with `err` about what was refused."""
    collected = SAID.get()
    if collected is None:
        typer.echo(text, err=err)
    else:
        (collected.err if err else collected.out).append(f"{text}\n")


def from_elsewhere() -> bool:
    """Whether this command was sent from elsewhere: then nobody sits at this machine who could be shown or asked."""
    return SAID.get() is not None

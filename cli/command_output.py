"""Where a command's output goes: to the terminal, or into the answer to the machine that sent the command.

A question asked during a command that came from another machine is returned with the output, and the command ends. It
is sent again with the answer, which holds only for what was shown before the question: if that changed, it is asked
again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import sha256

import typer

ASKS = 3
"""The exit code of a command that asks something of whoever sent it."""


@dataclass(frozen=True)
class RemotePrompt:
    """A question to whoever sent a command: a yes or no, or a line that is typed, unseen where it is `hidden`.

    `key` tells the question apart, by all that was shown before it. `missing` is said where no line comes.
    """

    key: str
    question: str
    missing: str = ""
    hidden: bool = False


@dataclass
class CollectedOutput:
    """The output of one command as it comes, its errors apart; what it asks, and what was answered."""

    out: list[str] = field(default_factory=list)
    """What was said since the last answer: what was said before it was shown already."""
    before: list[str] = field(default_factory=list, repr=False)
    """What was said before that, with what was asked."""
    err: list[str] = field(default_factory=list)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    asked: RemotePrompt | None = None
    progress: Callable[[int, int], None] | None = None
    """Told how much is done of how much there is to do, where that takes its time."""


COLLECTED: ContextVar[CollectedOutput | None] = ContextVar("SAID", default=None)
"""Collects the output of this command; None at the terminal, where it is shown."""


def echo(text: str = "", *, err: bool = False) -> None:
    """Say something in a line of its own; with `err` about what was refused."""
    collected = COLLECTED.get()
    if collected is None:
        typer.echo(text, err=err)
    else:
        (collected.err if err else collected.out).append(f"{text}\n")


def is_remote() -> bool:
    """Whether this command was sent from another machine: then nobody sits here who could be shown or asked."""
    return COLLECTED.get() is not None


def remote_answer(question: str, *, missing: str = "", hidden: bool = False) -> str:
    """What whoever sent the command answers; what was shown before is not shown again. Raises Exit until they did."""
    collected = COLLECTED.get()
    assert collected is not None
    so_far = (*collected.before, *collected.out, question)
    key = sha256("\0".join(so_far).encode()).hexdigest()
    if key not in collected.answers:
        collected.asked = RemotePrompt(key, question, missing, hidden)
        raise typer.Exit(ASKS)
    collected.before.extend((*collected.out, question))
    collected.out.clear()
    return collected.answers[key]


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how much is done while it is done: as a bar at a terminal, or to whoever sent the command.

    What it lends is told how much more is done.
    """
    collected = COLLECTED.get()
    if collected is None:
        with bar(what, total) as done:
            yield done
        return
    counted = 0

    def tell(count: int) -> None:
        nonlocal counted
        counted += count
        if collected.progress is not None:
            collected.progress(counted, total)

    yield tell


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar at the terminal, gone when it is full; nothing where nobody looks."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(what, total=total)
        yield lambda count: shown.advance(task, count)

"""Decides where a parsed command runs: here, on a server it is sent to, or on a server for the account that sent it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from cli.session import Session


class Runner(Protocol):
    """Runs a command whose words were read."""

    def run(self, command: Callable[..., None], session: Session, called: str, given: dict[str, Any]) -> None:
        """Run the command called so, with what it was given."""


RUNNER: ContextVar[Runner | None] = ContextVar("DOOR", default=None)
"""Who runs the commands; None where they are run here."""

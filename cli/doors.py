"""Where a command that was read goes on, when it is not simply done here: to a server, or on a server to the desk."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from cli.session import Session


class Door(Protocol):
    """What takes a command whose words were read."""

    def through(self, command: Callable[..., None], session: Session, called: str, given: dict[str, Any]) -> None:
        """Take the command called so, with what it was given."""


DOOR: ContextVar[Door | None] = ContextVar("DOOR", default=None)
"""The door that commands go through; None where they are done here."""

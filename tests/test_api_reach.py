"""What a person can do at the terminal is an operation for programs, or stands with its reason in docs/api.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.command_table import COMMANDS, loaded
from cli.remote_commands import DOES, READS, why_not
from web.api.operations import NOT_FOR_PROGRAMS, NOT_LOOKED_AT, operations
from web.app import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parent.parent / "docs" / "api.md"
PARTLY = {"inbox list": "inbox", "inbox done": "inbox"}
"""What has an operation, though no server takes the command: its mails are opened where they lie."""


def every_command() -> Iterator[str]:
    """The whole name of each command."""
    for name in COMMANDS:
        yield from _below(name, loaded(name))


def _below(name: str, command: Any) -> Iterator[str]:
    below = getattr(command, "commands", None)
    if not below:
        yield name
    for word, one in (below or {}).items():
        yield from _below(f"{name} {word}", one)


def alone() -> set[str]:
    """What the page says is done at the terminal alone: commands, or whole groups of them."""
    told = PAGE.read_text().partition("| at the terminal alone |")[2].partition("\n\n")[0]
    return {one for row in told.splitlines() for one in re.findall(r"`([a-z -]+)`", row.partition(" | ")[0])}


def test_what_is_typed_at_the_terminal_is_an_operation_or_is_named_with_its_reason() -> None:
    assert PAGES
    known, apart = {one.policy for one in operations()}, {**NOT_FOR_PROGRAMS, **NOT_LOOKED_AT}
    named, used = alone(), set[str]()

    for command in every_command():
        operation = DOES.get(command) or READS.get(command) or PARTLY.get(command)
        if operation is not None:
            assert operation in known or apart[operation].endswith("."), command
            continue
        reason = {command, command.partition(" ")[0]} & named
        assert reason, f"{command} is no operation, and docs/api.md does not say why"
        assert why_not(command), command
        used |= reason
    assert used == named, "docs/api.md names what is done by programs, or is not there"

"""The history of a register as lines: what was done, when, by whom and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.output import entries, first_up, say, spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflows.views.register_history import RegisterLine


def tell_history(found: Sequence[RegisterLine]) -> None:
    """Show the lines of a register's history, oldest first."""
    entries(_line(one) for one in found)
    if not found:
        say("Nothing is on record yet.")


def _line(one: RegisterLine) -> tuple[str, str, str]:
    who = f"{one.by} ({one.role.replace('_', ' ')}{f', account {one.account}' if one.account else ''})"
    what = "; ".join(filter(None, (*one.about, one.reason)))
    done = first_up(one.kind.replace("_", " "))
    return (
        f"{one.sequence:>4}  {spoken(one.on)}, {one.at}  {done}: {one.subject}",
        "; ".join((what, who) if what else (who,)),
        "",
    )

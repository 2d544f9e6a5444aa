"""The history of a register as lines: what was done, when, by whom and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.output import answer, entries, first_up, say, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from cli.session import Session
    from workflows.views.register_history import RegisterLine


def tell_history(session: Session, tx: Connection, found: Sequence[RegisterLine]) -> None:
    """Show the lines of a register's history, oldest first."""
    called = session.called(tx, (one.role for one in found)) if not session.as_json else {}
    answer(found, lambda _: _tell(found, called), as_json=session.as_json)


def _tell(found: Sequence[RegisterLine], called: Mapping[str, str]) -> None:
    entries(_line(one, called[one.role]) for one in found)
    if not found:
        say("Nothing is on record yet.")


def _line(one: RegisterLine, role: str) -> tuple[str, str, str]:
    who = f"{one.by} ({role}{f', account {one.account}' if one.account else ''})"
    what = "; ".join(filter(None, (*one.about, one.reason)))
    done = first_up(one.kind.replace("_", " "))
    return (
        f"{one.sequence:>4}  {spoken(one.on)}, {one.at}  {done}: {one.subject}",
        "; ".join((what, who) if what else (who,)),
        "",
    )

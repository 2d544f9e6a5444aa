"""`cairn agenda`: what needs somebody today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.options import act
from cli.output import answer, entries, heading, say
from cli.session import Session

if TYPE_CHECKING:
    from workflows.views.agenda import Agenda


@act
def agenda(session: Session) -> None:
    """Show what needs you today: overdue, due this week, owed by agencies, waiting for a yes, later.

    For the role that is named and, for a lead officer, the cases of that person; for nobody in particular, all of it.
    """
    from workflows.views.agenda import agenda as agenda_of

    with session.reading() as tx:
        found = agenda_of(tx, session.viewer())
    answer(found, _tell, as_json=session.as_json)


def _tell(found: Agenda) -> None:
    from cli.command_lines import command

    groups = (
        ("Overdue", found.overdue, "bad"),
        ("Due this week", found.this_week, "warn"),
        ("Owed by agencies", found.agencies, ""),
        ("Waiting for a yes", found.yes_wanted, "warn"),
        ("Tasks", found.tasks, "warn"),
        ("A reason is wanted", found.reasons_wanted, ""),
        ("No date runs", found.undated, ""),
        ("Later", found.later, ""),
    )
    for title, lines, style in groups:
        if lines:
            heading(title)
            entries((one.words, command(one.step), style) for one in lines)
    if not any(lines for _, lines, _ in groups):
        say("Nothing needs anybody: no date runs, no draft and no task waits.", "good")

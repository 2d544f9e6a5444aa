"""`cairn sweep`: every date that is due looked at once."""

from __future__ import annotations

from cli.commands.round import tell_report
from cli.options import look
from cli.output import answer
from cli.session import Session


@look
def sweep(session: Session) -> None:
    """Look at every date that is due, and write the reminders and escalations that it calls for."""
    from workflows.timetable.rounds import sweep_now

    with session.installation() as installation:
        found = sweep_now(installation, session.now)
    answer(found, lambda one: tell_report(one.report), as_json=session.as_json)

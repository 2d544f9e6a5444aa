"""`cairn deliver`: every message sent that is owed and may go."""

from __future__ import annotations

from cli.commands.round import tell_report
from cli.options import look
from cli.output import answer
from cli.session import Session


@look
def deliver(session: Session) -> None:
    """Send every message that is owed and may go now; say what waits for its time."""
    from workflows.timetable.rounds import deliver_now

    with session.installation() as installation:
        found = deliver_now(installation, session.now, goes_on=session.moment is None)
    answer(found, lambda one: tell_report(one.report), as_json=session.as_json)

"""`cairn sweep`: every date that is due looked at once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cli.options import look
from cli.output import answer, say
from cli.session import Session
from states.words import counted


@look
def sweep(session: Session) -> None:
    """Look at every date that is due, and write the reminders and escalations that it calls for."""
    from workflows.messages.chase import sweep as look_at_all
    from workflows.timetable.heartbeat import ping

    with session.installation() as installation:
        swept = look_at_all(installation.engine, session.now)
        ping(installation.settings)
    answer(asdict(swept), _tell_swept, as_json=session.as_json)


def _tell_swept(one: dict[str, Any]) -> None:
    say(f"{counted(one['looked_at'], 'date')} looked at; reminders and escalations owed: {one['climbed']}.")
    if one["late"]:
        say(f"  {one['late']} of them late; {one['passed_over']} earlier ones passed over.", "warn")
    if one["released"]:
        say(f"  {counted(one['released'], 'draft')} let go: nobody said yes or no in time.", "warn")
    if one["withdrawn"]:
        say(f"  {counted(one['withdrawn'], 'draft')} withdrawn: not wanted any more; cairn history says why.")
    if one["reachable"]:
        say(f"  {counted(one['reachable'], 'task')} settled: somebody can be reached there again.", "good")
    if one["again"]:
        say(f"  {counted(one['again'], 'message')} owed again, that had reached nobody.", "good")
    if one["stuck"]:
        say(f"  {counted(one['stuck'], 'date')} could not be dealt with: the next sweep looks again.", "bad")

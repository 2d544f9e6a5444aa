"""`cairn deliver`: every message sent that is owed and may go."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cli.options import look
from cli.output import answer, say
from cli.session import Session
from states.words import counted


@look
def deliver(session: Session) -> None:
    """Send every message that is owed and may go now."""
    from workflows.messages.deliver import deliver as send
    from workflows.messages.deliver import going_on_from

    with session.installation() as installation:
        clock = None if session.moment else going_on_from(session.now)
        delivered = send(installation.engine, installation.post, session.now, clock)
    answer(asdict(delivered), _tell_delivered, as_json=session.as_json)


def _tell_delivered(one: dict[str, Any]) -> None:
    say(f"{counted(one['sent'], 'letter')} sent.", "good" if one["sent"] else "")
    if one["waiting"]:
        say(f"  {one['waiting']} not accepted yet: tried again later; cairn outbox says what was answered.", "warn")
    if one["untried"]:
        say(f"  {one['untried']} not tried, because a server hangs: they go in the next round.", "warn")
    if one["failed"]:
        say(f"  {one['failed']} given up: the lead officer has a task (cairn tasks).", "bad")
    if one["aside"]:
        say(f"  {counted(one['aside'], 'message')} set aside: cairn tasks and cairn doctor say why.", "bad")
    if one["overtaken"]:
        say(f"  {counted(one['overtaken'], 'message')} not sent: the ground for it was gone.", "quiet")

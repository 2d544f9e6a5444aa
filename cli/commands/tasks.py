"""`cairn tasks`: what waits for a person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from typer import Option

from cli.options import look
from cli.output import answer, entries, say
from cli.session import Session
from states.words import in_a_sentence, weekday_and_time

if TYPE_CHECKING:
    from workflows.views.tasks import Task, Tasks

Role = Annotated[str, Option("--role", metavar="ROLE", help="Only what waits for this role.")]
Done = Annotated[bool, Option("--done", help="What was seen to as well.")]


@look
def tasks(session: Session, role: Role = "", done: Done = False) -> None:
    """Show what waits for a person: a message that reaches nobody, a yes that is wanted."""
    show_tasks(session, role, done=done)


def show_tasks(session: Session, role: str, *, done: bool) -> None:
    """Show the tasks of a role, or of all; those seen to as well if `done`."""
    from workflows.views.tasks import tasks

    with session.reading() as tx:
        found = tasks(tx, role, done=done)
    hidden = session.hidden()
    found = replace(found, tasks=tuple(one for one in found.tasks if one.ref not in hidden))
    answer(found.tasks, lambda _: _tell(found), as_json=session.as_json)


def _tell(found: Tasks) -> None:
    entries(_task(one) for one in found.tasks)
    if not found.tasks:
        say(found.nothing, "good")
    elif any(one.done_at is None for one in found.tasks):
        say("When one is seen to: cairn task done ID", "quiet")


def _task(one: Task) -> tuple[str, str, str]:
    ref = f"{one.ref}: " if one.ref else ""
    seen_to = f"; seen to by {one.done_by}" if one.done_at else ""
    since = f"since {weekday_and_time(one.created_at)}"
    more = "; ".join(filter(None, (f"for the {in_a_sentence(one.called)}", one.about, since)))
    return f"{one.id[:8]}  {ref}{one.what}", f"{more}{seen_to}", "" if one.done_at else "warn"

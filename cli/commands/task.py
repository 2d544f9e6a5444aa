"""`cairn task`: what waits for a person, listed and marked as seen to."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

from cli.commands.tasks import Done, Role, show_tasks
from cli.options import act, look, story
from cli.output import answer, say
from cli.session import Session

TaskNumber = Annotated[str, Argument(metavar="ID", help="The task, or the first letters of it.")]
task = story("What waits for a person.")


@task.command("list")
@look
def list_(session: Session, role: Role = "", done: Done = False) -> None:
    """Show what waits for a person, as cairn tasks does."""
    show_tasks(session, role, done=done)


@task.command()
@act
def done(session: Session, number: TaskNumber) -> None:
    """Mark a task as seen to."""
    from records import outbox, queries
    from states.errors import NotFound

    with session.uow() as uow:
        found = queries.tasks_called(uow.tx, number.lower())
        if len(found) != 1:
            several = "names several tasks: give more of it" if found else "is no task: cairn tasks shows them"
            raise NotFound(f"{number[:40]!r} {several}.")
        settled = outbox.settle(uow.tx, found[0], uow.actor.name, uow.now)
    facts = {"id": found[0], "settled": settled}
    words = "The task is seen to." if settled else "The task was seen to before."
    answer(facts, lambda _: say(words), as_json=session.as_json)

"""`cairn task`: what waits for a person, listed and marked as seen to."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from cli.commands.tasks import Done, Role, show_tasks
from cli.options import act, look, story
from cli.output import answer, say
from cli.session import Session

TaskNumber = Annotated[str, Argument(metavar="ID", help="The task, or the first letters of it.")]
Did = Annotated[
    str, Option("--did", "--reason", metavar="TEXT", help="What was done about it. Name nobody whom it is about.")
]
task = story("What waits for a person.")


@task.command("list")
@look
def list_(session: Session, role: Role = "", done: Done = False) -> None:
    """Show what waits for a person, as cairn tasks does."""
    show_tasks(session, role, done=done)


@task.command()
@act
def done(session: Session, number: TaskNumber, did: Did = "") -> None:
    """Close a task, saying what was done about it: that stays on record."""
    from workflows.verbs.settle_task import settle_task
    from workflows.views.tasks import of_case

    with session.uow() as uow:
        session.check(of_case(uow.tx, number))
        found, settled = settle_task(uow, number, did)
    facts = {"id": found, "settled": settled}
    words = "The task is seen to." if settled else "The task was seen to before."
    answer(facts, lambda _: say(words), as_json=session.as_json)

"""Tasks: what a person must see to because Cairn cannot, each closed by saying what was done."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from records.case_rows import no_such_case
from states.errors import Refused
from web.answers import Filled
from web.desk import Desk
from web.errors import refusal
from web.form_routes import form_at
from web.guard import At
from web.keeping import Keeping
from web.list_filters import list_filters
from web.pages.my_work import Page
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.settle_task import settle_task
from workflows.views.question import Question
from workflows.views.tasks import Task, task_called, tasks_for
from workflows.views.work_list import LONG, pages_of

router = APIRouter()

WAS_CLOSED = "The task was seen to before: nothing was changed."


@router.get("/tasks", name="tasks")
def tasks(at: At, page: Page = 1) -> Response:
    """Show what waits for whoever is signed in, or for everybody; or what was seen to."""
    filters = list_filters(at, "tasks")
    everybody, done = filters.said["whose"] == "all", filters.said["stand"] == "done"
    with at.reading() as tx:
        found = tasks_for(tx, at.viewer, everybody=everybody, done=done)
    first = LONG * (page - 1)
    shown = found[first : first + LONG]
    return at.page("tasks.html", tasks=shown, count=len(found), filters=filters, here=page, pages=pages_of(len(found)))


@router.get("/tasks/{number}", name="task")
def task(at: At, number: str) -> Response:
    """Show a task, and ask what was done."""
    return _shown(at, number)


@router.post("/tasks/{number}", name="task")
def settle(at: At, number: str) -> Response:
    """Close a task with what was done: the history of its case says so."""
    try:
        with at.uow() as uow:
            settle_task(uow, number, at.said("did"))
    except Refused as refused:
        return _shown(at, number, refused)
    return at.go_to("/tasks", done=True)


@form_at("/tasks/{number}/settled", "task_settle", rule="task")
def _settling(at: Desk, number: str) -> Keeping:
    """Close a task with what was done: the history of its case says so."""
    found = task_found(at, number)

    def do(uow: UnitOfWork, filled: Filled) -> str:
        _, was_open = settle_task(uow, found.id, filled.word("did"))
        return f"Seen to: {found.what}" if was_open else WAS_CLOSED

    asked = (Question("did", "What was done about it", help="It stays on record."),)
    return Keeping("Close a task", "Close it", "/tasks", asked, do, note=found.what)


def _shown(at: Desk, number: str, refused: Refused | None = None) -> Response:
    return at.page("task.html", **refusal(refused), task=task_found(at, number))


def task_found(at: Desk, number: str) -> Task:
    """A task by its number. Raises NotFound where it is about a case that is kept from whoever is signed in."""
    with at.reading() as tx:
        found = task_called(tx, number)
        if found.ref in at.hidden(tx):
            raise no_such_case(found.ref)
    return found

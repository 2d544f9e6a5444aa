"""The committee's own pages begin here: what there is still to set up, how the installation is, and its name."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from config.settings import committee_name
from records.row_security import every_row
from web.answers import Filled
from web.desk import Desk
from web.form_routes import keeping_at
from web.guard import At
from web.keeping import Keeping
from workflows.installation.doctor import doctor
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.local_settings import name_committee
from workflows.views.committee_setup import set_up_tasks
from workflows.views.question import Question

router = APIRouter()


@router.get("/committee", name="committee")
def committee(at: At) -> Response:
    """Show what is still to be set up; each part can be left and come back to."""
    settings = at.settings
    with at.reading() as tx:
        tasks = set_up_tasks(tx, settings, at.viewer.today, at.hidden(tx))
    return at.page("committee/set_up.html", tasks=tasks)


@router.get("/committee/health", name="health")
def health(at: At) -> Response:
    """Show what is well with the installation and what is wrong, with what mends it."""
    with every_row(at.installation.engine) as engine:
        found = doctor(engine, at.settings, at.now)
    return at.page("committee/health.html", findings=found)


@keeping_at(router, "/committee/name", "committee_name")
def _naming(at: Desk) -> Keeping:
    """Say what the committee is called."""
    settings = at.settings

    def do(uow: UnitOfWork, filled: Filled) -> str:
        return name_committee(uow, settings.own_file, filled.word("committee"))

    return Keeping(
        "What is the committee called?",
        "Save",
        "/committee",
        (Question("committee", "Name of the committee", help="As it stands on papers and letters."),),
        do,
        is_now={"committee": committee_name(settings.local_file)} if settings.local_file else {},
        tried=False,
    )

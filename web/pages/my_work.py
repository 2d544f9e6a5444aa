"""What needs whoever is signed in, grouped by urgency, and each group alone with all that is in it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from records import form_drafts
from states.values import PHASES
from web.guard import At
from web.list_filters import list_filters
from workflows.views.work_list import TITLES, WorkWanted, work_list

router = APIRouter()

Page = Annotated[int, Query(ge=1, le=10_000)]


@router.get("/my-work", name="my_work")
def my_work(at: At, page: Page = 1) -> Response:
    """Show what is overdue, what is due this week, whom one waits for, and what waits for a yes."""
    filters = list_filters(at, "my-work")
    said = filters.said
    group = said["group"] if said["group"] in TITLES else ""
    wanted = WorkWanted(said["whose"] == "all", said["agency"], said["phase"], group, page)
    with at.reading() as tx:
        shown = work_list(tx, at.viewer, wanted)
        begun = form_drafts.count(tx, at.signed_in.account.id, at.now)
    return at.page("my_work.html", work=shown, filters=filters, phases=PHASES[:-1], begun=begun)

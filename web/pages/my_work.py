"""What needs whoever is signed in, grouped by urgency."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from web.guard import At
from workflows.views.agenda import agenda

router = APIRouter()


@router.get("/my-work", name="my_work")
def my_work(at: At) -> Response:
    """Show what is overdue, what is due this week, whom one waits for, and what waits for a yes."""
    with at.reading() as tx:
        shown = agenda(tx, at.viewer)
    return at.page("my_work.html", agenda=shown)

"""The page of a case, and its history."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from records import cases as kept
from web.guard import At
from web.links import MARKS
from workflows.views.case_page import case_page
from workflows.views.history import history_page

router = APIRouter()

NEWEST = 10
"""How many entries of its history the page of a case shows."""


@router.get("/cases/{ref}", name="case")
def case(at: At, ref: str, entry: int = 0) -> Response:
    """Show a case: where it stands, what can be done next, its dates, requests and newest entries."""
    with at.reading_case(ref) as tx:
        found = kept.find(tx, ref, to_change=False)
        shown = case_page(tx, found, at.viewer)
        told = history_page(tx, found, marks=MARKS).entries
    done = next((one for one in told if one.entry.sequence == entry), None)
    newest = told[::-1][:NEWEST]
    return at.page("case.html", case=shown, procedure=found.procedure, entries=newest, more=len(told), done=done)


@router.get("/cases/{ref}/history", name="case_history")
def history(at: At, ref: str) -> Response:
    """Show everything that was recorded on a case, the newest first."""
    with at.reading_case(ref) as tx:
        found = kept.find(tx, ref, to_change=False)
        told = history_page(tx, found, marks=MARKS).entries
    return at.page("history.html", ref=found.ref, entries=told[::-1])

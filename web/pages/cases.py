"""Cases: the list of them, the page of one, and its history."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from records import cases as kept
from records.case_list import Wanted
from web.guard import At
from web.links import MARKS
from workflows.views.case_list import listing
from workflows.views.case_page import case_page
from workflows.views.history import history_page

router = APIRouter()

NEWEST = 10
"""How many entries of its history the page of a case shows."""


@router.get("/cases", name="cases")
def cases(at: At, which: Annotated[Literal["open", "closed", "all"], Query()] = "open") -> Response:
    """Show the cases there are, the most urgent first."""
    with at.reading() as tx:
        shown = listing(tx, Wanted(which=which), at.now)
    return at.page("cases.html", listing=shown, which=which)


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

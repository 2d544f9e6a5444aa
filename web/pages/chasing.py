"""The chronology of chasing on a case, for each agency and request; printed, it is evidence."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from records import cases
from web.guard import At
from web.links import MARKS
from workflows.views.chronology import asked_agencies, chronology

router = APIRouter()


@router.get("/cases/{ref}/chasing", name="chasing")
def chasing(at: At, ref: str, agency: str = "") -> Response:
    """Show what was asked, when, by which rule, in which words, what the channel answered, and what came back."""
    with at.reading_case(ref) as tx:
        case = cases.find(tx, ref, to_change=False)
        shown = chronology(tx, case, at.viewer, agency, MARKS)
    asked = asked_agencies(case)
    return at.page("chasing.html", ref=case.ref, requests=shown, agencies=asked, agency=agency)

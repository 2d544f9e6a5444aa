"""A date of a case: how it came about, day by day."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from records import cases
from web.guard import At
from workflows.views.date_receipt import date_receipt

router = APIRouter()


@router.get("/cases/{ref}/dates/{key:path}", name="case_date")
def case_date(at: At, ref: str, key: str) -> Response:
    """Answer why a date is the day it is: the rule, the day it counts from, and every day since."""
    with at.reading_case(ref) as tx:
        found = cases.find(tx, ref, to_change=False)
        shown = date_receipt(found, key, at.viewer)
    return at.page("date.html", ref=found.ref, date=shown)

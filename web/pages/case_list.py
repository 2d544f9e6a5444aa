"""The list of cases, the most urgent first, filtered by what stands in the address."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from records import agencies
from records.case_list import CaseFilter, leads
from states.values import PHASES
from web.desk import Desk
from web.guard import At
from web.list_filters import ListFilters, list_filters
from web.pages.my_work import Page
from workflows.views.case_list import MOST, listing
from workflows.views.work_list import pages_of

router = APIRouter()

WHICH: dict[str, Literal["open", "closed", "all"]] = {"closed": "closed", "all": "all"}
DAYS = frozenset({"7", "28"})


@router.get("/cases", name="cases")
def cases(at: At, page: Page = 1) -> Response:
    """Show the cases there are, the most urgent first."""
    filters = list_filters(at, "cases")
    with at.reading() as tx:
        wanted = _wanted(at, filters)
        shown = listing(tx, wanted, at.now, hidden=at.hidden(tx), most=MOST, start=MOST * (page - 1))
        known, leading = [one.name for one in agencies.read(tx).all if one.active], leads(tx)
    return at.page(
        "cases.html",
        listing=shown,
        filters=filters,
        here=page,
        pages=max(pages_of(shown.all, MOST), page + (shown.at_least and len(shown.lines) + len(shown.damaged) == MOST)),
        phases=PHASES,
        agencies=known,
        leads=leading,
    )


def _wanted(at: Desk, filters: ListFilters) -> CaseFilter:
    said = filters.said
    due = said["due"]
    return CaseFilter(
        due_by=at.viewer.today + timedelta(days=int(due)) if due in DAYS else None,
        overdue_at=at.now if due == "overdue" else None,
        waiting_on=said["agency"],
        phase=said["phase"],
        lead=said["lead"],
        which=WHICH.get(said["which"], "open"),
    )

"""Recommendations: the board of them, filtered by what stands in the address, and the page of one."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from records import agencies
from records import cases as kept
from records.recommendations import RecommendationFilter
from web.desk import Desk
from web.guard import At
from web.links import MARKS
from web.list_filters import ListFilters, list_filters
from workflows.views.case_documents import scanned_documents
from workflows.views.case_drawing import case_drawing
from workflows.views.history import history_page
from workflows.views.recommendation_page import recommendation_list, recommendation_page, similar_ones

router = APIRouter()

MOST, LIKE_IT, NEWEST = 100, 5, 10
SOON = timedelta(days=60)
"""So far ahead the board looks for recommendations whose impact is to be looked at."""
WHICH: dict[str, Literal["open", "closed", "all"]] = {"closed": "closed", "all": "all"}


@router.get("/recommendations", name="recommendations")
def board(at: At) -> Response:
    """Show recommendations with their three facts, the soonest owed first."""
    filters = list_filters(at, "recommendations")
    with at.reading() as tx:
        shown = recommendation_list(tx, _asked(at, filters), at.viewer, MOST)
        known = [one.name for one in agencies.read(tx).all if one.active]
    return at.page("recommendations.html", shown=shown, filters=filters, agencies=known)


@router.get("/recommendations/{ref}", name="recommendation")
def one(at: At, ref: str, entry: int = 0) -> Response:
    """Show a recommendation: its three facts, the earlier ones like it, its evidence and when its impact is checked."""
    with at.reading_case(ref) as tx:
        found = kept.find(tx, ref, to_change=False)
        shown = recommendation_page(tx, ref, at.viewer)
        like_it = similar_ones(tx, found.ref, LIKE_IT, at.hidden(tx))
        drawn = case_drawing(found, at.viewer)
        told = history_page(tx, found, marks=MARKS).entries
        documents = scanned_documents(tx, told)
    return at.page(
        "recommendation.html",
        shown=shown,
        case=shown.page,
        procedure=found.procedure,
        like_it=like_it,
        drawn=drawn,
        documents=documents,
        entries=told[::-1][:NEWEST],
        more=len(told),
        done=next((line for line in told if line.entry.sequence == entry), None),
    )


def _asked(at: Desk, filters: ListFilters) -> RecommendationFilter:
    said, today = filters.said, at.viewer.today
    return RecommendationFilter(
        agency=said["agency"],
        level=said["level"],
        which=WHICH.get(said["which"], "open"),
        overdue_on=today if said["look"] == "overdue" else None,
        impact_by=today + SOON if said["look"] == "impact" else None,
        to_verify=said["look"] == "verify",
    )

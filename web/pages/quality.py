"""Quality assurance: whether the record is whole, time limits kept, steps against the edition, the map of a year."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from web.desk import Desk
from web.guard import At
from workflows.papers.paper import Paper
from workflows.reports.annual_summary import summary_of
from workflows.reports.case_files import Year, year_of
from workflows.reports.compliance import FATES, published
from workflows.reports.publication import known_at
from workflows.reports.publication import published as published_summary
from workflows.views.quality_pages import (
    KINDS,
    OneYear,
    QualityFilter,
    behind,
    compliance_page,
    conformance_page,
    map_page,
    one_year,
    start,
)

router = APIRouter()


@router.get("/quality", name="quality")
def quality(at: At) -> Response:
    """Show whether the record is whole, the newest checkpoints, and what there is to look into."""
    hidden = at.kept_from_them()
    with at.reading() as tx:
        shown = start(tx, at.viewer, hidden)
    return at.page("quality/start.html", start=shown)


@router.get("/quality/time-limits", name="compliance")
def compliance(at: At, year: str = "", quarter: str = "", step: str = "", agency: str = "") -> Response:
    """Show the time limits kept in a year, by quarter, time limit and agency."""
    found = _year(at, year)
    shown = compliance_page(found, QualityFilter(quarter, step, agency))
    return at.page("quality/compliance.html", shown=shown, year=found, fates=FATES)


@router.get("/quality/time-limits/steps", name="compliance_steps")
def steps(at: At, year: str, quarter: str = "", step: str = "", agency: str = "", fate: str = "") -> Response:
    """Show the steps behind a figure, each with its case."""
    found = _year(at, year)
    chosen = QualityFilter(quarter, step, agency, fate if fate in FATES else "")
    return at.page("quality/steps.html", shown=behind(found, chosen), year=found, chosen=chosen, fates=FATES)


@router.get("/quality/time-limits/published", name="compliance_published")
def for_anybody(at: At, year: str) -> Response:
    """Show what of the time limits of a year may be published: as it was known when its summary was."""
    wanted = year_of(year)
    known, paper = _published(at, wanted)
    return at.page("quality/published.html", paper=paper, year=wanted.name, known=known)


def paper_published(at: Desk, year: str) -> Paper | None:
    """What of the time limits of a year may be published; None where its summary is not published yet."""
    return _published(at, year_of(year))[1]


def _published(at: Desk, wanted: Year) -> tuple[date | None, Paper | None]:
    with at.reading() as tx:
        kept = published_summary(tx, wanted)
        known = known_at(kept) if kept else None
        return known, published(summary_of(tx, wanted, at.viewer.today, known), at.site.committee) if kept else None


@router.get("/quality/conformance", name="conformance")
def conformance(at: At, year: str = "", kind: str = "", ref: str = "") -> Response:
    """Show what was done in a year against what the edition allows: each deviation with its entry and its rule."""
    found = _year(at, year)
    shown = conformance_page(found, kind if kind in KINDS else "", ref)
    return at.page("quality/conformance.html", shown=shown, year=found, kinds=KINDS, ref=ref)


@router.get("/quality/map", name="process_map")
def process_map(at: At, year: str = "", edition: str = "", way: str = "") -> Response:
    """Show which step followed which in a year, drawn and as a table."""
    found = _year(at, year)
    with at.reading() as tx:
        shown = map_page(tx, found, edition, way)
    return at.page("quality/map.html", shown=shown, year=found, way=way)


def _year(at: Desk, year: str) -> OneYear:
    """The figures of a year, without the cases that are kept from whoever looks."""
    hidden = at.kept_from_them()
    with at.reading() as tx:
        return one_year(tx, at.viewer, hidden, year)

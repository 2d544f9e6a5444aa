"""The year's summary at the desk: looked at, saved in every kind, and published once it was seen."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.responses import Response

from states.errors import NotFound, NotPossible, Refused
from web.answers import Filled
from web.desk import Desk
from web.errors import refusal
from web.form_routes import form_at
from web.guard import At
from web.keeping import Keeping
from web.pages.learning_pages import sent
from workflows.papers.kinds import KINDS
from workflows.papers.paper import Paper
from workflows.reports import publication
from workflows.reports.annual_summary import summary_of
from workflows.reports.annual_summary_paper import paper
from workflows.reports.case_files import Year, year_of
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.publish_summary import check_against, publish_summary
from workflows.views.hidden_cases import check_year
from workflows.views.years import years_of

router = APIRouter()

VERSIONS = {"full": "For the committee", "public": "For anybody", "published": "As it was published"}
DRAFT = "The year is not over: this is a draft, not for publication."
NOT_PUBLISHED = "No summary of {year} was published yet."
NO_VERSION = "A summary is {versions}, not {said!r}."
FIRST_PUBLISH = "What is for anybody leaves as it was published: publish the summary of {year} first."


@router.get("/learning/years", name="years")
def years(at: At) -> Response:
    """Show the years, and what of each was published."""
    with at.reading() as tx:
        found = years_of(tx, at.viewer.today)
    return at.page("learning/years.html", years=found)


@router.get("/learning/years/{year}/{version}", name="year")
def one_year(at: At, year: str, version: str) -> Response:
    """Show the summary of a year: the committee's own, what may be published, or what was."""
    wanted = year_of(year)
    return _shown(at, wanted, version)


@router.get("/learning/years/{year}/{version}/{kind}", name="year_file")
def one_year_file(at: At, year: str, version: str, kind: str) -> Response:
    """Send the summary of a year as a file. What is for anybody leaves as it was published, or as a draft."""
    return sent(leaving(at, year, version), kind, f"summary-{year_of(year).name}-{version}", "summary.docx")


def leaving(at: Desk, year: str, version: str) -> Paper:
    """The summary of a year as it leaves. Raises NotPossible for one for anybody that is not published yet."""
    wanted = year_of(year)
    if version == "public" and at.viewer.today > wanted.last:
        raise NotPossible(FIRST_PUBLISH.format(year=wanted.name))
    with at.reading() as tx:
        return _made(at, tx, wanted, version)


@router.post("/learning/years/{year}/published", name="year_publication")
def publish(at: At, year: str) -> Response:
    """Publish the summary of a year that is over: it is kept as it is printed."""
    wanted = year_of(year)
    try:
        with at.uow() as uow:
            _published(at, uow, wanted)
    except Refused as refused:
        return _shown(at, wanted, "public", refused)
    return at.go_to(f"/learning/years/{wanted.name}/published?did=published", done=True)


@form_at("/learning/years/{year}/published", "year_publication")
def _publishing(at: Desk, year: str) -> Keeping:
    """Publish the summary of a year that is over: it is kept as it is printed."""
    wanted = year_of(year)

    def do(uow: UnitOfWork, _: Filled) -> str:
        _published(at, uow, wanted)
        return f"The summary of {wanted.name} is published, and kept as it was printed."

    return Keeping("Publish the summary of a year", "Publish", "/learning/years", (), do)


def _published(at: Desk, uow: UnitOfWork, wanted: Year) -> None:
    """Publish the summary of a year. Raises NotPossible for one that is not over."""
    if at.viewer.today <= wanted.last:
        raise NotPossible(DRAFT)
    publish_summary(uow, wanted, at.site.committee)


def _shown(at: Desk, wanted: Year, version: str, wrong: Refused | None = None) -> Response:
    with at.reading() as tx:
        line = next((one for one in years_of(tx, at.viewer.today) if one.year == wanted), None)
        made = _made(at, tx, wanted, version)
    return at.page(
        "learning/year.html",
        **refusal(wrong),
        paper=made,
        year=wanted,
        over=at.viewer.today > wanted.last,
        published_at=line.published_at if line else None,
        version=version,
        versions=VERSIONS,
        kinds=KINDS,
    )


def _made(at: Desk, tx: Connection, wanted: Year, version: str) -> Paper:
    today, committee = at.viewer.today, at.site.committee
    if version == "full":
        summary = summary_of(tx, wanted, today)
        check_year(summary, at.hidden(tx))
        return paper(summary, committee, full=True)
    if version == "published":
        found = publication.published(tx, wanted)
        if found is None:
            raise NotFound(NOT_PUBLISHED.format(year=wanted.name))
        return publication.paper_of(found)
    if version != "public":
        raise NotFound(NO_VERSION.format(versions=" or ".join(VERSIONS), said=version[:20]))
    made = publication.to_publish(tx, wanted, committee, today)
    check_against(publication.printings(tx, wanted), wanted, made)
    return made if today > wanted.last else replace(made, warning=DRAFT)

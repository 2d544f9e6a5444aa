"""`cairn summary`: the year's summary, for everybody or for the committee."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import BadParameter, Option

from cli.files_out import appearing, contents, out, told
from cli.options import AsAt, keep
from cli.paper_options import WORD, Docx, Pdf, Xlsx, committee_name
from cli.session import Session

if TYPE_CHECKING:
    from workflows.papers.paper import Paper
    from workflows.reports.case_files import Year

Files = tuple[Path | None, Path | None, Path | None, Path]
"""The names of the files a paper is written to, and the template of the Word document."""
DRAFT = "The year is not over: this is a draft, not for publication."
Published = Annotated[bool, Option("--published", help="As it was published: the paper that was kept then.")]
Written = Annotated[str, Option("--year", metavar="YEAR", help="The financial year, such as 2025-26.")]
Full = Annotated[bool, Option("--full", help="For the committee only: every case, and every count in full.")]
Template = Annotated[Path | None, Option("--template", metavar="FILE", help="Your own Word template.")]


@keep
def summary(
    session: Session,
    year: Written,
    full: Full = False,
    published: Published = False,
    as_at: AsAt = None,
    docx: Docx = None,
    pdf: Pdf = None,
    xlsx: Xlsx = None,
    template: Template = None,
) -> None:
    """Sum up a year: every case considered, whether or not a review followed, and what was learned."""
    from workflows.reports.case_files import year_of

    wanted, files = year_of(year), (docx, pdf, xlsx, template or WORD / "summary.docx")
    leaves = session.as_json or any((docx, pdf, xlsx))
    if leaves and not published and not full and session.today > wanted.last:
        _publish(session, wanted, as_at, files)
        return
    if published:
        made = _kept(session, wanted)
    elif full:
        made = _for_the_committee(session, wanted, as_at)
    else:
        made = _for_anybody(session, wanted, as_at)
    out(session, made, *files)


def _for_the_committee(session: Session, year: Year, as_at: date | None) -> Paper:
    from workflows.reports.annual_summary import summary_of
    from workflows.reports.annual_summary_paper import paper
    from workflows.views.hidden_cases import check_year

    with session.reading() as tx:
        found = summary_of(tx, year, session.today, as_at)
    check_year(found, session.hidden())
    return paper(found, committee_name(), full=True)


def _publish(session: Session, year: Year, as_at: date | None, files: Files) -> None:
    """What leaves of a year that is over is kept as it is printed, and its files appear once it is."""
    from records.once_kept import once_kept
    from workflows.verbs.publish_summary import publish_summary

    with session.uow(keeps=True) as uow:
        made = publish_summary(uow, year, committee_name(), as_at)
        written = once_kept(uow.tx, appearing(contents(made, *files)))
    told(session, made, made.facts(), written)


def _for_anybody(session: Session, year: Year, as_at: date | None) -> Paper:
    """What may be published, looked at: a draft, where the year is not over."""
    from workflows.reports import publication
    from workflows.verbs.publish_summary import check_against

    with session.reading() as tx:
        made = publication.to_publish(tx, year, committee_name(), session.today, as_at)
        check_against(publication.printings(tx, year), year, made)
    return made if session.today > year.last else replace(made, warning=DRAFT)


def _kept(session: Session, year: Year) -> Paper:
    from workflows.reports import publication

    with session.reading() as tx:
        found = publication.published(tx, year)
    if found is None:
        raise BadParameter(f"no summary of {year.name} was published: leave --published out.")
    return publication.paper_of(found)

"""`cairn summary`: the year's summary, for everybody or for the committee."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

from cli.files_out import out
from cli.options import look
from cli.paper_options import WORD, Docx, Pdf, Xlsx, committee_name
from cli.session import Session

Written = Annotated[str, Option("--year", metavar="YEAR", help="The financial year, such as 2025-26.")]
Full = Annotated[bool, Option("--full", help="For the committee only: every case, and every count in full.")]
Template = Annotated[Path | None, Option("--template", metavar="FILE", help="Your own Word template.")]


@look
def summary(
    session: Session,
    year: Written,
    full: Full = False,
    docx: Docx = None,
    pdf: Pdf = None,
    xlsx: Xlsx = None,
    template: Template = None,
) -> None:
    """Sum up a year: every case considered, whether or not a review followed, and what was learned."""
    from workflows.reports.annual_summary import summary_of
    from workflows.reports.annual_summary_paper import paper
    from workflows.reports.case_files import year_of

    wanted = year_of(year)
    with session.reading() as tx:
        made = paper(summary_of(tx, wanted, session.today), committee_name(), full=full)
    out(session, made, docx, pdf, xlsx, template or WORD / "summary.docx")

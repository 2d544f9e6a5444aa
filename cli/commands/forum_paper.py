"""`cairn forum-paper`: the paper for the chairs' forum."""

from __future__ import annotations

from cli.files_out import out
from cli.options import look
from cli.paper_options import WORD, Docx, Pdf, Xlsx, committee_name
from cli.session import Session


@look
def forum_paper(session: Session, docx: Docx = None, pdf: Pdf = None, xlsx: Xlsx = None) -> None:
    """Write the paper for the chairs' forum: what is put forward, and what earlier items changed."""
    from workflows.reports.forum_paper import forum_paper as paper_of

    with session.reading() as tx:
        made = paper_of(tx, committee_name(), session.today, session.hidden())
    out(session, made, docx, pdf, xlsx, WORD / "paper.docx")

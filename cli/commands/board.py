"""`cairn board`: what was promised, what is proven, what it changed."""

from __future__ import annotations

from cli.files_out import contents, told, write
from cli.options import look
from cli.paper_options import WORD, Docx, Pdf, Xlsx, committee_name
from cli.session import Session


@look
def board(session: Session, docx: Docx = None, pdf: Pdf = None, xlsx: Xlsx = None) -> None:
    """Show the follow-through board: for each recommendation what was promised, what is proven, what it changed."""
    from workflows.reports import follow_through_board as boards

    with session.reading() as tx:
        found = boards.board(tx, session.today, session.hidden())
    made = boards.paper(found, committee_name())
    told(session, made, found.facts(), write(contents(made, docx, pdf, xlsx, WORD / "paper.docx")))

"""The page of a case, its history, the case as it was on a day, and as a PDF."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from config.bodies import body_of, heading
from records import cases as kept
from records.recommendations import KIND
from web.answers import days_typed
from web.guard import At
from web.links import MARKS, case_address
from workflows.papers.pdf import pdf
from workflows.views.answer_words import recorded
from workflows.views.case_documents import scanned_documents
from workflows.views.case_drawing import case_drawing
from workflows.views.case_page import case_page
from workflows.views.case_paper import case_paper
from workflows.views.history import history_page
from workflows.views.history_filter import HistoryWanted, narrowed

router = APIRouter()

From = Annotated[str, Query(alias="from")]
To = Annotated[str, Query(alias="to")]
"""The days between which a history is narrowed, as the address says them."""
NEWEST = 10
"""How many entries of its history the page of a case shows."""


@router.get("/cases/{ref}", name="case")
def case(at: At, ref: str, entry: int = 0) -> Response:
    """Show a case: where it stands, what can be done next, its dates drawn and listed, requests and newest entries."""
    with at.reading_case(ref) as tx:
        found = kept.find(tx, ref, to_change=False)
        if found.procedure.kind == KIND:
            return at.go_to(f"/recommendations/{found.ref}{f'?entry={entry}' if entry else ''}")
        shown, drawn = case_page(tx, found, at.viewer), case_drawing(found, at.viewer)
        told = history_page(tx, found, marks=MARKS).entries
        documents = scanned_documents(tx, told)
    done = next((one for one in told if one.entry.sequence == entry), None)
    entries, procedure = told[::-1][:NEWEST], found.procedure
    return at.page(
        "case.html",
        case=shown,
        drawn=drawn,
        procedure=procedure,
        documents=documents,
        entries=entries,
        more=len(told),
        done=done,
    )


@router.get("/cases/{ref}/history", name="case_history")
def history(at: At, ref: str, kind: str = "", who: str = "", first: From = "", last: To = "") -> Response:
    """Show what was recorded on a case, the newest first: all of it, or what the address asks for."""
    days, wrong = days_typed({"From": first, "To": last})
    wanted = HistoryWanted(kind, who, *days)
    with at.reading_case(ref) as tx:
        found = kept.find(tx, ref, to_change=False)
        shown = narrowed(history_page(tx, found, marks=MARKS).entries, wanted)
    return at.page(
        "history.html",
        status=422 if wrong else 200,
        ref=found.ref,
        shown=shown,
        wanted=wanted,
        typed={"first": first, "last": last},
        wrong=wrong,
        procedure=found.procedure,
    )


@router.get("/cases/{ref}/as-it-was", name="case_as_it_was")
def as_it_was(at: At, ref: str, day: str = "") -> Response:
    """Show a case as it was known at the end of a day."""
    (wanted,), wrong = days_typed({"The day": day})
    with at.reading_case(ref) as tx:
        found = kept.find(tx, ref, to_change=False)
        shown = history_page(tx, found, wanted, MARKS) if wanted else None
    fields = shown.then.fields if shown and shown.then else {}
    known = tuple(recorded(found.procedure.recordable, fields))
    status = 422 if wrong else 200
    return at.page("as_it_was.html", status=status, ref=found.ref, shown=shown, typed=day, wrong=wrong, recorded=known)


@router.get("/cases/{ref}/case.pdf", name="case_pdf")
def as_pdf(at: At, ref: str) -> Response:
    """Send the case as it stands as a tagged PDF."""
    with at.reading_case(ref) as tx:
        found = kept.find(tx, ref, to_change=False)
        whose = heading(at.site.committee, body_of(found.procedure))
        paper = case_paper(case_page(tx, found, at.viewer), history_page(tx, found).entries, whose, at.viewer)
    named = {"content-disposition": f'attachment; filename="{case_address(found.ref).rpartition("/")[2]}.pdf"'}
    return Response(pdf(paper), media_type="application/pdf", headers=named)

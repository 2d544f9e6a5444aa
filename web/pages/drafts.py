"""The forms that somebody began and has not sent: gone on with, or forgotten."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from records import form_drafts
from web.guard import At
from workflows.verbs.form_draft import forget_form

router = APIRouter()


@router.get("/drafts", name="drafts")
def drafts(at: At) -> Response:
    """Show one's own, the newest first."""
    with at.reading() as tx:
        found = form_drafts.of_account(tx, at.installation.keys, at.signed_in.account.id, at.now)
    return at.page("drafts.html", drafts=found)


@router.post("/drafts", name="drafts")
def forget(at: At) -> Response:
    """Forget one."""
    with at.uow() as uow:
        forget_form(uow, at.said("address"))
    return at.go_to("/drafts")

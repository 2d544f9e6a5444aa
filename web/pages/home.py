"""The first page: what needs whoever is signed in; for an administrator the committee's pages."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from web.guard import At
from web.policy import TABLE

router = APIRouter()


@router.get("/", name="home")
def home(at: At) -> Response:
    """Go on to the first page that one's role has."""
    mine = TABLE["my_work"].lets(at.signed_in.session.role, doing=False)
    return at.go_to("/my-work" if mine else "/committee")

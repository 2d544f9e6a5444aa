"""The first page: what needs whoever is signed in, what is open for their agency, or the committee's pages."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from web.guard import At
from web.policy import TABLE

router = APIRouter()

FIRST = (("my_work", "/my-work"), ("agency_work", "/agency"), ("committee", "/committee"))
"""The pages that are somebody's first, with their addresses."""


@router.get("/", name="home")
def home(at: At) -> Response:
    """Go on to the first page that one's role has."""
    mine = (address for name, address in FIRST if at.lets(TABLE[name]))
    return at.go_to(next(mine, "/sessions"))

"""Search everywhere, and the shortcuts of the keyboard, which everybody can switch off."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from web.guard import At
from workflows.verbs.desk_settings import set_shortcuts
from workflows.views.search import search_everything

router = APIRouter()

LONGEST = 200
SHORTCUTS = (
    ("/", "Search"),
    ("g w", "My work"),
    ("g c", "Cases"),
    ("g t", "Tasks"),
    ("g y", "Waiting for a yes"),
    ("?", "This page"),
)


@router.get("/search", name="search")
def search(at: At, q: str = "") -> Response:
    """Show the cases, recommendations, agencies and lines of the history there are about some words."""
    with at.reading() as tx:
        found = search_everything(tx, q[:LONGEST], at.hidden(tx))
    return at.page("search.html", found=found)


@router.get("/shortcuts", name="shortcuts")
def shortcuts(at: At) -> Response:
    """Show the keys there are, and whether they work."""
    return at.page("shortcuts.html", keys=SHORTCUTS)


@router.post("/shortcuts", name="shortcuts")
def switch(at: At) -> Response:
    """Switch the keys on or off, in every browser of whoever is signed in."""
    with at.uow() as uow:
        set_shortcuts(uow, work=at.said("work") == "yes")
    return at.go_to("/shortcuts")

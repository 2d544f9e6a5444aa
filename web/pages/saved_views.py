"""Saved views: a list as somebody filtered it, kept under a name and removed again."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.responses import Response

from states.errors import NotFound
from web.guard import At
from web.list_filters import LISTS, query_of
from workflows.verbs.saved_views import remove_view, save_view

router = APIRouter()

NO_LIST = "There is no such list: go back to the one you wanted to save, and save it from there."


@router.post("/{page}/views", name="views")
def keep(at: At, page: str) -> Response:
    """Keep the list as it is filtered, and show it."""
    if page not in LISTS:
        raise NotFound(NO_LIST)
    query = query_of(page, dict(parse_qsl(at.said("query"))))
    with at.uow() as uow:
        save_view(uow, page, at.said("name"), query)
    return at.go_to(f"/{page}{'?' if query else ''}{query}")


@router.post("/{page}/views/{number}/remove", name="view_remove")
def remove(at: At, page: str, number: int) -> Response:
    """Remove a view, and show the list as it is for everybody."""
    if page not in LISTS:
        raise NotFound(NO_LIST)
    with at.uow() as uow:
        remove_view(uow, number)
    return at.go_to(f"/{page}")

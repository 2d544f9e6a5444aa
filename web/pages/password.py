"""One's own password: another one is set by whoever knows the one there was."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from states.errors import BadAnswer, Refused
from web.desk import Desk
from web.errors import refusal
from web.guard import At
from web.pages.invitation import NOT_THE_SAME
from workflows.verbs.passwords import SHORTEST
from workflows.verbs.sign_in import change_password, count_try

router = APIRouter()


@router.get("/password", name="password")
def form(at: At) -> Response:
    """Ask for the password there is, and twice for another."""
    return _shown(at)


@router.post("/password", name="password")
def change(at: At) -> Response:
    """Set it; one's other sessions end."""
    try:
        with at.uow() as uow:
            count_try(uow, at.signed_in.account.sign_in, at.address)
        if _typed(at, "password") != _typed(at, "again"):
            raise BadAnswer(NOT_THE_SAME)
        with at.uow() as uow:
            change_password(uow, at.signed_in.session, _typed(at, "old"), _typed(at, "password"))
    except Refused as refused:
        return _shown(at, refused)
    return at.go_to("/sessions?did=password")


def _typed(at: Desk, name: str) -> str:
    """A password, letter for letter."""
    said = at.form.get(name, "")
    return said if isinstance(said, str) else ""


def _shown(at: Desk, refused: Refused | None = None) -> Response:
    return at.page("password.html", **refusal(refused), shortest=SHORTEST)

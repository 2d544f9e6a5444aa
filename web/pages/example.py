"""Looking at an example committee: begun with one click, on the first visit or later, and left again."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from states.errors import NotFound
from web.desk import Desk
from web.example import COOKIE, example_of
from web.guard import At
from workflows.verbs.sign_in import invited, sign_out

router = APIRouter()

NOT_THERE = "You are not in the example: go to the first page, and begin from there."
BACK = "__Host-cairn-back"
"""The cookie that holds the code of the first visit, for whoever looks at the example before making an account."""


@router.post("/example", name="example")
def look(at: At) -> Response:
    """Look at the example, for somebody who is signed in."""
    return _begin(at)


@router.post("/invitations/{code}/example", name="example_first")
def look_first(at: At, code: str) -> Response:
    """Look at the example on the first visit, for whoever has an invitation."""
    with at.uow() as uow:
        invited(uow, code)
    answer = _begin(at)
    answer.set_cookie(BACK, code, path="/", secure=True, httponly=True, samesite="lax")
    return answer


@router.post("/example/again", name="example_again")
def look_again(at: At) -> Response:
    """Go on as the visitor, for a browser that is in the example. Raises NotFound for any other."""
    if not at.site.example:
        raise NotFound(NOT_THERE)
    return _begin(at)


@router.post("/example/leave", name="example_leave")
def leave(at: At) -> Response:
    """Leave the example, to one's own committee or to where one came from."""
    if at.site.example and at.who is not None:
        with at.uow() as uow:
            sign_out(uow, at.signed_in.session)
    code = at.request.cookies.get(BACK, "")
    answer = at.go_to(f"/invitations/{code}" if code.replace("-", "").replace("_", "").isalnum() else "/")
    for name in (COOKIE, BACK):
        answer.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def _begin(at: Desk) -> Response:
    token = example_of(at.request).begin(at.request.headers.get("user-agent", ""))
    answer = at.go_to("/my-work")
    answer.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="lax")
    return answer

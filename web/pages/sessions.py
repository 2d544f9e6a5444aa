"""One's own account: the roles one has, and the sessions that run."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from records import credentials
from states.errors import BadAnswer, NotFound, Refused, TooManyTries
from web.desk import Desk
from web.errors import refusal
from web.guard import At
from web.pages.sign_in import chosen
from workflows.verbs.sign_in import NO_SUCH_SESSION, count_try, end_session
from workflows.views.signed_in import own_sessions

router = APIRouter()


@router.get("/sessions", name="sessions")
def sessions(at: At) -> Response:
    """Show where one is signed in."""
    with at.reading() as tx:
        shown = own_sessions(tx, at.signed_in, at.outside)
    return at.page("sessions.html", sessions=shown)


@router.post("/sessions/extend", name="session_extend")
def extend(at: At) -> Response:
    """Stay signed in: that one asked is use enough. Says in how many seconds the session ends now."""
    return JSONResponse({"seconds": at.seconds_left})


@router.get("/sessions/{number}/end", name="session_end")
def asks_to_end(at: At, number: str) -> Response:
    """Ask for the password before one of one's sessions is ended."""
    return _ending(at, number)


@router.post("/sessions/{number}/end", name="session_end")
def end(at: At, number: str) -> Response:
    """End one of one's sessions, once the password is given again."""
    account = at.signed_in.account
    try:
        with at.uow() as uow:
            count_try(uow, account.sign_in, at.address)
        with at.uow() as uow:
            end_session(uow, account.id, number, chosen(at).password)
    except (BadAnswer, TooManyTries) as refused:
        return _ending(at, number, refused)
    return at.go_to("/sessions")


def _ending(at: Desk, number: str, refused: Refused | None = None) -> Response:
    with at.reading() as tx:
        found = next((one for one in own_sessions(tx, at.signed_in, at.outside) if one.number == number), None)
        known = credentials.of_account(tx, at.installation.keys, at.signed_in.account.id) is not None
    if found is None:
        raise NotFound(NO_SUCH_SESSION)
    return at.page("session_end.html", **refusal(refused), one=found, asks_password=known)

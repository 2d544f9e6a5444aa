"""One's own account: the roles one has, and the sessions that run."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from web.guard import At
from workflows.verbs.sign_in import end_session
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


@router.post("/sessions/{number}/end", name="session_end")
def end(at: At, number: str) -> Response:
    """End one of one's sessions."""
    with at.uow() as uow:
        end_session(uow, at.signed_in.account.id, number)
    return at.go_to("/sessions")

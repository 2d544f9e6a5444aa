"""Turns any error into a plain page that says what is wrong and what to do, never a traceback."""

from __future__ import annotations

from datetime import datetime
from traceback import format_exc
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from states.errors import (
    BadAnswer,
    NotFound,
    NotPossible,
    NotSignedIn,
    OldLink,
    PapersShut,
    Refused,
    StaleVersion,
    StorageTrouble,
    TooManyTries,
    UnknownStep,
)
from web.desk import SEE_OTHER, Site
from web.guard import NotYours, OtherSite, SignInNeeded
from web.kept_form import KeptForm, kept_of
from web.links import sentences
from web.typed_before import TypedBefore, typed_before
from web.visit import VisitClosed
from workflows.installation.error_log import unexpected

STATUS: tuple[tuple[type[Refused], int], ...] = (
    (OtherSite, 403),
    (NotYours, 403),
    (PapersShut, 403),
    (NotSignedIn, 401),
    (TooManyTries, 429),
    (NotFound, 404),
    (OldLink, 410),
    (UnknownStep, 404),
    (BadAnswer, 422),
    (StaleVersion, 409),
    (NotPossible, 409),
    (StorageTrouble, 503),
)
"""What each refusal is called over HTTP; any other is 500."""
WORDS = {
    400: "What was sent cannot be read: it broke off on its way, or a text in it is longer than a form can take.",
    404: "There is no such page: check the address.",
    405: "This page cannot be used like that: go back, and use the buttons on it.",
    413: "What was sent is too large: a text has 20,000 characters at most (attach what is longer as a file), and the "
    "files of one form have 250 MB together.",
}
TITLES = {
    401: "You are not signed in",
    403: "You may not do this",
    404: "Not found",
    410: "This link is old",
    409: "This cannot be done as things stand",
    422: "This cannot be taken as it is",
    429: "Too many tries",
    503: "Try again in a moment",
}
PROBLEM = "There is a problem"
CLOSED = "This page has closed"
NOTHING_TYPED: dict[str, Any] = {"typed": TypedBefore(), "closed": False, "back": ""}


def add_error_pages(app: FastAPI) -> None:
    """Have every refusal, and everything that is not expected, end in a page."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _unreadable)


def status_of(refused: Refused) -> int:
    """What a refusal is called over HTTP."""
    return next((status for kind, status in STATUS if isinstance(refused, kind)), 500)


def refusal(refused: Refused | None) -> dict[str, Any]:
    """What a page is shown with that comes back with what is wrong, if anything is: its status and the sentences."""
    return {"status": status_of(refused), "wrong": sentences(refused)} if refused else {"status": 200, "wrong": ()}


class CatchAll:
    """Turns an unexpected error into a page with a reference; its details go to the error log."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app, self.site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; what fails before its answer began is answered in its place."""
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception:
            if begun or scope["type"] != "http":
                raise
            said = await run_in_threadpool(_written_down, self.site, format_exc(), self.site.clock())
            await _page(self.site, 500, (said,))(scope, receive, send)


def _written_down(site: Site, trace: str, now: datetime) -> str:
    return unexpected(site.installation.settings.data, trace, now)


async def _refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    if _is_of_letter(request):
        return await _of_letter(request, refused)
    if isinstance(refused, NotYours):
        shown: dict[str, Any] = {"title": TITLES[403], "said": sentences(refused), "letter": None}
        shown |= {"roles": refused.roles, "then": refused.then}
        return refused.desk.page("problem.html", status=status_of(refused), **shown)
    return _page(_site(request), status_of(refused), sentences(refused))


async def _of_letter(request: Request, refused: Refused) -> Response:
    """What is wrong, for whoever came by the link of a letter, with what they typed and the way back to its page."""
    closed, visit = isinstance(refused, VisitClosed), getattr(request.state, "visit", None)
    typed = await typed_before(request) if closed or visit else TypedBefore()
    shown = {"typed": typed, "closed": closed, "back": visit.address if visit else ""}
    return _page(_site(request), status_of(refused), sentences(refused), CLOSED if closed else "", of_letter=shown)


async def _sign_in(request: Request, needed: Exception) -> Response:  # noqa: ARG001  Starlette calls it so
    assert isinstance(needed, SignInNeeded)
    kept = kept_of(needed.desk) if needed.desk else KeptForm()
    if needed.desk and kept.address:
        return needed.desk.page("sign_in.html", status=401, then="", wrong=(), kept=kept)
    return RedirectResponse(needed.address, SEE_OTHER)


async def _http(request: Request, trouble: Exception) -> Response:
    assert isinstance(trouble, HTTPException)
    words = WORDS.get(trouble.status_code, "This cannot be done.")
    of_letter = NOTHING_TYPED if _is_of_letter(request) else None
    return _page(_site(request), trouble.status_code, (words,), of_letter=of_letter)


async def _unreadable(request: Request, trouble: Exception) -> Response:  # noqa: ARG001  as above
    return _page(_site(request), 404, (WORDS[404],))


def _site(request: Request) -> Site:
    """The site somebody is on: the example's, where the guard found that they visit it."""
    found: Site = getattr(request.state, "site", None) or request.app.state.site
    return found


def _is_of_letter(request: Request) -> bool:
    """Whether somebody came by the link of a letter: they have no first page, and no clock of ours to set right."""
    return request.url.path.startswith(("/letters/", "/answers/"))


def _page(
    site: Site, status: int, said: tuple[str, ...], title: str = "", *, of_letter: dict[str, Any] | None = None
) -> HTMLResponse:
    """The page. `of_letter` is what it shows besides to whoever came by the link of a letter."""
    shown = {"title": title or TITLES.get(status, PROBLEM), "said": said, "roles": (), "then": "", "letter": of_letter}
    return HTMLResponse(
        site.templates.get_template("problem.html").render(desk=None, committee=site.committee, site=site, **shown),
        status,
    )

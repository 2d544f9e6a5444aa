"""The interface for programs as an application: its addresses are those of the desk, under /api/v1."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache, partial
from traceback import format_exc

from anyio import move_on_after, to_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from states.errors import Refused, StorageTrouble
from web.api import commands, operation_forms, sent_files, views
from web.api.operations import Operation, operations
from web.api.problems import TooLarge, Unreadable, answered, problem_of, problem_with
from web.api.token_guard import check_token, enter
from web.desk import Desk, Site
from web.policy import TABLE
from web.sent_form import LARGEST_FORM
from workflows.installation.error_log import unexpected

TOO_LARGE = "What was sent is too large: 6 MB at most, 30 MB with files. Send larger files at the desk."
BROKE_OFF = "What was sent broke off on its way: send it again."
NO_ADDRESS = "There is nothing at this address: docs/api.md, and GET /api/v1/openapi.json, say what there is."
NO_METHOD = "This address takes no {method}: GET /api/v1/openapi.json says what it takes."
Endpoint = Callable[[Request], Awaitable[Response]]


class Programs:
    """The interface of one committee: its tokens, its cases, its clock.

    An address is looked for among those that are written like it, of which there are few; whatever is at none of them,
    or takes another method, is answered by the list of all.
    """

    def __init__(self, site: Site) -> None:
        self.every = Starlette(routes=routes(), exception_handlers={HTTPException: _http})
        self.every.state.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        for route, endpoint in alike(scope) if scope["type"] == "http" else ():
            match, found = route.matches(scope)
            if match is Match.FULL:
                scope.update(found, app=self.every, route=route)
                answer = await endpoint(Request(scope, receive, send))
                await answer(scope, receive, send)
                return
        await self.every(scope, receive, send)


def alike(scope: Scope) -> tuple[tuple[Route, Endpoint], ...]:
    """The operations that an address may be of: by its method, and by what stands in the places that say what it is."""
    address = scope["path"].removeprefix(scope.get("root_path", ""))
    return _by_place().get((scope["method"], *_said(address)), ())


@cache
def _by_place() -> Mapping[tuple[str, ...], tuple[tuple[Route, Endpoint], ...]]:
    """Every operation, in its order, under its method and what its address says in the first and third place."""
    found: dict[tuple[str, ...], list[tuple[Route, Endpoint]]] = {}
    for one in operations():
        route, endpoint = _route(one)
        found.setdefault((one.method, *_said(one.address)), []).append((route, endpoint))
    return {key: tuple(several) for key, several in found.items()}


def _said(address: str) -> tuple[str, str]:
    """What an address says in its first and third place: of which kind of thing it is, and of what of that."""
    _, kind, _, what, *_ = (*address.split("/", 4), "", "", "", "")
    return kind, what


@cache
def routes() -> list[Route]:
    """The addresses of all operations: what is looked at and what is done stand at one where they do at the desk."""
    described = Route("/openapi.json", _document, name="openapi")
    known = (_route(one)[0] for one in operations())
    return [described, Route(commands.ADDRESS, _command, methods=["POST"], name="commands"), *known]


@cache
def _route(one: Operation) -> tuple[Route, Endpoint]:
    endpoint = _endpoint(one)
    return Route(one.address, endpoint, methods=[one.method], name=one.name), endpoint


async def _document(_: Request) -> Response:
    """What there is, for anybody: it says nothing of any case."""
    from web.api.document import text

    return Response(text(), media_type="application/json")


async def _command(request: Request) -> Response:
    """A command of the terminal, with its files: nothing is taken in from whoever holds no token."""
    site: Site = request.app.state.site
    try:
        await run_in_threadpool(check_token, site, request)
        body = await _body(request, commands.LARGEST)
    except Refused as refused:
        return answered(problem_of(refused))
    with move_on_after(commands.LONGEST):
        work = partial(_told, site, lambda: commands.done(site, request, body))
        return await to_thread.run_sync(work, abandon_on_cancel=True)
    return answered(problem_of(StorageTrouble(commands.SLOW)))


def _endpoint(operation: Operation) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            body = await _sent(operation, request) if operation.method == "POST" else b""
        except Refused as refused:
            return answered(problem_of(refused))
        return await run_in_threadpool(_answer, operation, request, body)

    return answer


async def _sent(operation: Operation, request: Request) -> bytes:
    """What was sent; more than a form holds is taken in from whoever holds a token alone."""
    if not TABLE[operation.policy].files or _is_small(request):
        return await _body(request)
    await run_in_threadpool(check_token, request.app.state.site, request)
    return await _body(request, sent_files.LARGEST)


def _is_small(request: Request) -> bool:
    """Whether no more comes than a form without files holds; what does not say how long it is may be longer."""
    length = request.headers.get("content-length", "")
    return length.isdecimal() and int(length[:12]) <= LARGEST_FORM


async def _body(request: Request, largest: int = LARGEST_FORM) -> bytes:
    """What was sent, as long as it is not too large. Raises TooLarge, and Unreadable where it broke off."""
    parts, size = list[bytes](), 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > largest:
                raise TooLarge(TOO_LARGE)
            parts.append(part)
    except ClientDisconnect:
        raise Unreadable(BROKE_OFF) from None
    return b"".join(parts)


def _answer(operation: Operation, request: Request, body: bytes) -> Response:
    """One answer, whatever happens: what is refused as problem details, what is not expected with a reference."""
    site: Site = request.app.state.site

    def carried_out() -> Response:
        desk = enter(site, request, operation.policy, doing=operation.method == "POST")
        try:
            return _carried_out(operation, desk, request, body)
        finally:
            desk.lets_go()

    return _told(site, carried_out)


def _told(site: Site, answer: Callable[[], Response]) -> Response:
    """What is answered; what is refused as problem details, what is not expected with a reference to the log."""
    try:
        return answer()
    except Refused as refused:
        return answered(problem_of(refused))
    except Exception:  # noqa: BLE001  whatever it is, the program gets a sentence and the file gets the rest
        said = unexpected(site.installation.settings.data, format_exc(), site.clock())
        return answered(problem_with(500, said))


def _carried_out(operation: Operation, desk: Desk, request: Request, body: bytes) -> Response:
    if operation.view is not None:
        return views.looked_at(desk, operation.view)
    assert operation.form is not None
    if operation.method == "GET":
        return operation_forms.form(desk, operation.form)
    sent = operation_forms.SentForm(body, request.headers.get("if-match", ""), desk.only_tried)
    return operation_forms.done(desk, operation.form, sent)


async def _http(request: Request, trouble: Exception) -> Response:
    assert isinstance(trouble, HTTPException)
    words = NO_ADDRESS if trouble.status_code == 404 else NO_METHOD.format(method=request.method)  # noqa: PLR2004
    return answered(problem_with(trouble.status_code, words), trouble.headers)

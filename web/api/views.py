"""The read side of the API: each desk view under its own name as JSON, long lists by cursor."""

from __future__ import annotations

import inspect
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar, get_type_hints

import pydantic_core
from anyio import CancelScope, to_thread
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from states.errors import BadAnswer
from web.api.as_json import to_json
from web.desk import Desk, truth_of
from workflows.views.json_names import UNWRITTEN

Line = TypeVar("Line")
Show = Callable[..., Any]

MOST, LARGEST = 100, 5000
"""How many lines of a list are sent unless more are asked for, and at most."""
NO_NUMBER = "{name} is a whole number from {low} to {high}, not {said!r}."
NO_CURSOR = "This cursor is none that was handed out here: begin without one."
CURSOR = re.compile(r"c(\d{1,18})")


@dataclass(frozen=True)
class View:
    """Something to be looked at: where, and what makes it out of the desk, the address and what is asked for."""

    name: str
    address: str
    show: Show

    @cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """What may be asked for in the address besides its own parts, by its name; the first is the desk."""
        _, *known = inspect.signature(self.show, eval_str=True).parameters.items()
        return {name: one for name, one in known if f"{{{name}" not in self.address}

    @cached_property
    def gives(self) -> Any:
        """The type of what is shown."""
        return get_type_hints(self.show)["return"]


VIEWS: dict[str, View] = {}
"""Everything that can be looked at, by the name that the policy has for it."""


def view_at(name: str, address: str) -> Callable[[Show], Show]:
    """Have something looked at under a name of the policy, at an address."""

    def enter(show: Show) -> Show:
        VIEWS[name] = View(name, address, show)
        return show

    return enter


@dataclass(frozen=True)
class Listed(Generic[Line]):
    """Lines of a list, and the cursor that goes on after them; `next` is null after the last."""

    items: tuple[Line, ...]
    next: str | None = None
    lines: Callable[[], Iterator[Sequence[Sequence[Any]]]] | None = field(default=None, metadata=UNWRITTEN)
    """The lines as they come, some at a time, where there are many: each its place in the order, and its parts."""
    names: tuple[str, ...] = field(default=(), metadata=UNWRITTEN)
    """What the parts of such a line are called."""
    most: int = field(default=MOST, metadata=UNWRITTEN)


def looked_at(desk: Desk, view: View) -> Response:
    """What is asked for. Raises BadAnswer for what cannot be asked, and Refused where it is not there."""
    said = desk.request.query_params
    asked = {name: _read(one, said[name]) for name, one in view.parameters.items() if name in said}
    shown = view.show(desk, **desk.request.path_params, **asked)
    if isinstance(shown, Response):
        return shown
    if isinstance(shown, Listed) and shown.lines is not None:
        return _Streamed(_written(shown))
    version = getattr(shown, "version", None)
    tag = {"etag": f'"{version}"'} if version is not None else {}
    return Response(to_json(shown), headers=tag, media_type="application/json")


def _read(one: inspect.Parameter, said: str) -> Any:
    if one.annotation is int:
        low, high = (1, LARGEST) if one.name == "limit" else (0, 10**9)
        if not (said.isascii() and said.isdecimal() and len(said) < 11 and low <= int(said) <= high):  # noqa: PLR2004  digits
            raise BadAnswer(NO_NUMBER.format(name=one.name, low=low, high=high, said=said[:40]))
        return int(said)
    return truth_of(one.name, said) if one.annotation is bool else said[:500]


def after(cursor: str) -> int:
    """The place in the order that a cursor goes on after; 0 for the beginning. Raises BadAnswer."""
    if not cursor:
        return 0
    with suppress(ValueError):
        found = CURSOR.fullmatch(urlsafe_b64decode(cursor.encode()).decode("ascii"))
        if found is not None:
            return int(found[1])
    raise BadAnswer(NO_CURSOR)


def cursor_at(place: int) -> str:
    """The cursor that goes on after a place."""
    return urlsafe_b64encode(f"c{place}".encode()).decode()


def paged(lines: tuple[Line, ...], limit: int, cursor: str) -> Listed[Line]:
    """A part of a list that is at hand as a whole, and the cursor that goes on after it."""
    start = after(cursor)
    more = len(lines) > start + limit
    return Listed(lines[start : start + limit], cursor_at(start + limit) if more else None)


class _Streamed(StreamingResponse):
    """Parts of JSON that are made while they are sent, and no longer than the client stays.

    Starlette 1.10.0 leaves a generator where it stood when a client has gone, with the database it reads held, until
    Python's collector of cycles comes by.
    """

    def __init__(self, parts: Generator[bytes]) -> None:
        super().__init__(parts, media_type="application/json")
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(self._parts.close)


def _written(shown: Listed[Any]) -> Generator[bytes]:
    """A long list as JSON, some lines at a time; the last place is where the next list begins."""
    assert shown.lines is not None
    lead, count, place = b'{"items":[', 0, 0
    for some in shown.lines():
        count, place = count + len(some), some[-1][0]
        yield lead + pydantic_core.to_json([dict(zip(shown.names, line[1:], strict=True)) for line in some])[1:-1]
        lead = b","
    going_on = f'"{cursor_at(place)}"' if count >= shown.most else "null"
    yield (lead if count == 0 else b"") + f'],"next":{going_on}}}'.encode()

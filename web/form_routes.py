"""Routes of a form: GET shows it and POST submits it, at one address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import APIRouter
from starlette.responses import Response

from web import deed, keeping
from web.desk import Desk
from web.guard import At

Form = TypeVar("Form")
Makes = Callable[..., Form]
"""What makes a form: it is given the desk and the parts of the address."""


@dataclass(frozen=True)
class FormAt:
    """A form and where it stands: what a person fills in on a page, and a program sends as JSON.

    `rule` is the name of the page whose rule it is under, where it has none of its own: on a page that shows more.
    `gives` is what a program is answered, where that is more than what was done.
    """

    address: str
    name: str
    make: Makes[deed.Deed] | Makes[keeping.Keeping] | Makes[keeping.Making]
    rule: str = ""
    gives: Any = None


FORMS: dict[str, FormAt] = {}
"""Every form of the desk by the name of its route, in the order in which the pages are loaded."""


def form_at(address: str, name: str, *, rule: str = "", gives: Any = None) -> Callable[[Makes[Form]], Makes[Form]]:
    """Enter a form among those there are; its page is served by other means, or there is none."""

    def enter(make: Makes[Form]) -> Makes[Form]:
        FORMS[name] = FormAt(address, name, make, rule, gives)  # type: ignore[arg-type]
        return make

    return enter


def deed_at(router: APIRouter, address: str, name: str) -> Callable[[Makes[deed.Deed]], Makes[deed.Deed]]:
    """Serve something done on a case at an address."""
    return _served(router, address, name, deed.asks, deed.done)


def keeping_at(
    router: APIRouter, address: str, name: str
) -> Callable[[Makes[keeping.Keeping]], Makes[keeping.Keeping]]:
    """Serve something kept that is no case at an address."""
    return _served(router, address, name, keeping.asks, keeping.kept)


def _served(
    router: APIRouter,
    address: str,
    name: str,
    shows: Callable[[Desk, Form], Response],
    takes: Callable[[Desk, Form], Response],
) -> Callable[[Makes[Form]], Makes[Form]]:
    def serve(make: Makes[Form]) -> Makes[Form]:
        def form(at: At) -> Response:
            return shows(at, make(at, **at.request.path_params))

        def act(at: At) -> Response:
            return takes(at, make(at, **at.request.path_params))

        FORMS[name] = FormAt(address, name, make)  # type: ignore[arg-type]
        router.add_api_route(address, form, methods=["GET"], name=name)
        router.add_api_route(address, act, methods=["POST"], name=name)
        return make

    return serve

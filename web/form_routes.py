"""A form as a resource: it stands at an address, and what is sent with it goes to the same address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter
from starlette.responses import Response

from web import deed, keeping
from web.desk import Desk
from web.guard import At

Form = TypeVar("Form")
Makes = Callable[..., Form]
"""What makes a form: it is given the desk and the parts of the address."""


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

        router.add_api_route(address, form, methods=["GET"], name=name)
        router.add_api_route(address, act, methods=["POST"], name=name)
        return make

    return serve

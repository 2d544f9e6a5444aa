"""Something kept as a resource: its form at an address, and what is sent to the same address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter
from starlette.responses import Response

from web.guard import At
from web.keeping import Keeping, asks, kept

Makes = TypeVar("Makes", bound=Callable[..., Keeping])


def keeping_at(router: APIRouter, address: str, name: str) -> Callable[[Makes], Makes]:
    """Serve a form at an address; what makes it is given the desk and the parts of the address."""

    def serve(make: Makes) -> Makes:
        def form(at: At) -> Response:
            return asks(at, make(at, **at.request.path_params))

        def act(at: At) -> Response:
            return kept(at, make(at, **at.request.path_params))

        router.add_api_route(address, form, methods=["GET"], name=name)
        router.add_api_route(address, act, methods=["POST"], name=name)
        return make

    return serve

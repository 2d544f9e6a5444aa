"""A deed as a resource: its form at an address, and what is sent to the same address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter
from starlette.responses import Response

from web.deed import Deed, asks, done
from web.guard import At

Makes = TypeVar("Makes", bound=Callable[..., Deed])


def deed_at(router: APIRouter, address: str, name: str) -> Callable[[Makes], Makes]:
    """Serve a deed at an address; what makes it is given the desk and the parts of the address."""

    def serve(make: Makes) -> Makes:
        def form(at: At) -> Response:
            return asks(at, make(at, **at.request.path_params))

        def act(at: At) -> Response:
            return done(at, make(at, **at.request.path_params))

        router.add_api_route(address, form, methods=["GET"], name=name)
        router.add_api_route(address, act, methods=["POST"], name=name)
        return make

    return serve

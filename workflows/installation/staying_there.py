"""Requests of Cairn's own go to the address that was set, and are led nowhere else by what answers there."""

from __future__ import annotations

from typing import Any
from urllib.request import HTTPRedirectHandler


class StaysThere(HTTPRedirectHandler):
    """An answer that leads elsewhere is an error, as any other that is no yes."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow none."""

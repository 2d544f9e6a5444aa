"""Requests that follow no redirect: they go to the address that was set, whatever answers there."""

from __future__ import annotations

from typing import Any
from urllib.request import HTTPRedirectHandler


class NoRedirects(HTTPRedirectHandler):
    """Makes a redirect an error, like any other answer that is not a success."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow none."""

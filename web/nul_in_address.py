"""Middleware against NUL bytes in an address: no database holds one, and PostgreSQL refuses to be asked about one."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

NUL, IN_ITS_PLACE = "\x00", "\ufffd"


class NulInAddress:
    """Replaces a NUL in an address by U+FFFD, which no reference holds either: nothing is found there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with no NUL in its address."""
        if scope["type"] == "http" and NUL in scope["path"]:
            scope = {**scope, "path": scope["path"].replace(NUL, IN_ITS_PLACE)}
        await self.app(scope, receive, send)

"""Addresses that can be looked up: no database knows a NUL, and a server refuses to be asked about one."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

NUL, IN_ITS_PLACE = "\x00", "\ufffd"


class WholeAddress:
    """Has another sign in the place of a NUL in an address, which no reference holds either: nothing is found there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with an address that can be looked up."""
        if scope["type"] == "http" and NUL in scope["path"]:
            scope = {**scope, "path": scope["path"].replace(NUL, IN_ITS_PLACE)}
        await self.app(scope, receive, send)

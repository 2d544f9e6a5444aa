"""Several committees served by one process as virtual hosts: the Host header says whose desk is meant.

Each committee is a site of its own to the browser, which keeps cookies, forms and pages of one from those of another;
on our side each has an application over its own installation, and nothing is shared but files and templates.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from web.headers import SecurityHeaders

THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})
MISDIRECTED, BAD_REQUEST = 421, 400
NOBODY = "There is no desk at this address: check the name of the site."


def host_named(which: str) -> str:
    """The host at which a browser on this machine reaches a committee by its name."""
    return f"{which}.localhost"


def host_asked(scope: Scope) -> str:
    """The host a request is for, without its port, in small letters; empty where that is not said, or said twice."""
    found = [value for name, value in scope["headers"] if name == b"host"]
    if len(found) != 1:
        return ""
    host = str(found[0], "latin-1").lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".")


class VirtualHosts:
    """Passes each request to the desk of its host; to any other it says that there is none, and whose there are not.

    The first committee has the addresses of this machine, too; without a site of its own it has every host that is no
    other's, as an installation of one committee has.
    """

    def __init__(self, first: ASGIApp, site: str, others: Mapping[str, ASGIApp]) -> None:
        self.first, self.site, self.others = first, site, dict(others)
        self._nobody = SecurityHeaders(PlainTextResponse(NOBODY, MISDIRECTED))

    @property
    def desks(self) -> tuple[ASGIApp, ...]:
        """The desk of each committee, once, the first of them first."""
        return tuple(dict.fromkeys((self.first, *self.others.values())))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        desk = self.desk_of(host_asked(scope)) if scope["type"] == "http" else self.first
        await desk(scope, receive, send)

    def desk_of(self, host: str) -> ASGIApp:
        """The desk of a host."""
        if host in self.others:
            return self.others[host]
        ours = not self.others or not self.site or host == self.site or host in THIS_MACHINE
        return self.first if ours else self._nobody

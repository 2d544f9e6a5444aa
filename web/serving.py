"""Serves the desk: by itself (`cairn web`), or beside the flows as a child of `cairn run`."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from config.committees import all_of
from config.settings import Settings
from records.database import for_many_readers
from states.errors import NotSetUp
from web.app import create_desks, sites_of
from web.warm_up import warming_up
from workflows.installation.installation import Installation, check_committee, open_installation
from workflows.timetable.first_visit import desk_words
from workflows.timetable.garbage import collect_what_loading_left, share_heaps

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

HERE = "127.0.0.1"
SERVES = "The desk: {address}\nStop: Ctrl-C here."


def serve(settings: Settings, say: Callable[[str], None], host: str, port: int) -> None:
    """Serve the desks of all committees until Ctrl-C; for each without an account, say how the first one is made.

    Raises NotSetUp where there is no Cairn, or the port is taken.
    """
    several = all_of(settings) if not settings.which else (settings,)
    with _opened(several) as committees, listening_on(host, port) as listening:
        for here in committees:
            for sentence in here.said:
                say(sentence)
        address = f"http://{host}:{port}"
        say(SERVES.format(address=address))
        for here in committees:
            say(desk_words(here, address, datetime.now(UTC)))
        _until_stopped(committees, listening)


def main() -> None:
    """Serve the desks beside flows that others look after, as the settings say."""
    from config.settings import settings

    with listening_on(HERE, settings().web_port) as listening:
        serve_on(listening)


def serve_on(listening: socket.socket) -> None:
    """Serve the desks on a socket that listens; `cairn run`, whose it is, says where."""
    from config.settings import settings

    with _opened(all_of(settings())) as committees:
        _until_stopped(committees, listening)


@contextmanager
def _opened(several: tuple[Settings, ...]) -> Iterator[tuple[Installation, ...]]:
    """Every committee, opened for work."""
    with ExitStack() as stack:
        opened = []
        for one in several:
            check_committee(one)
            here = open_installation(one, datetime.now(UTC))
            for_many_readers(here.engine)
            stack.callback(here.engine.dispose)
            opened.append(here)
        yield tuple(opened)


def _until_stopped(committees: tuple[Installation, ...], listening: socket.socket) -> None:
    import uvicorn

    desks = create_desks(committees)
    config = config_of(desks)
    _keep_memory_low()
    with suppress(KeyboardInterrupt), warming_up(sites_of(desks)):
        uvicorn.Server(config).run([listening])


def _keep_memory_low() -> None:
    """Have what pages leave behind collected soon, and given back.

    A command of the terminal collects late, as it ends soon; a desk does not. What was loaded stays for good and is not
    looked through again: then what a page leaves counts for much, and is collected early.
    """
    collect_what_loading_left()
    share_heaps()


def config_of(desks: ASGIApp) -> uvicorn.Config:
    """How desks are served: who asks is whom a proxy on this machine names last, whatever a browser wrote before.

    The loop and the parser are named, so that no other is taken because it is installed: h11 refuses a request whose
    head has no end, and uvloop made no answer quicker here.
    """
    import uvicorn

    return uvicorn.Config(
        desks,
        loop="asyncio",
        http="h11",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=HERE,
    )


@contextmanager
def listening_on(host: str, port: int) -> Iterator[socket.socket]:
    """Listen, before anybody is told the address: a page that is asked for at once waits, and is not refused.

    The protocol is named: to a socket without it asyncio leaves Nagle's algorithm, and each page waits 40 ms.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
            listening.listen()
        except OSError as trouble:
            why = trouble.strerror
            raise NotSetUp(f"The desk cannot be served on {host}:{port} ({why}): set CAIRN_WEB_PORT.") from None
        yield listening

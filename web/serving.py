"""Serving the desk: by itself (`cairn web`), or beside the flows as a child of `cairn run`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from config.settings import Settings
from states.errors import NotSetUp
from web.app import create_app
from workflows.installation.installation import Installation, check_committee, open_installation
from workflows.timetable.first_visit import first_visit

HERE = "127.0.0.1"
SERVES = "The desk: {address}\nStop: Ctrl-C here.\n"


def serve(settings: Settings, say: Callable[[str], None], host: str, port: int) -> None:
    """Serve the desk until Ctrl-C; where there is no account yet, say the address that makes the first one.

    Raises NotSetUp where there is no Cairn, or the port is taken.
    """
    check_committee(settings)
    here = open_installation(settings, datetime.now(UTC))
    for sentence in here.said:
        say(sentence)
    address = f"http://{host}:{port}"
    say(SERVES.format(address=address) + first_visit(here, address, datetime.now(UTC)))
    _until_stopped(here, host, port)


def main() -> None:
    """Serve the desk beside the flows, as the settings say; `cairn run` has said where."""
    from config.settings import settings

    chosen = settings()
    _until_stopped(open_installation(chosen, datetime.now(UTC)), HERE, chosen.web_port)


def _until_stopped(here: Installation, host: str, port: int) -> None:
    import uvicorn

    _check_free(host, port)
    try:
        app = create_app(here)
        uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)
    finally:
        here.engine.dispose()


def _check_free(host: str, port: int) -> None:
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as trouble:
            why = trouble.strerror
            raise NotSetUp(f"The desk cannot be served on {host}:{port} ({why}): set CAIRN_WEB_PORT.") from None

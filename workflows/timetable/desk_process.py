"""Runs the desk in a process forked from Cairn, so that shared modules are loaded once."""

from __future__ import annotations

import socket
from contextlib import suppress
from functools import partial
from importlib import import_module
from threading import Event
from time import monotonic

from config.settings import Settings
from states.errors import NotSetUp
from workflows.installation.prefect_api import Api
from workflows.timetable.forked_child import fork
from workflows.timetable.prefect_process import HERE, PORTS_TRIED, TURN, ChildProcess, environment

DESK = "desk"
AN_ANSWER = 1.0
"""Seconds that the desk is given to answer one question."""
PATIENCE = 60.0
"""Seconds the desk may take to answer before its address is said all the same: its log says what keeps it."""


def desk_socket(settings: Settings) -> socket.socket | None:
    """Listen where the desk will be served: on the port that was set, or the next that nobody has; None for no desk.

    It is held for as long as Cairn runs, and nobody else comes to have the port. Raises NotSetUp where none is free.
    """
    wanted = settings.web_port
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)) if wanted else ():
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HERE, port))
            listening.listen()
        except OSError:
            listening.close()
        else:
            return listening
    if wanted:
        raise NotSetUp(f"Every port from {wanted} on is taken: set CAIRN_WEB_PORT to a free one.")
    return None


def port_of(listening: socket.socket | None) -> int:
    """The port that the desk is served on; 0 where it is not."""
    return int(listening.getsockname()[1]) if listening else 0


def start_desk(settings: Settings, api: Api, listening: socket.socket) -> ChildProcess:
    """Fork the process that serves the desk on this machine's own address."""
    told = {**environment(settings, api), "CAIRN_WEB_PORT": str(port_of(listening))}
    return fork(DESK, partial(_serve, listening), told, settings, keep={listening.fileno()})


def _serve(listening: socket.socket) -> None:
    import_module("web.serving").serve_on(listening)  # by its name: what is below the desk does not know it otherwise


def wait_until_served(child: ChildProcess | None, port: int, stopped: Event) -> None:
    """Wait until the desk answers on its port, so that the address that is said next can be opened at once."""
    began = monotonic()
    while child is not None and child.alive and monotonic() < began + PATIENCE and not _answers(port):
        if stopped.wait(TURN):
            return


def _answers(port: int) -> bool:
    """Whether the desk answers a question: whoever only connects may wait for somebody who serves."""
    with suppress(OSError), socket.create_connection((HERE, port), timeout=AN_ANSWER) as asking:
        asking.sendall(b"HEAD / HTTP/1.0\r\n\r\n")
        return bool(asking.recv(1))
    return False

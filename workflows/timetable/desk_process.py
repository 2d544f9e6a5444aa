"""The process that serves the desk beside the flows: forked from Cairn, so that what both need is loaded once."""

from __future__ import annotations

from importlib import import_module
from threading import Event

from config.settings import Settings
from workflows.installation.prefect_api import Api
from workflows.timetable.forked_child import fork
from workflows.timetable.prefect_process import TURN, Child, answers, environment, free_port

DESK = "desk"
PATIENCE = 60.0
"""Seconds the desk may take to answer before its address is said all the same: its log says what keeps it."""


def desk_port(settings: Settings) -> int:
    """The port of the desk: the one that was set, or the next that nobody listens on; 0 where it is not served."""
    return free_port(settings.web_port, "CAIRN_WEB_PORT") if settings.web_port else 0


def start_desk(settings: Settings, api: Api, port: int) -> Child:
    """Fork the process that serves the desk on this machine's own address."""
    return fork(DESK, _serve, {**environment(settings, api), "CAIRN_WEB_PORT": str(port)}, settings)


def _serve() -> None:
    import_module("web.serving").main()  # by its name: what is below the desk does not know it otherwise


def wait_until_served(child: Child | None, port: int, stopped: Event) -> None:
    """Wait until the desk answers on its port, so that the address that is said next can be opened at once."""
    waited = 0.0
    while child is not None and child.alive and waited < PATIENCE and not answers(port):
        if stopped.wait(TURN):
            return
        waited += TURN

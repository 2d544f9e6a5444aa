"""Prefect's server with the flows of the first committee, and the runs of those: all forked from Cairn itself.

Cairn loads Prefect once. Forked from it the server has what is loaded already, and so has each run.
"""

from __future__ import annotations

import socket
from dataclasses import replace
from functools import partial
from importlib import import_module

from config.settings import Settings
from workflows.installation.prefect_api import Api
from workflows.timetable.fork_server import ForkLoop
from workflows.timetable.forked_child import Surroundings, fork, told
from workflows.timetable.garbage import collect_from_now_on, loading
from workflows.timetable.prefect_process import SERVER, ChildProcess, passing, server_told

SERVES, FLOWS = "workflows.prefect_server", "workflows.flows"
SHARED = ("prefect", "fastapi", "jinja2", "sqlalchemy.dialects.postgresql", "sqlalchemy.orm", "uvicorn")
"""What Prefect's server needs, and the desk or the runs as well: it is loaded before any of them is forked."""


def fork_server(settings: Settings) -> tuple[ChildProcess, Api]:
    """Fork Prefect's own server, which serves the flows as soon as it answers; it does not yet when this is done."""
    api, environment, folder = server_told(settings)
    environment |= passing(settings)
    asking, asked = socket.socketpair()
    with asking, loading():
        with told(environment):
            server, *_ = map(import_module, (SERVES, *SHARED))
        serve = partial(server.serve_with_flows, asking)
        child = fork(SERVER, serve, environment, settings, cwd=folder, keep=[asking.fileno()])
    return replace(child, fork_loop=ForkLoop(asked, partial(_run, Surroundings(child.log, environment, folder)))), api


def load_rounds() -> None:
    """Load what the rounds do. Much of that the desk needs as well, so it is loaded before the desk is forked."""
    with loading():
        import_module("workflows.timetable.rounds")


def load_runs() -> None:
    """Load what else the runs need, which nobody waits for."""
    with loading():
        import_module(FLOWS).FORK_SERVER.load()


def _run(surroundings: Surroundings, told: dict[str, str]) -> None:
    surroundings.enter()
    collect_from_now_on()
    import_module(SERVES).go_by_environment()
    import_module(FLOWS).FORK_SERVER.do(told)

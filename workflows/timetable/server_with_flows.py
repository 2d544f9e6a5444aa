"""Prefect's server with the flows of the first committee, and the runs of those: all forked from Cairn itself.

Cairn loads Prefect once. Forked from it the server has what is loaded already, and so has each run.
"""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib import import_module

from config.settings import Settings
from workflows.installation.prefect_api import Api
from workflows.timetable.forked_child import Surroundings, fork, told
from workflows.timetable.forks import Forking
from workflows.timetable.garbage import collect_from_now_on
from workflows.timetable.prefect_process import SERVER, Child, passing, server_told

SHARED = ("fastapi", "jinja2", "sqlalchemy.dialects.postgresql", "sqlalchemy.orm", "uvicorn")
"""What Prefect's server needs, and the desk or the runs as well: it is loaded before any of them is forked."""


def fork_server(settings: Settings) -> tuple[Child, Api]:
    """Fork Prefect's own server with the flows, then load what their runs need; it is not there yet when that is done.

    Much of that the desk needs as well.
    """
    api, environment, folder = server_told(settings)
    environment |= passing(settings)
    gc.disable()  # until all is loaded: before there is no garbage worth looking for
    with told(environment):
        server, flows, *_ = map(import_module, ("workflows.prefect_server", "workflows.flows", *SHARED))
    asking, asked = socket.socketpair()
    with asking:
        serve = partial(server.serve_with_flows, asking)
        child = fork(SERVER, serve, environment, settings, cwd=folder, keep=[asking.fileno()])
    run = partial(_run, Surroundings(child.log, environment, folder), flows.FORKS.do)
    flows.FORKS.load()
    collect_from_now_on()
    return replace(child, forking=Forking(asked, run)), api


def _run(surroundings: Surroundings, do: Callable[[dict[str, str]], None], told: dict[str, str]) -> None:
    surroundings.enter()
    collect_from_now_on()
    do(told)

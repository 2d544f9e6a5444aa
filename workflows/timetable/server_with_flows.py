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


def fork_server(settings: Settings) -> tuple[Child, Api]:
    """Fork Prefect's own server with the flows, and do not wait until it answers."""
    api, environment, folder = server_told(settings)
    environment |= passing(settings)
    gc.disable()  # until all is loaded: before there is no garbage worth looking for
    with told(environment):
        server, flows = (import_module(f"workflows.{name}") for name in ("prefect_server", "flows"))
    asking, asked = socket.socketpair()
    with asking:
        serve = partial(server.serve_with_flows, asking)
        child = fork(SERVER, serve, environment, settings, cwd=folder, keep=[asking.fileno()])
    run = partial(_run, Surroundings(child.log, environment, folder), flows.FORKS.do)
    return replace(child, forking=Forking(asked, run)), api


def load_runs() -> None:
    """Load what a run needs, so that it is there already in what is forked, once Prefect is loaded."""
    import_module("workflows.flows").FORKS.load()
    collect_from_now_on()


def _run(surroundings: Surroundings, do: Callable[[dict[str, str]], None], told: dict[str, str]) -> None:
    surroundings.enter()
    collect_from_now_on()
    do(told)

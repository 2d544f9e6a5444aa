"""A real Prefect server for the tests that need one, started once; and an installation whose flows it runs."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from http import HTTPStatus
from pathlib import Path
from tempfile import mkdtemp
from threading import Event
from typing import Any
from urllib.error import HTTPError

from config.settings import Settings
from tests.patience import AT_LENGTH, until
from workflows.installation.prefect_api import Api, ask, auth_file
from workflows.timetable import prefect_process


@cache
def prefect_server() -> Api:
    """The one server of this test run. It ends with the run, and with the process, however that ends."""
    os.environ.pop("PREFECT_API_URL", None)
    folder = Path(mkdtemp(prefix="cairn-prefect-"))
    settings = Settings(data=folder, api_port=_free_port())
    child, api = prefect_process.launch_server(settings)
    prefect_process.wait_for_server(settings, child, api, lambda: None, Event())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(child.stop)
    os.environ |= {
        "PREFECT_HOME": str(auth_file(settings).parent),
        "PREFECT_API_URL": api.url,
        "PREFECT_API_AUTH_STRING": api.auth,
    }
    return api


def _free_port() -> int:
    """A port nobody else has, and that no other test run will take at the same moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lend_database(data: Path) -> None:
    """Give an installation a Prefect database that is set up already, which saves half the time of a first start."""
    prefect_server()
    mine = data / "prefect" / "prefect.db"
    data.mkdir(mode=0o700)
    mine.parent.mkdir(mode=0o700)
    source = Path(os.environ["PREFECT_HOME"]) / "prefect.db"
    with closing(sqlite3.connect(source)) as from_, closing(sqlite3.connect(mine)) as to:
        from_.backup(to)


@contextmanager
def served(settings: Settings, **environment: str) -> Iterator[prefect_process.ChildProcess]:
    """The flows of an installation, served for as long as the block lasts."""
    api = prefect_server()
    started = _since()
    before = {name: os.environ.get(name) for name in environment}
    os.environ |= {"PREFECT_RUNNER_POLL_FREQUENCY": "1", **environment}
    try:
        child = prefect_process.start_flows(settings, api)
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    try:
        until(lambda: _since() > started, f"the flows to be served ({child.log})")
        yield child
    finally:
        child.stop(grace=0)


def asked(path: str, body: dict[str, Any] | None = None) -> Any:
    """What the server says, asked again while its SQLite database is busy, as Prefect's own client does."""

    def attempt() -> list[object]:
        try:
            return [ask(prefect_server(), path, body, timeout=AT_LENGTH)]
        except HTTPError as busy:
            if busy.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            return []

    return until(attempt, f"an answer to {path}")[0]


def run_flow(name: str, **parameters: Any) -> str:
    """Have the flow of that name run at once, and return the run's id."""
    body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
    return str(asked(f"/deployments/{deployment_id(name)}/create_flow_run", body)["id"])


def deployment_id(name: str) -> str:
    return str(asked(f"/deployments/name/{name}/cairn")["id"])


def state_of(run: str) -> str:
    return str(asked(f"/flow_runs/{run}")["state_type"])


def finished(run: str) -> str:
    """How a run ended."""
    return until(lambda: (state := state_of(run)) in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} and state, "a run")


def _since() -> str:
    """When the automation was last set, which is the last thing done before the flows are served."""
    return max((one["created"] for one in asked("/automations/filter", {})), default="")

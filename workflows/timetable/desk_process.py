"""The process that serves the desk beside the flows."""

from __future__ import annotations

import sys

from config.settings import Settings
from workflows.installation.prefect_api import Api
from workflows.timetable.prefect_process import Child, environment, free_port, start

DESK = "desk"
SERVE_DESK = "from web.serving import main; main()"


def desk_port(settings: Settings) -> int:
    """The port of the desk: the one that was set, or the next that nobody listens on; 0 where it is not served."""
    return free_port(settings.web_port, "CAIRN_WEB_PORT") if settings.web_port else 0


def start_desk(settings: Settings, api: Api, port: int) -> Child:
    """Start the process that serves the desk on this machine's own address."""
    env = {**environment(settings, api), "CAIRN_WEB_PORT": str(port)}
    return start(DESK, [sys.executable, "-c", SERVE_DESK], env, settings)

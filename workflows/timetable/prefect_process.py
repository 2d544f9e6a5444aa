"""Starts and stops child processes: Prefect's server, and the processes that serve the flows.

All are children that end when Cairn ends, however it ends; Prefect keeps nothing that we could not do without.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import sleep
from typing import Protocol
from urllib.parse import urlsplit

from config.committees import OF_THE_MACHINE
from config.durable import OURS_ALONE
from config.environment import file_as_variables
from config.settings import Settings
from records.files import plainly_about
from records.log_files import shift
from states.errors import NotSetUp
from workflows.installation.prefect_api import Api, address_file, auth_file, is_ours, prefect_home
from workflows.timetable.fork_server import ForkLoop

HERE = "127.0.0.1"
PORTS_TRIED = 50
PATIENCE = 180.0
"""Seconds a server may take to start: the first start sets up its database, on a slow machine for minutes."""
TURN = 0.005
"""Seconds between two looks at whether somebody answers by now."""
CONNECTING = 0.02
"""Seconds that a connection to a port of this machine may take."""
GRACE = 8.0
"""Seconds a child may take to end before it is ended."""
LOOK = 0.02
"""Seconds between two looks at whether what a child had started is gone with it."""
FORTNIGHT = 14 * 24 * 3600
SERVER, FLOWS = "prefect-server", "flows"
LOADING = "import gc; gc.disable(); from workflows.{} import {}; {}()"
"""How a process loads what it serves: while that is loaded there is no garbage worth looking for."""
UMASK = 0o077
PARENT_DEATH_SIGNAL = 1  # prctl(2): PR_SET_PDEATHSIG

OFFLINE = {
    "DO_NOT_TRACK": "1",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}
NOT_NEEDED = ("FOREMAN", "PAUSE_EXPIRATIONS", "REPOSSESSOR", "TASK_RUN_RECORDER")
"""Services of Prefect's server for what Cairn does not have: workers, paused flows, limits on concurrency, tasks."""
CHOSEN = {
    "PY_KEY_VALUE_DISABLE_BEARTYPE": "true",
    "PREFECT_RUNNER_POLL_FREQUENCY": "2",
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P3D",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(FORTNIGHT),
    "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "10",
    "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "30",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "60",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS": "300",
    "PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_LOOP_SECONDS": "300",
    **{f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in NOT_NEEDED},
}
"""How soon Prefect starts what is asked for, and how long it keeps what it recorded of itself. The environment may say
otherwise."""


class Process(Protocol):
    """A process, started or forked, as one of subprocess is."""

    @property
    def pid(self) -> int:
        """Its number."""

    def poll(self) -> int | None:
        """Its code, None while it runs."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it."""

    def wait(self) -> int:
        """Wait until it has ended; its code."""


@dataclass(frozen=True)
class ChildProcess:
    """A process of ours, what it is called, the file it writes to, and what forks for it where we do."""

    name: str
    process: Process
    log: Path
    fork_loop: ForkLoop | None = None

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def stop(self, grace: float = GRACE) -> None:
        """End it and whatever it started: kindly, and after `grace` seconds for good. Anything here may be killed."""
        with suppress(ProcessLookupError):
            self.process.terminate()
        self._until_ended(grace)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        _until_empty(self.process.pid)
        if self.fork_loop:
            self.fork_loop.end()

    def _until_ended(self, grace: float) -> None:
        """Wait for it, and fork meanwhile what it still wants and tell it what ended: it may wait for that itself."""
        for _ in range(int(grace / LOOK)):
            if not self.alive:
                return
            if not (self.fork_loop and self.fork_loop.look([self.fork_loop.asked], LOOK)):
                sleep(LOOK)


def _until_empty(group: int) -> None:
    """Wait until the last process of a group that was ended is gone: the kernel takes a moment over each."""
    for _ in range(int(GRACE / LOOK)):
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return
        sleep(LOOK)


def launch_server(settings: Settings) -> tuple[ChildProcess, Api]:
    """Start Prefect's own server by itself, and do not wait until it answers."""
    api, told, cwd = server_told(settings)
    return start(SERVER, loading("prefect_server", "serve"), told, settings, cwd=cwd), api


def server_told(settings: Settings) -> tuple[Api, dict[str, str], Path | None]:
    """Where a server of our own will be, what it is told by the environment, and its folder where that is not ours.

    What it needs is made.
    """
    home = prefect_home(settings)
    with plainly_about(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        auth = _user_and_password(auth_file(settings), settings)
        address_file(settings).unlink(missing_ok=True)
    port = free_port(settings.api_port)
    api = Api(f"http://{HERE}:{port}/api", auth)
    own = {
        "PREFECT_SERVER_API_HOST": HERE,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_API_AUTH_STRING": auth,
        "PREFECT_API_SSL_CERT_FILE": str(one_authority(home)),
    }
    told, cwd = environment(settings, api), None
    if "?" in str(home):  # in the address of a database what follows it would not be the name of the folder
        own["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = "sqlite+aiosqlite:///prefect.db"
        told, cwd = {**file_as_variables(), **told}, home  # elsewhere `.env` would not be found
    return api, {**told, **own}, cwd


def one_authority(folder: Path) -> Path:
    """The first of the certificate authorities, for Prefect's client: it reads them twice a run and needs none here.

    It speaks to a server on this machine, without TLS. Raises StorageTrouble where the file cannot be written.
    """
    from certifi import contents

    end, path = "-----END CERTIFICATE-----\n", folder / "authority.pem"
    with plainly_about(path):
        folder.mkdir(mode=0o700, exist_ok=True)
        path.write_text(contents().partition(end)[0] + end, encoding="ascii", errors="ignore")
    return path


def wait_for_server(
    settings: Settings, child: ChildProcess, api: Api, waiting: Callable[[], None], stopped: Event
) -> None:
    """Wait until a server that was started answers, and write down where it is; stopped or too late, it is ended.

    `waiting` is called while it is not there yet, some times a second. Raises NotSetUp when it does not come.
    """
    try:
        _wait(child, api, waiting, stopped)
    except BaseException:
        child.stop()
        raise
    address_file(settings).write_text(api.url + "\n")


def start_flows(settings: Settings, api: Api) -> ChildProcess:
    """Start the process that serves the flows of a committee on their schedules."""
    told = {**environment(settings, api), **passing(settings)}
    return start(flows_of(settings), loading("flows", "serve"), told, settings)


def loading(module: str, function: str) -> list[str]:
    """The command of a process that does one function of a module of the workflows."""
    return [sys.executable, "-c", LOADING.format(module, function, function)]


def flows_of(settings: Settings) -> str:
    """What the process of a committee's flows is called."""
    return f"{FLOWS}-{settings.which}" if settings.which else FLOWS


def passing(settings: Settings) -> dict[str, str]:
    """A folder for what passes. Prefect would use one in the machine's own, which belongs to whoever made it first."""
    own = settings.data.absolute() / "prefect" / "tmp"
    with plainly_about(own):
        shutil.rmtree(own / "runner_storage", ignore_errors=True)
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {"TMPDIR": str(own)}


def start(
    name: str, command: list[str], env: dict[str, str], settings: Settings, *, cwd: Path | None = None
) -> ChildProcess:
    """Start a child in a group of its own, so that Ctrl-C reaches only us, and we end it in good order."""
    log = new_log(name, settings)
    with plainly_about(log), log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603  our own Python, our own words
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=UMASK,
            cwd=cwd,
            preexec_fn=die_with_parent,  # noqa: PLW1509  nothing here has threads by then
        )
    return ChildProcess(name, process, log)


def new_log(name: str, settings: Settings) -> Path:
    """The file a child writes to, empty but for the last lines of the one before. Raises StorageTrouble."""
    log = settings.data.absolute() / "logs" / f"{name}.log"
    with plainly_about(log):
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shift(log)
        log.touch(mode=OURS_ALONE)
    return log


def environment(settings: Settings, api: Api) -> dict[str, str]:
    """What a child is told by the environment: where our data and the server are, and to tell nobody outside."""
    installation = str(Path(__file__).resolve().parents[2])
    left_out = {"PYTHONDONTWRITEBYTECODE", *(_of_the_first() if settings.which else ())}
    inherited = {name: value for name, value in os.environ.items() if name not in left_out}
    paths = [installation, *filter(None, [inherited.get("PYTHONPATH")])]
    return {
        **CHOSEN,
        **inherited,
        **OFFLINE,
        "CAIRN_DATA": str(settings.installed_in),
        "CAIRN_WHICH": settings.which,
        "PREFECT_HOME": str(prefect_home(settings)),
        "PREFECT_API_URL": api.url,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
        **({"PREFECT_API_AUTH_STRING": api.auth} if api.auth else {}),
    }


def _of_the_first() -> set[str]:
    """Settings in the environment that are the first committee's own, such as its keys: no other's process has them."""
    shared = {f"CAIRN_{name.upper()}" for name in OF_THE_MACHINE}
    return {name for name in os.environ if name.startswith("CAIRN_")} - shared


def free_port(wanted: int) -> int:
    """The port that was set, or the next one nobody listens on. Raises NotSetUp when all of them are taken."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind((HERE, port))
                return port
    raise NotSetUp(f"Every port from {wanted} on is taken: set CAIRN_API_PORT to a free one.")


def answers(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(CONNECTING)
        return probe.connect_ex((HERE, port)) == 0


def _user_and_password(file: Path, settings: Settings) -> str:
    """The user and password of our server: as set, or made once and kept for Cairn's own user alone."""
    if settings.api_auth is not None:
        file.unlink(missing_ok=True)
    elif file.exists() and file.read_text().strip():
        return file.read_text().strip()
    auth = settings.api_auth.get_secret_value() if settings.api_auth else f"cairn:{secrets.token_urlsafe(24)}"
    file.touch(mode=OURS_ALONE)
    file.write_text(auth + "\n")
    return auth


def _wait(child: ChildProcess, api: Api, waiting: Callable[[], None], stopped: Event) -> None:
    port = urlsplit(api.url).port or 0
    for _ in range(int(PATIENCE / TURN)):
        if not child.alive:
            raise NotSetUp(f"Prefect's server ended while it was starting: {child.log} says why.")
        if answers(port) and is_ours(api, timeout=2):
            return
        if stopped.wait(TURN):
            raise NotSetUp("Cairn was stopped while Prefect's server was starting.")
        waiting()
    raise NotSetUp(f"Prefect's server did not start within {PATIENCE:.0f} seconds: {child.log} says why.")


def die_with_parent() -> None:
    """Have the kernel end this child when Cairn is killed, so that the next start finds nothing in its way (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)

"""The environment of the demonstration: a folder, a Prefect server and a mail server, all removed at the end."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, chdir, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from cli.demo.mail_catcher import HERE, MailCatcher
from config.settings import Settings
from states.errors import NotPossible, Refused
from workflows.installation.prefect_api import NO_ANSWER, Api, ask, prefect_home
from workflows.timetable.stop_signals import on_stop

if TYPE_CHECKING:
    from workflows.installation.installation import Installation
    from workflows.simulation.clock import Rounds

QUIET = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
    "PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "",
}
NOT_NEEDED = (
    "SCHEDULER",
    "LATE_RUNS",
    "CANCELLATION_CLEANUP",
    "FOREMAN",
    "PAUSE_EXPIRATIONS",
    "REPOSSESSOR",
    "TRIGGERS",
    "EVENT_PERSISTER",
    "TASK_RUN_RECORDER",
    "CLEANUP_RECONCILER",
)
"""Services of Prefect's server that a rehearsal has no use for: it runs each flow itself, when the clock says so."""


@dataclass(frozen=True)
class DemoServers:
    """What a demonstration runs on: the installation, the mail server, what does the rounds, and Prefect's server."""

    installation: Installation
    mail_catcher: MailCatcher
    rounds: Rounds
    api: Api

    def flow_runs(self) -> int:
        """How many runs Prefect's server has on record as completed; 0 when it does not say."""
        completed = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
        try:
            found = ask(self.api, "/flow_runs/count", completed, timeout=5)
        except NO_ANSWER:
            return 0
        return found if isinstance(found, int) else 0


@contextmanager
def demo_servers(
    keep: Path | None, committee: str, now: datetime, waiting: Callable[[], None], lasting: str = ""
) -> Iterator[DemoServers]:
    """Start the servers of a demonstration in `keep`, or in a temporary folder; closed, nothing of it runs any more.

    Of a temporary folder nothing stays but, after a rehearsal that was played to its end, what `lasting` names in it.
    `waiting` is called while Prefect's server starts: what is asked of it first waits for it. Raises Refused when
    something does not start; the folder then stays, because it holds the log that says why.
    """
    with ExitStack() as stack:
        stop = stack.enter_context(_stopped_kindly())
        folder = stack.enter_context(_folder(keep, lasting))
        settings = _settings(folder, committee)
        api = _address(settings)
        stack.enter_context(_surroundings(_environment(settings, api)))
        stack.enter_context(chdir(folder))
        there = _started(stack, settings, stop, waiting)
        mail_catcher = stack.enter_context(MailCatcher())
        os.environ["CAIRN_RELAY"] = mail_catcher.relay
        installation = _installation(settings, now)
        stack.callback(installation.engine.dispose)
        rounds = _rounds_of_prefect(stack, stop, there, now)
        yield DemoServers(installation, mail_catcher, rounds, api)


def _rounds_of_prefect(stack: ExitStack, stop: StopRequests, there: Callable[[], None], began: datetime) -> Rounds:
    """The rounds, each a run of its flow that Prefect's server keeps on record, with the clock given to it.

    All are run in one context of one loop, so that what is held open for them is opened once, when the server is there.
    What they are given is the clock's own instant, and is not checked as what comes from Prefect's server is.
    """
    from workflows.simulation.clock import Rounds

    flows, opened = _flows(), AsyncExitStack()
    runner = stack.enter_context(asyncio.Runner())
    stack.callback(lambda: runner.run(opened.aclose()))

    @cache
    def held_open() -> None:
        runner.run(opened.enter_async_context(flows.held_open(began)))

    def run(flow: Any, now: datetime) -> Any:
        there()
        with stop.after():
            held_open()
            return runner.run(flow(now=now))

    sweep, deliver = (flow.with_options(validate_parameters=False) for flow in (flows.sweep, flows.deliver))
    return Rounds(sweep=lambda now: run(sweep, now), deliver=lambda now: run(deliver, now))


def _flows() -> Any:
    from workflows import flows

    return flows


def _started(
    stack: ExitStack, settings: Settings, stop: StopRequests, waiting: Callable[[], None]
) -> Callable[[], None]:
    """Start Prefect's server; while it starts, load what it will run. What is given waits until it is there."""
    from workflows.timetable.prefect_process import launch_server, wait_for_server

    def meanwhile() -> None:
        stop.heed()
        waiting()

    child, api = launch_server(settings)
    stack.callback(child.stop)
    _flows().load_runs()
    meanwhile()

    def there() -> None:
        wait_for_server(settings, child, api, meanwhile, Event())
        stop.heed()

    return cache(there)


def _installation(settings: Settings, now: datetime) -> Installation:
    from workflows.installation.installation import open_installation

    return open_installation(settings, now, make=True)


def _settings(folder: Path, committee: str) -> Settings:
    """Settings of the rehearsal alone: neither the environment nor a file `.env` of the user's is read.

    Its port is looked for from a random one on, so that two who watch on one machine do not take the same.
    """
    from workflows.timetable.prefect_process import free_port

    auth = SecretStr(f"demo:{secrets.token_urlsafe(16)}")
    port = free_port(20_000 + secrets.randbelow(20_000))
    return Settings.model_construct(data=folder, committee=committee, api_port=port, api_auth=auth, rehearsal=True)


def _address(settings: Settings) -> Api:
    assert settings.api_auth is not None
    return Api(f"http://{HERE}:{settings.api_port}/api", settings.api_auth.get_secret_value())


def _environment(settings: Settings, api: Api) -> dict[str, str]:
    from workflows.timetable.prefect_process import environment, one_authority

    own = {"CAIRN_REHEARSAL": "1", "CAIRN_COMMITTEE": settings.committee, "CAIRN_DATABASE": settings.database_url()}
    own |= dict.fromkeys(("PREFECT_API_SSL_CERT_FILE", "SSL_CERT_FILE"), str(one_authority(prefect_home(settings))))
    off = {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in NOT_NEEDED}
    with _surroundings({}):
        return {**environment(settings, api), **own, **QUIET, **off}


@contextmanager
def _folder(keep: Path | None, lasting: str) -> Iterator[Path]:
    if keep is not None:
        if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
            raise NotPossible(
                f"{keep} is there already and is not an empty folder: name another to keep the rehearsal in."
            )
        keep.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield keep.absolute()
        return
    folder = Path(tempfile.mkdtemp(prefix="cairn-demo-"))
    try:
        yield folder
    except Refused:
        raise
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _clear(folder, lasting)


def _clear(folder: Path, lasting: str) -> None:
    for one in folder.iterdir():
        if one.is_dir() and one.name != lasting:
            shutil.rmtree(one, ignore_errors=True)
        elif one.name != lasting:
            one.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()


@contextmanager
def _surroundings(wanted: Mapping[str, str]) -> Iterator[None]:
    """The environment without what is set for another Cairn or Prefect, with what is wanted here; then put back."""
    before = dict(os.environ)
    plain = {name: value for name, value in before.items() if not name.startswith(("CAIRN_", "PREFECT_"))}
    _become({**plain, **wanted})
    try:
        yield
    finally:
        _become(before)


def _become(wanted: Mapping[str, str]) -> None:
    for name in set(os.environ) - set(wanted):
        del os.environ[name]
    os.environ.update(wanted)


class StopRequests:
    """Whether it was wished that the rehearsal stops: by Ctrl-C, SIGTERM or the closing of the terminal.

    Until it is first heeded nothing is interrupted, so that no folder is left half made.
    """

    def __init__(self) -> None:
        self._wished = self._at_once = False

    def wish(self) -> None:
        """Interrupt what is done, at once where it may be."""
        self._wished = True
        if self._at_once:
            raise KeyboardInterrupt

    def heed(self) -> None:
        """Interrupt if that was wished before: a library that is being loaded may swallow an interruption."""
        self._at_once = True
        if self._wished:
            raise KeyboardInterrupt

    @contextmanager
    def after(self) -> Iterator[None]:
        """Interrupt only after what is done within: a run of a flow ends first, which would tell of it as a failure."""
        self.heed()
        self._at_once = False
        try:
            yield
        finally:
            self._at_once = True
        self.heed()


@contextmanager
def _stopped_kindly() -> Iterator[StopRequests]:
    """SIGTERM and the closing of the terminal end a rehearsal as Ctrl-C does: everything it started is stopped."""
    requests = StopRequests()
    with on_stop(requests.wish):
        yield requests

"""The Prefect flows: when each round runs. Apart from its server, the only file that knows Prefect; it decides nothing.

Each flow wakes up, reads the clock, does one round of `workflows.timetable.rounds`
and leaves its report in Prefect's page.
It may be killed at any line: what is owed stands in our own tables, and the next run goes on. So there are no
retries, no tasks and no concurrency limits here.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import runpy
import sys
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any, Self
from urllib.error import HTTPError
from uuid import UUID

import anyio
from anyio.abc import TaskStatus
from prefect import flow, get_client
from prefect.artifacts import acreate_markdown_artifact
from prefect.automations import Automation
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.schedules import CronSchedule
from prefect.context import AsyncClientContext, SyncClientContext
from prefect.deployments.runner import RunnerDeployment
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.exceptions import ObjectNotFound
from prefect.flows import Flow
from prefect.runner import Runner
from prefect.runner._process_manager import ProcessHandle
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    temporary_settings,
)
from prefect.types.entrypoint import EntrypointType

from config.settings import Settings, settings
from states.errors import NotPossible, NotSetUp
from workflows.installation.prefect_api import NO_ANSWER, api_of, ask, deployment, why_not
from workflows.timetable.fork_server import ForkServer
from workflows.timetable.garbage import collect_from_now_on

if TYPE_CHECKING:
    from workflows.installation.installation import Installation
    from workflows.timetable.round_reports import RoundReport

LONDON = "Europe/London"
"""The schedule of what comes once a day: at the same local time in summer and in winter."""
UTC_CLOCK = "UTC"
"""The clock of what comes every few minutes: on London's, Prefect runs nothing in the hour that October repeats."""
POOL = "cairn"
WATCH = "Cairn: the sweeps have stopped"
AT_ONCE = 3
"""How many runs may be under way together on one machine: after an outage they queue instead of storming."""


PATIENCE, QUICKLY = 180, 2
"""How often the flows ask for the server before they go without an answer, and the seconds each asking may take."""
NOWHERE = Path("results")
"""Where results would be if a round had any: named, so that not every run has to ask the server for it."""
RUNS_IMPORT = (
    "prefect.flow_engine",
    "fastapi.encoders",
    "workflows.installation.installation",
    "workflows.timetable.rounds",
)
"""Modules that a run imports: Prefect imports the second with its first run, to keep the parameters as JSON."""
ANEW = multiprocessing.get_context("spawn")
HELD: ContextVar[Installation | None] = ContextVar("held", default=None)
"""The installation that is open for all runs of this process, where they are run one after the other in it."""


@flow(name="sweep", retries=0, timeout_seconds=240, persist_result=False, result_storage=NOWHERE)
async def sweep(now: datetime | None = None) -> None:
    """Look at every date that wants looking at: remind before it, escalate after it."""
    await _round("sweep", now)


@flow(name="deliver", retries=0, timeout_seconds=600, persist_result=False, result_storage=NOWHERE)
async def deliver(now: datetime | None = None) -> None:
    """Send what is owed and may go now."""
    await _round("deliver", now)


@flow(name="inbox", retries=0, timeout_seconds=600, persist_result=False, result_storage=NOWHERE)
async def inbox(now: datetime | None = None) -> None:
    """Read what came back by mail."""
    await _round("inbox", now)


@flow(name="digest", retries=0, timeout_seconds=600, persist_result=False, result_storage=NOWHERE)
async def digest(now: datetime | None = None) -> None:
    """Owe each person of the committee the day's list."""
    await _round("digest", now)


@flow(name="audit", retries=0, timeout_seconds=4 * 3600, persist_result=False, result_storage=NOWHERE)
async def audit(now: datetime | None = None) -> None:
    """Verify the whole record, reconcile what should have been sent with what was, and sign a checkpoint."""
    await _round("audit", now)


@flow(name="rehearsal", retries=0, timeout_seconds=3600, persist_result=False, result_storage=NOWHERE)
async def rehearsal(now: datetime | None = None) -> None:
    """List which reminders and escalations ahead would reach nobody."""
    await _round("rehearsal", now)


@flow(name="canary", retries=0, timeout_seconds=600, persist_result=False, result_storage=NOWHERE)
async def canary(now: datetime | None = None) -> None:
    """Owe every channel its weekly check."""
    await _round("canary", now)


@flow(name="yearly", retries=0, timeout_seconds=600, persist_result=False, result_storage=NOWHERE)
async def yearly(now: datetime | None = None) -> None:
    """See that the committee's own file is open, so that its yearly duties run."""
    await _round("yearly", now)


@flow(name="backup", retries=0, timeout_seconds=4 * 3600, persist_result=False, result_storage=NOWHERE)
async def backup(now: datetime | None = None) -> None:
    """Make the night's backup."""
    await _round("backup", now)


@flow(name="alarm", retries=0, timeout_seconds=600, persist_result=False, result_storage=NOWHERE)
async def alarm(now: datetime | None = None) -> None:
    """Tell the lead officer when the sweeps have stopped. Run by the automation, not by the clock."""
    await _round("alarm", now)


@dataclass(frozen=True)
class Served:
    """A flow and its schedule, as cron writes it (empty where something else runs it), and the clock it goes by.

    `only_with` is the setting without which it has nothing to do, and is not scheduled.
    """

    flow: Flow[Any, Any]
    cron: str = ""
    clock: str = LONDON
    only_with: str = ""


TIMETABLE = (
    Served(sweep, "*/5 * * * *", UTC_CLOCK),
    Served(deliver, "* * * * *", UTC_CLOCK),
    Served(inbox, "*/10 * * * *", UTC_CLOCK, only_with="hears_of_letters"),
    Served(digest, "0 8 * * 1-5"),
    Served(backup, "10 3 * * *"),
    Served(audit, "40 3 * * *"),
    Served(rehearsal, "10 6 * * *"),
    Served(canary, "0 10 * * 1"),
    Served(yearly, "0 7 1 4 *"),
    Served(alarm),
)


async def _round(name: str, given: datetime | None) -> None:
    chosen = settings()
    now = _clock(chosen, given)
    report = await asyncio.to_thread(_do, name, chosen, now)
    key = f"{chosen.which}-{name}" if chosen.which else name
    await acreate_markdown_artifact(report.markdown(now), key=key, description=report.headline)


def _do(name: str, chosen: Settings, now: datetime) -> RoundReport:
    from workflows.installation.installation import open_installation
    from workflows.timetable.rounds import ROUNDS

    held = HELD.get()
    installation = held or open_installation(chosen, now)
    try:
        return ROUNDS[name](installation, now)
    finally:
        if held is None:
            installation.engine.dispose()


@asynccontextmanager
async def held_open(now: datetime) -> AsyncIterator[None]:
    """What each run within would open for itself, opened once: the installation, and the clients of Prefect's server.

    For runs that are called one after the other in one process, as a rehearsal does; none needs a thread that tells the
    server that it still runs. `now` is an instant (UTC). Raises what opening an installation raises.
    """
    from workflows.installation.installation import open_installation

    installation = await asyncio.to_thread(open_installation, settings(), now)
    token = HELD.set(installation)
    try:
        async with AsyncClientContext.get_or_create():
            with SyncClientContext.get_or_create(), temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
                yield
    finally:
        HELD.reset(token)
        installation.engine.dispose()


def _clock(chosen: Settings, given: datetime | None) -> datetime:
    if given is None:
        return datetime.now(UTC)
    if not chosen.rehearsal:
        raise NotPossible("The clock can be set only for a rehearsal: start Cairn with CAIRN_REHEARSAL=1.")
    return given


def deployments() -> list[RunnerDeployment]:
    """Every flow with its schedule, by the name it has in the installed package, on whichever machine that is."""
    chosen = settings()
    wanted = [one for one in TIMETABLE if not one.only_with or getattr(chosen, one.only_with)]
    return [
        RunnerDeployment.from_flow(
            one.flow,
            name=deployment(chosen),
            schedules=[CronSchedule(cron=one.cron, timezone=one.clock)] if one.cron else None,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for one in wanted
    ]


def serve() -> None:
    """Serve the flows on their schedules until SIGTERM or Ctrl-C; each run is a process of its own."""
    FORK_SERVER.begin()
    collect_from_now_on()
    try:
        _wait_for_server()
        asyncio.run(serve_until_stopped())
    except KeyboardInterrupt:
        return


def _wait_for_server() -> None:
    """Wait until the server answers, whatever it says: one that is started later need not have the flows end for it."""
    api = api_of(settings())
    for _ in range(PATIENCE):
        try:
            if api is None or ask(api, "/admin/version", timeout=QUICKLY):
                return
        except HTTPError:
            return
        except NO_ANSWER:
            sleep(1)


def load_runs() -> None:
    """Load what a run needs, so that it is there already: in what is forked, or before the first of several is run."""
    for needed in RUNS_IMPORT:
        import_module(needed)


class ForkingRunner(Runner):
    """Prefect's runner, but a run is forked from a process that has everything imported.

    To start Python and import Prefect for each of 72 runs an hour was two thirds of what Cairn cost while idle. The
    fork does what `python -m prefect.engine` does, as Prefect's own starter has it, and may be killed at any line.
    """

    async def __aenter__(self) -> Self:
        """Start as Prefect does, then have its poller start runs our way."""
        await super().__aenter__()
        self._scheduled_run_poller._resolve_starter = lambda _: ForkedRun(self)  # noqa: SLF001  it has no setting for it
        return self


@dataclass(frozen=True)
class ForkedRun:
    """How a run is started: what Prefect calls a process starter."""

    runner: Runner

    async def start(
        self, flow_run: FlowRun, task_status: TaskStatus[ProcessHandle] = anyio.TASK_STATUS_IGNORED
    ) -> None:
        """Fork, say that it runs, and wait until it has ended."""
        channel = self.runner._control_channel  # noqa: SLF001  the way by which Prefect tells a run to stop
        told = {"PREFECT__FLOW_RUN_ID": str(flow_run.id), "PREFECT__ENABLE_CANCELLATION_AND_CRASHED_HOOKS": "false"}
        with suppress(RuntimeError):  # without that way a run is ended by a signal alone
            port, token = channel.register(flow_run.id)
            told |= {"PREFECT__CONTROL_PORT": str(port), "PREFECT__CONTROL_TOKEN": token}
        process = await _started(told)
        task_status.started(ProcessHandle(process))
        await anyio.to_thread.run_sync(process.join)


async def _started(told: dict[str, str]) -> Any:
    """The process of a run: forked, or started anew where what they are forked from is gone."""
    process: Any = FORK_SERVER.Process(told=told)
    try:
        await anyio.to_thread.run_sync(process.start)
    except OSError:
        process = ANEW.Process(target=_run_engine, args=(told,))
        await anyio.to_thread.run_sync(process.start)
    return process


def _run_engine(told: dict[str, str]) -> None:
    """One run, in its own process: what `python -m prefect.engine` does."""
    os.environ |= told
    sys.argv = ["prefect.engine"]
    warnings.filterwarnings("ignore", "'prefect.engine' found in sys.modules", RuntimeWarning)
    runpy.run_module("prefect.engine", run_name="__main__")


FORK_SERVER = ForkServer(_run_engine, load_runs)
"""What the runs are forked from."""


async def serve_until_stopped() -> None:
    """Register the flows with the server, and start their runs when they are due."""
    runner = ForkingRunner(name=deployment(settings()), pause_on_shutdown=False, limit=AT_ONCE)
    ids = {one.flow_name or "": await runner.aadd_deployment(one) for one in deployments()}
    await watch_sweeps(ids["sweep"], ids["alarm"], settings().which)
    await runner.start()


def deploy(chosen: Settings) -> tuple[str, ...]:
    """Register the flows for a work pool of processes, so that workers on any machine with Cairn can run them.

    Returns the names of the deployments. Start workers with `prefect worker start --pool cairn`. Raises NotSetUp when
    no server is named, or the one that is does not answer.
    """
    api = api_of(chosen)
    if api is None:
        raise NotSetUp("Say which Prefect server is meant: set PREFECT_API_URL, such as https://prefect.example/api.")
    if wrong := why_not(api, timeout=10):
        raise NotSetUp(wrong)
    with temporary_settings({PREFECT_API_URL: api.url, PREFECT_API_AUTH_STRING: api.auth or None}):
        return asyncio.run(_deploy())


async def _deploy() -> tuple[str, ...]:
    async with get_client() as client:
        try:
            await client.read_work_pool(POOL)
        except ObjectNotFound:
            await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    found = deployments()
    for one in found:
        one.job_variables = {"env": {"CAIRN_WHICH": settings().which}}
    ids = {one.flow_name or "": await one.aapply(work_pool_name=POOL) for one in found}
    await watch_sweeps(ids["sweep"], ids["alarm"], settings().which)
    return tuple(f"{name}/{deployment(settings())}" for name in ids)


async def watch_sweeps(sweeps: UUID, alarms: UUID, which: str = "", *, within: timedelta | None = None) -> None:
    """Have Prefect run the alarm when no sweep has ended well for a while. Set anew, it takes the place of the last.

    `which` is the committee whose sweeps they are, where there are several; `within` is how long the while is.
    """
    from workflows.messages.alarm import SILENCE

    called = f"{WATCH} ({which})" if which else WATCH
    trigger = EventTrigger(
        expect={"prefect.flow-run.Completed"},
        match_related={"prefect.resource.id": f"prefect.deployment.{sweeps}"},
        posture=Posture.Proactive,
        threshold=1,
        within=within or SILENCE,
    )
    action = RunDeployment(source="selected", deployment_id=alarms)
    wanted = Automation(name=called, description=_WHY, trigger=trigger, actions=[action])
    async with get_client() as client:
        for old in await client.read_automations_by_name(called):
            await client.delete_automation(old.id)
    await wanted.acreate()


_WHY = "Runs the alarm, which writes to the lead officer, when no sweep has ended well for a quarter of an hour."

"""`cairn run`: everything on one machine until Ctrl-C: Prefect's server, and the flows on their schedules."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Event

from config.committees import all_of
from config.phrases import BEGIN_WITH, NO_COMMITTEE, SET_AT_DESK
from config.settings import Settings
from notifications import wording
from notifications.wording import TEMPLATES
from records.files import plainly_about
from records.log_files import copy_aside
from states.errors import NotPossible, NotSetUp
from workflows.installation.installation import Installation, check_committee, make_folder, open_installation
from workflows.installation.prefect_api import Api, address_file, auth_file, given_api
from workflows.timetable.desk_process import DESK, desk_port, start_desk, wait_until_served
from workflows.timetable.first_visit import desk_words
from workflows.timetable.metrics_server import serving_metrics
from workflows.timetable.prefect_process import HERE, SERVER, TURN, Child, flows_of, start_flows, start_server
from workflows.timetable.stop_signals import on_stop

LOOK_EVERY = 1.0
"""Seconds between two looks at the children."""
LOOKS_BETWEEN_LOGS = 60
RESTART_AFTER = 5.0
"""Seconds before a child that ended by itself is started again."""
ALL_TOGETHER = "All committees of an installation are run together: unset CAIRN_WHICH, and start Cairn on {data}."


def run(settings: Settings, say: Callable[[str], None], *, then: str = "") -> None:
    """Start everything and keep it going until Ctrl-C or SIGTERM, then stop all of it; `then` says what comes next.

    Raises NotPossible when Cairn already runs on this data folder, and Refused for whatever keeps it from starting.
    """
    check_wordings()
    with ExitStack() as held:
        committees = _opened(settings, held, say)
        installation, stopped = committees[0], held.enter_context(_asked_to_stop())
        children: list[Child] = []
        try:
            api = _reach_server(settings, children, say, stopped)
            port, own = desk_port(settings), bool(children)
            children += start_doing(settings, api, port)
            wait_until_served(next((one for one in children if one.name == DESK), None), port, stopped)
            words = _lacking(settings, port) + _desks_words(committees, port) + then
            say(_whereabouts(installation, api, words, own=own))
            with serving_metrics(installation, say):
                _keep_going(settings, api, children, say, stopped, port)
        except NotSetUp:
            if not stopped.is_set():  # otherwise it was we who were stopped while starting
                raise
        finally:
            say("Stopping ...")
            for child in reversed(children):
                child.stop()
            address_file(settings).unlink(missing_ok=True)
        say("Cairn has stopped. What is owed is kept, and goes out when it is started again.")


def _opened(settings: Settings, held: ExitStack, say: Callable[[str], None]) -> tuple[Installation, ...]:
    """Every committee with what it needs, its data folder held for ourselves."""
    found = []
    if settings.which:
        raise NotPossible(ALL_TOGETHER.format(data=settings.installed_in))
    for one in all_of(settings):
        check_committee(one)
        make_folder(one)
        held.enter_context(alone(one, "use that one, or stop it before starting another"))
        here = open_installation(one, datetime.now(UTC), make=True)
        for sentence in here.said:
            say(f"{one.which}: {sentence}" if one.which else sentence)
        here.engine.dispose()
        found.append(here)
    return tuple(found)


def check_wordings(folder: Path = TEMPLATES) -> None:
    """Raise NotSetUp with every wording that cannot be used, or names a personal field, before anything is sent."""
    faults = wording.check(folder)
    if faults:
        raise NotSetUp(*faults)


def _reach_server(settings: Settings, children: list[Child], say: Callable[[str], None], stopped: Event) -> Api:
    """The server that PREFECT_API_URL names, or one of our own."""
    given = given_api(settings)
    if given is not None:
        return given
    say("Starting Prefect's server (the first start takes some ten seconds) ...")
    child, api = start_server(settings, _progress(say), stopped)
    children.insert(0, child)
    return api


def _progress(say: Callable[[str], None]) -> Callable[[], None]:
    """Say every five seconds that it takes a while."""
    turns = count(1)

    def waiting() -> None:
        seconds = next(turns) * TURN
        if seconds % 5 == 0:
            say(f"... still starting, {seconds:.0f} seconds by now")

    return waiting


def _keep_going(
    settings: Settings, api: Api, children: list[Child], say: Callable[[str], None], stopped: Event, port: int
) -> None:
    """Wait until we are asked to stop; whatever ends by itself before is started again."""
    turns = count(1)
    while not stopped.wait(LOOK_EVERY):
        if next(turns) % LOOKS_BETWEEN_LOGS == 0:
            for child in children:
                copy_aside(child.log)
        ended = [child for child in children if not child.alive]
        if not ended or stopped.wait(RESTART_AFTER):
            continue
        for child in ended:
            say(f"{child.name} ended by itself ({child.log} says why) and is started again.")
        lost_server = any(child.name == SERVER for child in ended)
        gone = tuple(children) if lost_server else tuple(ended)  # a new server may have another address
        for child in gone:
            child.stop()
            children.remove(child)
        if lost_server:
            api = _reach_server(settings, children, say, stopped)
        children += start_doing(settings, api, port, {child.name for child in gone})


@contextmanager
def alone(settings: Settings, instead: str) -> Iterator[None]:
    """Hold the data folder for ourselves; the lock goes when the process goes, however it goes.

    Raises NotPossible where Cairn runs on it already: `instead` says what to do then.
    """
    path = settings.data / "run.lock"
    with plainly_about(path), path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            who = f"process {lock.read().strip() or 'unknown'}"
            raise NotPossible(f"Cairn already runs on {settings.data.absolute()} ({who}): {instead}.") from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


@contextmanager
def _asked_to_stop() -> Iterator[Event]:
    """Set by Ctrl-C, SIGTERM, or the closing of the terminal."""
    stopped = Event()
    with on_stop(stopped.set):
        yield stopped


def start_doing(settings: Settings, api: Api, port: int, names: set[str] | None = None) -> list[Child]:
    """Start what does Cairn's work: the flows of each committee, and the desk unless its port is 0.

    With `names` only those of them.
    """
    flows = [start_flows(one, api) for one in all_of(settings) if names is None or flows_of(one) in names]
    wanted = port and (names is None or DESK in names)
    return [*flows, *([start_desk(settings, api, port)] if wanted else [])]


def _desks_words(committees: tuple[Installation, ...], port: int) -> str:
    """Where the desks are, and how the first account of each is made."""
    if not port:
        return ""
    address, now = f"http://{HERE}:{port}", datetime.now(UTC)
    words = "".join(desk_words(one, address, now) for one in committees)
    what = "the address of the first visit" if "First visit" in words else "the desk"
    said = f"Desk: {address}\n{words}Next: open {what} in a browser.\n"
    return "".join(f"  {line}\n" for line in said.splitlines())


def _lacking(settings: Settings, port: int) -> str:
    """What is said where no committee's file is set, and where that is done."""
    if settings.local_file is not None:
        return ""
    return f"  {NO_COMMITTEE}\n  {SET_AT_DESK if port else BEGIN_WITH}\n"


def _whereabouts(installation: Installation, api: Api, then: str, *, own: bool) -> str:
    settings = installation.settings
    data = settings.data.absolute()
    database = (
        str(installation.engine.url.render_as_string(hide_password=True)) if settings.database else f"{data}/cairn.db"
    )
    mail = f"a mailbox folder, {data}/mailbox (set CAIRN_RELAY to send it)"
    lines = [
        ("Records", database),
        ("Messages", "sent through the relay in CAIRN_RELAY" if settings.relay else mail),
        ("Prefect", api.page + (f" (user and password: {auth_file(settings)})" if own else "")),
        ("Logs", f"{data}/logs"),
    ]
    width = max(len(name) for name, _ in lines)
    places = "\n".join(f"  {name:<{width}}  {where}" for name, where in lines)
    return f"\nCairn is running.\n\n{places}\n\n{then}  Stop: Ctrl-C here. Started again, it goes on where it was.\n"

"""`cairn run`: everything on one machine until Ctrl-C: Prefect's server, and the flows on their schedules."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from multiprocessing import active_children
from multiprocessing.connection import wait
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from config.committees import all_of
from config.phrases import BEGIN_WITH, NO_COMMITTEE, SET_AT_DESK
from config.settings import Settings
from records.files import make_folder, plainly_about
from records.log_files import copy_aside
from states.errors import BadProcedure, NotPossible, NotSetUp
from states.words import counted
from workflows.installation.held_folder import alone
from workflows.installation.prefect_api import Api, address_file, auth_file, given_api
from workflows.timetable.desk_process import DESK, desk_socket, port_of, start_desk, wait_until_served
from workflows.timetable.prefect_process import HERE, SERVER, ChildProcess, flows_of, start_flows, wait_for_server
from workflows.timetable.server_with_flows import fork_server, load_rounds, load_runs
from workflows.timetable.stop_signals import on_stop, waking

if TYPE_CHECKING:
    from workflows.installation.installation import Installation
    from workflows.timetable.metrics_server import MetricsServer

LOOK_EVERY = 60.0
"""Seconds between two looks at the children and what they write, where nothing happens meanwhile."""
SIGNALS = 4096
"""Signals that are heeded at once, at most."""
BETWEEN_WORDS = 5.0
"""Seconds between two words that it is still starting."""
RESTART_AFTER = 5.0
"""Seconds before a child that ended by itself is started again."""
ALL_TOGETHER = "All committees of an installation are run together: unset CAIRN_WHICH, and start Cairn on {data}."

UNUSABLE = "The guidance cannot be used as the committee's file has it, and no case opened: {fault}{more}"


def run(settings: Settings, say: Callable[[str], None], *, then: str = "") -> None:
    """Start everything and keep it going until Ctrl-C or SIGTERM, then stop all of it; `then` says what comes next.

    Raises NotPossible when Cairn already runs on this data folder, and Refused for whatever keeps it from starting.
    """
    with ExitStack() as held:
        several = _held(settings, held)
        stopped = held.enter_context(_asked_to_stop())
        children: list[ChildProcess] = []
        try:
            api = given_api(settings) or _launched(settings, children, say)
            check_wordings()
            committees = _opened(several, say)  # while the server starts, which takes longer
            desk, own = desk_socket(settings), bool(children)
            if desk:
                held.enter_context(desk)
            if own:
                load_rounds()
            children += start_doing(settings, api, desk, {DESK} if own else None)
            _say_desks(committees, children, port_of(desk), say, stopped)
            from workflows.timetable.metrics_server import listening_for_metrics

            if own:
                wait_for_server(settings, children[0], api, _progress(say), stopped)
                children += start_doing(settings, api, desk, {flows_of(one) for one in several[1:]})
            say(_whereabouts(committees[0], api, then, own=own))
            with listening_for_metrics(committees[0], say) as metrics, waking() as woken:
                if own:
                    load_runs()
                meanwhile = partial(_meanwhile, metrics, woken)
                _keep_going(settings, api, children, say, stopped, desk, meanwhile)
        except NotSetUp:
            if not stopped.is_set():  # otherwise it was we who were stopped while starting
                raise
        finally:
            try:
                say("Stopping ...")
            finally:  # whatever becomes of the words, no child outlives us
                for child in reversed(children):
                    child.stop()
                address_file(settings).unlink(missing_ok=True)
        say("Cairn has stopped. What is owed is kept, and goes out when it is started again.")


def _held(settings: Settings, held: ExitStack) -> tuple[Settings, ...]:
    """The settings of every committee, its data folder held for ourselves."""
    if settings.which:
        raise NotPossible(ALL_TOGETHER.format(data=settings.installed_in))
    several = all_of(settings)
    for one in several:
        with plainly_about(one.data):
            make_folder(one.data)
        held.enter_context(alone(one, "use that one, or stop it before starting another"))
    return several


def check_wordings(folder: Path | None = None) -> None:
    """Raise NotSetUp with every wording that cannot be used, or names a personal field, before anything is sent."""
    from notifications import wording

    faults = wording.check(folder or wording.TEMPLATES)
    if faults:
        raise NotSetUp(*faults)


def _opened(several: Iterable[Settings], say: Callable[[str], None]) -> tuple[Installation, ...]:
    """Every committee with what it needs, its database brought forward."""
    from workflows.installation.installation import check_committee, open_installation

    found = []
    for one in several:
        check_committee(one)
        here = open_installation(one, datetime.now(UTC), make=True)
        for sentence in (*here.said, *_unusable(here)):
            say(f"{one.which}: {sentence}" if one.which else sentence)
        here.engine.dispose()
        found.append(here)
    return tuple(found)


def _unusable(here: Installation) -> Iterator[str]:
    """That editions cannot be used as the committee's own file has them, with the first fault; nothing where all can.

    Cairn starts all the same: what is owed on cases goes by the editions they were opened under.
    """
    from config.procedures import names

    wrong: dict[str, None] = {}
    for name in names() if here.settings.local_file else ():
        try:
            here.guidance(name)
        except BadProcedure as refused:
            wrong |= dict.fromkeys(refused.obstacles)
    if wrong:
        more = f" Besides it has {counted(len(wrong) - 1, 'more fault')}." if len(wrong) > 1 else ""
        yield UNUSABLE.format(fault=next(iter(wrong)), more=more)


def _launched(settings: Settings, children: list[ChildProcess], say: Callable[[str], None]) -> Api:
    """A server of our own, with the flows of the first committee: started, but not there yet."""
    say("Starting Prefect's server (the first start takes some ten seconds) ...")
    child, api = fork_server(settings)
    children.insert(0, child)
    return api


def _progress(say: Callable[[str], None]) -> Callable[[], None]:
    """Say every five seconds that it takes a while."""
    began, said = monotonic(), 0.0

    def waiting() -> None:
        nonlocal said
        if monotonic() - began >= said + BETWEEN_WORDS:
            said += BETWEEN_WORDS
            say(f"... still starting, {said:.0f} seconds by now")

    return waiting


def _keep_going(
    settings: Settings,
    api: Api,
    children: list[ChildProcess],
    say: Callable[[str], None],
    stopped: Event,
    desk: socket.socket | None,
    meanwhile: Callable[[list[ChildProcess]], None],
) -> None:
    """Wait until we are asked to stop; whatever ends by itself before is started again."""
    while not stopped.is_set():
        meanwhile(children)
        for child in children:
            copy_aside(child.log)
        ended = [child for child in children if not child.alive]
        if not ended or stopped.wait(RESTART_AFTER):
            continue
        for child in ended:
            say(f"{child.name} ended by itself ({child.log} says why) and is started again.")
        api = _started_again(settings, api, children, ended, say, stopped, desk)


def _meanwhile(metrics: MetricsServer | None, woken: socket.socket, children: list[ChildProcess]) -> None:
    """Wait until something happens, a minute at most, and do it: fork a run, answer a question, heed a signal."""
    fork_loop = next((child.fork_loop for child in children if child.fork_loop), None)
    happened = wait(
        [woken, *([metrics.socket] if metrics else []), *([fork_loop.asked] if fork_loop else [])], LOOK_EVERY
    )
    with suppress(BlockingIOError):
        woken.recv(SIGNALS)
    active_children()  # lets go of those that answered a question and have ended
    if fork_loop:
        fork_loop.look([fork_loop.asked], 0)
    if metrics and metrics.socket in happened:
        metrics.handle_request()


def _started_again(
    settings: Settings,
    api: Api,
    children: list[ChildProcess],
    ended: list[ChildProcess],
    say: Callable[[str], None],
    stopped: Event,
    desk: socket.socket | None,
) -> Api:
    """Start again what ended, and where the server is now; who knows it by another address is started again too."""
    before, again = api, list(ended)
    _end(again, children)
    if any(child.name == SERVER for child in ended):
        api = _launched(settings, children, say)
        wait_for_server(settings, children[0], api, _progress(say), stopped)
    if api != before:
        again += _end(children[1:], children)
    children += start_doing(settings, api, desk, {child.name for child in again})
    return api


def _end(some: list[ChildProcess], children: list[ChildProcess]) -> list[ChildProcess]:
    """Stop some of the children, and count them as such no longer."""
    for child in some:
        child.stop()
        children.remove(child)
    return some


@contextmanager
def _asked_to_stop() -> Iterator[Event]:
    """Set by Ctrl-C, SIGTERM, or the closing of the terminal."""
    stopped = Event()
    with on_stop(stopped.set):
        yield stopped


def start_doing(
    settings: Settings, api: Api, desk: socket.socket | None, names: set[str] | None = None
) -> list[ChildProcess]:
    """Start what does Cairn's work: the flows of each committee, and the desk where it is to be served.

    With `names` only those of them.
    """
    flows = [start_flows(one, api) for one in all_of(settings) if names is None or flows_of(one) in names]
    wanted = names is None or DESK in names
    return [*flows, *([start_desk(settings, api, desk)] if desk and wanted else [])]


def _say_desks(
    committees: tuple[Installation, ...],
    children: list[ChildProcess],
    port: int,
    say: Callable[[str], None],
    stopped: Event,
) -> None:
    """Say where the desk is as soon as it answers, which Prefect's server may not do for a while."""
    wait_until_served(next((one for one in children if one.name == DESK), None), port, stopped)
    words = _lacking(committees[0].settings, port) + (_desks_words(committees, port) if port else "")
    if words and not stopped.is_set():
        say(f"\n{words}\nThe timetable is still starting ...")


def _desks_words(committees: tuple[Installation, ...], port: int) -> str:
    """Where the desks are, and how the first account of each is made."""
    from workflows.timetable.first_visit import desk_words

    address, now = f"http://{HERE}:{port}", datetime.now(UTC)
    words = "".join(desk_words(one, address, now) for one in committees)
    for one in committees:
        one.engine.dispose()  # no connection may be open where a process is forked
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

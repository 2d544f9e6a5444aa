"""Verifies in several processes that share one database snapshot.

Each process takes the next portion when it is free. Results are joined in the order of the portions, so they do not
depend on the number of processes.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from records import bulk_reading
from records.database import connect, transaction
from records.seen_ends import SeenEnds
from states.errors import Refused, StorageTrouble
from workflows.verification.portions import Ends, Held, Portion, PortionFindings, common_ground, look

ALONE = multiprocessing.get_context("spawn")
LONG, LONG_FORKED = 50_000, 5_000
"""Entries from which on two processes are quicker than one: where the second loads all anew, and where it is forked."""
THREADS = Path("/proc/self/task")
"""Where Linux tells of the threads of this process."""
ENDED = (
    "A process that looked at the record ended before it was done, perhaps for want of memory: try again with "
    "--processes 1."
)


@dataclass(frozen=True)
class Given:
    """What a helper is given to work with, and all that is to be done."""

    todo: Sequence[Portion]
    ends: Path
    logs: Ends
    evidence: Path | None
    since: Mapping[str, tuple[int, str]] | None


@dataclass
class Helpers:
    """The other processes, each with a pipe to it; `taken` counts the portions that somebody has begun."""

    pipes: list[Pipe]
    taken: Any

    def begin(self, held: Held, todo: Sequence[Portion]) -> None:
        """Have the helpers begin, whatever this process does before it takes portions itself."""
        given = Given(todo, held.ends.path, held.logs, held.evidence, held.since)
        for pipe in self.pipes:
            _say(pipe, given)

    def look(self, tx: Connection, held: Held, todo: Sequence[Portion], step: Step) -> list[PortionFindings]:
        """Look at every portion, together with the helpers that have begun; `step` is called after each case."""
        found, at_work = dict[int, PortionFindings](), list(self.pipes)
        while (number := _next(self.taken)) < len(todo):
            found[number] = look(tx, held, todo[number], step)
            _hear(found, at_work, wait(at_work, 0), step)
        while at_work:
            _hear(found, at_work, wait(at_work), step)
        return [found[number] for number in range(len(todo))]


Step = Callable[[], None]


def _hear(found: dict[int, PortionFindings], at_work: list[Pipe], saying: Sequence[Any], step: Step) -> None:
    """Take what helpers have found, by the number of the portion; one that has nothing more is done."""
    for pipe in saying:
        said = _heard(pipe)
        if not said:
            at_work.remove(pipe)
        for number, one in said.items():
            found[number] = one
            for _ in range(one.cases):
                step()


def _say(pipe: Pipe, what: Any) -> None:
    with suppress(ConnectionError):  # one that has ended is found out when it is heard
        pipe.send(what)


def _heard(pipe: Pipe) -> Any:
    try:
        said = pipe.recv()
    except (EOFError, ConnectionError):
        raise StorageTrouble(ENDED) from None
    if isinstance(said, Refused):
        raise said
    return said


def _next(taken: Any) -> int:
    with taken.get_lock():
        number = int(taken.value)
        taken.value = number + 1
    return number


def worth_having(engine: Engine) -> int:
    """How many processes a look at all of the record is worth: two where it is long and there are two processors."""
    if (os.cpu_count() or 1) == 1 or multiprocessing.current_process().daemon:
        return 1
    with bulk_reading.one_view(engine) as tx:
        return 2 if bulk_reading.how_many_entries(tx) >= (LONG_FORKED if _forks() else LONG) else 1


@contextmanager
def one_view_for_all(engine: Engine, processes: int) -> Iterator[tuple[Connection, Helpers]]:
    """One view of the record for this process and its helpers, whatever is written meanwhile."""
    taken = ALONE.Value("i", 0)
    with ExitStack() as stack:
        pipes = [stack.enter_context(_helper(engine, taken)) for _ in range(processes - 1)]
        for pipe in pipes:
            _heard(pipe)
        with ExitStack() as together:
            if pipes and engine.dialect.name == "sqlite":  # nothing is written until each has begun
                try:
                    together.enter_context(transaction(engine))
                except StorageTrouble:  # a file that is only read, or always written: this process does all of it
                    pipes = []
            tx = stack.enter_context(bulk_reading.one_view(engine))
            view = bulk_reading.name_of_view(tx)
            for pipe in pipes:
                _say(pipe, view)
            for pipe in pipes:
                _heard(pipe)
        yield tx, Helpers(pipes, taken)


def _forks() -> bool:
    """Whether another process can be forked from this one: on Linux, where this one has no second thread."""
    return THREADS.is_dir() and len(list(THREADS.iterdir())) == 1


def _another(ours: Pipe, theirs: Pipe, *more: Any) -> Any:
    """Another process: on Linux forked, which loads nothing anew, but where a thread of ours would be missing in it."""
    if _forks():
        return multiprocessing.get_context("fork").Process(target=_help, args=(theirs, *more, ours), daemon=True)
    return ALONE.Process(target=_help, args=(theirs, *more), daemon=True)


@contextmanager
def _helper(engine: Engine, taken: Any) -> Iterator[Pipe]:
    ours, theirs = ALONE.Pipe()
    address = engine.url.render_as_string(hide_password=False)
    engine.dispose()  # no connection of ours is open in the helper
    process = _another(ours, theirs, address, taken)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:  # Ctrl-C is heard by this process, which ends the helper; the helper hears none from its first moment on
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    theirs.close()
    try:
        yield ours
    finally:
        process.terminate()  # first, lest it finds its pipe closed
        process.join()
        ours.close()


def _help(pipe: Pipe, address: str, taken: Any, other_end: Pipe | None = None) -> None:
    """The work of a helper: it says when it is ready, begins its view, and looks at one portion after another.

    One that was forked has the other end of its pipe too, and lets go of it, to be told when nobody is there any more.
    """
    if other_end is not None:
        other_end.close()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # whatever the process it comes from does at its own end
    engine = connect(address)
    pipe.send("ready")
    try:
        with bulk_reading.one_view(engine, pipe.recv()) as tx:
            pipe.send("begun")
            given: Given = pipe.recv()
            with closing(SeenEnds(given.ends)) as ends:
                held = Held(common_ground(tx), ends, given.logs, given.evidence, given.since)
                while (number := _next(taken)) < len(given.todo):
                    pipe.send({number: look(tx, held, given.todo[number], lambda: None)})
        pipe.send({})
    except Refused as trouble:
        pipe.send(StorageTrouble(str(trouble)))

"""Processes that are forked from one that has loaded what they need and does nothing else.

It is forked itself, before anything starts a thread: what it shares with its parent is in memory once, and no lock that
somebody else held at that moment stays shut in it.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import socket
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Lock

from workflows.timetable.garbage import collect_from_now_on

FORK = multiprocessing.get_context("fork")
LONGEST = 65_536
"""Bytes of a request at most: what a process is told is some hundred."""
NOT_SAID = 255
"""The code of a process whose end nobody could tell of, because the one it was forked from was gone first."""


class Forks:
    """What processes are forked from. Each does `do` with what it is told; `load` loads beforehand what that needs."""

    def __init__(self, do: Callable[[dict[str, str]], None], load: Callable[[], None]) -> None:
        self.do, self.load = do, load
        self.pid = 0
        self._asking: socket.socket | None = None
        self._one_at_a_time = Lock()

    def begin(self) -> None:
        """Fork it. It ends when its parent ends. Nothing else may run in this process yet that has a thread."""
        self._asking, theirs = socket.socketpair()
        gc.freeze()  # so that a look through its own memory takes no copy of what is shared
        self.pid = os.fork()
        if self.pid:
            theirs.close()
            return
        try:
            self._asking.close()
            self.load()
            collect_from_now_on()
            _until_nobody_asks(theirs, self.do)
        except Exception:  # noqa: BLE001  whatever it is, it is told before we are gone
            traceback.print_exc()
        finally:
            os._exit(0)

    def Process(self, told: Mapping[str, str]) -> Forked:  # noqa: N802  as one of multiprocessing's contexts has it
        """A process that does it with this, once it is started."""
        return Forked(self, dict(told))

    def fork(self, told: Mapping[str, str], end: int) -> int:
        """Have a process forked, and its code written to a descriptor when it ends; returns its number.

        Raises OSError where the one it would be forked from is gone.
        """
        if self._asking is None:
            raise OSError("Nothing was forked to fork from.")
        with self._one_at_a_time:
            socket.send_fds(self._asking, [json.dumps(told).encode()], [end])
            answer = self._asking.recv(LONGEST)
        if not answer:
            raise ConnectionResetError("What processes are forked from is gone.")
        return int(answer)


class Forked:
    """A forked process, as one of multiprocessing's is."""

    def __init__(self, forks: Forks, told: dict[str, str]) -> None:
        self.forks, self.told = forks, told
        self.pid: int | None = None
        self.exitcode: int | None = None
        self._end = -1

    def start(self) -> None:
        """Fork it. Raises OSError where it cannot be."""
        self._end, theirs = os.pipe()
        try:
            self.pid = self.forks.fork(self.told, theirs)
        except BaseException:
            os.close(self._end)
            raise
        finally:
            os.close(theirs)

    def join(self) -> None:
        """Wait until it has ended; then its code is known."""
        said = os.read(self._end, LONGEST)
        os.close(self._end)
        self.exitcode = int(said) if said else NOT_SAID


def _until_nobody_asks(asking: socket.socket, do: Callable[[dict[str, str]], None]) -> None:
    """Fork what is asked for, and tell how it ended, until the other end of the socket is gone."""
    under_way: dict[int, tuple[BaseProcess, int]] = {}
    while True:
        for ready in wait([asking, *under_way]):
            if isinstance(ready, int):
                process, end = under_way.pop(ready)
                _tell_end(process, end)
                continue
            request, ends, *_ = socket.recv_fds(asking, LONGEST, 1)
            if not request:
                return
            not_its = [asking.fileno(), *(end for _, end in under_way.values())]  # its own shows that it still runs
            process = FORK.Process(target=_do, args=(do, json.loads(request), not_its))
            process.start()
            under_way[process.sentinel] = (process, ends[0])
            asking.send(str(process.pid).encode())


def _do(do: Callable[[dict[str, str]], None], told: dict[str, str], not_its: list[int]) -> None:
    for one in not_its:
        os.close(one)
    do(told)


def _tell_end(process: BaseProcess, end: int) -> None:
    process.join()
    with suppress(OSError):  # nobody waits for it any more
        os.write(end, str(process.exitcode).encode())
    os.close(end)
    process.close()

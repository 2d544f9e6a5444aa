"""A fork server: loads what many processes need, and forks each of them on request.

The forking process has no thread, so that no lock held by another thread stays locked in a child. It does nothing else
(`ForkServer.begin`), or it is Cairn itself (`ForkLoop`).
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import signal
import socket
import traceback
from collections.abc import Callable, Iterable, Mapping
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


class ForkServer:
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
            ForkLoop(theirs, self.do).until_nobody_asks()
        except Exception:  # noqa: BLE001  whatever it is, it is told before we are gone
            traceback.print_exc()
        finally:
            os._exit(0)

    def ask(self, asking: socket.socket) -> None:
        """Have another that is there already fork: whoever is at the other end of the socket (`ForkLoop`)."""
        self._asking = asking

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
        if not int(answer):
            raise OSError("There is no room for another process.")
        return int(answer)


class Forked:
    """A forked process, as one of multiprocessing's is."""

    def __init__(self, server: ForkServer, told: dict[str, str]) -> None:
        self.server, self.told = server, told
        self.pid: int | None = None
        self.exitcode: int | None = None
        self._end = -1

    def start(self) -> None:
        """Fork it. Raises OSError where it cannot be."""
        self._end, theirs = os.pipe()
        try:
            self.pid = self.server.fork(self.told, theirs)
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


class ForkLoop:
    """Forks what is asked for over a socket, and tells how each ended. Each does `do` with what it is told."""

    def __init__(self, asked: socket.socket, do: Callable[[dict[str, str]], None]) -> None:
        self.asked, self.do = asked, do
        self._under_way: dict[BaseProcess, int] = {}

    def until_nobody_asks(self) -> None:
        """Fork until the other end of the socket is gone."""
        while self.look([self.asked, *(one.sentinel for one in self._under_way)]):
            pass

    def look(self, at: Iterable[object], within: float | None = None) -> bool:
        """Wait for one of these, `within` so many seconds; then do what is to do. False where nobody asks any more."""
        asks = self.asked in wait(list(at), within)  # type: ignore[arg-type]
        self._tell_ends()
        return not asks or self._answer()

    def end(self) -> None:
        """End what was forked and whatever that started; nobody can ask any more."""
        self.asked.close()
        for process in self._under_way:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid or 0, signal.SIGKILL)
            process.join()
        self._tell_ends()

    def _answer(self) -> bool:
        try:
            request, ends, *_ = socket.recv_fds(self.asked, LONGEST, 1)
            self.asked.send(str(self._fork(json.loads(request), ends[0])).encode() if request else b"")
        except OSError:  # whoever asked is gone
            return False
        return bool(request)

    def _fork(self, told: dict[str, str], end: int) -> int:
        not_its = [self.asked.fileno(), *self._under_way.values()]  # its own shows that it still runs
        process = FORK.Process(target=_do, args=(self.do, told, not_its))
        try:
            process.start()
        except OSError:
            os.close(end)
            return 0
        self._under_way[process] = end
        return process.pid or 0

    def _tell_ends(self) -> None:
        for process in [one for one in self._under_way if one.exitcode is not None]:
            end = self._under_way.pop(process)
            with suppress(OSError):  # nobody waits for it any more
                os.write(end, str(process.exitcode).encode())
            os.close(end)
            process.close()


def _do(do: Callable[[dict[str, str]], None], told: dict[str, str], not_its: list[int]) -> None:
    for one in not_its:
        os.close(one)
    do(told)

"""Signals that ask a process to stop (Ctrl-C, SIGTERM, a closed terminal), and waking one that waits."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def on_stop(do: Callable[[], None]) -> Iterator[None]:
    """Do this whenever the process is asked to stop, instead of what was done before; afterwards that again."""
    before = {one: signal.signal(one, lambda _number, _frame: do()) for one in STOPS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def waking() -> Iterator[socket.socket]:
    """A socket with something to read whenever a signal came: a child that ended, or what asks the process to stop."""
    woken, waker = socket.socketpair()
    for one in (woken, waker):
        one.settimeout(0)
    ends = signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    before = signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    try:
        yield woken
    finally:
        signal.set_wakeup_fd(before)
        signal.signal(signal.SIGCHLD, ends)
        woken.close()
        waker.close()


def as_at_first() -> None:
    """Stop as a process does to which nothing else was said: what was, was said to the one that it was forked from."""
    signal.set_wakeup_fd(-1)
    for one in (*STOPS, signal.SIGCHLD):
        signal.signal(one, signal.default_int_handler if one is signal.SIGINT else signal.SIG_DFL)

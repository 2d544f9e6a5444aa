"""What asks a process to stop: Ctrl-C, SIGTERM, and the closing of the terminal."""

from __future__ import annotations

import signal
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

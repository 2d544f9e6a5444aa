"""Memory of a long-running process: collects garbage after loading, and trims the heap."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

M_ARENA_MAX = -8
"""The number of glibc's setting (malloc.h)."""

AFTER_SO_MANY = (2_000, 10, 10)
"""So many new objects are looked through at once; these again after ten times, and all after ten of those."""


@contextmanager
def loading() -> Iterator[None]:
    """Look for no garbage until all is loaded: before there is none worth looking for."""
    gc.disable()
    try:
        yield
    finally:
        collect_from_now_on()


def collect_from_now_on() -> None:
    """Collect what comes from now on, also where that was put off; what was loaded stays, and is not looked through."""
    gc.freeze()
    gc.set_threshold(*AFTER_SO_MANY)
    gc.enable()


def collect_what_loading_left() -> None:
    """Collect the garbage of the loading, go on as above, and give back to the system what is free by then."""
    gc.collect()
    collect_from_now_on()
    gc.collect()  # now what was loaded is no longer counted
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def share_heaps() -> None:
    """Have threads share two heaps: the C library gives each its own otherwise, and never takes it back."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)

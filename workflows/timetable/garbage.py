"""Python's collection of garbage in a process that goes on for long, once it has loaded what it needs."""

from __future__ import annotations

import gc

AFTER_SO_MANY = (2_000, 10, 10)
"""So many new objects are looked through at once; these again after ten times, and all after ten of those."""


def collect_from_now_on() -> None:
    """Collect what comes from now on, also where that was put off; what was loaded stays, and is not looked through."""
    gc.freeze()
    gc.set_threshold(*AFTER_SO_MANY)
    gc.enable()

"""How long the tests wait for something real: its event ends the wait; how slow the machine is says when to give up."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from threading import Event
from typing import TypeVar

Found = TypeVar("Found")

AT_LENGTH = 900.0
"""Seconds after which a program that a test started is taken to hang, on the slowest machine there is."""

KNOWN_WORK = "import sqlalchemy, sqlmodel, typer"
LOOKED_AT_EVERY = 0.1
"""Seconds between two looks."""

FASTEST = 0.5
"""Seconds the known piece of work takes on the fastest machine."""


def until(look: Callable[[], Found], what: str, *, within: float = 60.0) -> Found:
    """The first thing found that is true.

    `within` is in seconds of the fastest machine, at least ten times what the thing takes there. When they are over, a
    known piece of work is timed, and a machine that is slower, or busier, is given that much longer.
    """
    begun, patience = time.monotonic(), within
    while not (found := look()):
        if time.monotonic() - begun > patience:
            longer = within * slowness()
            assert longer > patience, f"Waited {patience:.0f} seconds in vain for {what}."
            patience = longer
        Event().wait(LOOKED_AT_EVERY)
    return found


def slowness() -> float:
    """How many times slower than the fastest machine this one is just now; never less than 1."""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", KNOWN_WORK], check=True)
    return max(1.0, (time.monotonic() - begun) / FASTEST)

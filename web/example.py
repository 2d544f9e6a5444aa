"""The example committee at the desk: the same pages over an installation of its own, for who asked for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from threading import Lock

from fastapi import Request

from web.desk import Room
from workflows.simulation.example import LAST_DAY, Example, find_example, make_example, visit

COOKIE = "__Host-cairn-example"


class ExampleRoom:
    """Makes the example when it is first asked for, and lends it to whoever has a session there."""

    def __init__(self, room: Room, until: date = LAST_DAY) -> None:
        self._room, self._until, self._lock = room, until, Lock()
        self._found: Example | None = None

    def begin(self, browser: str) -> str:
        """Begin a visit; what the browser is to hold. The first visit of all makes the example, which takes a while."""
        now = self._room.clock()
        with self._lock:
            self._found = self._found or find_example(self._room.here.settings, now)
            self._found = self._found or make_example(self._room.here.settings, now, self._until)
            return visit(self._found, browser, now)

    def room(self) -> Room | None:
        """The example's own room; None where none was made."""
        with self._lock:
            self._found = self._found or find_example(self._room.here.settings, self._room.clock())
            found = self._found
        if found is None:
            return None
        clock = self._room.clock
        return replace(self._room, here=found.here, clock=lambda: found.clock(clock()), example=True, outside=clock)


def signed_out(room: Room) -> str:
    """What a browser holds that signed out in the example, and is still there."""
    return f"signed-out.{room.here.keys.proof_of('signed out in the example')}"


def example_of(request: Request) -> ExampleRoom:
    """The example of the desk that was asked."""
    found: ExampleRoom = request.app.state.example
    return found

"""The example committee at the desk: the same pages over an invented installation, for visitors who ask for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from threading import Lock

from fastapi import Request

from web.desk import Site
from workflows.simulation.example import LAST_DAY, ExampleCommittee, find_example, make_example, visit

COOKIE = "__Host-cairn-example"


class ExampleSite:
    """Makes the example when it is first asked for, and lends it to whoever has a session there."""

    def __init__(self, site: Site, until: date = LAST_DAY) -> None:
        self._site, self._until, self._lock = site, until, Lock()
        self._found: ExampleCommittee | None = None

    def begin(self, browser: str) -> str:
        """Begin a visit; what the browser is to hold. The first visit of all makes the example, which takes a while."""
        now = self._site.clock()
        with self._lock:
            self._found = self._found or find_example(self._site.installation.settings, now)
            self._found = self._found or make_example(self._site.installation.settings, now, self._until)
            return visit(self._found, browser, now)

    def site(self) -> Site | None:
        """The example's own site; None where none was made."""
        with self._lock:
            self._found = self._found or find_example(self._site.installation.settings, self._site.clock())
            found = self._found
        if found is None:
            return None
        clock = self._site.clock
        return replace(
            self._site, installation=found.here, clock=lambda: found.clock(clock()), example=True, outside=clock
        )


def signed_out(site: Site) -> str:
    """What a browser holds that signed out in the example, and is still there."""
    return f"signed-out.{site.installation.keys.proof_of('signed out in the example')}"


def example_of(request: Request) -> ExampleSite:
    """The example of the desk that was asked."""
    found: ExampleSite = request.app.state.example
    return found

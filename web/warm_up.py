"""Warms up My work before anybody asks for it: as the desk starts, and as each new day begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Event, Thread

from records.database import reading
from states.entry import Actor
from states.errors import DAMAGED, StorageTrouble
from states.moments import local_day, start_of
from web.desk import Site
from workflows.views.open_work import needed_by
from workflows.views.viewer import Viewer

NOBODY = Actor(name="", role="")


@contextmanager
def warming_up(sites: Iterable[Site]) -> Iterator[None]:
    """Warm up in a thread of its own, until the desk stops."""
    stopped = Event()
    Thread(target=warm_up, args=(tuple(sites), stopped), daemon=True).start()
    try:
        yield
    finally:
        stopped.set()


def warm_up(sites: tuple[Site, ...], stopped: Event) -> None:
    """Look at the open cases of every committee, once and as each new day begins, until it is stopped."""
    while True:
        for site in sites:
            _look(site)
        now = sites[0].clock()
        tomorrow = start_of(local_day(now) + timedelta(days=1))
        if stopped.wait((tomorrow - now).total_seconds()):
            return


def _look(site: Site) -> None:
    with suppress(StorageTrouble, *DAMAGED), reading(site.installation.engine) as tx:  # whoever asks is told of it
        needed_by(tx, Viewer(NOBODY, site.clock()), everybody=True)

"""The process of the desk killed while agencies answer: what they sent is there once or not at all, and can be sent.

A process that has read the whole program forks one that serves, and another once that was killed: a start costs little,
so that twenty moments are tried. How long an answer takes is measured first, and they are spread over all of it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

import httpx2

from records import cases, history
from records.database import reading
from tests.agency import SENDER, free_port, last_working_day, listens, post_room, sent
from tests.patience import AT_LENGTH, until
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.agency import PostRoom
    from tests.desk import Committee

PDF = b"%PDF-1.7\n" + b"x" * 500_000
KILLS = 20
HALTS = """
import os, signal, sys
from web import serving
import uvicorn, web.app, workflows.flows
for line in sys.stdin:
    if not (child := os.fork()):
        serving.main()
        os._exit(0)
    sys.stdin.readline()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print("killed", flush=True)
"""
"""A line begins a process that serves, the next kills it."""


class Halting:
    """A desk in a process of its own, which is begun and killed as a test says."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    def begin(self) -> None:
        self._say()
        until(lambda: listens(self.port), "the desk")

    def kill(self) -> None:
        self._say()
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "killed\n"

    def _say(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()


@contextmanager
def halting(room: PostRoom, port: int) -> Iterator[Halting]:
    settings = room.committee.here.settings
    more = {"CAIRN_DATA": str(settings.data), "CAIRN_WEB_PORT": str(port), "CAIRN_SITE": settings.site, **SENDER}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", HALTS], env={**os.environ, **more}, **pipes) as process:
        desk = Halting(process, port)
        desk.begin()
        try:
            yield desk
        finally:
            desk.kill()


class Agency:
    """Somebody of an agency who has the form of the answer before them."""

    def __init__(self, link: str) -> None:
        self.client = httpx2.Client(timeout=AT_LENGTH)
        page = sent(self.client, link)
        self.here = str(page.url)
        form = self.client.get(f"{self.here}/say/answer")
        self.token = re.findall(r'name="form_token" value="([^"]+)"', form.text)[-1]

    def send(self, sends: Event) -> str:
        """Send the answer; the page that one then sees."""
        said = {"form_token": self.token, "account_given": "yes", "reflection_given": "yes"}
        sends.set()
        return str(sent(self.client, f"{self.here}/say/answer", data=said, files={"files": ("a.pdf", PDF)}).text)

    def send_again(self) -> str:
        """Send it once more, unless it is there."""
        page = self.client.get(self.here)
        return str(page.text) if "Here is our answer" not in page.text else self.send(Event())


def test_a_process_killed_at_twenty_moments_of_an_answer_loses_nothing_and_keeps_nothing_twice(desk: Committee) -> None:
    port = free_port()
    desk.now = last_working_day()
    names = [f"Agency {number:02}" for number in range(KILLS + 1)]
    with post_room(desk, site=f"http://127.0.0.1:{port}") as room, ThreadPoolExecutor(1) as pool:
        for name in names:
            room.enter(name)
        ref = room.ask(*names)
        with halting(room, port) as served:
            first, *others = (Agency(room.link(name)) for name in names)
            begun = time.monotonic()
            first.send(Event())
            takes = time.monotonic() - begun
            for place, agency in enumerate(others):
                sends = Event()
                going = pool.submit(agency.send, sends)
                assert sends.wait(AT_LENGTH)
                Event().wait(takes * place / KILLS)
                served.kill()
                assert going.exception(AT_LENGTH) is None or isinstance(going.exception(), httpx2.TransportError)
                served.begin()
            pages = [agency.send_again() for agency in others]

        assert [one for one in pages if "was answered on" not in one and "Thank you" not in one] == []
        with reading(desk.here.engine) as tx:
            case = cases.find(tx, ref, to_change=False)
            answers = [one for one in history.entries(tx, case.id) if one.kind == "answered"]
        assert sorted(one.data["agency"] for one in answers) == names
        assert verify(desk.here.engine, keys=desk.here.keys, evidence=desk.here.settings.evidence).places == ()

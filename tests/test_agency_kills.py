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
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from threading import Event
from typing import TYPE_CHECKING

import httpx2

from records import cases, history
from records.database import reading
from tests.agency import FIFE, SENDER, free_port, last_working_day, listens, post_room, sent
from tests.patience import AT_LENGTH, until
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.agency import PostRoom
    from tests.desk import Committee

PDF = b"%PDF-1.7\n" + b"x" * 500_000
LARGE = b"%PDF-1.7\n" + b"".join(number.to_bytes(8) for number in range(125_000))
"""A MB of which no two parts are alike."""
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

    def send(self, sends: Event, file: tuple[str, bytes] = ("a.pdf", PDF)) -> str:
        """Send the answer; the page that one then sees."""
        said = {"form_token": self.token, "account_given": "yes", "reflection_given": "yes"}
        sends.set()
        return str(sent(self.client, f"{self.here}/say/answer", data=said, files={"files": file}).text)

    def ask(self, method: str, address: str, content: bytes | Iterator[bytes] = b"", **headers: str) -> httpx2.Response:
        """Speak of a file that is sent in parts."""
        ours = {"sec-fetch-site": "same-origin", "x-form-token": self.token, "tus-resumable": "1.0.0"}
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(
            method, httpx2.URL(self.here).join(address), content=content, headers={**ours, **said}
        )

    def begin(self, name: str, size: int) -> str:
        """Take up a file; its address."""
        told = f"filename {b64encode(name.encode()).decode()}"
        begun = self.ask("POST", f"{self.here}/files", upload_length=str(size), upload_metadata=told)
        return str(begun.headers["location"])

    def arrived(self, address: str) -> int:
        """How much of a file is there."""
        return int(self.ask("HEAD", address).headers["upload-offset"])

    def add(self, address: str, at: int, part: bytes | Iterator[bytes]) -> httpx2.Response:
        kind = {"content_type": "application/offset+octet-stream", "upload_offset": str(at)}
        return self.ask("PATCH", address, part, **kind)

    def send_again(self) -> str:
        """Send it once more, unless it is there."""
        page = self.client.get(self.here)
        return str(page.text) if "Here is our answer" not in page.text else self.send(Event())


def broken_off(part: bytes, begun: Event, killed: Event) -> Iterator[bytes]:
    """A part of a file of which the second half comes when the process has gone, unless it was sent in time."""
    yield part[: len(part) // 2]
    begun.set()
    assert killed.wait(AT_LENGTH)
    yield part[len(part) // 2 :]


def test_a_process_killed_inside_parts_of_a_file_has_all_of_it_once_when_it_was_sent_on(desk: Committee) -> None:
    """Each second part arrives in full: the kill falls on its being added, the last on the whole being looked at."""
    port, parts = free_port(), 4
    desk.now = last_working_day()
    size = len(LARGE) // parts
    with post_room(desk, site=f"http://127.0.0.1:{port}") as room, ThreadPoolExecutor(1) as pool:
        room.enter(FIFE)
        ref = room.ask(FIFE)
        with halting(room, port) as served:
            agency = Agency(room.link(FIFE))
            address = agency.begin("report.pdf", len(LARGE))
            for turn in range(parts):
                here = agency.arrived(address)
                begun, killed = Event(), Event()
                part = broken_off(LARGE[here : here + size], begun, killed)
                going = pool.submit(agency.add, address, here, part)
                assert begun.wait(AT_LENGTH)
                if turn % 2:
                    killed.set()
                    Event().wait(turn / 1000)
                served.kill()
                killed.set()
                assert going.exception(AT_LENGTH) is None or isinstance(going.exception(), httpx2.TransportError)
                served.begin()
            assert agency.begin("report.pdf", len(LARGE)) == address
            while (here := agency.arrived(address)) < len(LARGE):
                assert agency.add(address, here, LARGE[here : here + size]).status_code == 204
            assert agency.add(address, here, b"").status_code == 204
            page = agency.send(Event(), ("", b""))

        assert sha256(LARGE).hexdigest() in page
        with reading(desk.here.engine) as tx:
            case = cases.find(tx, ref, to_change=False)
            answers = [one for one in history.entries(tx, case.id) if one.kind == "answered"]
        assert [one.data["files"] for one in answers] == [[f"sha256:{sha256(LARGE).hexdigest()}:report.pdf"]]
        kept = [path for path in desk.here.settings.evidence.rglob("*") if path.is_file()]
        assert [path.read_bytes() for path in kept] == [LARGE]
        assert not list(desk.here.settings.uploads.rglob("*"))


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

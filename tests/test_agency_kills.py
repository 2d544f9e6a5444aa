"""The process of the desk killed while an agency answers: what it sent is there once or not at all, and can be sent."""

from __future__ import annotations

import re
import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

import httpx2

from records import cases, history
from records.database import reading
from tests.agency import free_port, last_working_day, post_room, sent, served_apart
from tests.patience import AT_LENGTH
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from tests.desk import Committee

PDF = b"%PDF-1.7\n" + b"x" * 3_000_000
MOMENTS = (0.02, 0.1, 0.3)
"""Seconds after the answer was sent off at which the process is killed."""


def send(link: str, sends: Event) -> str:
    """Answer by a link, unless it is answered already; the page one then sees."""
    with httpx2.Client(timeout=AT_LENGTH) as client:
        page = sent(client, link)
        if "Here is our answer" not in page.text:
            return str(page.text)
        form = client.get(f"{page.url}/say/answer")
        token = re.findall(r'name="form_token" value="([^"]+)"', form.text)[-1]
        said = {"form_token": token, "account_given": "yes", "reflection_given": "yes"}
        sends.set()
        return str(sent(client, str(form.url), data=said, files={"files": ("report.pdf", PDF)}).text)


def test_a_process_that_is_killed_while_agencies_answer_loses_nothing_and_keeps_nothing_twice(desk: Committee) -> None:
    port = free_port()
    desk.now = last_working_day()
    with post_room(desk, site=f"http://127.0.0.1:{port}") as room, ThreadPoolExecutor(1) as pool:
        names = [f"Agency {letter}" for letter in "ABC"]
        for name in names:
            room.enter(name)
        ref = room.ask(*names)
        for name, moment in zip(names, MOMENTS, strict=True):
            with served_apart(room, port) as server:
                sends = Event()
                going = pool.submit(send, room.link(name), sends)
                assert sends.wait(AT_LENGTH)
                sends.clear()
                sends.wait(moment)
                server.send_signal(signal.SIGKILL)
                server.wait()
                assert going.exception(AT_LENGTH) is None or isinstance(going.exception(), httpx2.TransportError)
        with served_apart(room, port):
            pages = [send(room.link(name), Event()) for name in names]

        assert [one for one in pages if "was answered on" not in one and "Thank you" not in one] == []
        with reading(desk.here.engine) as tx:
            case = cases.find(tx, ref, to_change=False)
            answers = [one for one in history.entries(tx, case.id) if one.kind == "answered"]
        assert sorted(one.data["agency"] for one in answers) == names
        assert verify(desk.here.engine, keys=desk.here.keys, evidence=desk.here.settings.evidence).places == ()

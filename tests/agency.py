"""Agencies for tests of the page they answer on: asked by a committee with a desk, written to over real SMTP."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx2
from pydantic import SecretStr

from config.settings import calendar
from notifications import smtp
from states.entry import Actor
from tests.desk import ORIGIN, PEOPLE
from tests.mailserver import MailServer
from tests.patience import AT_LENGTH, until
from web.desk import SEE_OTHER
from workflows.messages.deliver import deliver
from workflows.verbs.advance import advance
from workflows.verbs.contacts import add_contact
from workflows.verbs.request import request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.desk import Browser, Committee

FIFE = "NHS Fife"
SERVE = "from web.serving import main; main()"
SENDER = {"CAIRN_SENDER_DOMAIN": "cairn.example"}
LINK = re.compile(r"https?://\S+/letters/\S+")


@dataclass
class PostRoom:
    """A committee whose letters go out over SMTP, and the mailboxes of the agencies."""

    committee: Committee
    server: MailServer
    agencies: list[str] = field(default_factory=list)

    def do(self, verb: Callable[..., Any], *args: Any, by: str = "lead_officer", **more: Any) -> Any:
        actor = Actor(name=PEOPLE[by], role=by, account=str(self.committee.numbers[by]))
        with self.committee.here.uow(actor, self.committee.now) as uow:
            return verb(uow, *args, **more)

    def enter(self, agency: str, role: str = "first") -> None:
        address = f"{role}@{agency.lower().replace(' ', '-')}.example"
        channels = [("email", address)]
        hours = "00:00-24:00"
        self.do(add_contact, agency=agency, role=role, name=f"{role} of {agency}", channels=channels, hours=hours)
        self.agencies.append(agency)

    def ask(self, *agencies: str) -> str:
        """A case in which agencies are asked for information; its letters have left."""
        ref = self.committee.open_case()
        answers = {"agencies_asked": list(agencies), "information_scope": "A first account of what was done."}
        self.do(advance, ref, "request_info", answers=answers, by="nominated_person")
        self.do(request, ref, "information", agencies)
        self.deliver()
        return ref

    def deliver(self) -> None:
        here = self.committee.here
        deliver(here.engine, here.post, self.committee.now)

    def mails(self, agency: str, role: str = "first") -> list[Any]:
        address = f"{role}@{agency.lower().replace(' ', '-')}.example"
        return [one.mail for one in self.server.messages if address in one.recipients]

    def link(self, agency: str, place: int = -1) -> str:
        """The link in the newest letter to an agency (or the one at another place), as its reader clicks on it."""
        found = [link for mail in self.mails(agency) for link in LINK.findall(mail.get_content())]
        return str(found[place]).removeprefix(ORIGIN)

    def link_of(self, mail: Any) -> str:
        """The link in one mail; empty where there is none."""
        return str(next(iter(LINK.findall(mail.get_content())), "")).removeprefix(ORIGIN)

    def opened(self, agency: str = FIFE) -> Browser:
        """Somebody at a browser who has opened the link, and gone on."""
        browser = self.committee.browser()
        browser.get(self.link(agency))
        browser.send()
        return browser


@contextmanager
def post_room(committee: Committee, **settings: Any) -> Iterator[PostRoom]:
    """A committee's letters, sent to a mail server of the test."""
    with MailServer() as server:
        relay = SecretStr(f"smtp://127.0.0.1:{server.port}?from=cairn@cairn.example")
        given = {"site": ORIGIN, "relay": relay, "sender_domain": "cairn.example", **settings}
        committee.here = replace(committee.here, settings=committee.here.settings.model_copy(update=given))
        try:
            yield PostRoom(committee, server)
        finally:
            smtp.close_connections()


def sent(client: httpx2.Client, address: str, **more: Any) -> httpx2.Response:
    """Send a form, and the page it leads to; a client in Python sends a cookie over HTTPS alone, a browser here too."""
    there = client.post(address, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False, **more)
    if there.status_code != SEE_OTHER:
        return there
    if "set-cookie" in there.headers:
        client.headers["cookie"] = there.headers["set-cookie"].partition(";")[0]
    return client.get(httpx2.URL(address).join(there.headers["location"]))


def last_working_day() -> datetime:
    """Noon of the last working day there was: letters leave on such a day, and the desk goes by the machine's clock."""
    now = datetime.now(UTC)  # noqa: TID251  a desk in a process of its own goes by it
    days = (now.replace(hour=12) - timedelta(days=back) for back in range(1, 15))
    return next(day for day in days if calendar("scotland").is_working(day.date()))


@contextmanager
def served_apart(room: PostRoom, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The desk in a process of its own, which goes by the clock of the machine."""
    settings = room.committee.here.settings
    more = {"CAIRN_DATA": str(settings.data), "CAIRN_WEB_PORT": str(port), "CAIRN_SITE": settings.site, **SENDER}
    with subprocess.Popen(
        [sys.executable, "-c", "from web.serving import main; main()"], env={**os.environ, **more}
    ) as server:
        until(lambda: listens(port) or server.poll() is not None, "the desk")
        assert server.poll() is None
        try:
            yield server
        finally:
            server.terminate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=AT_LENGTH).close()
    except OSError:
        return False
    return True

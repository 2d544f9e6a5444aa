"""Agencies for tests of the page they answer on: asked by a committee with a desk, written to over real SMTP."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from notifications import smtp
from states.entry import Actor
from tests.desk import ORIGIN, PEOPLE
from tests.mailserver import MailServer
from workflows.messages.deliver import deliver
from workflows.verbs.advance import advance
from workflows.verbs.contacts import add_contact
from workflows.verbs.request import request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.desk import Browser, Committee

FIFE = "NHS Fife"
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

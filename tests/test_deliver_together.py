"""Several deliverers at once, and servers that take their time: no letter goes twice, nobody waits for another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier, local
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from records.database import reading, transaction
from records.mails import ATTEMPTS, MAILS
from tests.casework import gathering
from tests.mailserver import MailServer, relaying
from workflows.messages.deliver import Post, deliver
from workflows.verbs.contacts import add_contact
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mailserver import Received
    from tests.office import Office

AGENCIES = tuple(f"Agency {number}" for number in range(1, 22))


@pytest.fixture
def server(office: Office) -> Iterator[MailServer]:
    with relaying(office) as running:
        with transaction(office.engine) as tx:
            for number, agency in enumerate(AGENCIES):
                who = {"name": agency, "channels": [("email", f"first.{number}@example.org")], "news": "each"}
                add_contact(office.uow(tx), agency=agency, role="first", **who)
        gathering(office, agencies=AGENCIES)
        yield running


def identities(server: MailServer) -> list[str]:
    return [str(one.mail["Message-ID"]) for one in server.messages]


@dataclass
class SlowWorld:
    """A server that takes so many seconds for each letter of the first deliverer; every minute another one starts."""

    office: Office
    seconds: float
    passed: float = 0
    accepted: dict[str, datetime] = field(default_factory=dict)
    first: local = field(default_factory=local)
    others: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    busy: bool = False

    def clock(self) -> datetime:
        return self.office.now + timedelta(seconds=self.passed)

    def round(self) -> int:
        post = Post(self.office.relay, self.office.keys, "cairn.example")
        return deliver(self.office.engine, post, self.clock(), self.clock).sent

    def takes_its_time(self, received: Received) -> None:
        """The letters of the others go meanwhile: for them no time passes."""
        if not self.busy:
            minute = int(self.passed // 60)
            self.passed += self.seconds
            for _ in range(int(self.passed // 60) - minute):
                self.busy = True
                self.others.submit(self.round).result()
                self.busy = False
        self.accepted[str(received.mail["Message-ID"])] = self.clock()


@pytest.mark.parametrize("seconds", [19, 45])
def test_a_server_that_takes_long_for_each_letter_gets_none_twice_though_a_deliverer_starts_each_minute(
    office: Office, server: MailServer, seconds: float
) -> None:
    world = SlowWorld(office, seconds)
    server.on_message = world.takes_its_time

    world.round()
    world.round()

    sent = identities(server)
    assert len(sent) == len(set(sent)) == len(AGENCIES) + 1  # the lead officer is told too
    tries = select(MAILS.c.message_id, ATTEMPTS.c.at).join(MAILS, MAILS.c.id == ATTEMPTS.c.mail_id)
    assert {row.message_id: row.at for row in office.rows(tries)} == world.accepted
    assert verify(office.engine, now=world.clock()).ok


def test_three_deliverers_at_once_wait_for_nobody_and_send_each_letter_once(office: Office, server: MailServer) -> None:
    together = Barrier(3)

    def one_of_three() -> int:
        together.wait()
        return office.deliver().sent

    with ThreadPoolExecutor(3) as pool:
        sent = sum(future.result() for future in [pool.submit(one_of_three) for _ in range(3)])

    assert sent == len(set(identities(server))) == len(server.messages) == len(AGENCIES) + 1


def test_a_reading_locks_and_changes_nothing(office: Office) -> None:
    with reading(office.engine) as tx:
        if office.engine.dialect.name == "sqlite":
            return  # a reader of a file keeps nobody from writing: the journal is beside it
        with pytest.raises(DBAPIError, match="read-only transaction"):
            tx.execute(select(MAILS.c.id).with_for_update())

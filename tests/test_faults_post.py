"""A mail server that refuses, hangs or hangs up: said in a sentence, tried again, and every letter arrives once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, get_args

import pytest

from notifications import smtp
from notifications.channels import send
from tests.faults import goes_on
from tests.mailserver import MailServer, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.terminal import Terminal

TRANSIENT = sorted(set(get_args(Trouble)) - {"none", "slow"})
LETTERS = 4
HANGS = {"hang", "hang-connect", "drip"}
HANDED_OVER = {"hang", "drop-after", "drip"}
"""The server has the message and never says so: it may come a second time, and then bears the same Message-ID."""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as one:
        yield one
        smtp.close_connections()


@pytest.fixture
def owing(terminal: Terminal, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> tuple[Terminal, str]:
    assert send.__kwdefaults__
    monkeypatch.setitem(send.__kwdefaults__, "timeout", 0.2)
    terminal.env["CAIRN_RELAY"] = f"smtp://127.0.0.1:{server.port}?from=cairn@committee.example&tls=never"
    terminal.enters_everybody()
    return terminal, terminal.gathers()


def arrives_whole(terminal: Terminal, server: MailServer, *, again: bool = False) -> None:
    """Nothing is owed any more, and each letter is there: once, or again under the same Message-ID."""
    terminal.now = "2026-03-02T15:00"
    delivered = terminal.asks("deliver")
    arrived = Counter(str(one.mail["Message-ID"]) for one in server.messages)

    assert (delivered["sent"], delivered["waiting"]) == (LETTERS, 0)
    assert len(arrived) == LETTERS
    assert set(arrived.values()) <= ({1, 2} if again else {1})
    assert terminal.asks("outbox", "--status", "waiting", "--status", "owed", "--status", "posted") == []


@pytest.mark.parametrize("trouble", TRANSIENT)
def test_a_server_that_hangs_or_hangs_up_is_said_and_what_is_owed_arrives_later(
    trouble: Trouble, owing: tuple[Terminal, str], server: MailServer
) -> None:
    terminal, ref = owing
    server.trouble = trouble

    said = terminal.types("deliver")
    assert (terminal.code, terminal.err) == (0, "")
    tried = terminal.types("outbox", ref)

    assert "0 letters sent." in said
    tried_at_all = 1 if trouble in HANGS else LETTERS
    assert f"{tried_at_all} not accepted yet: tried again later" in said
    assert (f"{LETTERS - 1} not tried, because a server hangs" in said) == (trouble in HANGS)
    assert "Traceback" not in tried
    assert "try 1" in tried
    server.trouble = "none"
    smtp.close_connections()
    arrives_whole(terminal, server, again=trouble in HANDED_OVER)
    goes_on(terminal, ref)


@pytest.mark.parametrize("there", [True, False])
def test_a_server_that_puts_everything_off_or_is_not_there_is_said_and_what_is_owed_arrives_later(
    there: bool, owing: tuple[Terminal, str], server: MailServer
) -> None:
    terminal, ref = owing
    relay = terminal.env["CAIRN_RELAY"]
    server.reject = "451 4.3.0 Come back later"
    terminal.env["CAIRN_RELAY"] = relay if there else relay.replace(str(server.port), "9")

    said = terminal.types("deliver")

    assert "not accepted yet: tried again later" in said
    assert (server.reject in terminal.types("outbox", ref)) == there
    server.reject, terminal.env["CAIRN_RELAY"] = "", relay
    arrives_whole(terminal, server)
    goes_on(terminal, ref)


def test_a_recipient_refused_for_good_is_given_up_and_becomes_a_task(
    owing: tuple[Terminal, str], server: MailServer
) -> None:
    terminal, ref = owing
    server.refuse = {"fife@example.org": "550 5.1.1 No such person"}

    said = terminal.types("deliver")

    assert "1 given up: the lead officer has a task." in said
    assert "550 5.1.1 No such person" in terminal.types("outbox", ref, "--status", "failed")
    listed = " ".join(terminal.types("tasks").split())
    assert "could not be delivered" in listed
    assert "there is no such mailbox" in listed
    goes_on(terminal, ref)

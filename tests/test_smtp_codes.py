"""What a refusal is about: the reader's mailbox, or the sender, the system, the network, the content."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from notifications import smtp
from notifications.channels import Envelope, send
from notifications.smtp_codes import of_mailbox
from tests.mailserver import MailServer
from tests.test_govuk_notify import letter, relay
from tests.webserver import WebServer

if TYPE_CHECKING:
    from collections.abc import Iterator

TO = "liaison@agency.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running
        smtp.close_connections()


def sent(server: MailServer) -> tuple[str, bool]:
    envelope = Envelope(TO, "LR-7", "Due soon.", "<one@cairn>", datetime(2026, 3, 2, tzinfo=UTC))
    answer = send(envelope, f"smtp://127.0.0.1:{server.port}?from=cairn@committee.example")
    return answer.outcome, answer.mailbox


@pytest.mark.parametrize(
    ("reply", "outcome", "mailbox"),
    [
        ("550 5.1.1 No such person", "refused", True),
        ("550 5.1.2 No such system", "refused", True),
        ("553 5.1.3 Bad address syntax", "refused", True),
        ("551 5.1.6 Has moved", "refused", True),
        ("556 5.1.10 Recipient address has null MX", "refused", True),
        ("550 5.2.1 Mailbox disabled", "refused", True),
        ("452 4.2.2 Mailbox full", "failed", True),
        ("450 4.2.1 Mailbox busy", "failed", True),
        ("550 No such person", "refused", True),
        ("550-No such person\r\n550 at all", "refused", True),
        ("450 Mailbox busy", "failed", True),
        ("552 Over quota", "refused", True),
        ("550 spam-wall.agency.example: no such person", "refused", True),
        ("550 Service unavailable; client host blocked by a list", "refused", False),
        ("550 relay not permitted", "refused", False),
        ("550 5.1.1 Sender verify failed", "refused", False),
        ("550 Access denied: bad HELO name", "refused", False),
        ("550 5.2.1 Message blocked: poor reputation", "refused", False),
        ("450 Greylisted, see you later", "failed", False),
        ("550 5.1.7 Bad address of the sender", "refused", False),
        ("550 5.1.8 Bad system of the sender", "refused", False),
        ("550 5.7.1 Relaying denied", "refused", False),
        ("554 5.7.1 Listed", "refused", False),
        ("451 4.7.1 Greylisted", "failed", False),
        ("550 5.4.4 No route", "refused", False),
        ("451 4.3.0 Try again", "failed", False),
        ("451 Try again", "failed", False),
        ("452 4.5.3 Too many recipients", "failed", False),
        ("554 Transaction failed", "refused", False),
        ("530 5.7.0 Log in first", "failed", False),
        ("550 5.1.5 Valid, and yet", "refused", False),
        ("550 sorry, no mailbox here by that name (#5.1.1)", "refused", True),
        ("550 Invalid Recipient - https://help.example/1369#550", "refused", True),
        ("550 5.2.122 The recipient has exceeded their limit for messages per hour", "refused", True),
        ("550 Unrouteable address", "refused", True),
        ("550 5.1.90 You have reached your daily limit for recipients", "refused", False),
        ("550 5.1.20 Several From addresses", "refused", False),
        ("552 Message size exceeds fixed maximum message size", "refused", False),
        ("553 that domain isn't in my list of allowed rcpthosts (#5.7.1)", "refused", False),
        ("550 #5.7.1 Your access to submit messages has been rejected", "refused", False),
        (f"550 permanent failure for one or more recipients ({TO}:blocked)", "refused", False),
        ("550 Too many invalid recipients", "refused", False),
        ("550 Mail from 192.0.2.1 refused", "refused", False),
        ("550 Your IP is not allowed to connect", "refused", False),
        ("550 Administrative prohibition", "refused", False),
        ("450 4.2.1 This user is receiving mail too quickly", "failed", False),
        ("550 5.1.1 Throttled, come back later", "refused", False),
        ("550 Must issue a STARTTLS command first", "refused", False),
        ("550 Callout verification failed", "refused", False),
        ("550 5.1.1 LDAP lookup failed", "refused", False),
        ("450 Recipient lookup timed out", "failed", False),
        ("550 This account is not allowed to send to external recipients", "refused", False),
    ],
)
def test_a_recipient_that_is_turned_away_counts_against_them_only_when_the_mailbox_is_meant(
    server: MailServer, reply: str, outcome: str, mailbox: bool
) -> None:
    server.refuse = {TO: reply}

    assert sent(server) == (outcome, mailbox)


@pytest.mark.parametrize("reply", ["550 5.1.1 Who are you", "553 5.1.8 No such domain", "550 Rejected", "451 Later"])
def test_whatever_is_said_to_the_sender_is_not_about_the_reader(server: MailServer, reply: str) -> None:
    server.refuse_sender = reply

    assert sent(server) == ("refused" if reply.startswith("5") else "failed", False)


@pytest.mark.parametrize(
    ("reply", "outcome", "mailbox"),
    [
        ("550 5.7.1 Spam", "refused", False),
        ("552 5.3.4 Too big", "refused", False),
        ("552 5.2.3 Longer than the mailbox takes", "refused", False),
        ("554 5.6.0 Bad content", "refused", False),
        ("550 Rejected", "refused", False),
        ("552 5.2.2 Mailbox full", "refused", True),
        ("550 5.1.1 No such person", "refused", True),
        ("451 4.3.0 Try again", "failed", False),
    ],
)
def test_a_message_that_is_turned_away_counts_against_the_reader_only_by_its_enhanced_code(
    server: MailServer, reply: str, outcome: str, mailbox: bool
) -> None:
    server.reject = reply

    assert sent(server) == (outcome, mailbox)


def test_an_enhanced_code_is_read_only_where_it_stands_first() -> None:
    assert of_mailbox(550, b"see 5.1.1 of the manual", named=False) is False
    assert of_mailbox(550, b"5.1.1", named=False) is True
    assert of_mailbox(550, b"5.1.100", named=True) is True


@pytest.mark.parametrize(
    ("status", "error", "message", "mailbox"),
    [
        (400, "ValidationError", "email_address Not a valid email address", True),
        (400, "ValidationError", "template_id is not a valid UUID", False),
        (400, "BadRequestError", "Can't send to this recipient using a team-only API key", False),
        (400, "BadRequestError", "Missing personalisation: body", False),
        (403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds", False),
        (403, "AuthError", "Invalid token: API key not found", False),
        (404, "NoResultFound", "No result found", False),
        (429, "RateLimitError", "Exceeded rate limit", False),
        (500, "Exception", "Internal server error", False),
    ],
)
def test_of_all_that_notify_may_say_only_a_bad_address_is_about_the_reader(
    status: int, error: str, message: str, mailbox: bool
) -> None:
    answer = json.dumps({"status_code": status, "errors": [{"error": error, "message": message}]}).encode()

    with WebServer(status=status, answer=answer) as notify:
        assert send(letter(), relay(notify)).mailbox is mailbox


@pytest.mark.parametrize(("status", "mailbox"), [(404, True), (410, True), (401, False), (403, False), (500, False)])
def test_a_webhook_counts_as_gone_only_when_its_place_is_gone(status: int, mailbox: bool) -> None:
    with WebServer(status=status) as web:
        to = f"json://127.0.0.1:{web.port}/x"
        envelope = Envelope(to, "LR-7", "Due soon.", "<one@cairn>", datetime(2026, 3, 2, tzinfo=UTC))

        assert send(envelope, "mailbox:///nowhere").mailbox is mailbox

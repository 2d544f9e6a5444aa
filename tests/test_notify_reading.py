"""Letters that GOV.UK Notify gave up after it had taken them come back as if by a report, each once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from config.settings import Settings
from records.contacts import CONTACTS
from records.mails import MAILS
from tests.casework import asked, entries
from tests.office import FIFE
from tests.test_govuk_notify import SECRET, relay
from tests.webserver import WebServer
from workflows.messages.mailbox_reading import InboxReport
from workflows.messages.notify_reading import ask_notify
from workflows.timetable.round_reports import read_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.office import Office

FIRST = "first.nhsfife@example.org"


@pytest.fixture
def notify() -> Iterator[WebServer]:
    with WebServer(status=201, answer=b'{"id": "740e5834"}') as running:
        yield running


def accepted(office: Office, notify: WebServer) -> str:
    """The Message-ID of the letter that asked NHS Fife, which Notify has taken."""
    office.relay = relay(notify)
    asked(office)
    office.deliver()
    (letter,) = (one.json for one in notify.posts if one.json["email_address"] == FIRST)
    notify.posts.clear()
    return str(letter["reference"])


def says(notify: WebServer, *told: tuple[str, str | None]) -> None:
    rows = [{"reference": one, "status": status, "email_address": FIRST} for status, one in told]
    notify.status, notify.answer = 200, json.dumps({"notifications": rows, "links": {}}).encode()


def ask(office: Office) -> InboxReport:
    report = InboxReport()
    ask_notify(office.engine, office.relay, lambda: office.now, report)
    return report


def letter_in(office: Office, message_id: str) -> Any:
    (row,) = office.rows(MAILS.select().where(MAILS.c.message_id == message_id))
    return row


@pytest.mark.parametrize(
    ("status", "counts"), [("permanent-failure", True), ("temporary-failure", False), ("technical-failure", False)]
)
def test_a_letter_that_notify_gave_up_comes_back_once_and_counts_only_where_the_address_is_wrong(
    office: Office, notify: WebServer, status: str, counts: bool
) -> None:
    message_id = accepted(office, notify)
    says(notify, (status, message_id), (status, "<other@cairn.example>"), (status, None), ("delivered", message_id))

    first, again = ask(office), ask(office)

    assert (dict(first.kinds), dict(again.kinds), first.asked) == ({"failed": 1}, {}, 1)
    assert letter_in(office, message_id).status == "bounced"
    (contact,) = office.rows(CONTACTS.select().where(CONTACTS.c.agency == FIFE, CONTACTS.c.role == "first"))
    assert (contact.trouble_since is not None) is counts
    last = entries(office, office.case("TST-2026-0001"))[-1]
    assert (last.kind, status in last.reason) == ("bounced", True)


def test_notify_is_asked_for_what_failed_and_told_who_asks(office: Office, notify: WebServer) -> None:
    accepted(office, notify)
    says(notify)

    assert read_by(ask(office)).headline == "GOV.UK Notify was asked"

    (seen,) = notify.posts
    wanted = "&".join(f"status={one}-failure" for one in ("permanent", "temporary", "technical"))
    assert seen.path == f"/v2/notifications?template_type=email&{wanted}"
    assert seen.headers["Authorization"].startswith("Bearer ")


@pytest.mark.parametrize(
    ("status", "answer"),
    [(403, b'{"errors": []}'), (500, b""), (200, b"<html>"), (200, b"[]"), (200, b'{"notifications": [1]}')],
)
def test_an_answer_that_says_nothing_of_letters_is_one_sentence_and_moves_none(
    office: Office, notify: WebServer, status: int, answer: bytes
) -> None:
    message_id = accepted(office, notify)
    notify.status, notify.answer = status, answer

    report = ask(office)

    (trouble,) = report.troubles
    assert trouble.startswith("GOV.UK Notify does not say what became of letters: ")
    assert SECRET not in trouble
    assert read_by(report).headline == "GOV.UK Notify was asked"
    assert letter_in(office, message_id).status == "sent"


def test_where_letters_go_another_way_notify_is_not_asked(office: Office, notify: WebServer) -> None:
    accepted(office, notify)
    office.relay = "smtp://127.0.0.1:9?from=cairn@committee.example"

    assert (ask(office), notify.posts) == (InboxReport(), [])


@pytest.mark.parametrize(
    ("way", "hears"),
    [("govuknotify://host/", True), (" GovUkNotify://host/", True), ("smtp://host/?from=a@committee.example", False)],
)
def test_the_round_that_asks_is_on_the_timetable_wherever_letters_go_by_notify(way: str, hears: bool) -> None:
    assert Settings(data=Path(), relay=SecretStr(way)).hears_of_letters is hears

"""Where answers to a letter go, and which letters it follows on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.casework import asked, mailbox
from tests.office import FIFE
from workflows.messages.deliver import Post, deliver

if TYPE_CHECKING:
    from email.message import EmailMessage

    from tests.office import Office

FIRST, LEAD = "first.nhsfife@example.org", "lead_officer.committee@example.org"


def to(office: Office, address: str) -> list[EmailMessage]:
    return sorted((mail for mail in mailbox(office) if mail["To"] == address), key=lambda mail: mail["Date"].datetime)


def chased(office: Office, *days: int) -> None:
    """The request goes on 2 March; then a sweep and a delivery on each of these days of March."""
    asked(office, FIFE)
    office.deliver()
    for day in days:
        office.now = datetime(2026, 3, day, 10, tzinfo=UTC)
        office.sweep()
        office.deliver()


def test_answers_go_to_the_lead_officer_and_nobody_is_asked_to_answer_themselves(office: Office) -> None:
    chased(office, 17)

    assert {mail["Reply-To"] for mail in to(office, FIRST)} == {LEAD}
    assert {mail["Reply-To"] for mail in to(office, LEAD)} <= {None}


def test_answers_go_to_the_committees_address_where_it_has_set_one(office: Office) -> None:
    asked(office, FIFE)

    deliver(
        office.engine,
        Post(office.relay, office.keys, "cairn.example", reply_to="reviews@committee.example"),
        office.now,
    )

    [request] = to(office, FIRST)
    assert request["Reply-To"] == "reviews@committee.example"
    assert "reviews@committee.example" in " ".join(request.get_content().split())


def test_a_request_and_what_follows_on_it_are_one_thread(office: Office) -> None:
    chased(office, 11, 17)

    request, *later = to(office, FIRST)
    assert request["In-Reply-To"] is None
    assert later
    before = [request["Message-ID"]]
    for mail in later:
        assert mail["In-Reply-To"] == before[-1]
        assert mail["References"].split() == before
        before.append(mail["Message-ID"])

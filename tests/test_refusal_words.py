"""Why a letter came back, in plain words on the list of tasks: no name, address or machine of the server's answer."""

from __future__ import annotations

import pytest

from notifications.refusal_words import NO_REASON, why_refused


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("", ""),
        ("550 5.1.1 <kim.example@nhs.example>: Recipient address rejected: User unknown", "there is no such mailbox"),
        ("5.1.1 smtp; 550 No such user full.house@box.example", "there is no such mailbox"),
        ("550 no such user here", "there is no such mailbox"),
        ("Not delivered, status 5.1.1.", "there is no such mailbox"),
        ("552 5.2.2 Mailbox full", "the mailbox is full"),
        ("550 5.1.1 Over quota", "the mailbox is full"),
        ("5.2.2 Das Postfach ist voll", "the mailbox is full"),
        ("550 5.2.1 The account is disabled", "the mailbox is closed"),
        ("554 5.7.1 Blocked by policy of mx.spamhouse.example", "its server takes no mail from here"),
        ("550 5.1.1 sender is not listed", "its server takes no mail from here"),
        ("5.1.2 Host unknown", "there is no such mail server"),
        ("556 5.1.10 Recipient address has null MX", "no mail is taken there at all"),
        ("5.4.7 Delivery time expired: try again", "its server could not take it in time"),
        ("552 5.3.4 Message size exceeds fixed limit", "its server does not take what is in the letter"),
        ("554 Transaction failed", NO_REASON),
        ("Kim Example left in May.", ""),
    ],
)
def test_an_answer_of_a_server_is_said_in_plain_words(answer: str, said: str) -> None:
    assert why_refused(answer) == said

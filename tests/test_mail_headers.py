"""The headers of a letter say what they were given, however long: who wrote, where answers go, what it follows."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.envelope import Envelope, MailSender, compose

SENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LONG_DOMAIN = "child-protection-committee.examplewick-and-otherplace.example"
FIRST, SECOND = (f"<{letter * 40}@{LONG_DOMAIN}>" for letter in "ab")
OFFICE = "office@committee.example"
LONG_PLACE = "Examplewick and Otherplace, North and South, Learning Reviews"

# Python 3.11.7 drops the quotation marks of a name that does not fit a line (python/cpython#121284).
NAMES = (
    f"Child Protection Committee of {LONG_PLACE}",
    f"Child Protection Committee (Learning Reviews) of {LONG_PLACE}",
    f'The "Child Protection Committee" \\ {LONG_PLACE}',
    f"Comataidh Dìon Chloinne, {LONG_PLACE} (ath-sgrùdadh)",
    f"Comataidh <Dìon> Chloinne; {LONG_PLACE}; {LONG_PLACE}",
)


def test_a_long_identity_stands_as_it_is_in_the_header_that_no_relay_writes_itself() -> None:
    letter = Envelope("liaison@agency.example", "LR-7", "Due.", FIRST, SENT)

    assert f"X-Cairn-Letter: {FIRST}\r\n".encode() in compose(letter, MailSender(OFFICE, "Cairn"))


def composed(name: str = "Cairn", thread: tuple[str, ...] = (), reply_to: tuple[str, ...] = ()) -> bytes:
    letter = Envelope("liaison@agency.example", "LR-7", "Due.", "<one@cairn>", SENT, reply_to=reply_to, thread=thread)
    return compose(letter, MailSender(OFFICE, name))


def head(mail: bytes, name: str) -> str:
    """A header as it goes over the wire, unfolded."""
    lines = mail.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n ", " ").split("\r\n")
    (found,) = (line.partition(":")[2].strip() for line in lines if line.startswith(f"{name}:"))
    return found


def test_a_long_identity_is_named_as_it_is_by_what_follows_it() -> None:
    """Outlook threads by no encoded word, which Python makes of more than 77 characters (python/cpython#100991)."""
    mail = composed(thread=(FIRST, SECOND))
    assert head(mail, "In-Reply-To") == SECOND
    assert head(mail, "References") == f"{FIRST} {SECOND}"
    assert max(len(line) for line in mail.split(b"\r\n")) < 998


def named(mail: bytes) -> tuple[str, str]:
    """Whom a letter is from, read word by word: Python's own reader of addresses sets blanks between encoded words."""
    name, address = parseaddr(head(mail, "From"))
    return str(make_header(decode_header(name))), address


@pytest.mark.parametrize("name", NAMES)
def test_a_long_name_of_the_office_is_shown_as_it_is_beside_its_address(name: str) -> None:
    mail = composed(name)
    assert len(message_from_bytes(mail, policy=policy.default)["From"].addresses) == 1
    assert named(mail) == (name, OFFICE)
    assert max(map(len, re.findall(r"=\?.*?\?=", head(mail, "From"))), default=0) <= 75


@given(st.text(st.sampled_from('aBé ,;:()<>@.\\"ì\u2019-'), min_size=1, max_size=120))
def test_any_name_of_the_office_is_shown_as_it_is(name: str) -> None:
    shown, address = named(composed(name))
    assert (shown.split(), address) == (name.split(), OFFICE)


def test_answers_go_to_each_address_however_long() -> None:
    both = (f"{'a' * 60}@{LONG_DOMAIN}", f"{'b' * 60}@{LONG_DOMAIN}")
    mail = composed(reply_to=both)
    found = message_from_bytes(mail, policy=policy.default)["Reply-To"].addresses
    assert tuple(one.addr_spec for one in found) == both

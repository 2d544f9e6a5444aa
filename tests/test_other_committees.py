"""An agency that several committees ask: one page, each part of it proven to its own committee, and the walls of it."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from records import contacts
from records.database import reading, transaction
from records.outbox import MESSAGES
from tests.agency import FIFE, LINK, post_room
from tests.desk import ORIGIN
from tests.test_agency_page import prose_of
from tests.test_agency_sign_in import account_of, chosen
from tests.test_letters import age
from tests.test_walls import OTHER, both
from workflows.messages.agency_digest import agency_digest
from workflows.verbs.contacts import change_channels, retire_contact
from workflows.verbs.keep_to import keep_to
from workflows.verbs.letter_link import take_back_link
from workflows.verbs.people import erase_personal_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx2 import Response

    from tests.agency import PostRoom
    from tests.desk import Browser
    from tests.test_walls import Served

__all__ = ["both"]
NEVER_THERE = "000000"
CODES_SENT = "Each that writes to your mailbox has sent a code"


@dataclass
class Two:
    """Two committees, each with its letters; both ask an agency at the same mailbox, the second in two cases."""

    here: PostRoom
    there: PostRoom
    asked: tuple[str, str, str]


@pytest.fixture
def two(both: tuple[Served, Served]) -> Iterator[Two]:
    first, second = both
    with ExitStack() as held:
        rooms = [held.enter_context(post_room(one, site=one.origin)) for one in (first, second)]
        for room in rooms:
            room.enter(FIFE)
        here, there = rooms
        yield Two(here, there, (here.ask(FIFE), there.ask(FIFE), there.ask(FIFE)))


def newest_code(room: PostRoom) -> str:
    room.committee.later(minutes=1)
    room.deliver()
    room.committee.later(minutes=1)
    return str(room.server.messages[-1].mail.get_content().partition("Code:")[2].split()[0])


def opened(two: Two) -> Browser:
    """Somebody of the agency who sees its list at the first, and has had the other's code sent."""
    browser = chosen(two.here, "")
    browser.send(f"{place(browser)}/beside", send="yes")
    return browser


def place(browser: Browser) -> str:
    """The address of the pages of the letter."""
    assert browser.page is not None
    return "/".join(browser.page.url.path.split("/")[:3])


def shown(two: Two) -> tuple[Browser, Response]:
    browser = opened(two)
    return browser, browser.send(f"{place(browser)}/beside", code=newest_code(two.there))


def has_theirs(page: Response) -> bool:
    return "Open there" in page.text


def test_the_list_of_another_committee_stands_beside_once_it_has_looked_at_its_own_code(two: Two) -> None:
    browser = opened(two)
    assert CODES_SENT in browser.page.text
    assert not has_theirs(browser.page)

    page = browser.send(f"{place(browser)}/beside", code=newest_code(two.there))

    assert [ref for ref in two.asked if ref in page.text] == list(two.asked)
    leads = re.findall(r'href="(https://angus\.example/answers/[0-9a-f]{40}/enter)"', page.text)
    assert len(leads) == 2
    entering = two.there.committee.browser()
    assert "You can also come by a code" in entering.get(leads[0]).text
    assert [age(prose_of(one.text)) <= 12 for one in (page, entering.page)] == [True, True]
    assert entering.send(send="yes").status_code == 200
    assert entering.send(code=NEVER_THERE).status_code == 422
    answer = entering.send(code=newest_code(two.there))
    assert (answer.url.host, "Here is our answer" in answer.text) == ("angus.example", True)
    assert is_silent(two)
    (cookie,) = [one for one in browser.client.cookies.jar if one.name == "__Secure-beside"]
    assert (cookie.path, cookie.domain, cookie.secure) == (place(browser), "desk.example", True)


def test_the_code_of_one_committee_shows_nothing_of_another(two: Two) -> None:
    browser = opened(two)
    browser.get(f"{place(browser)}/code")
    browser.send(f"{place(browser)}/code", send="yes", then="open")
    own = newest_code(two.here)

    for code in (own, NEVER_THERE, ""):
        browser.get(f"{place(browser)}/open")
        refused = browser.send(f"{place(browser)}/beside", code=code)
        assert (refused.status_code, has_theirs(refused)) == (422, False)

    jar = browser.client.cookies
    for signs, is_theirs in ((two.here, False), (two.there, True)):
        sign = signs.committee.here.keys.proof_of("list 9999999999.1.x first@nhs-fife.example")
        jar.set("__Secure-beside", f"angus:9999999999.1.x.{sign}", "desk.example", place(browser))
        assert has_theirs(browser.get(f"{place(browser)}/open")) is is_theirs


def messages_of(room: PostRoom) -> list[str]:
    with reading(room.committee.here.engine) as tx:
        return list(tx.execute(select(MESSAGES.c.kind)).scalars())


def test_an_agency_of_which_another_committee_does_not_know_the_mailbox_sees_nothing_and_is_told_the_same(
    two: Two,
) -> None:
    """Signed in with an account of the first, whose contact has another address at the second."""
    account_of(two.here)
    with reading(two.there.committee.here.engine) as tx:
        (fife,) = [one.id for one in contacts.everybody(tx) if one.agency == FIFE]
    two.there.do(change_channels, fife, [("email", "somebody@else.example")], by="administrator")
    before = messages_of(two.there)

    nurse = two.here.committee.sign_in("nurse")
    page = nurse.send("/agency/beside", send="yes")

    assert CODES_SENT in page.text
    assert messages_of(two.there) == before
    assert not has_theirs(nurse.send("/agency/beside", code=NEVER_THERE))
    two.there.do(change_channels, fife, [("email", "first@nhs.fife.example")], by="administrator")
    two.there.committee.later(minutes=1)
    nurse.send("/agency/beside", send="yes")
    assert messages_of(two.there).count("one_time_code") == before.count("one_time_code")
    two.there.do(change_channels, fife, [("email", "First@NHS-Fife.example")], by="administrator")
    nurse.send("/agency/beside", send="yes")
    assert has_theirs(nurse.send("/agency/beside", code=newest_code(two.there)))


def test_what_was_shown_ends_with_the_contact_its_mailbox_its_time_and_the_case(two: Two) -> None:
    browser, page = shown(two)
    assert has_theirs(page)
    address, lead = f"{place(browser)}/open", two.there.committee.numbers["lead_officer"]

    two.there.do(keep_to, two.asked[1], [lead], "A member knows the family.")
    left = browser.get(address).text
    assert (left.count("Open there"), two.asked[2] in left) == (1, True)
    two.there.do(erase_personal_data, two.asked[2], "The time of keeping is over.")
    assert not has_theirs(browser.get(address))
    two.there.do(keep_to, two.asked[1], [], "The member has left.")
    assert has_theirs(browser.get(address))
    with reading(two.there.committee.here.engine) as tx:
        (fife,) = [one.id for one in contacts.everybody(tx) if one.agency == FIFE]
    for other in ("somebody@else.example", "first@nhs.fife.example"):
        two.there.do(change_channels, fife, [("email", other)], by="administrator")
        assert not has_theirs(browser.get(address)), other
    two.there.do(change_channels, fife, [("email", "first@nhs-fife.example")], by="administrator")
    assert has_theirs(browser.get(address))
    two.there.do(retire_contact, fife, by="administrator")
    assert not has_theirs(browser.get(address))


def test_too_many_codes_are_not_sent_and_a_letter_that_was_taken_back_lets_nobody_in_by_one(two: Two) -> None:
    browser, page = opened(two), None
    for _ in range(5):
        two.there.committee.later(seconds=1)
        page = browser.send(f"{place(browser)}/beside", send="yes")

    assert page is not None
    assert CODES_SENT in page.text
    assert messages_of(two.there).count("one_time_code") == 3
    stranger = two.here.opened()
    assert stranger.send(f"{place(stranger)}/beside", send="yes").url.path.endswith("/code")

    number = place(two.there.opened())
    two.there.committee.now += timedelta(days=50)
    browser = two.there.committee.browser()
    assert browser.get(f"{OTHER}{number}/enter").status_code == 200
    two.there.do(take_back_link, number.rpartition("/")[2], "It went to the wrong reader.")
    assert browser.get(f"{OTHER}{number}/enter").status_code == 410
    assert browser.get(f"{OTHER}/answers/{'0' * 40}/enter").status_code == 404


def is_silent(two: Two) -> bool:
    """Whether nothing of the other is on record at the first."""
    said = [path.read_bytes() for path in two.here.committee.here.settings.data.glob("cairn.db*")]

    return bool(said) and not [one for one in said if two.asked[2].encode() in one or b"angus" in one]


def test_one_letter_leads_to_the_page_of_all_even_while_nothing_is_open_at_its_committee(two: Two) -> None:
    browser = chosen(two.here, "mondays")
    two.here.do(erase_personal_data, two.asked[0], "The time of keeping is over.")
    two.here.committee.now += timedelta(days=7)
    for _ in range(2):
        with transaction(two.here.committee.here.engine) as tx:
            agency_digest(tx, two.here.committee.now, ORIGIN)
    two.here.deliver()

    (mail,) = [one for one in two.here.mails(FIFE) if "open for NHS Fife" in one["Subject"]]
    text = mail.get_content()
    assert not LINK.findall(text)
    there = next(line.removeprefix("Page: ") for line in text.splitlines() if "/enter?then=open" in line)
    browser = two.here.committee.browser()
    browser.get(there)
    browser.send(send="yes")
    page = browser.send(code=newest_code(two.here))
    assert (page.url.path[-5:], "What other committees ask" in page.text) == ("/open", True)

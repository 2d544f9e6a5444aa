"""Somebody who signs in for an agency: its own list, the pages of its letters, and nothing else; the list by mail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from records import cases, credentials, history, letter_links
from records.database import reading, transaction
from records.letter_links import GOOD_FOR
from states.errors import BadAnswer
from tests.agency import FIFE, LINK, post_room
from tests.desk import ORIGIN, SECRET, hashed
from tests.test_web_policy import ELSEWHERE, routes, token_of, turned_away
from web.policy import TABLE
from workflows.messages.agency_digest import agency_digest
from workflows.verbs.accounts import add_account, retire_account
from workflows.verbs.people import erase_personal_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from records.accounts import Account
    from tests.agency import PostRoom
    from tests.desk import Browser, Committee

POLICE = "Police Scotland"


@pytest.fixture
def room(desk: Committee) -> Iterator[PostRoom]:
    with post_room(desk) as one:
        one.enter(FIFE)
        one.enter(POLICE)
        yield one


def account_of(room: PostRoom, agency: str = FIFE) -> Account:
    """Somebody of an agency who can sign in, by the name "nurse"."""
    made: Account = room.do(add_account, "J. Nurse", "nurse", ["agency"], agency, by="administrator")
    with transaction(room.committee.here.engine) as tx:
        credentials.keep(tx, room.committee.here.keys, made.id, hashed(), SECRET, 0)
    return made


def test_an_agency_signs_in_sees_its_own_list_and_answers_under_its_own_name(room: PostRoom) -> None:
    ref, other = room.ask(FIFE), room.ask(POLICE)
    account = account_of(room)
    room.committee.later(seconds=GOOD_FOR.total_seconds() + 60)

    nurse = room.committee.sign_in("nurse")
    assert nurse.page.url.path == "/agency"
    assert (ref in nurse.page.text, other in nurse.page.text) == (True, False)
    letter = nurse.page.text.partition('name="letter" value="')[2].partition('"')[0]
    page = nurse.send("/agency", letter=letter)
    assert "Here is our answer" in page.text
    here = page.url.path
    assert "Your name and post" not in nurse.get(f"{here}/say/answer").text
    thanks = nurse.send(files={"files": ("report.pdf", b"%PDF-1.7 x")}, account_given="yes", reflection_given="yes")

    assert "Thank you" in thanks.text
    with reading(room.committee.here.engine) as tx:
        last = list(history.entries(tx, cases.find(tx, ref, to_change=False).id))[-1]
    assert (last.kind, last.actor.name, last.actor.account, last.actor.agency) == (
        "answered",
        "J. Nurse",
        str(account.id),
        FIFE,
    )

    room.do(retire_account, account.id, "Left.", by="administrator")
    assert nurse.get(here).status_code == 404
    assert nurse.get("/agency").url.path == "/sign-in"


def test_what_was_asked_before_letters_had_links_has_a_page_for_who_signs_in(desk: Committee) -> None:
    with post_room(desk, site="") as room:
        room.enter(FIFE)
        ref, gone = room.ask(FIFE), room.ask(FIFE)
        room.do(erase_personal_data, gone, "The time of keeping is over.")
        account_of(room)
        nurse = desk.sign_in("nurse")
        assert (ref in nurse.page.text, gone in nurse.page.text) == (True, False)
        letter = nurse.page.text.partition('name="letter" value="')[2].partition('"')[0]
        assert nurse.send("/agency", letter="0" * 40).status_code == 404
        nurse.get("/agency")

        page = nurse.send("/agency", letter=letter)
        nurse.get(f"{page.url.path}/say/answer")
        thanks = nurse.send(files={"files": ("report.pdf", b"%PDF-1.7 x")}, account_given="yes", reflection_given="yes")
        assert "Thank you" in thanks.text

        with reading(desk.here.engine) as tx:
            assert letter_links.numbered(tx, letter) is not None
            last = list(history.entries(tx, cases.find(tx, ref, to_change=False).id))[-1]
        assert (last.kind, last.actor.name) == ("answered", "J. Nurse")


def test_an_agency_comes_to_no_other_page(room: PostRoom) -> None:
    account_of(room)
    nurse = room.committee.sign_in("nurse")
    token = token_of(nurse)

    for method, name, address in routes():
        if name not in ELSEWHERE and not TABLE[name].public:
            lets = TABLE[name].lets("agency", doing=method == "POST")
            assert turned_away(nurse, method, address, token) is not lets, (method, name)


def test_an_account_of_an_agency_names_it_and_has_no_other_role(room: PostRoom) -> None:
    with pytest.raises(BadAnswer, match="Say which agency"):
        room.do(add_account, "J. Nurse", "nurse", ["agency"], by="administrator")
    with pytest.raises(BadAnswer, match="no other role"):
        room.do(add_account, "J. Nurse", "nurse", ["agency", "chair"], FIFE, by="administrator")


def chosen(room: PostRoom, when: str) -> Browser:
    """Somebody of an agency who has typed the code of its mailbox, and chosen when the list comes."""
    browser = room.opened()
    here = browser.page.url.path
    browser.get(f"{here}/code?then=open")
    browser.send(f"{here}/code", send="yes", then="open")
    room.deliver()
    code = room.mails(FIFE)[-1].get_content().partition("Code:")[2].split()[0]
    browser.send(f"{here}/code", code=code, then="open")
    return browser if not when else sent_to(browser, f"{here}/list", when)


def sent_to(browser: Browser, address: str, when: str) -> Browser:
    browser.send(address, when=when)
    return browser


@pytest.mark.parametrize(("when", "days"), [("daily", [1, 2, 3, 4, 7, 8]), ("weekly", [7]), ("never", [])])
def test_an_agency_has_the_list_of_all_its_cases_by_mail_on_the_days_it_chose(
    room: PostRoom, when: str, days: list[int]
) -> None:
    first, second, other = room.ask(FIFE), room.ask(FIFE), room.ask(POLICE)
    assert "Your choice is kept" in chosen(room, when).page.text
    begun = room.committee.now
    for day in (1, 2, 3, 4, 7, 8):
        room.committee.now = begun + timedelta(days=day)
        for _ in range(2):
            with transaction(room.committee.here.engine) as tx:
                agency_digest(tx, room.committee.now, ORIGIN)
        room.deliver()
    lists = [mail for mail in room.mails(FIFE) if "open for NHS Fife" in mail["Subject"]]

    assert len(lists) == len(days)
    assert not [mail for mail in room.mails(POLICE) if "open for" in mail["Subject"]]
    for mail in lists:
        text = mail.get_content()
        assert (first in text, second in text, other in text) == (True, True, False)
        links = LINK.findall(text)
        assert len(links) == 2
    if lists:
        browser = room.committee.browser()
        browser.get(LINK.findall(lists[-1].get_content())[1].removeprefix(ORIGIN))
        assert "Here is our answer" in browser.send().text


def test_nobody_chooses_for_an_agency_who_has_not_shown_whose_mailbox_it_is(room: PostRoom) -> None:
    room.ask(FIFE)
    browser = room.opened()

    page = browser.send(f"{browser.page.url.path}/list", when="daily")

    assert page.url.path.endswith("/code")
    assert 'value="never" checked' in chosen(room, "").page.text

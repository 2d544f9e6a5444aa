"""Journeys through the desk in a real browser: the demonstration's without JavaScript, a race of two, and a trial."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest

from tests.at_the_desk import Year, fill
from tests.desk import AGENCIES, NOON, PASSWORD, PEOPLE, SECRET, guidance, open_desk
from tests.screen import NARROW, NEEDS, Screen, served
from workflows.installation.installation import Installation
from workflows.verbs.accounts import change_account
from workflows.verbs.contacts import add_contact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from states.procedure import Procedure
    from tests.desk import Committee

pytestmark = NEEDS

OWN_FILE = """
committee = "A committee of the tests"

[editions.scotland-scr-2015.ladders.agency_report]
label = "Report of an agency"
rungs = [
    { day = -3, tell = ["owner"], message = "reminder" },
    { day = 1, tell = ["owner"], message = "overdue" },
    { day = 10, tell = ["chief_officers_group"], message = "escalation", confirm = "chair" },
]

[editions.scotland-learning-review-2021.timescales.information]
limit = 14
unit = "calendar_days"
note = "An assumption of this committee."

[editions.scotland-learning-review-2024.timescales.information]
limit = 14
unit = "calendar_days"
note = "An assumption of this committee."
"""


@pytest.fixture
def desk(tmp_path: Path, set_up_with_people: Path) -> Iterator[Committee]:
    """Lend a committee with settings of its own: what agencies owe is dated, and the chair says yes to a letter."""
    with open_desk(tmp_path, set_up_with_people) as committee:
        here = committee.here
        (here.settings.written_here).mkdir()
        here.settings.own_file.write_text(OWN_FILE)
        committee.here = Own(here.settings, here.engine, here.keys)
        yield committee


class Own(Installation):
    """An installation whose own settings are read for the editions they are about; the others are read once."""

    def guidance(self, name: str) -> Procedure:
        return super().guidance(name) if name in OWN_FILE else guidance(name)


def test_the_journey_of_the_demonstration_without_javascript(desk: Committee, chromium: Browser) -> None:
    who = {"agency": "Social Work", "role": "first", "name": "Duty desk", "channels": [("email", "duty@example.org")]}
    desk.acts("administrator", add_contact, **who)
    with served(desk) as address:
        screen = Screen(chromium, desk, address, java_script_enabled=False)
        page, year = screen.page, Year(screen)
        year.plays("B", until=date(2026, 9, 9))
        desk.now = datetime(2026, 9, 14, 10, tzinfo=UTC)
        screen.acts_as("lead_officer")
        page.goto("/my-work?whose=all")
        screen.tick("Choose LR-2026-0001, Social Work")
        screen.press("Remind the agencies chosen among those waiting on agencies")
        screen.press("Remind them")
        page.get_by_role("heading", name="Reminded of 1 date").wait_for()
        page.goto(f"{year.at('B')}/chasing")
        assert "remind" in page.locator("main").inner_text().lower()
        year.plays("B", since=date(2026, 9, 16), until=date(2026, 10, 8))
        page.goto(year.at("B"))
        page.get_by_text("Closed", exact=True).first.wait_for()

        year.plays("A", until=date(2026, 4, 1))
        year.plays("R1", until=date(2026, 7, 8))
        page.goto(f"/recommendations/{year.refs['R1']}")
        page.get_by_text("Fulfilled").first.wait_for()
        screen.context.close()
    assert screen.faults == []


def test_the_chair_says_yes_on_a_phone(desk: Committee, chromium: Browser) -> None:
    desk.enters_contacts()
    chiefs = {"role": "chief_officers_group", "name": "The chief officers", "channels": [("email", "c@example.org")]}
    desk.acts("administrator", add_contact, **chiefs)
    ref = desk.asks_agencies()
    desk.sweeps(9, 6, 9, 11)
    with served(desk) as address:
        phone = Screen(chromium, desk, address, viewport={"width": NARROW, "height": 640}, is_mobile=True)
        phone.sign_in("chair")
        phone.page.get_by_role("link", name=re.compile("A drafted letter waits for a yes")).first.click()
        phone.page.get_by_role("heading", name="What it says").first.wait_for()
        phone.tick("Let them go")
        phone.press("Record the decision")
        phone.page.get_by_text("Yes to 2 drafted messages").first.wait_for()
        assert not phone.scrolls_sideways()
        phone.context.close()
    assert phone.faults == []
    assert ref in phone.page.url


def test_of_two_who_race_the_second_is_told_what_changed_and_loses_nothing(desk: Committee, chromium: Browser) -> None:
    ref = desk.open_case()
    with served(desk) as address:
        first, second = (Screen(chromium, desk, address) for _ in range(2))
        for one, scope in ((first, "What the first asks for."), (second, "What the second asks for.")):
            one.acts_as("nominated_person")
            one.page.goto(f"/cases/{ref}/steps/request_info")
            one.fill({"What the decision needs, and no more": scope})
            one.tick("NHS Fife")
        first.press("Continue")
        second.press("Continue")
        first.press("Confirm")
        first.page.get_by_role("heading", name="Done", exact=True).wait_for()
        second.press("Confirm")
        second.page.get_by_role("heading", name="What happened since you opened this page").wait_for()
        second.page.get_by_role("heading", name="Begin to gather information from the agencies").last.wait_for()
        assert "What the second asks for." in second.page.locator("main").inner_text()
        for one in (first, second):
            one.context.close()
            assert one.faults == []


def test_six_weeks_of_a_lead_officer_take_fewer_than_25_pages_and_no_identifier(
    desk: Committee, chromium: Browser
) -> None:
    """The case of docs/lead-officer.md, by links and buttons alone; who is written to was entered when setting up."""
    desk.acts("administrator", change_account, desk.numbers["lead_officer"], roles=("lead_officer", "nominated_person"))
    for agency, role in (("NHS Fife", "first"), ("Police Scotland", "first"), ("", "lead_officer"), ("", "chair")):
        who = {"agency": agency, "role": role, "name": PEOPLE.get(role, f"Desk of {agency}")}
        desk.acts("administrator", add_contact, **who, channels=[("email", f"{role}{agency[:3]}@example.org")])
    with served(desk) as address:
        screen = Screen(chromium, desk, address)
        page, loads = screen.page, list[str]()
        page.on("load", lambda _: None if "/sign-in" in page.url else loads.append(page.url))
        screen.sign_in("lead_officer")
        begins(screen)
        goes_on(screen)
        screen.context.close()
    assert screen.faults == []
    assert 20 < len(loads) < 25, loads


def begins(screen: Screen) -> None:
    """2 and 3 March: the case is opened, and agencies are asked."""
    page = screen.page
    page.get_by_role("link", name="Open a case").click()  # Monday 2 March
    page.get_by_role("link", name=re.compile("Open a case with its notification.*2024")).click()
    screen.fill({"Where the notification (Annex 1.1) is filed": "File 26/1"})
    screen.tick("The child was significantly harmed")
    for agency in AGENCIES:
        page.get_by_role("group", name="Agencies involved").locator("label", has_text=agency).click()
    screen.press("Continue")
    screen.press("Confirm")

    page.get_by_role("button", name=re.compile("Act as nominated person.*Begin to gather")).click()  # 3 March
    screen.tick("NHS Fife")
    screen.tick("Police Scotland")
    screen.fill({"What the decision needs, and no more": "Involvement in the six months before"})
    screen.press("Continue")
    screen.press("Confirm")
    page.get_by_role("link", name="Ask agencies for information").first.click()
    screen.tick("every agency on the case")
    screen.press("Continue")
    screen.press("Confirm")
    page.get_by_role("heading", name="Done", exact=True).wait_for()


def goes_on(screen: Screen) -> None:
    """16 March to 14 April: one agency answers, the other is silent, promises and answers."""
    page = screen.page
    comes_back(screen, 16)
    answers(screen, "NHS Fife, R1", "File 26/2")
    comes_back(screen, 27)
    page.get_by_role("link", name="My work").first.click()
    signs_in_again(screen)
    page.get_by_role("link", name="enter a contact").first.click()
    screen.fill({"Name of the person or desk": "Superintendent", "Where messages go": "senior@police.example"})
    screen.press("Save")
    page.get_by_text("It is entered").wait_for()

    comes_back(screen, 38)  # 7 April
    page.get_by_role("link", name="My work").first.click()
    signs_in_again(screen)
    page.get_by_role("link", name=re.compile("A drafted letter waits for a yes")).click()
    screen.tick("Let it go")
    screen.press("Record the decision")
    page.get_by_role("link", name="Promised day (Police Scotland, R2)").click()
    screen.fill({"The day it promises": "14/4/2026", "Why its date was missed": "The hub had no desk officer."})
    screen.press("Record it at once")
    page.get_by_role("heading", name="Done", exact=True).wait_for()

    comes_back(screen, 45)  # 14 April
    answers(screen, "Police Scotland, R2", "File 26/3")
    screen.fill({"As it was known on": "6/4/2026"})
    screen.press("Show")
    page.get_by_text("Escalation: Information from an agency").first.wait_for()


def comes_back(screen: Screen, day: int) -> None:
    """On a later day, so many after the first, the rounds having been done: the session has ended meanwhile."""
    while screen.committee.now < NOON + timedelta(days=day):
        screen.committee.sweeps(1)


def answers(screen: Screen, which: str, filed: str) -> None:
    """Record what an agency answered, from the page of the case that was left open; signing in again comes between."""
    screen.page.get_by_role("link", name=f"Answer ({which})").click()
    signs_in_again(screen)
    fill(screen, "information_file", filed)
    for name in ("account_given", "reflection_given"):
        fill(screen, name, "yes")
    screen.press("Record it at once")
    screen.page.get_by_role("heading", name="Done", exact=True).wait_for()


def signs_in_again(screen: Screen) -> None:
    """Sign in on the page that came in the place of the one that was asked for, which comes next."""
    screen.committee.later(seconds=30)
    screen.fill({"The name you sign in by": "lead_officer", "Password": PASSWORD})
    screen.page.get_by_label("Code").fill(pyotp.TOTP(SECRET).at(screen.committee.now))
    screen.press("Sign in")

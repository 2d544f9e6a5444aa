"""Search, shortcuts, one's own calendar, and a session that ends while somebody types: nothing is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyotp
import pytest

from tests.desk import PASSWORD, SECRET
from tests.screen import NEEDS, chromium, screen
from workflows.verbs.people import change_people

if TYPE_CHECKING:
    from tests.desk import Committee
    from tests.screen import Screen

__all__ = ["chromium", "screen"]


def test_search_finds_cases_agencies_and_lines_of_the_history(desk: Committee) -> None:
    ref = desk.asks_agencies()
    desk.acts("lead_officer", change_people, ref, deputy="D. Deputy", why="A long voyage overseas.")
    chair = desk.sign_in("chair")

    assert f'href="/cases/{ref}"' in chair.get(f"/search?q={ref.lower()}").text
    assert f'href="/cases/{ref}"' in chair.get("/search?q=officer").text
    assert "Cases that wait on NHS Fife" in chair.get("/search?q=nhs").text
    assert "A long voyage overseas." in chair.get("/search?q=voyage+overseas").text
    assert "Nothing was found" in chair.get("/search?q=recorded_at").text
    assert "Search" in chair.get("/search?q=%20").text


def test_search_is_for_those_who_read_cases(desk: Committee) -> None:
    assert desk.sign_in("administrator").get("/search?q=LR").status_code == 403


def test_shortcuts_are_switched_off_for_an_account_in_every_browser(desk: Committee) -> None:
    first, second = desk.sign_in(), desk.sign_in()
    assert "data-shortcuts" in first.get("/my-work").text

    first.get("/shortcuts")
    assert "They are switched off" in first.send().text

    assert "data-shortcuts" not in second.get("/my-work").text
    assert "data-shortcuts" in desk.sign_in("chair").get("/my-work").text


def test_a_calendar_is_read_at_a_secret_address_until_it_is_revoked(desk: Committee) -> None:
    ref = desk.asks_agencies()
    lead, program = desk.sign_in(), desk.browser()
    lead.get("/calendar")
    address = re.findall(r"https://desk\.example(/calendar/\S+\.ics)", lead.send("/calendar").text)[0]

    feed = program.get(address)
    assert feed.headers["content-type"].startswith("text/calendar")
    assert f"SUMMARY:{ref}: Agency report (NHS Fife)" in feed.text
    assert "L. Officer" not in feed.text
    assert address not in lead.get("/calendar").text

    lead.send("/calendar/revoke")
    assert program.get(address).status_code == 404
    assert program.get("/calendar/guess.ics").status_code == 404


def test_a_calendar_has_the_dates_of_its_owner_alone(desk: Committee) -> None:
    ref = desk.asks_agencies()
    chair = desk.sign_in("chair")
    chair.get("/calendar")
    address = re.findall(r"https://desk\.example(/calendar/\S+\.ics)", chair.send("/calendar").text)[0]

    assert ref not in desk.browser().get(address).text


@pytest.mark.parametrize("signed_out", [False, True], ids=["unused for long", "signed out on another page"])
def test_what_is_sent_after_the_session_ended_is_kept_and_sent_again(desk: Committee, signed_out: bool) -> None:
    ref = desk.open_case()
    person = desk.sign_in("nominated_person")
    person.get(f"/cases/{ref}/steps/request_info")
    if signed_out:
        person.client.cookies.clear()
    else:
        desk.later(hours=2)

    ended = person.send(**{"agencies_asked.others": "NHS Fife", "information_scope": "A first\naccount."})
    assert ended.status_code == 401
    assert "What you sent is kept" in ended.text
    wrong = person.send("/sign-in", name="nominated_person", password="wrong", code="000000")
    assert wrong.status_code == 401
    desk.later(seconds=30)
    code = pyotp.TOTP(SECRET).at(desk.now)
    again = person.send("/sign-in", name="nominated_person", password=PASSWORD, code=code)
    assert "You are signed in again" in again.text
    shown = person.send(f"/cases/{ref}/steps/request_info")

    assert "Nothing is written yet" in shown.text
    assert "A first\naccount." in shown.text


def test_what_an_ended_session_held_secret_is_not_kept(desk: Committee) -> None:
    lead = desk.sign_in()
    lead.get("/sessions")
    desk.later(hours=2)

    out = lead.client.post(
        "/cases/views", data={"name": "x", "password": "secret words"}, headers={"sec-fetch-site": "same-origin"}
    )

    assert "kept.name" in out.text
    assert "secret words" not in out.text


def test_a_session_is_extended_without_leaving_the_page(desk: Committee) -> None:
    lead = desk.sign_in()
    lead.get("/my-work")
    assert 'data-session="3600"' in lead.page.text  # type: ignore[union-attr]
    desk.later(minutes=58)

    assert lead.send("/sessions/extend").json() == {"seconds": 3600}
    desk.later(minutes=58)
    assert "My work" in lead.get("/my-work").text


@NEEDS
def test_keys_lead_to_pages_and_a_session_warns_before_it_ends(screen: Screen) -> None:
    page = screen.page
    page.clock.install()
    screen.sign_in("lead_officer")
    page.get_by_role("heading", name="My work").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("g w NHS")
    assert page.get_by_label("Search cases").input_value() == "g w NHS"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Search").wait_for()
    screen.check()
    page.keyboard.press("Escape")
    page.get_by_role("heading", name="Search").click()
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.get_by_role("heading", name="My work").wait_for()
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keyboard shortcuts").wait_for()
    screen.check()
    page.clock.fast_forward(56 * 60 * 1000)
    page.get_by_role("heading", name="You will be signed out soon").wait_for()
    screen.check()
    screen.press("Stay signed in")
    page.get_by_role("heading", name="You will be signed out soon").wait_for(state="hidden")


def test_what_somebody_sent_is_not_carried_on_by_whoever_signs_in_after_them(desk: Committee) -> None:
    ref = desk.open_case()
    person = desk.sign_in("nominated_person")
    person.get(f"/cases/{ref}/steps/request_info")
    desk.later(hours=2)
    person.send(information_scope="A first account.")

    after = person.send("/sign-in", name="chair", password=PASSWORD, code=pyotp.TOTP(SECRET).at(desk.now))

    assert "was somebody else" in after.text
    assert "A first account." not in after.text

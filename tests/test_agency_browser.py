"""The page an agency answers on, in a real browser: letter, link, answer with a file, thanks; and without script."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from records import credentials
from records.database import transaction
from tests.agency import FIFE, post_room
from tests.desk import SECRET, hashed
from tests.screen import NEEDS, Screen, chromium, served
from workflows.verbs.accounts import add_account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Route

    from tests.agency import PostRoom
    from tests.desk import Committee

__all__ = ["chromium"]
pytestmark = NEEDS
REPORT = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + b"x" * 5000}
LARGE = {**REPORT, "name": "large.pdf", "buffer": b"%PDF-1.7\n" + b"x" * 9_000_000}


class Looked:
    """Somebody before a screen who looks at each page in every way that people do, and keeps its picture."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen

    def at(self, name: str) -> None:
        """Axe and the width, wide and narrow; then in forced colours; then as it is printed."""
        page = self.screen.page
        self.screen.check()
        if folder := os.environ.get("SHOTS"):
            for width in (1280, 320):
                page.set_viewport_size({"width": width, "height": 900})
                page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
            page.set_viewport_size({"width": 1280, "height": 900})
        self.screen.check_forced()
        page.emulate_media(media="print")
        assert page.locator("h1").is_visible()
        assert not page.get_by_role("button", name="Send", exact=True).is_visible()
        if folder:
            page.screenshot(path=f"{folder}/{name}-print.png", full_page=True)
        page.emulate_media(media="screen")


@contextmanager
def asked_by_letter(desk: Committee, browser: Browser, **more: Any) -> Iterator[tuple[PostRoom, Screen]]:
    """An agency that was asked, with the letter in its mailbox, and somebody of it before a screen."""
    with post_room(desk) as room, served(desk) as address:
        room.enter(FIFE)
        room.ask(FIFE)
        screen = Screen(browser, desk, address, **more)
        try:
            yield room, screen
        finally:
            screen.context.close()
    assert screen.faults == []


def test_an_agency_goes_from_the_letter_to_the_thanks_in_four_page_loads(desk: Committee, chromium: Browser) -> None:
    with asked_by_letter(desk, chromium) as (room, screen):
        page, look, loads = screen.page, Looked(screen), list[str]()
        page.on("framenavigated", lambda frame: loads.append(frame.url))
        page.goto(room.link(FIFE))
        look.at("letter")
        screen.press("Continue")
        page.get_by_role("heading", name="What you can say").wait_for()
        look.at("asked")
        page.get_by_role("link", name="Here is our answer").click()
        look.at("answer")
        page.get_by_label("Files").set_input_files(REPORT)
        for question in page.get_by_role("radio", name="Yes").all():
            question.check(force=True)
        screen.fill({"Your name and post": "J. Nurse, lead for child protection"})
        screen.press("Send")
        page.get_by_role("heading", name="Thank you").wait_for()
        assert len(loads) == 4
        look.at("thanks")
        page.get_by_role("link", name="See all that is open").click()
        look.at("code")
        screen.press("Send a code")
        page.get_by_text("on its way").wait_for()
        room.deliver()
        code = room.mails(FIFE)[-1].get_content().partition("Code:")[2].split()[0]
        screen.fill({"The code in our mail": code})
        screen.press("Go on")
        page.get_by_role("heading", name="All that is open").wait_for()
        look.at("open")
        desk.app.state.beside = (desk.app.state.site,)  # another committee that writes to the same mailbox
        desk.later(seconds=5)
        page.reload()
        screen.press("Have codes sent")
        page.get_by_text("Each that writes to your mailbox has sent a code.").wait_for()
        room.deliver()
        screen.fill({"A code in their mail": room.mails(FIFE)[-1].get_content().partition("Code:")[2].split()[0]})
        screen.press("Show that list")
        page.get_by_text("Nothing is open there.").wait_for()
        look.at("beside")
        page.goto(f"{page.url.rpartition('/')[0]}/enter")
        look.at("enter")


def test_a_file_whose_connection_breaks_goes_on_and_a_form_that_comes_back_has_it(
    desk: Committee, chromium: Browser
) -> None:
    with asked_by_letter(desk, chromium) as (room, screen):
        page, look, parts = screen.page, Looked(screen), list[int]()

        def breaks(route: Route) -> None:
            if route.request.method == "PATCH":
                parts.append(int(route.request.headers["upload-offset"]))
            if len(parts) == 2 and route.request.method == "PATCH":
                route.abort("connectionreset")
            else:
                route.continue_()

        page.goto(room.link(FIFE))
        screen.press("Continue")
        page.get_by_role("link", name="Here is our answer").click()
        page.route("**/files**", breaks)
        page.get_by_label("Files").set_input_files(LARGE)
        screen.press("Send")
        page.get_by_role("heading", name="There is a problem").wait_for()
        look.at("wrong")
        part = 4 << 20
        assert parts == [0, part, part, 2 * part]
        assert page.get_by_text("Leave out large.pdf").is_visible()
        screen.faults[:] = [one for one in screen.faults if "ERR_CONNECTION_RESET" not in one]


def test_what_has_arrived_is_named_where_a_file_is_not_taken_and_the_rest_can_be_sent(
    desk: Committee, chromium: Browser
) -> None:
    with asked_by_letter(desk, chromium) as (room, screen):
        page, look = screen.page, Looked(screen)
        page.goto(room.link(FIFE))
        screen.press("Continue")
        page.get_by_role("link", name="Here is our answer").click()
        files = page.get_by_label("Files")
        several = [{**REPORT, "name": "report.pdf", "buffer": b"%PDF-1.7\n" + bytes([one])} for one in range(11)]
        files.set_input_files(several)
        screen.press("Send")
        page.get_by_text("report.pdf is left out: at most 10 files go together").wait_for()
        assert page.get_by_role("status").inner_text().partition("Already here")[2].count("report.pdf") == 10
        assert page.evaluate("[document.activeElement.id, document.activeElement.files.length]") == ["files", 1]
        look.at("not-taken")
        files.set_input_files([])
        screen.press("Send")
        page.get_by_text("Leave out report (10).pdf").wait_for()
        assert page.get_by_text("Leave out").count() == 10
        page.get_by_role("link", name="does it give a brief account").click()
        assert page.evaluate("document.activeElement.id") == "q-account_given-1"


def test_somebody_who_signs_in_for_an_agency_sees_what_is_open(desk: Committee, chromium: Browser) -> None:
    with asked_by_letter(desk, chromium) as (room, screen):
        made = room.do(add_account, "J. Nurse", "nurse", ["agency"], FIFE, by="administrator")
        with transaction(desk.here.engine) as tx:
            credentials.keep(tx, desk.here.keys, made.id, hashed(), SECRET, 0)
        screen.sign_in("nurse")
        screen.page.get_by_role("heading", name="All that is open").wait_for()
        Looked(screen).at("signed-in")
        screen.page.get_by_role("button", name="Open").click()
        screen.page.get_by_role("heading", name="What you can say").wait_for()


def test_an_agency_answers_with_javascript_off(desk: Committee, chromium: Browser) -> None:
    with asked_by_letter(desk, chromium, java_script_enabled=False) as (room, screen):
        screen.page.goto(room.link(FIFE))
        screen.press("Continue")
        screen.press("We have it")
        screen.page.get_by_text("Thank you").first.wait_for()
        screen.page.get_by_role("link", name="We need longer").click()
        screen.fill({"The day you can keep": "31/03/2026", "Why you need longer": "Somebody is away."})
        screen.press("Send")
        screen.page.get_by_text("31 March 2026").first.wait_for()
        screen.page.get_by_role("link", name="Here is our answer").click()
        screen.page.get_by_label("Files").set_input_files(REPORT)
        for question in screen.page.get_by_role("radio", name="Yes").all():
            question.check(force=True)
        screen.press("Send")
        screen.page.get_by_text("These files have arrived").wait_for()


PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def test_a_file_that_is_not_taken_keeps_none_of_the_others_out_and_the_form_goes_without_it_when_pressed_again(
    desk: Committee, chromium: Browser
) -> None:
    with asked_by_letter(desk, chromium, **PHONE) as (room, screen):
        page = screen.page
        page.goto(room.link(FIFE))
        screen.press("Continue")
        page.get_by_role("link", name="Here is our answer").click()
        empty = {**REPORT, "name": "empty.pdf", "buffer": b""}
        page.get_by_label("Files").set_input_files([empty, REPORT])
        for question in page.get_by_role("radio", name="Yes").all():
            question.check(force=True)

        screen.press("Send")
        page.get_by_text("empty.pdf is empty").wait_for()
        said = page.get_by_role("status").inner_text()
        assert "press the button again to send without what is not taken" in said
        assert "Already here, to go with your answer: report.pdf." in said

        screen.press("Send")
        page.get_by_role("heading", name="Thank you").wait_for()
        assert "File 2" not in page.locator("main").inner_text()


def test_a_name_without_blanks_makes_no_page_wider_than_a_phone(desk: Committee, chromium: Browser) -> None:
    with asked_by_letter(desk, chromium, java_script_enabled=False, **PHONE) as (room, screen):
        page = screen.page
        page.goto(room.link(FIFE))
        screen.press("Continue")
        page.get_by_role("link", name="Here is our answer").click()
        page.get_by_label("Files").set_input_files({**REPORT, "name": f"{'n' * 200}.pdf"})
        screen.press("Send")
        page.get_by_text("Leave out nnn").wait_for()
        assert not screen.scrolls_sideways()

"""The page an agency answers on, in a real browser: letter, link, answer with a file, thanks; and without script."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.agency import FIFE, post_room
from tests.screen import NEEDS, Screen, chromium, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.agency import PostRoom
    from tests.desk import Committee

__all__ = ["chromium"]
pytestmark = NEEDS
REPORT = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + b"x" * 5000}


def shot(screen: Screen, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        for width in (1280, 320):
            screen.page.set_viewport_size({"width": width, "height": 900})
            screen.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        screen.page.set_viewport_size({"width": 1280, "height": 900})


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
        page = screen.page
        page.goto(room.link(FIFE))
        screen.check()
        shot(screen, "letter")
        screen.press("Continue")
        page.get_by_role("heading", name="What you can say").wait_for()
        screen.check()
        shot(screen, "asked")
        page.get_by_role("link", name="Here is our answer").click()
        screen.check()
        shot(screen, "answer")
        screen.press("Send")
        page.get_by_role("heading", name="There is a problem").wait_for()
        screen.check()
        shot(screen, "wrong")
        page.get_by_label("Files").set_input_files(REPORT)
        for question in page.get_by_role("radio", name="Yes").all():
            question.check(force=True)
        screen.fill({"Your name and post": "J. Nurse, lead for child protection"})
        screen.press("Send")
        page.get_by_role("heading", name="Thank you").wait_for()
        screen.check()
        shot(screen, "thanks")
        page.get_by_role("link", name="See all that is open").click()
        screen.check()
        shot(screen, "code")
        screen.press("Send a code")
        page.get_by_text("on its way").wait_for()
        room.deliver()
        code = room.mails(FIFE)[-1].get_content().partition("Code:")[2].split()[0]
        screen.fill({"The code in our mail": code})
        screen.press("Go on")
        page.get_by_role("heading", name="All that is open").wait_for()
        screen.check()
        shot(screen, "open")


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

"""The desk in a real browser: a case opened and taken a step, each page looked at by axe-core; once without script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.desk import EDITION
from tests.screen import NEEDS, Screen, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.desk import Committee

pytestmark = NEEDS


def test_a_case_is_opened_taken_a_step_and_read_with_no_fault_on_any_page(screen: Screen) -> None:
    page = screen.page
    page.goto("/sign-in")
    screen.check()
    screen.sign_in("lead_officer")
    page.get_by_role("heading", name="My work").wait_for()
    screen.check()
    page.get_by_role("link", name="Open a case").click()
    screen.check()
    page.goto(f"/cases/new?edition={EDITION}&step=notify")
    screen.press("Continue")
    page.get_by_role("heading", name="There is a problem").wait_for()
    screen.check()
    screen.fill({"Where the notification (Annex 1.1) is filed": "File 14"})
    screen.tick("The child died")
    page.get_by_label(re.compile("Agencies involved")).fill("NHS Fife")
    screen.press("Continue")
    page.get_by_role("heading", name="This is what will happen").wait_for()
    screen.check()
    screen.press("Confirm")
    page.get_by_role("heading", name="LR-2026-0001").wait_for()
    screen.check()
    page.get_by_role("link", name="Why this date?").first.click()
    page.get_by_role("heading", name="Why this date").wait_for()
    screen.check()
    page.get_by_role("button", name="Sign out").click()

    screen.sign_in("nominated_person")
    page.goto("/cases")
    screen.check()
    page.get_by_role("link", name="LR-2026-0001").click()
    page.get_by_role("link", name="Begin to gather information from the agencies").click()
    screen.fill({"What the decision needs, and no more": "A first account."})
    screen.tick("NHS Fife")
    screen.press("Continue")
    screen.press("Confirm")
    page.get_by_role("link", name=re.compile("History")).first.click()
    page.get_by_role("heading", name="Begin to gather information from the agencies").wait_for()
    screen.check()
    page.goto("/sessions")
    screen.check()


def test_everything_works_with_javascript_off(desk: Committee, chromium: Browser) -> None:
    with served(desk) as address:
        screen = Screen(chromium, desk, address, java_script_enabled=False)
        ref = desk.open_case()
        screen.sign_in("nominated_person")
        screen.page.goto(f"/cases/{ref}/steps/request_info")
        screen.fill({"What the decision needs, and no more": "A first account."})
        screen.tick("NHS Fife")
        screen.press("Continue")
        screen.press("Confirm")
        screen.page.get_by_text("Gathering information").first.wait_for()
        screen.context.close()
    assert screen.faults == []

"""A real browser on a desk that is served: Debian's Chromium. A message of the policy fails; so does a request away."""

from __future__ import annotations

import re
import shutil
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyotp
import pytest
import uvicorn

from records import sessions
from records.database import transaction
from tests.desk import PASSWORD, SECRET
from web.guard import COOKIE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.desk import Committee

CHROMIUM = shutil.which("chromium")
NEEDS = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = (Path(__file__).parent / "vendor" / "axe" / "axe.min.js").read_text(encoding="utf-8")
FAULTS = """async (rules) => {
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => String(node.target)).join(", ")}`);
}"""
UNSEEN = """() => [...document.querySelectorAll('main :is(a, button, input, label, h1, h2, p, td)')]
  .map((one) => [one, getComputedStyle(one)])
  .filter(([one, its]) => one.checkVisibility() && one.innerText && its.color === its.backgroundColor)
  .map(([one]) => one.outerHTML)"""
"""Words of the colour of their own ground."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = 1280, 320
PATIENCE = 10_000
"""Milliseconds a page may take on a machine that is busy."""


@contextmanager
def served(committee: Committee) -> Iterator[str]:
    """Serve the desk on this machine; its address."""
    server = uvicorn.Server(uvicorn.Config(committee.app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


class Screen:
    """Somebody before a screen: pages opened, forms filled in by their labels, what the browser found fault with."""

    def __init__(self, browser: Browser, committee: Committee, address: str, **more: Any) -> None:
        self.committee, self.address, self.faults = committee, address, list[str]()
        self.context = browser.new_context(base_url=address, locale="en-GB", **more)
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda said: self._hear(said.text, said.type))
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("request", lambda asked: self._see(asked.url))

    def _hear(self, text: str, kind: str) -> None:
        refused = re.search(r"status of 4(01|09|22)", text)  # a form that comes back says so to the browser too
        if (kind == "error" and not refused) or "Content Security Policy" in text:
            self.faults.append(text)

    def _see(self, url: str) -> None:
        if not url.startswith((self.address, "data:")):
            self.faults.append(f"asked elsewhere: {url}")

    def sign_in(self, name: str) -> None:
        """Sign in by the page."""
        self.committee.later(seconds=30)
        self.page.goto("/sign-in")
        self.fill({"The name you sign in by": name, "Password": PASSWORD})
        self.page.get_by_label("Code").fill(pyotp.TOTP(SECRET).at(self.committee.now))
        self.page.get_by_role("button", name="Sign in").click()

    def acts_as(self, role: str) -> None:
        """Go on as somebody in a role, with a session that began elsewhere."""
        with transaction(self.committee.here.engine) as tx:
            number = self.committee.numbers[role]
            token = sessions.begin(tx, number, role, "a test", self.committee.now)
        self.context.add_cookies(
            [{"name": COOKIE, "value": token, "url": self.address.replace("http:", "https:"), "secure": True}]
        )

    def fill(self, answers: dict[str, str]) -> None:
        """Fill fields in by their labels."""
        for label, said in answers.items():
            self.page.get_by_label(label).fill(said)

    def tick(self, label: str) -> None:
        """Tick a box, or choose one of several, by the words beside it."""
        self.page.locator("label", has_text=label).click()

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def violations(self) -> list[str]:
        """What axe-core finds on the page as it is."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        found: list[str] = self.page.evaluate(FAULTS, RULES)
        return found

    def scrolls_sideways(self) -> bool:
        """Whether the page is wider than the window."""
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        return bool(self.page.evaluate(wide))

    def check(self) -> None:
        """No violation and no scrolling sideways, on a wide screen and a narrow one."""
        for width in (WIDE, NARROW):
            self.page.set_viewport_size({"width": width, "height": 900})
            found = self.violations()
            assert found == [], (self.page.url, width, found)
            assert not self.scrolls_sideways(), (self.page.url, width)
        self.page.set_viewport_size({"width": WIDE, "height": 900})

    def check_forced(self) -> None:
        """In colours that somebody's own system forces, no word has the colour of its ground."""
        self.page.emulate_media(forced_colors="active")
        assert self.page.evaluate(UNSEEN) == [], self.page.url
        self.page.emulate_media(forced_colors="none")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Lend a browser to the tests of a file. While it is there, nothing else in the process has an event loop."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def screen(desk: Committee, chromium: Browser) -> Iterator[Screen]:
    """Lend somebody before a screen; what the browser found fault with fails the test."""
    with served(desk) as address:
        one = Screen(chromium, desk, address)
        yield one
        one.context.close()
    assert one.faults == []

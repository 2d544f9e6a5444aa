"""Pictures of the desk for the README and the docs: `make pictures` looks at the example committee and writes them.

What is seen is a real desk: `cairn web` is started on an empty folder, and the example is opened as on a first visit.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.screen import CHROMIUM, FLAGS, NARROW, WIDE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
MAKING_THE_EXAMPLE = 180_000
"""Milliseconds; it is played from the demonstration's year."""


@contextmanager
def desk() -> Iterator[str]:
    """Start a desk on an empty folder; the address of its first visit."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "CAIRN_DATA": f"{folder}/data", "CAIRN_WEB_PORT": "4299", "PYTHONUNBUFFERED": "1"}
        subprocess.run([sys.executable, "-m", "cli.app", "setup"], env=env, cwd=ROOT, check=True, capture_output=True)
        command = [sys.executable, "-m", "cli.app", "web"]
        with subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as serving:
            try:
                yield first_visit(serving)
            finally:
                serving.terminate()


def first_visit(serving: subprocess.Popen[bytes]) -> str:
    """The address that makes the first account, as it is printed."""
    assert serving.stdout is not None
    said = ""
    for line in serving.stdout:
        said += line.decode()
        if found := re.search(r"http://\S+/invitations/\S+", said):
            return found[0].rstrip(".")
    raise SystemExit(said)


def take(page: Page, name: str, width: int = WIDE, height: int = 1400) -> None:
    """Write what is seen of a page, from its top."""
    page.set_viewport_size({"width": width, "height": height})
    page.screenshot(path=FOLDER / f"{name}.png", full_page=False)
    print(FOLDER / f"{name}.png")  # noqa: T201  said to whoever runs it


def look(page: Page) -> None:
    """The pages that are worth a picture."""
    page.goto("/my-work")
    take(page, "my-work")
    take(page, "my-work-phone", NARROW, 900)
    page.set_viewport_size({"width": WIDE, "height": 1400})
    page.goto("/cases")
    page.locator("main a[href*='/cases/']", has_text=re.compile(r"^[A-Z]+-20\d\d-\d+")).first.click()
    take(page, "case", height=1900)
    page.goto(f"{page.url.partition('?')[0]}/chasing")
    take(page, "chasing", height=1100)
    page.goto("/recommendations")
    take(page, "recommendations", height=1100)
    meeting(page)


def meeting(page: Page) -> None:
    """The agenda of the committee's next meeting, as it was drafted."""
    page.goto("/meetings")
    page.locator("tbody tr a").first.click()
    take(page, "meeting", height=1500)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with desk() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(base_url=address.partition("/invitations")[0], locale="en-GB")
        page.goto(address)
        page.set_default_timeout(MAKING_THE_EXAMPLE)
        page.get_by_role("button", name="Look at an example committee").click()
        page.get_by_role("heading", name="My work").wait_for()
        look(page)
        browser.close()


if __name__ == "__main__":
    main()

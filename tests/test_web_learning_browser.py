"""The pages of learning, readings and a bundle in a real browser; the bundle itself from its folder, no server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.filed import decided, kept, reviewed
from tests.screen import NEEDS, Screen, chromium, screen
from tests.test_bundle import FOR, made, papers

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.desk import Committee

__all__ = ["chromium", "screen"]
pytestmark = NEEDS


def shot(screen: Screen, name: str) -> None:
    place = os.environ.get("SHOTS")
    if place:
        for width in (1280, 320):
            screen.page.set_viewport_size({"width": width, "height": 1000})
            screen.page.screenshot(path=f"{place}/{name}-{width}.png")
        screen.page.set_viewport_size({"width": 1280, "height": 900})


def test_the_pages_of_learning_have_no_fault(desk: Committee, screen: Screen) -> None:
    review, page = reviewed(), screen.page
    review.enter("learning_point", "2026-01-11", kind="process", process_approach=["internal_qa"], point="Begin early.")
    kept(desk.here.engine, [("LR-2025-0001", review), ("LR-2025-0002", decided("do_not_proceed"))])
    screen.sign_in("lead_officer")
    page.get_by_role("heading", name="My work").wait_for()
    for path in ("", "/years/2025-26/full", "/packs", "/extract?first=1+April+2025&last=31+March+2026"):
        page.goto(f"/learning{path}")
        screen.check()
        shot(screen, f"learning{path.partition('?')[0].replace('/', '-')}")
    page.goto("/cases/LR-2025-0001/packs/decision")
    screen.check()
    shot(screen, "pack")
    page.emulate_media(forced_colors="active")
    page.goto("/learning/years/2025-26/full")
    words = page.locator("svg.chart text").first
    assert words.evaluate("one => getComputedStyle(one).fill") != page.evaluate(
        "getComputedStyle(document.body).backgroundColor"
    )
    shot(screen, "forced")


def test_a_bundle_is_asked_for_looked_at_and_got(desk: Committee, screen: Screen, tmp_path: Path) -> None:
    ref, page = papers(desk, tmp_path), screen.page
    screen.sign_in("auditor")
    page.get_by_role("heading", name="My work").wait_for()
    page.goto(f"/cases/{ref}/bundle")
    screen.check()
    page.get_by_label("Whom it is for").fill(FOR)
    page.get_by_label("Which (1)").fill("N. Wyllie")
    page.get_by_label("Ground (1)").select_option("staff")
    shot(screen, "bundle")
    screen.press("See what would be in it")
    screen.check()
    shot(screen, "preview")
    with page.expect_download() as got:
        screen.press("Make it")
    assert got.value.suggested_filename == f"{ref}-bundle-redacted-2026-03-02.zip"
    page.goto("/committee/readings")
    screen.check()
    shot(screen, "readings")


def test_the_bundle_opens_from_its_folder(desk: Committee, chromium: Browser, tmp_path: Path) -> None:
    folder = made(desk, papers(desk, tmp_path), tmp_path / "bundle", words=("N. Wyllie = staff",)).folder
    screen = Screen(chromium, desk, folder.as_uri(), java_script_enabled=False)
    reader = Screen(chromium, desk, folder.as_uri())
    screen.page.goto(f"{folder.as_uri()}/index.html")
    for name in ("History", "Letters", "Documents", "Checkpoints", "What was left out", "How to check it"):
        screen.page.get_by_role("link", name=name, exact=True).first.click()
        screen.page.get_by_role("heading", name=name, level=1).wait_for()
    for name in ("history", "documents", "left-out"):
        reader.page.goto(f"{folder.as_uri()}/{name}.html")
        reader.check()
    screen.page.get_by_role("link", name="Documents", exact=True).first.click()
    assert screen.page.get_by_text("left out: who a member of staff is").count() == 1
    assert screen.faults == []
    screen.context.close()
    reader.context.close()

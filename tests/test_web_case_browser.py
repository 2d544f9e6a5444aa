"""The pages of a case in a real browser: no fault found by axe-core, drawings read in forced colours, forms kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records.database import reading
from records.form_drafts import DRAFTS
from tests.screen import NEEDS, Screen, chromium, screen
from tests.test_recommend import DONE, VERIFIED
from tests.test_web_deeds import gathering
from tests.test_web_evidence import begun
from workflows.verbs.advance import advance

if TYPE_CHECKING:
    from tests.desk import Committee

__all__ = ["chromium", "screen"]
pytestmark = NEEDS
INK = "one => getComputedStyle(one).fill"


def test_the_pages_of_a_case_have_no_fault_and_are_read_in_forced_colours(desk: Committee, screen: Screen) -> None:
    ref, page = gathering(desk), screen.page
    screen.sign_in("lead_officer")
    page.get_by_role("heading", name="My work").wait_for()
    for path in ("", "/history", "/as-it-was?day=2/3/2026", "/people", "/children", "/requests?what=information"):
        page.goto(f"/cases/{ref}{path}")
        screen.check()
    page.goto("/recommendations")
    screen.check()

    page.emulate_media(forced_colors="active")
    page.goto(f"/cases/{ref}")
    words, box = page.locator(".app-states text.now").first, page.locator(".app-states rect.now")
    assert words.evaluate(INK) != box.evaluate(INK)
    plain, ground = page.locator(".app-states text.state").first, page.locator(".app-states rect.state").first
    assert plain.evaluate(INK) != ground.evaluate(INK)


def test_a_form_is_kept_while_somebody_types_and_nothing_in_the_browser(desk: Committee, screen: Screen) -> None:
    ref, page = gathering(desk), screen.page
    screen.sign_in("lead_officer")
    page.get_by_role("heading", name="My work").wait_for()
    page.goto(f"/cases/{ref}/history/1/correction")
    page.get_by_label("Why", exact=True).fill("Mistyped.")

    page.get_by_text("Kept for you at").wait_for()

    with reading(desk.here.engine) as tx:
        assert len(tx.execute(DRAFTS.select()).all()) == 1
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.reload()
    assert page.get_by_label("Why", exact=True).input_value() == "Mistyped."
    screen.check()


def test_two_questions_of_one_name_are_told_apart_by_what_they_come_after(desk: Committee, screen: Screen) -> None:
    ref, page = begun(desk), screen.page
    desk.acts("lead_officer", advance, ref, "claim_complete", answers=DONE)
    desk.later(days=25)
    desk.acts("chair", advance, ref, "verify", answers=VERIFIED)
    screen.sign_in("lead_officer")
    page.get_by_role("heading", name="My work").wait_for()

    page.goto(f"/cases/{ref}/steps/assess_impact")

    for after in ("practice", "outcomes for children"):
        assert page.get_by_label(f"Evidence of that (Difference made to {after})").count() == 1
    screen.check()

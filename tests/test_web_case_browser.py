"""The pages of a case in a real browser: no fault found by axe-core, drawings read in forced colours, forms kept."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from records.database import reading
from records.form_drafts import DRAFTS
from records.kept_files import keep, place_of
from tests.screen import NEEDS, Screen, chromium, screen
from tests.test_recommend import DONE, VERIFIED
from tests.test_web_deeds import gathering, kept
from tests.test_web_evidence import begun
from workflows.verbs.advance import advance
from workflows.verbs.request import answer, request

if TYPE_CHECKING:
    from pathlib import Path

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


def test_a_no_of_friday_and_a_file_of_another_case_are_put_on_record_by_somebody_at_the_screen(
    desk: Committee, screen: Screen, tmp_path: Path
) -> None:
    ref, page = gathering(desk), screen.page
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4 a report")
    file = keep(desk.here.settings.evidence.absolute(), tmp_path / "report.pdf")
    given = {"information_file": "File 3", "account_given": "yes", "reflection_given": "yes"}
    desk.acts("lead_officer", request, ref, "information", ("NHS Fife", "Police Scotland"))
    desk.acts("lead_officer", answer, ref, "NHS Fife", answers=given, files=(file.written,))
    desk.later(days=7)
    screen.sign_in("lead_officer")
    page.get_by_role("heading", name="My work").wait_for()

    page.goto(f"/cases/{ref}/requests/R2/refusal")
    page.get_by_label("Why", exact=True).fill("No record there.")
    page.get_by_label("The day it happened, if not today").fill("6/3/2026")
    screen.press("Continue")
    screen.check()
    screen.press("Confirm")
    page.get_by_role("heading", name="Done", exact=True).wait_for()
    number = kept(desk, ref).dossier.sequence - 1
    page.goto(f"/cases/{ref}/history/{number}/correction")
    page.get_by_label("Why", exact=True).fill("It is of another case.")
    page.get_by_text("report.pdf", exact=True).click()
    screen.check()
    screen.press("Continue")
    screen.press("Confirm")
    page.get_by_role("heading", name="Done", exact=True).wait_for()

    assert kept(desk, ref).dossier.requests["R2"].ended_on == date(2026, 3, 6)
    page.get_by_text("No file of evidence is kept.").wait_for()
    assert not place_of(desk.here.settings.evidence.absolute(), file.sha256).exists()

"""A meeting in a real browser, from its draft agenda to its minute in Word, with its pages looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.screen import NEEDS, Screen, chromium, screen, served
from tests.test_meetings import before_the_committee, member_is_written_to, quorum_of, recorded_of, words_in
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

    from tests.desk import Committee

__all__ = ["chromium", "screen"]
pytestmark = NEEDS
WAITS = "Before the committee"


def test_a_meeting_from_its_draft_agenda_to_its_minute_in_word(desk: Committee, screen: Screen) -> None:
    first, second, third = (before_the_committee(desk) for _ in range(3))
    member_is_written_to(desk)
    quorum_of(desk, 2)
    screen.sign_in("lead_officer")
    screen.page.goto("/meetings/new")
    screen.check()
    drafts_an_agenda(screen)
    item(screen, third).get_by_role("button", name="Move up").click()
    screen.page.get_by_role("heading", name=f"4. {third}: {WAITS}").wait_for()
    goes_to(screen, "Send the agenda")
    says_yes(screen)
    screen.page.get_by_text("The agenda is on its way to the members.").wait_for()
    screen.check()

    records_who_is_there(screen)
    decides(screen, first)
    declares_an_interest(screen, third)
    item(screen, third).get_by_role("link", name="proceed with a learning review").click()
    fills_in(screen)
    screen.page.get_by_text("Now there: 1; still needed: 1.").first.wait_for()
    screen.check()
    screen.page.goto("/meetings/1")
    item(screen, third).get_by_role("link", name="Put off").click()
    screen.fill({"Why it is put off": "No quorum without M. Member."})
    says_yes(screen)
    decides(screen, second)
    screen.page.emulate_media(forced_colors="active")
    screen.check()
    screen.page.emulate_media(forced_colors="none")
    goes_to(screen, "Close the meeting")
    says_yes(screen)
    minute = words_in(saved(screen, "Minute (Word)"))

    places = {"1": (3, first), "3": (4, third), "2": (5, second)}
    assert minute == recorded_of(desk, 1, places)
    assert verify(desk.here.engine).places == ()
    shut_to_the_member(desk, screen, third)
    comes_back(desk, screen, third)


def item(screen: Screen, ref: str) -> Locator:
    """The item of a case on the page of its meeting."""
    heading = screen.page.get_by_role("heading", name=f"{ref}: {WAITS}")
    return screen.page.get_by_role("listitem").filter(has=heading)


def goes_to(screen: Screen, link: str) -> None:
    screen.page.get_by_role("link", name=link).first.click()


def says_yes(screen: Screen) -> None:
    screen.press("Continue")
    screen.page.get_by_text("Nothing is written yet.").wait_for()
    screen.press("Confirm")


def drafts_an_agenda(screen: Screen) -> None:
    screen.page.goto("/meetings")
    goes_to(screen, "Draft an agenda")
    screen.tick("Child protection committee")
    screen.fill({"The day of the meeting": f"{screen.committee.now:%d/%m/%Y}", "Where it is held": "Council chamber"})
    says_yes(screen)
    screen.page.get_by_role("heading", name="Meeting on Monday").wait_for()


def records_who_is_there(screen: Screen) -> None:
    goes_to(screen, "Record who is there")
    there = screen.page.get_by_role("group", name="Members present")
    there.locator("label", has_text="M. Member").click()
    there.locator("label", has_text="C. Chair").click()
    screen.page.get_by_role("group", name="Apologies").get_by_label("Others").fill("Health board member")
    screen.check()
    says_yes(screen)


def decides(screen: Screen, ref: str) -> None:
    item(screen, ref).get_by_role("link", name="proceed with a learning review").click()
    fills_in(screen)
    screen.page.get_by_text("Nothing is written yet.").wait_for()
    screen.press("Confirm")
    item(screen, ref).get_by_text("Decided").wait_for()


def fills_in(screen: Screen) -> None:
    """Fill in a decision; the day and the authority of the committee stand there already."""
    screen.tick("The child died")
    screen.fill({"Reasons for the decision": "What happened is known, and what can be learned is not."})
    screen.page.get_by_role("group", name="decision form made out").locator("label", has_text="Yes").click()
    screen.press("Continue")


def declares_an_interest(screen: Screen, ref: str) -> None:
    item(screen, ref).get_by_role("link", name="Declare an interest").click()
    screen.page.get_by_label("Who declares it").select_option(label="M. Member, Committee")
    screen.fill({"What the interest is": "A former manager of the service."})
    says_yes(screen)
    item(screen, ref).get_by_text("Declared an interest: M. Member").wait_for()


def saved(screen: Screen, link: str) -> bytes:
    with screen.page.expect_download() as found:
        goes_to(screen, link)
    return Path(found.value.path()).read_bytes()


def shut_to_the_member(desk: Committee, screen: Screen, ref: str) -> None:
    """The papers are shut to the member who declared an interest, and those of the other items are not."""
    member = desk.sign_in("committee")
    assert ref not in member.get("/meetings/1").text
    refused = member.get(f"/cases/{ref}")
    assert (refused.status_code, "You declared an interest" in refused.text) == (403, True)
    assert screen.page.request.get(f"/cases/{ref}").status == 200


def comes_back(desk: Committee, screen: Screen, ref: str) -> None:
    desk.later(days=7)
    screen.sign_in("lead_officer")
    drafts_an_agenda(screen)
    item(screen, ref).get_by_text("Put off at the meeting of Mon 2 March 2026: No quorum without M. Member.").wait_for()
    screen.page.get_by_role("heading", name="Minute of the meeting of 2 March 2026").wait_for()


def test_a_meeting_is_held_without_javascript(desk: Committee, chromium: Browser) -> None:
    refs = [before_the_committee(desk) for _ in range(2)]
    with served(desk) as address:
        screen = Screen(chromium, desk, address, java_script_enabled=False)
        screen.sign_in("lead_officer")
        drafts_an_agenda(screen)
        screen.page.get_by_label(f"Place of {refs[1]}").fill("1")
        screen.press("Put in the order of the numbers")
        screen.page.get_by_role("heading", name=f"3. {refs[1]}").wait_for()
        screen.page.set_viewport_size({"width": 320, "height": 900})
        records_by_hand(screen)
        decides(screen, refs[1])
        screen.context.close()
    assert screen.faults == []


def records_by_hand(screen: Screen) -> None:
    goes_to(screen, "Record who is there")
    screen.page.get_by_role("group", name="Members present").locator("label", has_text="M. Member").click()
    says_yes(screen)

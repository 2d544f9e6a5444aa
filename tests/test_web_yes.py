"""Waiting for a yes at the desk: a drafted letter is read with its evidence, and let go or kept back with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from records.database import reading
from records.outbox import MESSAGES
from tests.screen import NARROW, NEEDS

if TYPE_CHECKING:
    from tests.desk import Browser, Committee
    from tests.screen import Screen


def statuses(desk: Committee) -> set[str]:
    with reading(desk.here.engine) as tx:
        return set(tx.execute(select(MESSAGES.c.status).where(MESSAGES.c.confirm_role != "")).scalars())


@pytest.fixture
def ref(desk: Committee) -> str:
    """A case on which two agencies were silent for so long that letters to the chair are drafted."""
    return desk.drafts_letters()


def reads(browser: Browser, ref: str) -> Browser:
    browser.get(f"/yes/{ref}")
    assert browser.page is not None
    assert browser.page.status_code == 200, browser.page.text
    return browser


def test_a_letter_is_read_with_its_evidence_and_let_go(desk: Committee, ref: str) -> None:
    lead = desk.sign_in()
    assert f'href="/yes/{ref}"' in lead.get("/my-work").text
    assert f'href="/yes/{ref}"' in lead.get("/yes").text
    page = reads(lead, ref).page
    assert page is not None
    assert "reminder to the first contact of NHS Fife by email" in page.text
    assert "C. Chair" in page.text

    done = lead.send(decision="go")

    assert "Yes to 2 drafted messages" in done.text
    assert statuses(desk) == {"owed"}
    assert "Nothing waits for a yes" in lead.get(f"/yes/{ref}").text


def test_a_letter_is_kept_back_with_the_reason_alone(desk: Committee, ref: str) -> None:
    lead = reads(desk.sign_in(), ref)

    assert "Choose whether it goes" in lead.send().text
    refused = lead.send(decision="withhold")
    assert refused.status_code == 422
    assert "Say why it is kept back" in refused.text
    done = lead.send(decision="withhold", reason="They telephoned.")

    assert "2 drafted messages kept back" in done.text
    assert "Why: They telephoned." in done.text
    assert statuses(desk) == {"withheld"}


def test_nobody_says_yes_to_a_letter_they_did_not_read(desk: Committee, ref: str) -> None:
    lead = reads(desk.sign_in(), ref)

    told = lead.send(decision="go", letter=["elsewhere"])

    assert told.status_code == 409
    assert "Other messages" in told.text
    assert statuses(desk) == {"held"}


def test_somebody_whose_yes_it_is_not_reads_it_and_decides_nothing(desk: Committee, ref: str) -> None:
    chair = reads(desk.sign_in("chair"), ref)
    assert chair.page is not None
    assert "Record the decision" not in chair.page.text

    refused = chair.send(decision="go", letter=["x"])

    assert refused.status_code == 409
    assert "wait for the lead officer" in refused.text
    assert statuses(desk) == {"held"}


@NEEDS
def test_a_yes_is_given_on_a_phone(screen: Screen, ref: str) -> None:
    assert ref
    screen.sign_in("lead_officer")
    page = screen.page
    page.get_by_role("heading", name="My work").wait_for()
    screen.check()
    page.set_viewport_size({"width": NARROW, "height": 640})
    page.get_by_role("link", name="Waiting for your yes").click()
    page.get_by_role("link", name="A drafted letter waits for a yes").first.click()
    page.get_by_role("heading", name="What it says").first.wait_for()
    screen.check()
    page.set_viewport_size({"width": NARROW, "height": 640})
    screen.tick("Let them go")
    screen.press("Record the decision")
    page.get_by_text("Yes to 2 drafted messages").first.wait_for()

"""Handing over at the desk: everything that is an officer's, what changed since, moved to another with a preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import history
from records.cases import find
from records.database import reading
from tests.screen import NEEDS, chromium, screen
from workflows.verbs.contacts import add_contact
from workflows.verbs.people import change_people

if TYPE_CHECKING:
    from tests.desk import Committee
    from tests.screen import Screen

__all__ = ["chromium", "screen"]
NEW = "N. Officer"


def with_another(desk: Committee) -> tuple[str, str]:
    """Two cases of the lead officer, and another lead officer who can be written to."""
    desk.enters_contacts()
    channels = [("email", "new@example.org")]
    desk.acts("administrator", add_contact, role="lead_officer", name=NEW, channels=channels)
    return desk.open_case(), desk.asks_agencies()


def lead_of(desk: Committee, ref: str) -> str:
    with reading(desk.here.engine) as tx:
        return find(tx, ref, to_change=False).dossier.lead


def test_cases_are_handed_over_once_it_was_shown_and_each_history_says_so(desk: Committee) -> None:
    first, second = with_another(desk)
    chair = desk.sign_in("chair")
    page = chair.get("/handing-over?from=L.+Officer").text
    assert first in page
    assert "Agency report, NHS Fife" in page

    shown = chair.send(ref=[first, second], to=NEW, why="On leave until May.")
    assert "Nothing is written yet" in shown.text
    assert lead_of(desk, first) == "L. Officer"
    done = chair.send(button=("confirmed", "yes"))

    assert "2 cases handed over" in done.text
    assert {lead_of(desk, first), lead_of(desk, second)} == {NEW}
    with reading(desk.here.engine) as tx:
        last = history.last(tx, find(tx, second, to_change=False).id)
    assert (last.kind, last.reason, last.actor.name) == ("people_changed", "On leave until May.", "C. Chair")


def test_whoever_was_deputy_is_followed_by_another_deputy(desk: Committee) -> None:
    first, second = with_another(desk)
    desk.acts("chair", change_people, second, lead=NEW, deputy="L. Officer")
    chair = desk.sign_in("chair")
    assert "As deputy" in chair.get("/handing-over?from=L.+Officer").text
    channels = [("email", "third@example.org")]
    desk.acts("administrator", add_contact, role="lead_officer", name="T. Third", channels=channels)

    chair.send(ref=[first, second], to="T. Third", why="On leave until May.")
    chair.send(button=("confirmed", "yes"))

    assert (lead_of(desk, first), lead_of(desk, second)) == ("T. Third", NEW)
    with reading(desk.here.engine) as tx:
        assert find(tx, second, to_change=False).dossier.deputy == "T. Third"


def test_all_are_handed_over_or_none(desk: Committee) -> None:
    first, second = with_another(desk)
    chair = desk.sign_in("chair")
    chair.get("/handing-over?from=L.+Officer")
    chair.send(ref=[first, second], to=NEW, why="On leave.")
    desk.acts("lead_officer", change_people, second, deputy="D. Deputy")

    told = chair.send(button=("confirmed", "yes"))

    assert told.status_code == 409
    assert "has changed since you read it" in told.text
    assert lead_of(desk, first) == "L. Officer"


def test_what_is_missing_is_said_and_what_was_chosen_stays(desk: Committee) -> None:
    first, second = with_another(desk)
    lead = desk.sign_in()
    lead.get(f"/handing-over?ref={first}&ref={second}")

    refused = lead.send(ref=[second], to="", why="")

    assert refused.status_code == 422
    assert "Say who leads them from now on." in refused.text
    assert "Say why they are handed over" in refused.text
    assert lead.send(ref=[second], to="Nobody Known", why="Gone.").status_code == 422


def test_one_who_comes_back_is_told_what_changed_since(desk: Committee) -> None:
    first, _ = with_another(desk)
    desk.later(days=10)
    desk.acts("lead_officer", change_people, first, deputy="D. Deputy")
    lead = desk.sign_in()

    page = lead.get("/handing-over?from=L.+Officer&since=10/03/2026").text

    assert "What changed since Tue 10 March 2026 (1)" in page
    assert "Deputy lead officer: D. Deputy" in page
    assert lead.get("/handing-over?since=yesterday").status_code == 422


@NEEDS
def test_the_pages_of_handing_over_have_no_fault(screen: Screen, desk: Committee) -> None:
    first, _ = with_another(desk)
    screen.sign_in("lead_officer")
    page = screen.page
    page.get_by_role("heading", name="My work").wait_for()
    page.goto("/cases")
    screen.check()
    page.locator(f"input[value='{first}'] + label").click()
    screen.press("Hand over the cases chosen")
    page.get_by_role("heading", name="Open cases (1)").wait_for()
    screen.check()
    page.get_by_label("Who has them from now on").select_option(NEW)
    screen.fill({"Why": "On leave."})
    screen.press("Continue")
    page.get_by_role("heading", name="This is what will happen").wait_for()
    screen.check()
    screen.press("Confirm")
    page.get_by_role("heading", name="Handed over", exact=True).wait_for()

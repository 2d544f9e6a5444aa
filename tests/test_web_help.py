"""Help beside a form: what the guidance says, on what standing, with its citation; nothing where it is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.desk import EDITION

if TYPE_CHECKING:
    from tests.desk import Committee


def test_a_step_says_what_the_guidance_says_and_where_it_is_written(desk: Committee) -> None:
    ref = desk.open_case()
    person, lead = desk.sign_in("nominated_person"), desk.sign_in()

    form = person.get(f"/cases/{ref}/steps/request_info").text
    assert "What the guidance says" in form
    assert "The national guidance says so." in form
    opening = lead.get(f"/cases/new?edition={EDITION}&step=notify").text
    assert "What the guidance says" in opening


def test_a_request_is_helped_by_its_rule_and_its_time_limit(desk: Committee) -> None:
    ref = desk.asks_agencies()
    lead = desk.sign_in()

    form = lead.get(f"/cases/{ref}/requests/NHS%20Fife/answer").text

    assert "Agency report: 14 calendar days" in form
    assert "G15-18" in form


def test_what_the_guidance_does_not_speak_of_has_no_help(desk: Committee) -> None:
    ref = desk.open_case()

    assert "What the guidance says" not in desk.sign_in().get(f"/cases/{ref}/people").text

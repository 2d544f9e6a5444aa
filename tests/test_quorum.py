"""A quorum is of answers: agencies that decline do not make one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.casework import edited, part
from tests.story import Story
from tests.test_guards import says

QUORUM: dict[str, Any] = {"request": "report", "join": "quorum", "quorum": 2}


@pytest.fixture
def story() -> Story:
    told = Story(edited(timescales=part("timescales", "notice", anchor={"trigger": "gather"}, limit=5)))
    told.open()
    return told


def test_declining_makes_no_quorum(story: Story) -> None:
    for number, agency in enumerate(("NHS Fife", "Police Scotland"), 1):
        story.ask("2026-03-02", agency)
        story.tell("declined", "2026-03-04", id=f"R{number}", reason="No records.")

    assert says(story, "answers_in", override="chair", **QUORUM) == (
        "Agency report: 0 of the 2 answers needed, and nobody is asked any more: ask again. "
        "The committee chair may go on without them, giving the reason."
    )


def test_a_quorum_asks_for_no_more_answers_than_there_are_agencies_asked(story: Story) -> None:
    story.ask("2026-03-02")

    story.answer("2026-03-03")

    assert says(story, "answers_in", **QUORUM) is None

from __future__ import annotations

import re
from pathlib import Path

import pytest

from states.errors import BadProcedure
from tests.office import SMALL_EDITION
from workflows.examples.proving import proved
from workflows.views.editions import Checked

REPORT = """
[[examples]]
title = "Asked before Easter"
[[examples.steps]]
on = 2026-03-02
trigger = "notify"
agencies = ["NHS Fife"]
state = "notified"
told = { case_opened = ["lead_officer"] }
"""
"""The beginning of a story over the small edition of the office."""


def edition(folder: Path, text: str) -> Path:
    file = folder / "small-review.toml"
    file.write_text(SMALL_EDITION + text, encoding="utf-8")
    return file


def faults(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(BadProcedure) as refused:
        proved(edition(folder, text), None)
    return refused.value.obstacles


def test_an_example_that_holds_is_played_and_counted(tmp_path: Path) -> None:
    found = proved(edition(tmp_path, REPORT), None)

    assert isinstance(found, Checked)
    assert found.examples == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('state = "notified"', 'state = "gathering"'), r"line \d+, examples\[0\].steps\[0\].state: expected the case"),
        (('["lead_officer"]', '["chair"]'), r"steps\[0\].told.case_opened: Expected case_opened told to chair, it was"),
        (('"notify"', '"gather"'), r"a story begins with a move that opens a case. Use one of: notify"),
        (('"notified"', '"nowhere"'), r"there is no state 'nowhere'"),
        (("2026-03-02", '"2026-13-45"'), r"steps\[0\].on: '2026-13-45' is no day"),
    ],
)
def test_an_example_that_does_not_is_refused_with_its_place(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    (found,) = faults(tmp_path, REPORT.replace(*change))

    assert re.search(said, found), found

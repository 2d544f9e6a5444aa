"""Which edition replaced which by a day, and the sentence for somebody who opens a case under an old one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from config import procedures
from config.succession import outdated
from tests.office import small_edition

if TYPE_CHECKING:
    from pathlib import Path

WITHDRAWN = "scotland-scr-2015 was withdrawn (September 2021)."
THEN = date(2026, 3, 2)


def filed(folder: Path, name: str, replaces: str = "", issued_on: str = "2020") -> None:
    (folder / f"{name}.toml").write_text(f'name = "{name}"\nreplaces = "{replaces}"\nissued_on = "{issued_on}"\n')


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2021, 8, 31), ""),
        (
            date(2021, 9, 1),
            f"{WITHDRAWN} scotland-learning-review-2021 took its place.",
        ),
        (
            date(2024, 5, 1),
            f"{WITHDRAWN} scotland-learning-review-2021 and then scotland-learning-review-2024 took its place.",
        ),
    ],
)
def test_a_withdrawn_edition_names_those_that_took_its_place_by_then(day: date, said: str) -> None:
    assert outdated(procedures.load("scotland-scr-2015"), day) == said


@pytest.mark.parametrize("name", ["scotland-learning-review-2024", "scotland-committee-year", "recommendation-2026"])
def test_an_edition_that_holds_is_said_nothing_of(name: str) -> None:
    assert outdated(procedures.load(name), THEN) == ""


def test_one_that_was_replaced_and_never_withdrawn_is_no_longer_the_newest(tmp_path: Path) -> None:
    filed(tmp_path, "newer", replaces="small-review", issued_on="2025-04-30")

    assert outdated(small_edition(), THEN, tmp_path) == "small-review is no longer the newest: newer took its place."
    assert outdated(small_edition(), date(2025, 4, 29), tmp_path) == ""


def test_one_withdrawn_with_nothing_in_its_place_says_so_with_its_day(tmp_path: Path) -> None:
    withdrawn = small_edition(withdrawn_on="2025-04-03")

    assert outdated(withdrawn, THEN, tmp_path) == "small-review was withdrawn (3 April 2025)."


def test_editions_that_replace_each_other_and_files_that_cannot_be_read_end_nowhere(tmp_path: Path) -> None:
    filed(tmp_path, "newer", replaces="small-review")
    filed(tmp_path, "small-review", replaces="newer")
    (tmp_path / "broken.toml").write_text("replaces = ")

    assert "newer took its place" in outdated(small_edition(), THEN, tmp_path)

"""What verify finds is told a line a cause: how many places it shows in, and the first few of them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import text

from records.database import transaction
from tests.casework import opened
from workflows.verification.causes import causes
from workflows.verification.replay import Discrepancy
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from tests.office import Office
    from tests.terminal import Terminal


def test_places_that_differ_in_numbers_names_and_brackets_alone_have_one_cause() -> None:
    places = [
        Discrepancy(f"LR-2026-{n:04}", n, f"entry {n} cannot be replayed (no edition {n}a)") for n in range(1, 3301)
    ]
    places += [Discrepancy("", 0, "the protection history_refuses_update is missing or altered")]

    one, other = causes(places)

    assert str(one) == (
        "Entry … cannot be replayed …"
        ": 3,300 places (LR-2026-0001, entry 1; LR-2026-0002, entry 2; LR-2026-0003, entry 3; and 3,297 more)."
    )
    assert str(other) == "the protection history_refuses_update is missing or altered."


def test_what_is_wrong_in_one_place_is_said_as_it_is() -> None:
    (one,) = causes([Discrepancy("LR-2026-0007", 4, "entry 4 is not as it was sealed")])

    assert str(one) == "LR-2026-0007, entry 4: entry 4 is not as it was sealed."


def test_an_emptied_diary_is_one_line_for_all_its_dates(office: Office) -> None:
    for _ in range(4):
        opened(office)
    with transaction(office.engine) as tx:
        tx.execute(text("DELETE FROM deadline"))

    verdict = verify(office.engine)

    assert len(verdict.places) >= 4
    (one,) = verdict.causes
    assert str(one).startswith(f"A date is missing from the diary: {len(verdict.places)} places (")
    assert str(one).endswith("and 1 more).")


def test_the_terminal_tells_a_line_a_cause_and_json_keeps_every_place(terminal: Terminal) -> None:
    terminal.enters_everybody()
    for _ in range(4):
        terminal.opens()
    with closing(sqlite3.connect(terminal.folder / "data" / "cairn.db")) as database:
        database.execute("DELETE FROM deadline")
        database.commit()

    said = terminal.types("verify")
    facts = json.loads(terminal.types("verify", "--json"))

    assert said.count("missing from the diary") == 1
    assert "cairn verify --json names every place" in said
    assert len(facts["places"]) == facts["causes"][0]["count"] >= 4

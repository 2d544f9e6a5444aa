"""An installation at work: what its doors refuse before anything is recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from records import history
from records.database import reading
from tests.casework import gathering
from tests.office import Office
from tests.terminal import Terminal
from workflows.people import change_people


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path)


def test_nothing_is_recorded_while_the_clock_is_set_back(terminal: Terminal) -> None:
    ref = terminal.opens()
    terminal.types("sweep")
    terminal.now = "2026-02-20T10:00"

    terminal.types("case", "people", ref, "--lead", "B. Other")

    assert terminal.code == 1
    assert terminal.err == (
        "- The clock of this machine stands at 20 February 2026, 10:00, but Cairn was at work on 2 March 2026, 10:00 "
        "already: set the clock right, then do it again.\n"
    )
    assert terminal.asks("show", ref)["version"] == 1


def test_clocks_of_two_machines_may_be_a_minute_apart(terminal: Terminal) -> None:
    ref = terminal.opens()
    terminal.types("sweep")
    terminal.now = "2026-03-02T09:59"

    terminal.types("case", "people", ref, "--lead", "B. Other")

    assert terminal.code == 0


def test_an_entry_is_known_only_with_all_before_it(office: Office) -> None:
    case = gathering(office)
    office.later(days=-30)
    office.do(change_people, case.ref, lead="B. Other")

    with reading(office.engine) as tx:
        known = history.entries(tx, case.id, known_at=office.now)

    assert known == ()

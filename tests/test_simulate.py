"""A simulated committee: the same seed gives the same histories, and what it leaves verifies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from config import procedures
from config.settings import Settings
from records.cases import CASES
from records.children import CHILD
from records.database import reading
from records.history import HISTORY
from records.mails import MAILS
from states.dossier import Dossier
from states.entry import local_moment
from states.errors import NotPossible
from tests.terminal import Terminal
from workflows.audit import verify
from workflows.believable import next_step
from workflows.installed import open_house
from workflows.simulate import Plan, simulate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workflows.installed import House

PLAN = Plan(cases=12, years=4, seed=7, ends=date(2024, 12, 31))


def house_in(folder: Path) -> House:
    settings = Settings.model_construct(data=folder, committee="example-committee", rehearsal=True)
    return open_house(settings, local_moment(PLAN.starts, "00:00"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A database with twelve cases over four years, letters delivered."""
    house = house_in(tmp_path_factory.mktemp("simulated"))
    simulate(house, PLAN, lambda _: None)
    yield house
    house.engine.dispose()


def histories(house: House) -> list[tuple[str, str]]:
    with reading(house.engine) as tx:
        rows = tx.execute(select(HISTORY.c.body, HISTORY.c.seal).order_by(HISTORY.c.case_id, HISTORY.c.sequence))
        return [(row.body, row.seal) for row in rows]


def test_what_a_simulation_leaves_verifies(filled: House) -> None:
    verdict = verify(filled.engine, keys=filled.keys)

    assert verdict.places == ()
    assert verdict.cases == PLAN.cases
    assert verdict.entries > 20 * PLAN.cases


def test_the_same_seed_gives_the_same_histories_and_another_gives_others(filled: House, tmp_path: Path) -> None:
    again, other = house_in(tmp_path / "again"), house_in(tmp_path / "other")

    simulate(again, Plan(PLAN.cases, PLAN.years, PLAN.seed, PLAN.ends, deliver=False), lambda _: None)
    simulate(other, Plan(2, 1, PLAN.seed + 1, PLAN.ends, deliver=False), lambda _: None)

    assert histories(again) == histories(filled)
    assert histories(other)[0] != histories(filled)[0]
    again.engine.dispose()
    other.engine.dispose()


def test_cases_open_under_the_edition_of_their_day_and_hold_children_apart(filled: House) -> None:
    with reading(filled.engine) as tx:
        cases = tx.execute(select(CASES.c.opened_on, CASES.c.edition, CASES.c.closed_on)).all()
        children = tx.execute(select(CHILD.c.sealed)).scalars().all()
        letters = tx.execute(select(MAILS.c.status)).scalars().all()

    before = {edition for opened, edition, _ in cases if opened < date(2021, 9, 1)}
    after = {edition for opened, edition, _ in cases if opened >= date(2024, 1, 1)}
    assert before == {"scotland-scr-2015"}
    assert after == {"scotland-learning-review-2024"}
    assert {closed is None for *_, closed in cases} == {True, False}
    assert len(children) >= PLAN.cases
    assert "Invented" not in "".join(children)
    assert letters.count("sent") > 100


def test_a_simulation_refuses_a_database_with_cases_unless_it_is_told_to_add(filled: House) -> None:
    before = len(histories(filled))

    with pytest.raises(NotPossible, match="12 cases already"):
        simulate(filled, PLAN, lambda _: None)

    assert len(histories(filled)) == before


def test_a_case_goes_on_far_more_often_than_it_goes_back() -> None:
    edition = procedures.load("scotland-learning-review-2021")
    case = Dossier(ref="LR-1", edition=edition.name, digest=edition.digest, state="cpc_agreement")
    dice = Random(1)  # noqa: S311  the same dice every time

    steps = Counter(step.trigger for _ in range(500) if (step := next_step(dice, edition, case)))

    assert steps["plan_actions"] > 8 * steps["return_report"] > 0


def test_cairn_simulate_fills_a_folder_and_says_where(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "cli.app",
        "simulate",
        "--cases",
        "2",
        "--years",
        "1",
        "--folder",
        str(tmp_path / "s"),
    ]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("CAIRN_", "PREFECT_"))}

    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    again = subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert "2 cases, 30 September 2025 to 30 September 2026, seed 1" in done.stdout
    assert (tmp_path / "s" / "cairn.db").exists()
    assert again.returncode == 1
    assert "--add" in again.stderr


def test_cairn_simulate_answers_in_json(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)

    done = terminal.starts("simulate", "--cases", "2", "--years", "1", "--folder", str(tmp_path / "s"), "--json")

    found = json.loads(done.stdout)
    assert done.stderr == ""
    assert len(found["cases"]) == 2
    assert (found["from"], found["to"], found["seed"]) == ("2025-09-30", "2026-09-30", 1)
    assert found["folder"] == str(tmp_path / "s")

"""A simulated committee: the same seed gives the same histories, and what it leaves verifies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from config import procedures
from config.settings import Settings
from records.case_years import told_since
from records.cases import CASES
from records.children import CHILD
from records.database import connect, reading, unhurried
from records.history import HISTORY
from records.mails import MAILS
from records.recommendations import RecommendationFilter, all_of
from records.search import saying_the_same
from states.dossier import Dossier
from states.errors import NotPossible
from states.moments import local_moment
from tests.terminal import Terminal
from workflows.installation.installation import open_installation
from workflows.reports import file_reading
from workflows.reports.annual_summary import summary_of
from workflows.reports.case_files import year_of
from workflows.reports.extract import extract
from workflows.reports.follow_through_board import board
from workflows.simulation.choices import FILED, next_step
from workflows.simulation.simulate import SimulationPlan, simulate
from workflows.verbs.recommend import TOO_OFTEN
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workflows.installation.installation import Installation

PLAN = SimulationPlan(cases=60, years=3, seed=7, ends=date(2024, 3, 31), deliver=False)
SMALL = SimulationPlan(cases=4, years=2, seed=7, ends=date(2024, 6, 30))
RARE = {"superseded", "answered", "acknowledged", "accepted_by_them", "declined_by_them"}
"""Where a recommendation stands seldom, or not for long."""


def installation_in(folder: Path) -> Installation:
    settings = Settings.model_construct(data=folder, committee="example-committee", rehearsal=True)
    return open_installation(settings, local_moment(PLAN.starts, "00:00"), make=True)


pytestmark = pytest.mark.xdist_group("simulated")
"""One process has them all, so that the years are simulated once."""


MONTHS_LATER = datetime(2030, 1, 1, tzinfo=UTC)
"""When somebody looks at what a simulation left: letters that were forgotten would be named."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A database with sixty cases over three years, letters left owed: one for all the tests here."""
    installation = installation_in(tmp_path_factory.mktemp("simulated"))
    simulate(installation, PLAN, lambda _: None)
    yield installation
    installation.engine.dispose()


def histories(installation: Installation) -> list[tuple[str, str]]:
    with reading(installation.engine) as tx:
        rows = tx.execute(select(HISTORY.c.body, HISTORY.c.seal).order_by(HISTORY.c.case_id, HISTORY.c.sequence))
        return [(row.body, row.seal) for row in rows]


def entries(installation: Installation, kind: str) -> list[dict[str, Any]]:
    """The entries of the files of a kind."""
    wanted = select(HISTORY.c.body).join_from(HISTORY, CASES).where(CASES.c.kind == kind)
    with reading(installation.engine) as tx:
        return [json.loads(body) for body in tx.execute(wanted).scalars()]


def test_what_a_simulation_leaves_verifies_with_its_evidence(filled: Installation) -> None:
    verdict = verify(filled.engine, keys=filled.keys, evidence=filled.settings.evidence)

    assert {place.what.partition("'")[0] for place in verdict.places} == {"the message "}, "letters are left owed"
    assert verdict.entries > 60 * PLAN.cases
    assert sum(path.is_file() for path in filled.settings.evidence.rglob("*")) > 5


def test_what_is_filled_in_fits_its_field(filled: Installation) -> None:
    said = [one["data"]["fields"] for one in entries(filled, "case") if one.get("data", {}).get("fields")]

    assert not any(name.startswith("looked_after_death") for fields in said for name in fields)
    filed = [fields["notification_form"] for fields in said if "notification_form" in fields]
    assert filed
    assert set(filed) <= set(FILED)


def test_the_same_seed_gives_the_same_histories_and_another_gives_others(tmp_path: Path) -> None:
    once, again, other = (installation_in(tmp_path / name) for name in ("once", "again", "other"))

    for installation, plan in (
        (once, replace(SMALL, until=MONTHS_LATER)),
        (again, replace(SMALL, deliver=False)),
        (other, replace(SMALL, cases=2, years=1, seed=SMALL.seed + 1, deliver=False)),
    ):
        simulate(installation, plan, lambda _: None)

    with reading(once.engine) as tx:
        letters = tx.execute(select(MAILS.c.status)).scalars().all()
    assert histories(again) == histories(once)
    assert len(entries(once, "recommendation")) > 5
    assert histories(other)[1] != histories(once)[1]
    assert letters.count("sent") > 50
    assert verify(once.engine, keys=once.keys, evidence=once.settings.evidence, now=MONTHS_LATER).places == ()
    for installation in (once, again, other):
        installation.engine.dispose()


def test_cases_open_under_the_edition_of_their_day_and_hold_children_apart(filled: Installation) -> None:
    wanted = select(CASES.c.opened_on, CASES.c.edition, CASES.c.closed_on).where(CASES.c.kind == "case")
    with reading(filled.engine) as tx:
        cases = tx.execute(wanted).all()
        children = tx.execute(select(CHILD.c.sealed)).scalars().all()

    before = {edition for opened, edition, _ in cases if opened < date(2021, 9, 1)}
    after = {edition for opened, edition, _ in cases if opened >= date(2024, 1, 1)}
    assert len(cases) == PLAN.cases
    assert before == {"scotland-scr-2015"}
    assert after == {"scotland-learning-review-2024"}
    assert {closed is None for *_, closed in cases} == {True, False}
    assert len(children) >= PLAN.cases
    assert "Invented" not in "".join(children)


def test_recommendations_of_all_levels_go_through_their_whole_machine(filled: Installation) -> None:
    edition = procedures.load("recommendation-2026")
    with reading(filled.engine) as tx:
        every = all_of(tx, RecommendationFilter(), hidden=frozenset())
        levels = Counter(one.level for one in every)
        times = [len(saying_the_same(tx, one.text, hidden=frozenset())) for one in every]

    found = entries(filled, "recommendation")
    been = {entry["dest"] for entry in found if entry["kind"] in {"opened", "advanced"}}
    taken = Counter(entry["trigger"] for entry in found if entry["kind"] in {"opened", "advanced"})
    assert levels.total() >= PLAN.cases
    assert set(levels) == {"single_agency", "multi_agency", "national_sg", "other_body"}
    assert levels["single_agency"] + levels["multi_agency"] > levels.total() / 2
    assert set(edition.states) - RARE <= been
    assert {"reject", "send_back", "block", "recheck_impact", "conclude_impact", "record_review"} <= set(taken)
    assert taken["verify"] > taken["send_back"] > 0
    assert taken["accept"] > 3 * taken["reject"]
    assert min(times) == 1
    assert max(times) >= TOO_OFTEN


def test_actions_are_planned_followed_and_ended(filled: Installation) -> None:
    found = [one["data"] for one in entries(filled, "recommendation") if one["kind"] == "item_updated"]

    stands = Counter(data["fields"].get("status") for data in found if data["register"] == "action")

    assert stands["done"] > stands["dropped"] > 0
    assert stands["in_progress"] > 0


def test_registers_fill_and_the_committee_keeps_its_year(filled: Installation) -> None:
    of_cases, of_committee = entries(filled, "case"), entries(filled, "committee")

    lists = {entry["data"]["register"] for entry in of_cases if entry["kind"] == "item_added"}
    own = Counter(entry["trigger"] for entry in of_committee if entry["kind"] == "advanced")
    answered = {entry["data"]["register"] for entry in of_committee if entry["kind"] == "item_answered"}
    assert lists >= {"finding", "learning_point", "good_practice", "dissemination", "family_contact", "ci_submission"}
    assert (own["record_yearly_summary"], own["introduce_summary"]) == (PLAN.years, PLAN.years)
    assert own["record_meeting"] >= 3 * PLAN.years
    assert own["record_forum"] >= 3 * PLAN.years
    assert answered == {"forum_item"}


def test_the_summary_the_board_and_the_extract_have_something_to_tell(filled: Installation) -> None:
    with reading(filled.engine) as tx:
        year = summary_of(tx, year_of("2023-24"), PLAN.ends)
        found = board(tx, PLAN.ends, hidden=frozenset())
        reviews = extract(tx, PLAN.starts, PLAN.ends, PLAN.ends)

    assert len(year.cases) > PLAN.cases / 5
    assert year.learning
    assert year.repeated()
    assert 0.3 < found.shares["Verified"].part / found.shares["Verified"].whole < 1
    assert 0 < found.shares["Led elsewhere, answered"].part <= found.shares["Led elsewhere, sent"].part
    assert found.whole.open > 0
    assert found.turned_down > 0
    assert len(reviews.rows) > 3
    assert any(row["recommendations"] for row in reviews.facts())


def test_a_year_is_told_from_the_files_that_can_tell_of_it_as_from_all(
    filled: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    years = [year_of(f"{begins}-{begins + 1}") for begins in range(PLAN.starts.year - 1, PLAN.ends.year + 1)]
    with reading(filled.engine) as tx:
        every = tx.execute(select(CASES.c.id).order_by(CASES.c.id)).scalars().all()
        for year in years:
            for known_on in (None, year.first + timedelta(days=200)):
                found, read = summary_of(tx, year, PLAN.ends, known_on), told_since(tx, year.first)
                with monkeypatch.context() as patched:
                    patched.setattr(file_reading, "told_since", lambda *_: every)
                    assert found == summary_of(tx, year, PLAN.ends, known_on)
    assert 0 < len(read) < len(every)


def test_only_what_can_be_made_again_goes_without_waiting_for_the_disk(database_url: str) -> None:
    engine = connect(database_url)
    how = "PRAGMA synchronous" if engine.dialect.name == "sqlite" else "SHOW synchronous_commit"

    def set_to() -> str:
        with reading(engine) as tx:
            return str(tx.execute(text(how)).scalar_one())

    before = set_to()
    with unhurried(engine):
        inside = set_to()

    assert (before, inside) in {("2", "1"), ("on", "off"), ("off", "off")}
    assert set_to() == before
    engine.dispose()


def test_a_simulation_refuses_a_database_with_cases_unless_it_is_told_to_add(filled: Installation) -> None:
    before = len(histories(filled))

    with pytest.raises(NotPossible, match=r"\d+ cases already"):
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
    again = Terminal(tmp_path)
    again.types(*command[3:], clock=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert " recommendations and " in done.stdout
    assert "2 cases, 30 September 2025 to 30 September 2026, seed 1" in done.stdout
    assert (tmp_path / "s" / "cairn.db").exists()
    assert again.code == 1
    assert "--add" in again.err


def test_cairn_simulate_answers_in_json(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)

    plan = ("--cases", "2", "--years", "1", "--folder", str(tmp_path / "s"))
    found = terminal.asks("simulate", *plan, clock=False)

    assert (terminal.code, terminal.err) == (0, "")
    assert len(found["cases"]) == 2
    assert (found["from"], found["to"], found["seed"]) == ("2025-09-30", "2026-09-30", 1)
    assert found["folder"] == str(tmp_path / "s")

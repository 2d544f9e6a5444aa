"""The demo plays a committee's year with real servers; a scenario that goes wrong says where, in a sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.demo.stage import _stopped_kindly
from states.dossier import Dossier
from states.errors import Refused
from tests.demo_year import YEAR, played, the_year
from tests.patience import AT_LENGTH
from workflows.simulation.play import ScenarioStage, Scene
from workflows.simulation.scenario import BadScenario, Scenario, load

ROOT = Path(__file__).parents[1]


def clean_environment(**more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("CAIRN_", "PREFECT_"))}
    return {**plain, "PYTHONPATH": str(ROOT), **more}


@pytest.fixture
def year() -> tuple[ScenarioStage, list[Scene]]:
    return the_year()


def stands(stage: ScenarioStage, key: str) -> Dossier:
    """What a case or a recommendation of the scenario adds up to at the end."""
    return next(one for one in stage.watcher.seen.values() if one.ref == stage.refs[key])


def went(scenes: list[Scene], ref: str) -> list[str]:
    """The states that a file went through."""
    changes = [change for scene in scenes for change in scene.changes if change.after.ref == ref]
    return [one.entry.dest for one in changes if one.entry.dest != one.entry.source]


def changed(number: int, **change: Any) -> Scenario:
    """The shipped scenario up to a step (counted from 1), that step changed."""
    scenario = load(YEAR)
    steps = scenario.steps[:number]
    return scenario.model_copy(
        update={"steps": (*steps[:-1], steps[-1].model_copy(update=change)), "ends": steps[-1].on}
    )


@pytest.mark.xdist_group("prefect")
def test_the_demo_plays_the_year_with_prefect_and_ends_with_the_record_proven(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "cli.app",
        "demo",
        "--keep",
        str(tmp_path / "kept"),
        "--svg",
        str(tmp_path / "p.svg"),
    ]
    env = clean_environment(CAIRN_DATA=str(tmp_path / "mine"), CAIRN_DATABASE="sqlite:////nowhere/cairn.db")

    done = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=AT_LENGTH, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "SCR-2026-0001 Closed, Wed 17 March",
        "LR-2026-0002 Closed: not proceeding, Wed 7 October",
        "LR-2026-0001 Closed, Tue 30 March",
        "on the authority of the Procurator Fiscal",
        "now due Fri 14 August, 80 days",
        "Education (senior contact)",
        "waits for the lead officer's yes",
        "every chain whole, every case replayed and equal",
        "on record in Prefect's server",
        "8 files, each as it was when it was kept",
        "↩ Sent back. Why: Minutes show what was agreed, not what is done.",
        "↩ Reopened. Why: The rule is known and kept by nobody",
        f"{tmp_path}/kept/summary",
    ):
        assert line in " ".join(done.stdout.replace("│", " ").split())
    assert max(len(line) for line in done.stdout.splitlines() if str(tmp_path) not in line) <= 80
    assert (tmp_path / "p.svg").read_text().startswith("<svg")
    assert (tmp_path / "kept" / "cairn.db").exists()
    kinds = {"docx", "xlsx", "json"} if "No PDF can be made" in done.stdout else {"docx", "pdf", "xlsx", "json"}
    assert {one.name for one in (tmp_path / "kept" / "summary").iterdir()} == {
        f"summary-2026-27-{whose}.{kind}" for whose in ("committee", "public") for kind in kinds
    }
    assert not (tmp_path / "mine").exists()
    assert not still_running(tmp_path / "kept")


@pytest.mark.xdist_group("prefect")
def test_the_demo_stopped_early_leaves_nothing_behind(tmp_path: Path) -> None:
    env = clean_environment(TMPDIR=str(tmp_path))
    command = [sys.executable, "-u", "-m", "cli.app", "demo"]
    running = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout is not None
    next(line for line in running.stdout if "Starting a Prefect server" in line)

    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=AT_LENGTH)

    assert running.returncode == 1
    assert "Stopped early. Nothing is left running" in said
    assert list(tmp_path.iterdir()) == []
    assert not still_running(tmp_path)


@pytest.mark.xdist_group("prefect")
def test_the_demo_stopped_in_the_middle_says_one_sentence(tmp_path: Path) -> None:
    env = clean_environment(TMPDIR=str(tmp_path))
    command = [sys.executable, "-u", "-m", "cli.app", "demo", "--fast"]
    running = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout is not None
    next(line for line in running.stdout if "May 2026" in line)

    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=AT_LENGTH)

    assert (running.returncode, said.strip()) == (
        1,
        "Stopped early. Nothing is left running, and nothing of yours was touched.",
    )
    assert list(tmp_path.iterdir()) == []
    assert not still_running(tmp_path)


def test_whoever_interrupts_a_demonstration_has_the_run_that_is_under_way_end_first() -> None:
    done: list[str] = []

    def runs() -> None:
        with _stopped_kindly() as stop, stop.after():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("the run")
        done.append("another")

    with pytest.raises(KeyboardInterrupt):
        runs()
    assert done == ["the run"]


def still_running(folder: Path) -> list[str]:
    """The processes whose environment speaks of a folder."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            speaks = str(folder).encode() in environ.read_bytes() and environ.parent.name != str(os.getpid())
        except OSError:
            continue
        found += [environ.parent.name] if speaks else []
    return found


def test_the_demo_keeps_nothing_in_a_folder_that_is_in_use(tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    command = [sys.executable, "-m", "cli.app", "demo", "--keep", str(tmp_path)]

    done = subprocess.run(
        command, env=clean_environment(), capture_output=True, text=True, timeout=AT_LENGTH, check=False
    )

    assert done.returncode == 1
    assert "is not an empty folder" in done.stderr


@pytest.mark.xdist_group("year")
def test_the_year_comes_out_as_its_scenario_says(year: tuple[ScenarioStage, list[Scene]]) -> None:
    stage, scenes = year
    cases = {key: stands(stage, key) for key in stage.scenario.cases}

    assert {key: one.closed_on for key, one in cases.items()} == {
        "A": date(2027, 3, 17),
        "B": date(2026, 10, 7),
        "C": date(2027, 3, 30),
    }
    assert len({one.edition for one in cases.values()}) == 3
    assert sum(bool(scene.refused) for scene in scenes) == 4
    assert sum(len(scene.letters) for scene in scenes) > 150


@pytest.mark.xdist_group("year")
def test_the_silent_agency_is_chased_up_to_the_chair_and_no_further_without_a_yes(
    year: tuple[ScenarioStage, list[Scene]],
) -> None:
    _, scenes = year
    called = [(scene, letter) for scene in scenes for letter in scene.letters if "your help, please" in letter.subject]

    helped = [(letter.to.partition("@")[0], scene.at.date()) for scene, letter in called if "Edu" in letter.subject]

    assert helped == [("senior.education", date(2026, 4, 27)), ("chair", date(2026, 5, 5))]


def test_a_step_that_is_refused_is_named_with_its_reason(tmp_path: Path) -> None:
    scenario = changed(3, by="police")

    with pytest.raises(BadScenario, match=r"Step 3 \(2 April 2026, case A, advance\) was refused: .* may not do it"):
        played(tmp_path, scenario)


def test_a_step_that_does_not_come_out_as_expected_says_what_came_instead(tmp_path: Path) -> None:
    expect = (
        load(YEAR)
        .steps[0]
        .expect.model_copy(
            update={"state": "closed", "due": {"notification_form": date(2026, 4, 8), "never": date(2026, 4, 8)}}
        )
    )
    expect = expect.model_copy(update={"closed": True, "letters": {"chair": "A party", "nobody": ""}, "late": ("x",)})
    expect = expect.model_copy(update={"standing_still": ("y",), "first_due": {"tell_lead": date(2026, 4, 8)}})

    with pytest.raises(BadScenario) as refused:
        played(tmp_path, changed(1, expect=expect))

    said = str(refused.value)
    for words in (
        "Step 1 (1 April 2026, case A, open) did not come out as expected",
        "stands at 'raised', not at 'closed'",
        "the case is open",
        "'notification_form' is due 6 April 2026, not 8 April 2026",
        "the case has no date 'never'",
        "no letter about 'A party' reached chair",
        "nobody is called 'nobody'",
        "'x' was not late",
        "the clock of 'y' does not stand still",
    ):
        assert words in said


def test_a_refusal_that_was_expected_and_did_not_come_is_a_fault(tmp_path: Path) -> None:
    expect = load(YEAR).steps[0].expect.model_copy(update={"refused": "never"})

    with pytest.raises(BadScenario, match="it was to be refused"):
        played(tmp_path, changed(1, expect=expect))


@pytest.mark.parametrize(
    ("change", "said"),
    [({"do": "dance"}, "'dance' is not something to do"), ({"given": {"colour": "red"}}, "is not given what it needs")],
)
def test_a_step_that_cannot_be_done_at_all_is_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadScenario, match=said):
        played(tmp_path, changed(1, **change))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("starts = 2026-04-01", "starts = ", "is not in order as TOML"),
        ("starts = 2026-04-01", "begins = 2026-04-01", "begins: extra inputs are not permitted"),
        ('at = "10:05"', 'at = "09:05"', "comes before the step above it"),
        ('case = "A"', 'case = "Z"', "names a case the scenario does not have: A, B, C, R1"),
        ('by = "nurse_lead"', 'by = "nobody"', "is by 'nobody', who is not in the scenario"),
        ('of = "A"', 'of = "Z"', "comes from a case 'Z' that the scenario does not have"),
        ("[evidence.rule]", "[evidence.police]", "has two things called 'police'"),
        ('agency = "health"', 'agency = "harbour"', "of an agency 'harbour' that it does not have"),
    ],
)
def test_a_faulty_scenario_file_is_refused_in_a_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "scenario.toml"
    file.write_text(YEAR.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BadScenario, match=said):
        load(file)


def test_a_scenario_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read: no such file"):
        load(tmp_path / "none.toml")

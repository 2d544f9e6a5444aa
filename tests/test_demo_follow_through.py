"""The demo runs on to follow-through: all four levels, one rejected, one sent back, one reopened, the year told."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections import Counter
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from rich.console import Console
from rich.text import Text
from sqlalchemy import select

from cli.commands.demo import Screen
from cli.demo.follow_through import CHANGED, FILE, NEXT, PROMISED, PROVEN, marks, promises
from cli.demo.page_lines import heading
from cli.demo.stage import _folder
from cli.demo.summary import Tally, closing, followed_through, summed_up
from cli.demo.timeline import Timeline
from cli.demo.year_end import ENDED, FOLDER, WrittenPapers, begin, load_ahead, paper_writers
from cli.demo.year_end import load as load_papers
from records import recommendations
from records.cases import CASES
from records.contacts import CONTACTS, everybody
from records.database import reading
from records.outbox import MESSAGES
from records.recommendations import RecommendationFilter
from states.errors import NotSetUp
from tests.demo_year import YEAR, played, the_year
from tests.patience import AT_LENGTH
from tests.test_demo import changed, stands, went
from workflows.papers import pdf
from workflows.simulation.play import ScenarioStage, Scene
from workflows.simulation.scenario import BadScenario, DaysAway, SummaryPart, load
from workflows.simulation.summary_check import sum_up
from workflows.verification.verify import verify

Played = tuple[ScenarioStage, list[Scene]]


pytestmark = pytest.mark.xdist_group("year")
"""One process has them all, so that the year is played once."""


@pytest.fixture
def year() -> Played:
    return the_year()


ENDINGS = ("pdf", "docx", "xlsx", "json")
LATE = frozenset({("Education", "SCR-2026-0001")})
"""Who did not answer in time: it was reminded to the end, and its senior contact written to."""


def test_an_agency_that_chose_nothing_and_answers_in_time_has_at_most_six_letters_about_a_notification(
    year: Played,
) -> None:
    stage, _ = year
    per: Counter[tuple[str, str]] = Counter()
    with reading(stage.installation.engine) as tx:
        assert {one.news for one in everybody(tx)} == {""}
        letters = select(MESSAGES.c.mail_id, CASES.c.ref, CONTACTS.c.agency).distinct()
        joined = letters.join(CASES, CASES.c.id == MESSAGES.c.case_id).join(
            CONTACTS, CONTACTS.c.id == MESSAGES.c.contact_id
        )
        going = MESSAGES.c.status.in_(("sent", "owed"))  # what waits when the year is over goes in one note more
        for row in tx.execute(joined.where(CONTACTS.c.agency != "", going)):
            per[row.agency, row.ref] += 1

    notified = {who: letters for who, letters in per.items() if not who[1].startswith("REC")}
    assert {ref for _, ref in notified} == {"SCR-2026-0001", "LR-2026-0001", "LR-2026-0002"}
    assert {who: letters for who, letters in notified.items() if letters > 6 and who not in LATE} == {}


def test_every_item_of_a_list_is_shown_with_what_it_says(year: Played) -> None:
    stage, scenes = year
    timeline = Timeline(stage.scenario, stage.refs, 100)
    lines = [line.plain.strip("│ ·") for scene in scenes for line in timeline.shown(scene)]

    assert [line for line in lines if re.fullmatch(r"[A-Z]\d+:", line)] == []
    assert any(re.search(r"C1: Parent; .*Meeting; Tue 8 December 2026", line) for line in lines)


def summary(stage: ScenarioStage) -> SummaryPart:
    assert stage.scenario.summary is not None
    return stage.scenario.summary


def test_recommendations_of_all_four_levels_are_made(year: Played) -> None:
    stage, _ = year

    with reading(stage.installation.engine) as tx:
        found = recommendations.all_of(tx, RecommendationFilter(), hidden=frozenset())

    assert {one.level for one in found} == {"single_agency", "multi_agency", "national_sg", "other_body"}
    assert {one.of_ref for one in found} == {stage.refs["A"]}
    assert {one.ref for one in found} == {stage.refs[key] for key in stage.scenario.recommendations}


def test_one_is_rejected_and_says_why(year: Played) -> None:
    stage, scenes = year

    assert went(scenes, stage.refs["R5"]) == ["proposed", "rejected"]
    assert (
        "that a building would have helped"
        in promises(stage.installation.engine, stage.scenario.ends)[stage.refs["R5"]].ended
    )


def test_one_said_to_be_done_is_sent_back_for_want_of_evidence_and_proven_later(year: Played) -> None:
    stage, scenes = year
    way = went(scenes, stage.refs["R2"])

    assert way[2:7] == ["in_progress", "claimed_complete", "in_progress", "claimed_complete", "verified"]
    assert "send_back" in stands(stage, "R2").done
    assert stands(stage, "R2").fields["fulfilled"] == "partly"
    assert any("later than the day it was done" in one for scene in scenes for one in scene.refused)


def test_one_is_reopened_by_an_impact_check_that_came_up_by_itself_after_it_was_closed(year: Played) -> None:
    stage, scenes = year
    ref = stage.refs["R1"]
    told = [
        scene.at.date()
        for scene in scenes
        for letter in scene.letters
        if scene.step is None and "coming up, due 8 January" in letter.subject and ref in letter.subject
    ]

    assert went(scenes, ref)[5:8] == ["impact_assessed", "closed", "in_progress"]
    assert stands(stage, "R1").fields["reopened_because"] == "nothing_changed"
    assert told[-1] == date(2027, 1, 8)


def test_what_others_lead_is_sent_acknowledged_answered_accepted_and_never_late(year: Played) -> None:
    stage, scenes = year

    assert went(scenes, stage.refs["R3"]) == [
        "proposed",
        "accepted",
        "sent",
        "acknowledged",
        "answered",
        "accepted_by_them",
        "closed",
    ]
    assert went(scenes, stage.refs["R4"])[-1] == "declined_by_them"
    assert not any(one.late for key in ("R3", "R4") for one in stands(stage, key).deadlines.values())


def test_the_timeline_tells_what_was_promised_proven_and_changed_and_on_what_evidence(year: Played) -> None:
    stage, scenes = year
    told = [mark for scene in scenes for mark in marks(scene.changes)]

    assert {sign for sign, _ in told} >= {PROMISED, PROVEN, CHANGED, FILE}
    assert (FILE, f"Evidence kept: {stage.scenario.evidence['files'].name}") in told
    known = promises(stage.installation.engine, stage.scenario.ends)[stage.refs["R1"]]
    assert [sign for sign, _ in known.marks()] == ["", PROMISED, PROVEN, CHANGED, NEXT]
    assert next(known.marks())[1].count("In progress") == 2


def test_the_proof_of_the_record_takes_in_the_files_of_evidence(year: Played) -> None:
    stage, _ = year
    folder = stage.installation.settings.evidence
    kept = [one for one in folder.rglob("*") if one.is_file()]

    assert len(kept) == len(stage.scenario.evidence)
    assert verify(stage.installation.engine, keys=stage.installation.keys, evidence=folder).ok
    content = kept[0].read_bytes()
    kept[0].chmod(0o600)
    kept[0].write_bytes(b"something else")
    assert not verify(stage.installation.engine, keys=stage.installation.keys, evidence=folder).ok
    kept[0].write_bytes(content)


def test_the_papers_of_the_year_agree_with_the_scenario(year: Played, tmp_path: Path) -> None:
    stage, _ = year
    asked = summary(stage)

    with paper_writers() as writers:
        written = begin(sum_up(stage, asked), asked.year, tmp_path / FOLDER, writers).write()

    files = {path.name.removeprefix("summary-2026-27-"): path for path in written.files}
    facts = json.loads(files["committee.json"].read_text(encoding="utf-8"))
    for table, figures in asked.figures.items():
        lines = {row["label"]: row["cells"][-1] for row in facts["tables"][table]["rows"]}
        assert {line: lines[line] for line in figures} == figures
    assert f"{len(stage.scenario.cases)} cases were considered" in facts["opening"][0]
    told = [row.cells[-1].text for table in Document(str(files["committee.docx"])).tables for row in table.rows]
    assert str(len(stage.scenario.recommendations)) in told
    sheets = load_workbook(files["committee.xlsx"])
    cells = [cell for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]
    assert {one.ref for one in stage.watcher.seen.values()} <= set(cells)
    public = Document(str(files["public.docx"]))
    said = " ".join(one.text for one in public.paragraphs)
    assert public.tables == []
    assert "Fewer than five cases were considered" in said
    assert "no tables of this year alone are published: those of 2025-28 go with the summary of 2027-28" in said


def test_where_no_pdf_can_be_made_the_rest_is_written_and_it_is_said_in_a_sentence(
    year: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: object) -> bytes:
        raise NotSetUp(pdf.MISSING)

    monkeypatch.setattr(pdf, "pdf", missing)
    asked = summary(year[0])

    with ThreadPoolExecutor(1) as here:
        written = begin(sum_up(year[0], asked), asked.year, tmp_path, dict.fromkeys(ENDINGS, here)).write()
        load_papers("pdf")

    assert written.missing == (pdf.MISSING,)
    assert written.kinds() == [
        (f"summary-2026-27-{whose}", ["docx", "xlsx", "json"]) for whose in ("committee", "public")
    ]


def test_where_what_makes_papers_is_ended_from_outside_it_is_said_in_a_sentence(year: Played, tmp_path: Path) -> None:
    asked = summary(year[0])
    papers = sum_up(year[0], asked)

    with paper_writers() as writers:
        under_way = begin(papers, asked.year, tmp_path, writers)
        os.kill(writers["pdf"].submit(os.getpid).result(), signal.SIGKILL)
        with suppress(BrokenExecutor):
            writers["pdf"].submit(time.sleep, 60).result()
        after = begin(papers, asked.year, tmp_path / "after", writers)
        under_way.write()
        written = after.write()

    assert written.missing == (ENDED,)
    assert {path.suffix for path in written.files} == {".docx", ".xlsx", ".json"}


def test_what_makes_papers_heeds_no_ctrl_c() -> None:
    with paper_writers() as writers:
        load_ahead(writers)
        worker = writers["pdf"].submit(os.getpid).result()
        os.kill(worker, signal.SIGINT)

        assert writers["pdf"].submit(os.getpid).result() == worker


def test_whoever_interrupts_a_demonstration_waits_for_no_paper() -> None:
    with suppress(KeyboardInterrupt), paper_writers() as writers:
        load_ahead(writers)
        long = writers["pdf"].submit(time.sleep, 600)
        raise KeyboardInterrupt

    assert isinstance(long.exception(timeout=AT_LENGTH), BrokenExecutor)


def test_a_figure_that_is_not_the_one_the_scenario_names_is_a_fault(year: Played) -> None:
    figures = {"recommendations": {"All": 7, "Lost": 1}, "never": {"All": 1}}

    with pytest.raises(BadScenario) as refused:
        sum_up(year[0], SummaryPart(year="2026-27", figures=figures))

    for words in ("All: 5, not 7", "Lost: no such line, not 1", "it has no table 'never'"):
        assert words in str(refused.value)


def test_what_a_step_recorded_is_held_against_what_the_scenario_expects(tmp_path: Path) -> None:
    expect = load(YEAR).steps[0].expect.model_copy(update={"recorded": {"others_safe": "no"}, "ended": ("A1",)})

    with pytest.raises(BadScenario) as refused:
        played(tmp_path, changed(1, expect=expect))

    assert "'others_safe' is recorded as 'yes', not as 'no'" in str(refused.value)
    assert "there is no item 'A1'" in str(refused.value)


def test_every_line_of_the_timeline_and_of_the_closing_page_fits_the_page(year: Played, tmp_path: Path) -> None:
    stage, scenes = year
    timeline, tally, asked = Timeline(stage.scenario, stage.refs, 80), Tally(), summary(stage)
    verdict = verify(
        stage.installation.engine, keys=stage.installation.keys, evidence=stage.installation.settings.evidence
    )
    papers = sum_up(stage, asked)
    written = WrittenPapers((tmp_path / "summary-2026-27-committee.docx",), ("No PDF can be made here.",))

    lines = [line.plain for scene in scenes for line in timeline.shown(scene)]
    for scene in scenes:
        tally.add(scene)
    lines += [line.plain for line in followed_through(stage, 80)]
    lines += [line.plain for line in summed_up(papers, written, False, 80) if str(tmp_path) not in line.plain]
    lines += [line.plain for line in closing(stage, tally, verdict, 0, 80)]

    assert max(map(len, lines)) <= 80
    said = " ".join(" ".join(lines).replace("│", " ").split())
    for words in (
        "◇ Promised: Whoever meets an infant sees what the others saw. Measure: Files with one chronology in use",
        "◈ Proven. Fulfilled: partly. Audit of thirty files.",
        "◆ Changed: in practice clear; for children emerging.",
        "■ Rejected. Why: Nothing in the report says that a building would have helped",
        "· F2: Accepted in part. The committee cannot set a standard for Scotland",
        "Proposed → Accepted → In progress → Said to be done → In progress → Said to be done → Verified",
        "✉ 3 things need you (R1, R3, R4) → Lead officer",
        "◷ Looked at again by 1 June 2027",
        "Not made No PDF can be made here.",
        "They stay there until you delete them",
        "Evidence 8 files, each as it was when it was kept.",
    ):
        assert words in said


def test_the_picture_shows_the_days_that_are_named_and_says_the_month_again_after_a_gap() -> None:
    days = (
        DaysAway(first=date(2026, 4, 2), last=date(2026, 4, 2)),
        DaysAway(first=date(2026, 5, 1), last=date(2026, 5, 4)),
    )
    screen = Screen(Console(width=80, file=StringIO()), load(YEAR).model_copy(update={"picture": days}))
    screen.show(iter([Text("The opening")]))
    for month in ("April", "May"):
        number = 4 if month == "April" else 5
        screen.show(iter([*heading(f"{month} 2026", 80), Text(f"1 {month}")]), date(2026, number, 1))
        screen.show(iter([Text(f"2 {month}")]), date(2026, number, 2))
        screen.show(iter([Text(f"9 {month}")]), date(2026, number, 9))

    picture = unescape(screen.picture()).replace("\u00a0", " ")

    told = [words.strip("─ \n") for words in re.findall(r">([^<>]+)</text>", picture)]
    assert [words for words in told if words] == [
        "cairn demo: a committee's year",
        "The opening",
        "⋮",
        "April 2026",
        "2 April",
        "⋮",
        "May 2026",
        "1 May",
        "2 May",
        "⋮",
    ]


def test_of_a_rehearsal_that_is_not_kept_only_the_papers_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    with _folder(None, FOLDER) as folder:
        (folder / FOLDER).mkdir()
        (folder / FOLDER / "paper.txt").write_text("The year.")
        (folder / "cairn.db").touch()
        (folder / "evidence").mkdir()
    with _folder(None, FOLDER) as other:
        (other / "cairn.db").touch()

    assert [one.name for one in folder.iterdir()] == [FOLDER]
    assert not other.exists()

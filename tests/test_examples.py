"""Examples that editions carry: those of the shipped ones hold, and whatever does not hold is told with its place."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from time import process_time

import pytest

from config import printing, procedures
from config.example_words import rows
from config.settings import calendar
from states.errors import BadProcedure
from states.examples import ExampleStep
from states.procedure import Procedure
from states.roles import KEEPERS
from states.steps import Field
from tests.documented import WHOLE, whole_edition
from tests.office import SMALL_EDITION
from workflows.examples.actors import person_of
from workflows.examples.examples_paper import examples_paper
from workflows.examples.filling_in import WORDS, filled_in
from workflows.examples.playing import differing
from workflows.examples.proving import proved
from workflows.examples.stage import Stage
from workflows.views.editions import Checked, CheckedLocal

FEWEST = 8
"""So many examples at least are carried by every edition that is shipped."""

STORY = """
[[examples]]
title = "Asked before Easter"
cite = ["S"]
[[examples.steps]]
on = 2026-03-02
trigger = "notify"
agencies = ["NHS Fife"]
state = "notified"
told = { case_opened = ["lead_officer"] }
[[examples.steps]]
on = 2026-03-04
trigger = "consider"
refused = "is not a step"
[[examples.steps]]
on = 2026-03-04
trigger = "gather"
state = "gathering"
told = { case_alerted = ["NHS Fife"] }
"""
"""A story over the small edition of the office."""
GATHERED = 'trigger = "gather"\nstate = "gathering"\ntold = { case_alerted = ["NHS Fife"] }'
"""What happens in its last line, and what must come of it."""


@cache
def shipped(name: str) -> Procedure:
    return procedures.load(name)


def edition(folder: Path, text: str) -> Path:
    file = folder / "small-review.toml"
    file.write_text(SMALL_EDITION + text, encoding="utf-8")
    return file


def faults(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(BadProcedure) as refused:
        proved(edition(folder, text), None)
    return refused.value.obstacles


@pytest.mark.parametrize("name", procedures.names())
def test_every_edition_that_is_shipped_proves_itself(name: str) -> None:
    found = shipped(name)

    assert len(found.examples) >= FEWEST
    assert differing(found, calendar) == []


def test_all_of_them_are_played_in_a_moment() -> None:
    every = [shipped(name) for name in procedures.names()]
    began = process_time()

    for one in every:
        differing(one, calendar)

    assert process_time() - began < 0.25 * len(every)


def test_every_line_of_every_example_is_printed_and_none_of_its_cells_is_a_name_of_the_file() -> None:
    for name in procedures.names():
        found = shipped(name)
        printed = rows(found)

        assert len(printed) == sum(len(one.steps) for one in found.examples)
        assert [row for row in printed if re.search(r"[a-z]_[a-z]", row.happens + row.comes)] == []
        assert "## Examples" in printing.markdown(found)


def test_examples_are_no_part_of_what_a_case_keeps() -> None:
    found = shipped("scotland-scr-2015")

    assert "examples" not in found.written
    assert found.model_copy(update={"examples": ()}).digest == found.digest
    assert procedures.examples_of(found.name) == found.examples


def test_the_table_is_a_paper_with_what_its_sources_are() -> None:
    found = shipped("scotland-scr-2015")
    made = examples_paper(found, "A committee", found_on := calendar(found.calendar).covers_until)

    assert made.made_on == found_on
    assert made.tables["examples"].rows[0].label == found.examples[0].title
    assert "[G15-18] 2015 guidance, Annex 2: agency report" in made.tables["examples"].note


def test_a_changed_limit_is_told_with_the_day_it_gives_and_why(tmp_path: Path) -> None:
    text = (procedures.GUIDANCE / "scotland-scr-2015.toml").read_text(encoding="utf-8")
    changed = text.replace("limit = 14\n", "limit = 15\n", 1)
    (tmp_path / "scotland-scr-2015.toml").write_text(changed, encoding="utf-8")

    with pytest.raises(BadProcedure) as refused:
        proved(tmp_path / "scotland-scr-2015.toml", None)

    first = refused.value.obstacles[0]
    assert re.search(r"line \d+, examples\[3\].steps\[2\].dates.agency_report: NHS Fife: expected 6 April 2026", first)
    assert "is 7 April 2026: 15 calendar days from 23 March 2026" in first
    assert first.endswith("Put the rule right, or what the example expects.")


LOCAL = """
committee = "Leith Committee"
[editions.scotland-scr-2015.timescales.agency_report]
limit = 10

[[editions.scotland-scr-2015.examples]]
title = "Ten days with us"
steps = [
    { on = 2026-03-02, trigger = "submit_notification", agencies = ["NHS Fife"] },
    { on = 2026-03-03, trigger = "acknowledge_and_alert" },
    { on = 2026-03-03, request = "icr_report", agencies = ["NHS Fife"], dates = { agency_report = "2026-03-13" } },
]
"""


def test_a_committee_adds_its_own_and_sees_what_its_limits_change_in_those_of_the_nation(tmp_path: Path) -> None:
    local = tmp_path / "leith.toml"
    local.write_text(LOCAL, encoding="utf-8")

    found = proved(local, None)

    assert isinstance(found, CheckedLocal)
    (one,) = found.editions
    assert one.examples == len(shipped("scotland-scr-2015").examples) + 1
    assert any("expected 6 April 2026, is 2 April 2026: 10 calendar days" in said for said in one.changed_examples)
    assert all(said.startswith("the national example “") for said in one.changed_examples)
    assert not any("Put the rule right" in said for said in one.changed_examples)  # the committee may change it


def test_an_example_of_a_committee_that_does_not_hold_is_a_fault_of_its_file(tmp_path: Path) -> None:
    local = tmp_path / "leith.toml"
    local.write_text(LOCAL.replace("2026-03-13", "2026-03-17"), encoding="utf-8")

    with pytest.raises(BadProcedure) as refused:
        proved(local, None)

    (said,) = refused.value.obstacles
    assert "editions.scotland-scr-2015.examples[0].steps[2].dates.agency_report: expected 17 March 2026" in said
    assert said.startswith(f"{local}, line ")


def test_the_whole_edition_of_the_documentation_is_in_order_and_proves_itself(tmp_path: Path) -> None:
    file = tmp_path / f"{WHOLE}.toml"
    file.write_text(whole_edition(), encoding="utf-8")

    found = proved(file, None)

    assert isinstance(found, Checked)
    assert (found.name, found.examples) == (WHOLE, 5)


def test_whoever_keeps_the_case_is_no_member_of_the_agency_of_a_line() -> None:
    stage = Stage(shipped("england-wales-future-deaths-2013"), {})
    keeper, line = stage.procedure.keeper, ExampleStep.model_validate({"on": "2026-03-02", "agency": "NHS Fife"})

    assert keeper not in KEEPERS
    assert person_of(stage, line, (keeper,)).agency == ""
    assert person_of(stage, line.model_copy(update={"by": "agency"}), ()).agency == "NHS Fife"


def test_an_example_that_holds_is_played_and_counted(tmp_path: Path) -> None:
    found = proved(edition(tmp_path, STORY), None)

    assert isinstance(found, Checked)
    assert (found.examples, found.changed_examples) == (1, ())


def test_a_yes_or_no_that_needs_its_reason_gets_one_unless_the_story_leaves_it_out() -> None:
    field = Field(name="urgent", label="Urgent?", kind="yes_no", reason_when="yes")

    def answer(said: str, *without: str) -> object:
        line = ExampleStep(on="2026-03-02", trigger="notify", fields={"urgent": said}, without=without)
        return filled_in(line, [field], {}, date(2026, 3, 2), ())["urgent"]

    assert answer("yes") == {"answer": "yes", "reason": WORDS}
    assert (answer("no"), answer("yes", "reason")) == ("no", "yes")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            'state = "notified"',
            'state = "gathering"',
            r"line \d+, examples\[0\].steps\[0\].state: expected the case to",
        ),
        ('["lead_officer"]', '["chair"]', r"steps\[0\].told.case_opened: Expected case_opened told to chair, it was"),
        ("told = { case_alerted", "told = {}\ndrafted = { case_alerted", r"expected nobody to be told anything"),
        ('"is not a step"', '"Waiting for"', r"expected it to be refused with “Waiting for”; it is refused with: 'con"),
        ('"is not a step"', '"answers_in"', r"expected the guard answers_in to refuse it; it is refused otherwise"),
        ('refused = "is not a step"', 'reason = "So."', r"steps\[1\].trigger: it is refused: 'consider' is not a step"),
        ('trigger = "consider"', 'trigger = "gather"', r"expected it to be refused with “is not a step”; it is not"),
        ('trigger = "notify"', 'trigger = "gather"', r"a story begins with a move that opens a case. Use one of: not"),
        ('"gathering"', '"nowhere"', r"there is no state 'nowhere'. Use one of: closed"),
        ("on = 2026-03-02", 'on = "2026-13-45"', r"steps\[0\].on: '2026-13-45' is no day. Write it as 2026-03-02"),
        ("on = 2026-03-02", "on = 2026-03-05", r"steps\[1\].on: 2026-03-04 12:00 is before the line above it"),
        ("on = 2026-03-02", 'on = 2026-03-02\nat = "25:00"', r"'25:00' is no time of day. Write it as 09:00"),
        (
            "[[examples.steps]]\non = 2026-03-02",
            "[[examples.steps]]\non = 2026-03-02\nuntil = 2026-03-03",
            r"belongs to",
        ),
        ('trigger = "consider"', 'trigger = "consider"\nrequest = "report"', r"happen in one line. Give each a line"),
        ('agencies = ["NHS Fife"]', 'fields = { colour = "red" }', r"there is no field 'colour' here. Use one of: inf"),
        ('["NHS Fife"] }', '["NHS Tayside"] }', r"'NHS Tayside' is no role, body or agency of this story"),
        (
            "told = { case_al",
            'dates = { report = "soon" }\ntold = { case_al',
            r"'soon' is no day \(2026-03-02\), no moment",
        ),
        ("told = { case_al", 'dates = { nothing = "held" }\ntold = { case_al', r"there is no time limit 'nothing'"),
        (
            "told = { case_al",
            'dates = { decision = "held" }\ntold = { case_al',
            r"steps\[2\].dates.decision: expected held, has not started",
        ),
        ('cite = ["S"]', 'cite = ["T"]', r"there is no source 'T'. Use one of: S"),
        (
            'cite = ["S"]',
            'days = "source"',
            r"its days are said to be a source's own. Cite it, or write days = \"inven",
        ),
        ('cite = ["S"]', 'colour = "red"', r"examples\[0\].colour: nothing of this name is known here"),
        ('title = "Asked before Easter"', "", r"it is missing. Add it: what the example shows, in a line"),
        ("on = 2026-03-02\n", "", r"steps\[0\].on: it is missing. Add it: the day, as 2026-03-02"),
        (
            GATHERED,
            "corrected = 2\nhappened = 2026-03-01",
            r"Line 2 left no entry: there is nothing to put right",
        ),
        (
            GATHERED,
            "corrected = 5\nhappened = 2026-03-01",
            r"line 5 is none above this in which something happens",
        ),
        (
            GATHERED,
            "",
            r"steps\[2\]: nothing happens in it, and nothing is expected",
        ),
    ],
)
def test_an_example_that_does_not_hold_or_cannot_be_played_is_refused_with_its_place(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    assert before in STORY

    found = faults(tmp_path, STORY.replace(before, after, 1))

    assert any(re.search(said, one) for one in found), found
    assert found[0].startswith(f"{tmp_path / 'small-review.toml'}, line ")

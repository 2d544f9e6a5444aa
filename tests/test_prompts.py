"""What a person at the terminal is asked for: field by field, shown before it is written; a script is asked nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.prompts import ASKING
from cli.typed_answers import NoAnswer, taken
from config import procedures
from config.settings import Settings
from states.steps import Field
from tests.office import MONDAY
from tests.person import BREAK, END, Person
from tests.terminal import ROOT, Terminal, at_a_screen
from workflows.installation.installation import open_installation
from workflows.views.question import Question
from workflows.views.questions import PLANS

pytestmark = pytest.mark.xdist_group("prompts")
"""One process has them all, so that what forks their commands is started once."""

MANUAL = ROOT / "docs" / "lead-officer.md"
COMMITTEE = "example-committee"
LR = "scotland-learning-review-2024"
NOTIFIED = {
    "The guidance": LR,
    "How it opens": "notify",
    "Agencies involved\n": "NHS Fife, Police Scotland",
    "agency it comes from": "NHS Fife",
    "Criteria that may": "harm",
}
CHOICE = Question("which", "Which", "choice", (("died", "The child died"), ("harmed", "Was harmed"), ("dropped", "")))
YES_NO = Question("told", "Told?", "yes_no", field=Field(name="told", label="Told?", kind="yes_no", reason_when="no"))


@pytest.fixture(scope="module")
def set_up(tmp_path_factory: pytest.TempPathFactory, set_up: Path) -> Path:
    """Lend the data folder of the example committee, its editions checked, to be copied."""
    data = tmp_path_factory.mktemp("example-committee") / "data"
    shutil.copytree(set_up, data)
    installation = open_installation(Settings(data=data, committee=COMMITTEE), MONDAY)
    for name in procedures.names():
        installation.guidance(name)
    installation.engine.dispose()
    return data


@pytest.fixture
def person(terminal: Terminal) -> Person:
    """Lend somebody at a real terminal."""
    terminal.env |= {"CAIRN_COMMITTEE": COMMITTEE}
    return Person(terminal)


def test_the_commands_that_ask_are_those_with_questions() -> None:
    assert set(PLANS) == ASKING


@pytest.mark.parametrize(
    ("one", "typed", "answers"),
    [
        (CHOICE, "2", ("harmed",)),
        (CHOICE, "HARM", ("harmed",)),
        (CHOICE, "the child", ("died",)),
        (Question("who", "Who", "agencies", (("NHS Fife", ""),), free=True), "1, Police Scotland", None),
        (Question("on", "On", "date"), "2 March 2026", ("2026-03-02",)),
        (YES_NO, "y", ("yes",)),
        (YES_NO, "No: not yet", ("no:not yet",)),
    ],
)
def test_an_answer_is_typed_by_number_name_or_first_letters(
    one: Question, typed: str, answers: tuple[str, ...] | None
) -> None:
    assert taken(one, typed) == (answers or ("NHS Fife", "Police Scotland"))


@pytest.mark.parametrize(
    ("one", "typed", "why"),
    [
        (CHOICE, "d", "may be died or dropped"),
        (CHOICE, "4", "type a number from 1 to 3"),
        (CHOICE, "", "must be answered"),
        (Question("on", "On", "date"), "3/2026", "is no date"),
        (Question("many", "Many", "number"), "two", "no whole number"),
        (YES_NO, "perhaps", "neither yes nor no"),
        (YES_NO, "no", "needs its reason"),
    ],
)
def test_a_wrong_answer_is_told_why(one: Question, typed: str, why: str) -> None:
    with pytest.raises(NoAnswer, match=why):
        taken(one, typed)


def test_what_is_missing_is_asked_for_and_shown_before_it_is_written(person: Person) -> None:
    seen = person.types("open", NOTIFIED)

    assert person.code == 0
    assert seen.index("nothing is written yet") < seen.index("Decision on a learning review: due Mon 13 April 2026")
    assert seen.index("Write it?") < seen.index("Written: LR-2026-0001, version 1.")
    shown = person.terminal.asks("show", "1")
    assert (shown["state"], shown["agencies"]) == ("notified", ["NHS Fife", "Police Scotland"])


def test_the_manual_shows_what_the_screen_shows(person: Person) -> None:
    person.terminal.now = "2026-03-02T09:00"
    told = MANUAL.read_text().split("```text\ncairn open\n")[1].split("```")[0].splitlines()

    seen = person.types("open", NOTIFIED).splitlines()

    shown = [line.removeprefix("> ") for line in told if line not in {"...", ""}]
    assert [line for line in shown if line not in seen] == []


def test_a_wrong_answer_is_asked_again_and_a_mistyped_agency_is_guessed(person: Person) -> None:
    agencies = person.terminal
    agencies.types("agency", "add", "Police Scotland")
    assert agencies.code == 0, agencies.err

    seen = person.types(
        "open", NOTIFIED | {"Agencies involved\n": "Police Scotlnad | Police Scotland", "Criteria that may": "9 | 2"}
    )

    assert "did you mean Police Scotland?" in seen
    assert "'9' is none of the answers: type a number from 1 to 5" in seen
    assert agencies.asks("show", "1")["agencies"] == ["Police Scotland"]


@pytest.mark.parametrize(
    ("leaves", "at", "term"),
    [(BREAK, "Criteria that may", "xterm"), (END, "Write it?", "xterm")],
)
def test_whoever_leaves_in_the_middle_has_written_nothing(leaves: str, at: str, term: str, person: Person) -> None:
    seen = person.types("open", NOTIFIED | {at: leaves}, term=term)

    assert person.code == 1
    assert seen.rstrip().endswith("Stopped: nothing was written.")
    assert at.strip() in seen
    assert person.terminal.asks("list")["cases"] == []


def test_whoever_says_no_has_written_nothing(person: Person) -> None:
    seen = person.types("open", NOTIFIED | {"Write it?": "no"})

    assert (person.code, seen.rstrip().split("\n")[-1]) == (1, "Nothing was written.")
    assert person.terminal.asks("list")["cases"] == []


def test_an_answer_can_be_changed_before_it_is_written(person: Person) -> None:
    which = {"Which answer?": "3"}  # looked for first: what can be changed is listed below it
    person.types("open", which | NOTIFIED | {"Write it?": "change | yes", "Agencies involved\n": "A | B"})

    assert person.code == 0
    assert person.terminal.asks("show", "1")["agencies"] == ["B"]


def test_what_was_typed_is_kept_when_a_step_is_refused(person: Person) -> None:
    seen = person.types("open --on 3/3/2027", {"Everything you typed is kept": ""} | NOTIFIED)

    assert "3 March 2027 lies in the future" in seen
    assert "Criteria that may be met: harmed" in seen
    assert (person.code, person.terminal.asks("list")["cases"]) == (1, [])


def test_a_command_that_misses_nothing_is_done_at_once(person: Person) -> None:
    ref = person.terminal.opens()

    code, seen = at_a_screen(person.terminal, "show", ref, TERM="dumb")

    assert (code, "Cairn asks" in seen) == (0, False)
    assert ref in seen


def test_nobody_is_asked_in_a_script_or_for_json(person: Person) -> None:
    terminal = person.terminal
    terminal.types("advance", "1")
    assert (terminal.code, "Missing argument 'STEP'" in terminal.err) == (2, True)
    terminal.types("open", LR, "--step", "notify")
    assert (terminal.code, "“Criteria that may be met” is missing" in terminal.err) == (1, True)

    code, seen = at_a_screen(terminal, "advance", "1", "--json", TERM="dumb")

    assert (code, "Missing argument 'STEP'" in seen) == (2, True)


def test_a_case_with_one_recommendation_takes_few_commands_and_short_lines(person: Person) -> None:
    terminal = person.terminal
    terminal.now = "2026-03-02T09:00"
    person.types("open", NOTIFIED, ["Begin to gather", "Ask agencies"])
    terminal.now = "2026-03-16T11:00"
    person.types(
        "request answer 1", {}, ["Record what an agency answered", "Begin the recommendation", "Submit the recommen"]
    )
    terminal.now = "2026-04-08T10:00"
    person.types(
        "advance 1",
        {"The step": "proceed"},
        ["Name the review team", "Enter something", "Record that the draft report"],
    )
    terminal.now = "2026-05-01T10:00"
    person.types("advance 1", {"The step": "agree_report"})
    person.types("recommendation propose 1", {"Whom it addresses": "single"}, ["Accept", "Begin to carry it out"])
    person.types("action add 1", {})

    assert len(person.commands) <= 12
    assert max(map(len, person.lines)) <= 120
    assert terminal.asks("show", "lr-1")["state"] == "cpc_agreement"
    assert terminal.asks("show", "rec-1")["state"] == "in_progress"
    assert [one["id"] for one in terminal.asks("action", "list", "1", clock=False)["items"]] == ["A1"]
    terminal.types("verify")
    assert terminal.code == 0, terminal.out


def test_somebody_to_write_to_is_entered_and_put_right_question_by_question(person: Person) -> None:
    entered = person.types(
        "contact add", {"Their agency": "NHS Fife", "As what": "first", "Name of": "Desk", "Where": "desk@fife.example"}
    )
    again = person.types("contact away", {"Which contact": "Desk", "First day": "2/4/2026", "Last day": "9/4/2026"})

    assert person.code == 0
    assert entered.index("nothing is written yet") < entered.index(
        "Contact 1 is entered: Desk, first contact of NHS Fife."
    )
    assert "Contact 1 is away from Thu 2 April 2026 to Thu 9 April 2026." in again
    (one,) = person.terminal.asks("contact", "list")
    assert (one["name"], one["agency"], one["role"], one["channels"]) == ("Desk", "NHS Fife", "first", ["email"])


def test_the_name_of_a_child_is_asked_for_once_and_is_shown_in_no_preview(person: Person) -> None:
    person.types("open", NOTIFIED)
    seen = person.types("case child add 1", {"Name of the child": "Robin Invented", "Date of birth": "1/5/2019"})

    assert person.code == 0
    assert seen.count("Name of the child") == 1
    assert "Robin Invented" not in seen[seen.index("nothing is written yet") :]
    (child,) = person.terminal.asks("case", "children", "1")
    assert (child["name"], child["born"]) == ("Robin Invented", "2019-05-01")

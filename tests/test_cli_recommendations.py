"""Recommendations at the terminal: proposed, found again, carried out on evidence, shown with what became of them."""

from __future__ import annotations

import json
import re

import pytest

from tests.terminal import FORM, Terminal
from tests.test_recommend import DONE, FACTS, PLAN

CHAIR = ("--as", "chair", "--name", "B. Chair", "--authority", "child_protection_committee")
REC = "REC-2026-0001"


@pytest.fixture
def terminal(terminal: Terminal) -> Terminal:
    for name, facts in {"facts": FACTS, "plan": {"decided_on": "2026-03-02", **PLAN}, "done": DONE}.items():
        (terminal.folder / f"{name}.json").write_text(json.dumps(facts))
    (terminal.folder / "minutes.txt").write_text("Agreed by all teams.")
    return terminal


@pytest.fixture
def ref(terminal: Terminal) -> str:
    """A case out of which a recommendation was proposed."""
    opened = str(terminal.asks("open", "scotland-scr-2015", *FORM, "--agency", "NHS Fife")["ref"])
    terminal.types("recommendation", "propose", opened, "--fields", "facts.json")
    assert terminal.code == 0, terminal.err
    return opened


def begun(terminal: Terminal) -> None:
    """The recommendation accepted, and begun."""
    terminal.types("recommendation", "advance", REC, "accept", "--fields", "plan.json", *CHAIR)
    assert terminal.code == 0, terminal.err
    terminal.types("advance", REC, "start", "--field", "started_on=2026-03-02")
    assert terminal.code == 0, terminal.err


def test_proposing_one_tells_what_began_and_the_case_lists_it(terminal: Terminal, ref: str) -> None:
    said = terminal.types("recommendation", "propose", ref, "--fields", "facts.json", "--field", "text=Visit babies.")

    assert said.startswith("REC-2026-0002  Propose a recommendation: Proposed\n")
    page = terminal.types("show", ref)
    assert f"  - {REC} (Proposed): NHS Fife should keep one shared chronology" in page
    assert "REC-2026-0002 (Proposed): Visit babies." in page
    listed = terminal.asks("recommendation", "list", ref)
    assert [one["ref"] for one in listed["recommendations"]] == [REC, "REC-2026-0002"]
    assert listed["more"] is False
    assert "There are more" in terminal.types("recommendation", "list", "--most", "1")


def test_one_proposed_for_the_third_time_and_one_too_many_come_with_a_warning(terminal: Terminal, ref: str) -> None:
    terminal.env["CAIRN_MAX_RECOMMENDATIONS"] = "2"
    terminal.types("recommendation", "propose", ref, "--fields", "facts.json")

    third = terminal.asks("recommendation", "propose", ref, "--fields", "facts.json")

    assert third["of"] == ref
    assert [words.split(":")[0] for words in third["warnings"]] == [
        "This is proposed for the 3rd time",
        f"{ref} now has 3 recommendations; the committee wants at most 2 from a review.",
    ]
    assert "\nThis is proposed for the 4th time" in terminal.types(
        "recommendation", "propose", ref, "--fields", "facts.json"
    )


@pytest.mark.usefixtures("ref")
def test_earlier_ones_that_say_the_same_are_found_by_words_or_by_reference(terminal: Terminal) -> None:
    words = "Agencies should share a chronology, written together"

    said = terminal.types("recommendation", "similar", words, clock=False)

    assert said.startswith("1 recommendation says the same, 0 something like it\n")
    assert f"{REC} from SCR-2026-0001, proposed 2 March 2026: Proposed." in said
    found = terminal.asks("recommendation", "similar", words, clock=False)["similar"]
    assert [(one["ref"], one["says_the_same"]) for one in found] == [(REC, True)]
    assert terminal.asks("recommendation", "similar", REC, clock=False) == {"similar": []}
    terminal.types("recommendation", "similar", "REC-1999-0001", clock=False)
    assert (terminal.code, terminal.err.startswith("- There is no recommendation")) == (1, True)


@pytest.mark.usefixtures("ref")
def test_an_action_is_done_on_a_file_of_evidence_that_verify_checks(terminal: Terminal) -> None:
    begun(terminal)
    action = ("--field", "text=Agree the form.", "--field", "owner=Team lead", "--field", "agency=NHS Fife")
    terminal.types("action", "add", REC, *action, "--field", "due_on=2026-03-16")
    assert terminal.code == 0, terminal.err

    report = ("--field", "status=done", "--field", "note=Agreed.", "--field", "evidence=The minutes.")
    terminal.types("action", "update", REC, "A1", *report, "--file", "minutes.txt")

    assert terminal.code == 0, terminal.err
    (item,) = terminal.asks("action", "list", REC, clock=False)["items"]
    (file,) = item["fields"]["evidence_files"]
    digest = file.removeprefix("sha256:").removesuffix(":minutes.txt")
    kept = terminal.folder / "data" / "evidence" / digest[:2] / digest[2:]
    assert kept.read_text() == "Agreed by all teams."
    assert "minutes.txt" in terminal.types("action", "list", REC, clock=False)
    terminal.types("verify")
    assert terminal.code == 0, terminal.out
    kept.unlink()
    assert "'minutes.txt'" in terminal.types("verify")
    assert terminal.code == 1


@pytest.mark.usefixtures("ref")
def test_a_file_of_an_action_is_taken_back_at_the_terminal(terminal: Terminal) -> None:
    begun(terminal)
    action = ("--field", "text=Agree the form.", "--field", "owner=Team lead", "--field", "agency=NHS Fife")
    terminal.types("action", "add", REC, *action, "--field", "due_on=2026-03-16")
    report = ("--field", "status=done", "--field", "note=Agreed.", "--field", "evidence=The minutes.")
    terminal.types("action", "update", REC, "A1", *report, "--file", "minutes.txt")
    number = terminal.asks("history", REC, clock=False)["entries"][-1]["sequence"]

    said = terminal.types(
        "case", "correct", REC, str(number), "--taken-back", "minutes.txt", "--reason", "It is of another case."
    )

    assert terminal.code == 0, terminal.err
    assert "minutes.txt is no file of this case" in " ".join(said.split())
    (item,) = terminal.asks("action", "list", REC, clock=False)["items"]
    assert "evidence_files" not in item["fields"]
    terminal.types("verify")
    assert terminal.code == 0, terminal.out


@pytest.mark.usefixtures("ref")
def test_a_file_that_has_no_place_or_is_not_there_is_refused(terminal: Terminal) -> None:
    started = ("recommendation", "advance", REC, "accept", "--fields", "plan.json", *CHAIR)
    terminal.types(*started, "--file", "minutes.txt")
    assert (terminal.code, "no file is recorded here" in terminal.err) == (2, True)
    terminal.types(*started, "--file", "evidence=minutes.txt")
    assert "evidence takes text, not a file: write --field evidence=...; no file is recorded here." in terminal.err
    terminal.types(*started, "--file", "urgency=minutes.txt")
    assert "urgency takes no file: write --field urgency=...; no file is recorded here." in terminal.err
    begun(terminal)

    progress = ("--field", "progress=on_course", "--field", "progress_note=Begun.")
    terminal.types("advance", REC, "report_progress", *progress, "--file", "missing.txt")
    assert (terminal.code, terminal.err) == (1, "- There is no missing.txt: check the name.\n")
    terminal.types("advance", REC, "report_progress", *progress, "--field", f"progress_files=sha256:{'0' * 64}:x.pdf")
    assert (terminal.code, "'x.pdf' is not kept here" in terminal.err) == (1, True)
    late = ("--field", "progress=never_heard_of", "--file", "minutes.txt")
    terminal.types("advance", REC, "report_progress", *late)
    assert (terminal.code, (terminal.folder / "data" / "evidence").exists()) == (1, False)
    terminal.types("advance", REC, "report_progress", *progress, "--file", "progress_files=minutes.txt")
    assert terminal.code == 0, terminal.err


@pytest.mark.usefixtures("ref")
def test_a_field_of_text_that_is_given_a_file_is_refused_and_the_field_of_files_named(terminal: Terminal) -> None:
    begun(terminal)
    terminal.types("advance", REC, "claim_complete", "--fields", "done.json", "--file", "done_evidence=minutes.txt")

    assert terminal.code == 2
    assert "done_evidence takes text, not a file: write --field done_evidence=...; " in terminal.err
    assert "files go to --file done_files=FILE." in terminal.err


@pytest.mark.usefixtures("ref")
def test_a_recommendation_that_is_not_accepted_yet_is_refused_with_the_fields_to_fill_in(terminal: Terminal) -> None:
    terminal.types("advance", REC, "accept", *CHAIR)

    assert "- The urgency is not set: choose immediate, urgent or routine. Fill in 'urgency', one of " in terminal.err
    assert "- The case for change is missing. Fill in 'case_for_change'.\n" in terminal.err
    assert "Fill in" not in terminal.types("show", REC, *CHAIR[:2])


def test_one_is_shown_with_where_it_stands_and_lists_are_narrowed(terminal: Terminal, ref: str) -> None:
    begun(terminal)
    terminal.types("advance", REC, "claim_complete", "--fields", "done.json")
    assert terminal.code == 0, terminal.err

    page = terminal.types("recommendation", "show", REC)

    assert page.startswith(f"{REC}  Said to be done\n  NHS Fife should keep one shared chronology")
    about = [line for line in page.splitlines() if line.startswith(("  Came from  ", "  Addressee  ", "  Urgency, by"))]
    assert len({len(line) - len(line[2:].partition("  ")[2].lstrip()) for line in about}) == 1
    assert re.search(rf"Came from +{ref}\n", page)
    assert "Look at the evidence that it was done" in page
    for wanted in (("--to-verify",), ("--agency", "nhs fife"), ("--level", "single_agency"), ("--theme", "recording")):
        assert [one["ref"] for one in terminal.asks("recommendation", "list", *wanted)["recommendations"]] == [REC]
    for unwanted, said in (
        (("--overdue",), "No recommendation is overdue."),
        (("--closed",), "There is no ended recommendation."),
        (("--impact-within", "30"), "No recommendation is looked at for its impact by "),
        (("--state", "proposed"), "No recommendation stands in proposed."),
    ):
        assert terminal.types("recommendation", "list", *unwanted).startswith(said)
    terminal.types("recommendation", "list", "--open", "--closed")
    assert terminal.code == 2
    terminal.now = "2026-04-20T10:00"
    (late,) = terminal.asks("recommendation", "list", "--overdue")["recommendations"]
    assert (late["overdue"], late["days"] < 0) == (True, True)
    terminal.types("recommendation", "show", ref)
    assert terminal.err == f"- There is no recommendation '{ref}': cairn recommendation list shows them.\n"


def test_findings_have_a_list_of_their_own(terminal: Terminal) -> None:
    informal = ("--field", "discussed_on=2026-03-02", "--field", "would_refer=NHS Fife")
    opened = terminal.asks("open", "scotland-learning-review-2024", "--step", "discuss", *informal)

    said = terminal.types("finding", "list", opened["ref"], clock=False)
    assert said == "Findings (finding)\n  Nothing is entered yet.\n"
    terminal.types("finding", "add", opened["ref"], "--field", "statement=Nobody saw the whole.")
    assert "Findings: items are entered only in: " in terminal.err
    terminal.types("finding", "answer", opened["ref"], "F1", "--field", "position=accept")
    assert "has no item 'F1'" in terminal.err


def test_the_list_of_cases_leaves_recommendations_out_and_says_how_to_list_them(terminal: Terminal, ref: str) -> None:
    cases, theirs = terminal.types("list"), terminal.asks("list", "--kind", "recommendation")

    assert ref in cases
    assert "REC-2026-0001" not in cases
    assert cases.splitlines()[-1].startswith("Besides, 1 recommendation like that: cairn list --kind recommendation")
    assert terminal.asks("list")["recommendations"] == 1
    assert [one["ref"] for one in theirs["cases"]] == ["REC-2026-0001"]
    assert "Besides" not in terminal.types("list", "--kind", "all")

    terminal.types("list", "--kind", "letters")
    assert terminal.code == 2
    assert "a kind is one of case, recommendation, all" in terminal.err

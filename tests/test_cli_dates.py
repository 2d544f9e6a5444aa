"""Dates and ladders at the terminal: counted with receipts, rehearsed, confirmed; calendars and editions shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.settings import edition
from states.errors import BadProcedure
from states.procedure import Procedure
from tests.terminal import ROOT, Terminal

SCOTLAND = ROOT / "config" / "calendars" / "scotland.toml"
SCR = ROOT / "config" / "guidance" / "scotland-scr-2015.toml"


def with_holiday(terminal: Terminal, day: str) -> str:
    """The Scottish calendar with one more holiday; gives the name of the file."""
    file = terminal.folder / "scotland.toml"
    extra = f'\n[[holiday]]\nday = {day}\nname = "A day of mourning"\n'
    file.write_text(SCOTLAND.read_text() + extra)
    return str(file)


def test_a_date_is_counted_with_its_receipt(terminal: Terminal) -> None:
    found = terminal.asks("due", "scotland-scr-2015", "acknowledge_notification", "--from", "2026-04-02")

    assert set(found) == {"due", "original", "counted", "calendar", "receipt", "basis", "citation"}
    assert (found["due"], found["original"], found["counted"]) == ("2026-04-06", "2026-04-06", 1)
    assert found["receipt"][0] == {"day": "2026-04-03", "counted": False, "why": "Good Friday (Scotland)"}
    assert found["receipt"][-1] == {"day": "2026-04-06", "counted": True, "why": "1st working day"}
    assert found["citation"].startswith("2015 guidance")
    assert "[G15-17]" in found["citation"]


def test_counting_a_date_opens_no_database(bare_terminal: Terminal) -> None:
    bare_terminal.types("due", "scotland-scr-2015", "agency_report", "--from", "2026-03-02")

    assert bare_terminal.code == 0
    assert not (bare_terminal.folder / "data").exists()


def test_another_calendar_counts_another_date(terminal: Terminal) -> None:
    asked = ("due", "scotland-scr-2015", "acknowledge_notification", "--from", "2026-04-02")

    assert terminal.asks(*asked, "--calendar", "england")["due"] == "2026-04-07"


def test_holds_and_more_time_move_a_date_and_its_first_date_is_kept(terminal: Terminal) -> None:
    asked = ("due", "scotland-scr-2015", "agency_report", "--from", "2026-03-02")

    found = terminal.asks(
        *asked, "--pause", "2026-03-05..2026-03-08", "--pause", "2026-03-07..2026-03-10", "--extend", "2"
    )
    said = terminal.types(*asked, "--pause", "2026-03-05..2026-03-08", "--extend", "2")

    assert (found["due"], found["original"], found["counted"]) == ("2026-03-23", "2026-03-16", 16)
    assert "First date  Mon 16 March 2026" in said
    assert "paused: hold, on the authority of whoever ordered it" in said


def test_a_hold_that_runs_leaves_no_date_but_says_what_it_would_be(terminal: Terminal) -> None:
    terminal.now = "2026-03-12"
    asked = ("due", "scotland-scr-2015", "agency_report", "--from", "2026-03-02", "--pause", "2026-03-05..")

    found = terminal.asks(*asked)
    said = terminal.types(*asked)

    assert (found["due"], found["original"]) == (None, "2026-03-16")
    assert said.startswith("Agency report: held: no date while the hold runs\n")
    assert "If the hold ended today  Mon 23 March 2026" in said


def test_a_limit_nobody_knows_is_not_invented(terminal: Terminal) -> None:
    asked = ("due", "scotland-scr-2015", "icr_decision", "--from", "2026-03-02")

    assert terminal.asks(*asked)["due"] is None
    assert "no limit set: ask your committee" in terminal.types(*asked)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nothing", "--from", "2026-03-02"), 1, "has no time limit 'nothing'"),
        (("agency_report", "--from", "soon"), 2, "write a date like 2026-03-02"),
        (("agency_report", "--from", "2026-03-02", "--pause", "2026-03-05"), 2, "write a hold as FROM..TO"),
        (
            ("agency_report", "--from", "2026-03-02", "--pause", "2026-03-05..2026-03-01"),
            2,
            "would end before it starts",
        ),
        (("agency_report", "--from", "2026-03-02", "--extend", "0"), 2, "extend"),
        (("agency_report", "--from", "9999-12-30"), 1, "9999"),
        (("agency_report", "--from", "2026-03-02", "--calendar", "mars"), 1, "There is no calendar 'mars'"),
    ],
)
def test_what_cannot_be_counted_is_said(words: tuple[str, ...], code: int, said: str, terminal: Terminal) -> None:
    terminal.types("due", "scotland-scr-2015", *words)

    assert terminal.code == code
    assert said in terminal.err


def test_the_ladders_of_an_edition_are_told(terminal: Terminal) -> None:
    said = terminal.types("ladder", "show", "scotland-scr-2015", "agency_report", clock=False)
    found = terminal.asks("ladder", "show", "scotland-scr-2015", clock=False)

    assert "3 working days before: reminder to whoever owes it" in said
    assert "when the lead officer says yes, or by itself after 5 days" in said
    assert "agency_report" in {one["name"] for one in found}

    terminal.types("ladder", "show", "scotland-scr-2015", "nothing", clock=False)
    assert terminal.code == 1


def test_a_rehearsal_says_who_would_be_told_and_which_rungs_reach_nobody(terminal: Terminal) -> None:
    ref = terminal.gathers()

    empty = terminal.asks("ladder", "rehearse")
    terminal.enters_everybody()
    staffed = terminal.asks("ladder", "rehearse", ref)
    said = terminal.types("ladder", "rehearse")
    silent = terminal.asks("ladder", "rehearse", "--silent")

    assert empty["reach_nobody"] == empty["ahead"] > 0
    assert staffed["reach_nobody"] == 0
    first = staffed["rungs"][0]
    assert (first["key"], first["message"], first["day"]) == ("agency_report/R1", "reminder", "2026-03-11")
    assert first["told"] == ["The fife, NHS Fife, by email"]
    assert "waits for the lead officer to say yes" in said
    assert silent["rungs"] == []


def test_a_draft_goes_when_somebody_says_yes_or_is_kept_back(terminal: Terminal) -> None:
    terminal.enters_everybody()
    ref = terminal.gathers()
    terminal.now = "2026-04-08T10:00"
    terminal.types("sweep")

    page = terminal.types("show", ref)
    terminal.types("ladder", "withhold", ref)
    without_reason = terminal.err
    terminal.types("ladder", "confirm", ref, "--as", "chair")
    by_the_wrong_one = terminal.err
    preview = terminal.types("ladder", "confirm", ref, "--preview")
    still = terminal.types("show", ref)
    said = terminal.types("ladder", "confirm", ref)

    assert "What a yes would send; nothing has been sent yet" in preview
    assert "The chair: escalation, by email" in preview
    assert f"{ref}: your help, please, with NHS Fife" in preview
    assert "NHS Fife was asked for this by" in preview
    assert "Drafted, waiting for a yes" in still
    assert "The chair: escalation, by email" in said
    assert "NHS Fife was asked for this by" in said
    assert "Drafted, waiting for a yes" in page
    assert "Say why the messages are kept back" in without_reason
    assert "wait for the lead officer to say yes" in by_the_wrong_one
    assert "Yes to 2 drafted messages" in said
    assert "Agency report" in terminal.types("history", ref)


def test_the_calendars_are_listed_and_shown(terminal: Terminal) -> None:
    listed = terminal.types("calendar", "list", clock=False)
    shown = terminal.types("calendar", "show", "scotland", "--year", "2026", clock=False)
    found = terminal.asks("calendar", "show", "scotland", "--year", "2026", clock=False)

    assert "scotland: Scotland" in listed
    assert "Mon 30 November 2026: St Andrew's Day" in shown
    assert all(day.startswith("2026-") for day in found["holidays"])


def test_a_late_change_of_a_calendar_is_shown_before_it_is_applied(terminal: Terminal) -> None:
    ref = terminal.opens()
    file = with_holiday(terminal, "2026-03-03")

    shown = terminal.types("calendar", "preview", file)
    untouched = terminal.asks("show", ref)["version"]
    terminal.types("calendar", "apply", file)
    without_reason = terminal.err
    applied = terminal.asks("calendar", "apply", file, "--reason", "Announced on 1 March 2026.")

    assert "1 open date would move; nothing has been done yet" in shown
    assert "from Tue 3 March 2026 to Wed 4 March 2026" in shown
    assert untouched == 1
    assert "Say why the calendar changes" in without_reason
    assert [one["key"] for one in applied["moves"]] == ["acknowledge_notification"]
    assert "Cases opened from now on still use the old calendar" in applied["to_do"]
    assert "Dates are counted by the changed calendar scotland" in terminal.types("history", ref)


def test_a_calendar_file_that_is_not_there_is_wrong_usage(terminal: Terminal) -> None:
    terminal.types("calendar", "preview", "missing.toml")

    assert terminal.code == 2
    assert "missing.toml cannot be read" in terminal.err


def test_a_committees_own_file_is_checked_against_every_edition_it_changes(terminal: Terminal) -> None:
    example = SCR.parent.parent / "local" / "example-committee.toml"

    said = terminal.types("procedure", "check", str(example), clock=False)

    assert terminal.code == 0
    assert "Strathmore and Lomond Child Protection Committee is in order" in said
    assert "  - scotland-scr-2015\n" in said

    wrong = terminal.folder / "wrong.toml"
    wrong.write_text(example.read_text().replace("timescales.icr_decision]", "timescales.icr_decisoin]"))
    terminal.types("procedure", "check", str(wrong), clock=False)
    assert (terminal.code, "icr_decisoin" in terminal.err) == (1, True)


def test_a_file_that_only_names_agencies_is_told_for_what_it_is(terminal: Terminal) -> None:
    own = terminal.folder / "own.toml"
    own.write_text('committee = "Leith Committee"\n[agencies."NHS Fife"]\ncalendar = "scotland"\n')

    said = terminal.types("procedure", "check", str(own), clock=False)

    assert (
        said.strip() == "The file of Leith Committee is in order. It changes no edition; what it says holds under each."
    )
    assert terminal.asks("procedure", "check", str(own), clock=False)["editions"] == []


def test_one_faulty_edition_hides_no_other(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(name: str, local: Path | None) -> Procedure:
        if name == "scotland-scr-2015":
            raise BadProcedure("scotland-scr-2015.toml, line 3, prefix: it is wrong. Mend it.")
        return edition(name, local)

    monkeypatch.setattr("workflows.views.editions.edition", faulty)
    said = terminal.types("procedure", "list", clock=False)

    assert terminal.code == 0
    assert "scotland-learning-review-2024" in said
    assert "scotland-scr-2015 cannot be used: 1 fault." in said
    assert "line 3, prefix: it is wrong. Mend it." in said


def test_the_editions_are_listed_shown_checked_and_drawn(terminal: Terminal) -> None:
    names = [one["name"] for one in terminal.asks("procedure", "list", clock=False)]
    listed = terminal.types("procedure", "list", clock=False)
    shown = terminal.types("procedure", "show", "scotland-scr-2015", clock=False)
    checked = terminal.types("procedure", "check", str(SCR), clock=False)
    drawn = terminal.types("procedure", "draw", "scotland-scr-2015", clock=False)
    terminal.types("procedure", "draw", "scotland-scr-2015", "--svg", "picture.svg", clock=False)

    assert "scotland-scr-2015" in names
    assert not names[-1].startswith("scotland")  # the law of other nations stands below
    assert "(31 March 2015)" in listed
    assert shown.startswith("# National Guidance")
    assert "scotland-scr-2015 is in order" in checked
    assert drawn.lstrip().startswith("<svg")
    assert (terminal.folder / "picture.svg").read_text().lstrip().startswith("<svg")


def test_an_edition_with_faults_is_refused_with_all_of_them(terminal: Terminal) -> None:
    file = terminal.folder / "scotland-scr-2015.toml"
    broken = (
        SCR.read_text()
        .replace('dest = "raised"', 'dest = "nowhere"')
        .replace('message = "report_ready"', 'message = "x"')
    )
    file.write_text(broken)

    terminal.types("procedure", "check", str(file), clock=False)

    assert terminal.code == 1
    assert len(terminal.err.splitlines()) > 1
    assert "nowhere" in terminal.err


def test_the_format_of_an_edition_is_a_json_schema(terminal: Terminal) -> None:
    found = json.loads(terminal.types("procedure", "schema", clock=False))

    assert "properties" in found

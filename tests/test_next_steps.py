"""What can be typed next: the page of a case and of an edition name every name, and what they print can be typed."""

from __future__ import annotations

import re
import shlex

import pytest

from cli.edition_commands import typed
from config import procedures
from tests.terminal import REPORT, Terminal
from tests.test_docs import fault

GAPS = {
    "DATE": "2026-03-02",
    "TEXT": "file 14",
    "AGENCY": "NHS Fife",
    "NAME": "A. Example",
    "NUMBER": "1",
    "WHY": "So.",
}
ALERTING = (
    "--authority child_protection_committee|delegated_group "
    "--field acknowledged_on=DATE --field agencies_alerted=AGENCY..."
)
GAP = re.compile("|".join(GAPS))


def filled(command: str) -> list[str]:
    """A command with its gaps filled: the first of the answers that are offered, and an example of any other."""
    words = (re.sub(r"\|.*$", "", word).removesuffix("...") for word in shlex.split(command))
    return [GAP.sub(lambda gap: GAPS[gap[0]], word) for word in words][1:]


@pytest.mark.parametrize("name", procedures.names())
def test_all_that_an_edition_names_is_told_in_commands_that_exist(name: str) -> None:
    procedure = procedures.load(name)

    page = typed(procedure)

    commands = [one.replace("[", "").replace("]", "") for one in re.findall(r"`(cairn [^`]+)`", page)]
    named = set(re.findall(r"[a-z0-9_]+", page))
    known = {*procedure.timescales, *procedure.requests, *procedure.pauses, *procedure.events, *procedure.registers}
    known |= {*procedure.roles, *(field.name for move in procedure.transitions for field in move.fields)}
    known |= {move.trigger for move in procedure.transitions if procedure.kind != "recommendation" or move.source}
    assert not known - named
    assert not [one for one in commands if fault(one)]


def test_the_next_steps_of_a_page_can_be_typed_as_they_stand_with_their_gaps_filled(terminal: Terminal) -> None:
    ref = terminal.opens()
    taken = []

    for role in ("notification_acceptor", "lead_officer"):
        page = terminal.asks("show", ref, "--as", role)
        steps = [one["type"] for one in page["can"] if not one["type"].endswith(" describe")]
        command = steps[0] if steps else page["else"][0]
        said = terminal.types(*filled(command), "--as", role)
        assert terminal.code == 0, (command, said, terminal.err)
        taken.append(command)
    answers = terminal.asks("show", ref)["else"][1]
    terminal.types(*filled(answers))

    assert taken == [
        f"cairn advance {ref} acknowledge_and_alert {ALERTING}",
        f"cairn request send {ref} icr_report AGENCY...",
    ]
    assert answers.startswith(
        f"cairn request answer {ref} AGENCY --field report_file=TEXT --field summary_given=yes|no"
    )
    assert terminal.code == 0, terminal.err


def test_a_page_says_who_may_take_a_step_and_how_to_go_on_without_what_it_waits_for(terminal: Terminal) -> None:
    ref = terminal.gathers()
    before = terminal.types("show", ref)
    other = terminal.opens()
    terminal.env["CAIRN_ROLE"] = ""

    anybodys = terminal.types("show", other)

    assert f"      cairn advance {ref} all_received --override TEXT\n" in before
    assert f"  cairn extend ask {ref} agency_report/R1|agency_report/R2 COUNT --reason TEXT\n" in before
    assert f"  cairn request acknowledge {ref} AGENCY\n" in before
    assert f"  cairn request promise {ref} AGENCY --until DATE\n" in before
    assert f"cairn advance {other} acknowledge_and_alert --as notification_acceptor --authority" in anybodys


def test_more_time_that_was_asked_for_and_a_hold_that_runs_are_offered_to_be_decided(terminal: Terminal) -> None:
    ref = terminal.gathers()
    terminal.types("extend", "ask", ref, "agency_report/R1", "5", "--reason", "The desk is away.")
    whose = ("--authority", "procurator_fiscal", "--stops", "none", "--reason", "So.")
    terminal.types("pause", "order", ref, "parallel_proceedings", *whose)

    offered = terminal.asks("show", ref)["else"]

    assert f"cairn extend grant {ref} E1" in offered
    assert f"cairn pause end {ref} P1" in offered


def test_more_time_for_a_date_since_met_is_shown_as_lapsed_and_offered_no_more(terminal: Terminal) -> None:
    ref = terminal.gathers()
    terminal.types("extend", "ask", ref, "agency_report/R1", "5", "--reason", "The desk is away.")
    terminal.types("request", "answer", ref, "R1", *REPORT)

    page, facts = terminal.types("show", ref), terminal.asks("show", ref)

    assert "E1: 5 more calendar days for Agency report (NHS Fife), lapsed: the date was met" in page
    assert facts["extensions"][0]["status"] == "lapsed"
    assert not [one for one in facts["else"] if one.startswith("cairn extend grant")]
    terminal.types("extend", "grant", ref, "E1", "--as", "chair", "--name", "C. Chair")
    assert terminal.err == "- The extension E1 has lapsed: the date was met. There is nothing left to decide.\n"


def test_what_a_step_asks_for_and_records_itself_is_offered_with_it(terminal: Terminal) -> None:
    ref = terminal.gathers()
    given = {"text": "Write it down", "rationale": "So.", "source": "report", "themes": "recording", "addressee": "NHS"}
    fields = [part for name, value in given.items() for part in ("--field", f"{name}={value}")]
    terminal.types("recommendation", "propose", ref, *fields, "--field", "level=single_agency")

    page = terminal.types("show", "REC-2026-0001")

    possible = page.partition("Steps possible now")[2].partition("Not yet")[0]
    assert "- Nobody is responsible yet: name the person or post." in possible
    assert "      cairn advance REC-2026-0001 accept --authority" in possible
    assert " --field responsible=NAME " in possible
    assert "      if it applies: --field addressee=TEXT" in possible


def test_an_edition_shown_at_the_terminal_ends_with_what_to_type(terminal: Terminal) -> None:
    said = terminal.types("procedure", "show", "scotland-scr-2015", clock=False)

    assert "- Agency report (14 calendar days): `cairn due scotland-scr-2015 agency_report --from DATE`" in said
    assert "- Lead officer: `--as lead_officer`" in said
    assert (
        "`cairn open scotland-scr-2015 --step inform_lead --as designated_person --field lead_informed_on=DATE" in said
    )


def test_what_happened_elsewhere_is_offered_where_it_begins_or_meets_a_date_and_after_closing_too(
    terminal: Terminal,
) -> None:
    about = ("discussed_on=2026-03-02", "would_refer=NHS Fife", "looked_after_death_known_on=2026-03-02")
    fields = [word for one in about for word in ("--field", one)]
    ref = str(terminal.asks("open", "scotland-learning-review-2024", "--step", "discuss", *fields)["ref"])

    (offered,) = [one for one in terminal.asks("show", ref)["else"] if "case event" in one]
    terminal.types("advance", ref, "drop_concern", "--reason", "No notification follows.")
    closed = terminal.asks("show", ref)["else"]
    terminal.types("case", "event", ref, "ministers_told")

    assert {"ministers_told", "proceedings_begun", "inquiry_ordered"} <= set(re.split(r"[ |]", offered))
    assert closed == [f"cairn case event {ref} ministers_told"]
    assert terminal.code == 0, terminal.err
    assert terminal.asks("show", ref)["else"] == []


def test_what_is_chased_elsewhere_can_be_recorded_as_asked_after(terminal: Terminal) -> None:
    form = ("--field", "notification_form=file 14", "--field", "notified_criteria=died")
    ref = str(terminal.asks("open", "scotland-learning-review-2024", "--step", "notify", *form)["ref"])
    terminal.types("case", "event", ref, "proceedings_begun")

    (asking,) = [one for one in terminal.asks("show", ref)["else"] if "asked-after" in one]
    terminal.types(*filled(asking))

    assert asking == f"cairn case asked-after {ref} proceedings_ended"
    assert terminal.code == 0, terminal.err

"""The year's figures follow the edition: which step decides, what it led to, and whose cases they are."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from config import procedures
from config.procedure_checks import faults
from config.settings import A_COMMITTEE
from records.database import reading
from states.figures import UNSAID, Figures
from tests.casework import edited
from tests.filed import decided, kept
from tests.office import shipped_edition
from tests.walking import Walk, walk
from workflows.reports.annual_summary import Summary, summary_of
from workflows.reports.annual_summary_paper import paper
from workflows.reports.case_figures import LED_ON, NEITHER, UNDECIDED
from workflows.reports.case_files import EditionReading, year_of
from workflows.reports.disclosure import groups
from workflows.views.editions import BY_PHASE, unsaid_figures

if TYPE_CHECKING:
    from tests.office import Office

REQUESTS = "new-zealand-official-information-1982"
AGENCY = "Agency subject to the Official Information Act"


def request(trigger: str = "") -> Walk:
    case = walk(REQUESTS).go("receive", "2026-04-13")
    return case.go(trigger, "2026-04-20") if trigger else case


def summed(office: Office, *walks: Walk) -> Summary:
    kept(office.engine, ((f"X-{number:04}", one) for number, one in enumerate(walks, 1)))
    with reading(office.engine) as tx:
        return summary_of(tx, year_of("2026-27"), date(2026, 6, 1))


def test_what_is_decided_and_by_whom_is_as_the_edition_says(office: Office) -> None:
    """Once a request that was granted was counted as not decided, under the name of a child protection committee."""
    found = summed(office, request("grant"), request("grant_in_part"), request("refuse"), request())

    assert found.decisions() == {"Granted in full": 1, "Granted in part": 1, "Refused": 1, UNDECIDED: 1}
    assert [case.led_on for case in found.cases] == [True, True, False, None]
    given, not_given = "Information given, in full or in part", "Refused, transferred or withdrawn"
    assert groups([found]) == {given: 2, not_given: 1, UNDECIDED: 1}
    made = paper(found, A_COMMITTEE, full=True)
    assert made.committee == AGENCY
    assert f"2 cases led to this: {given}." in made.opening
    assert paper(found, "Wellington Harbour Board", full=True).committee == "Wellington Harbour Board"


def test_two_editions_in_one_year_have_each_its_own_words(office: Office) -> None:
    learning = decided("proceed", opened="2026-04-02", on="2026-04-20")

    found = summed(office, request("grant"), learning)

    assert groups([found]) == {"Information given, in full or in part": 1, LED_ON: 1}
    assert paper(found, A_COMMITTEE, full=True).opening[2:4] == (
        "1 case led to this: Information given, in full or in part.",
        "1 other case led to a review or to learning in another way.",
    )
    assert found.heading(A_COMMITTEE) == f"{AGENCY} and {A_COMMITTEE}"


def test_every_edition_of_cases_says_what_decides_or_is_rightly_read_by_its_phases() -> None:
    cases = [one for name in procedures.names() if (one := shipped_edition(name)).kind == "case"]

    assert [one.name for one in cases if unsaid_figures(one) or not EditionReading(one).decisions] == []
    assert {one.name for one in cases if not one.figures.deciding} == BY_PHASE
    assert {EditionReading(one).body for one in cases} >= {AGENCY, "Coroner", A_COMMITTEE, "Adult Protection Committee"}


def test_an_edition_that_does_not_say_is_warned_of_with_what_is_taken_and_is_not_refused() -> None:
    silent = shipped_edition(REQUESTS).model_copy(update={"figures": UNSAID, "name": "requests-elsewhere"})
    warned = unsaid_figures(silent)

    assert "headed “Committee”" in warned
    assert "[figures]" in warned
    assert "grant" not in warned.partition("[figures]")[0].replace("granted", "")
    assert faults(silent, calendars=frozenset({silent.calendar})) == ()


def test_what_is_said_of_the_figures_is_checked() -> None:
    wrong = edited(figures={"reviewed": ["decide_review", "decide_revue"], "not_reviewed": ["decide_review", "reopen"]})
    found = {".".join(map(str, place)): what for place, what in faults(wrong, calendars=frozenset({"scotland"}))}

    assert found["figures.reviewed.1"].startswith("there is no transition 'decide_revue'.")
    assert found["figures.not_reviewed.0"].endswith("Keep one of the two.")
    assert "decides nothing" in found["figures.not_reviewed.1"]


def test_the_words_for_neither_are_those_there_were() -> None:
    assert Figures() == UNSAID
    assert (LED_ON, NEITHER) == ("A review, or learning in another way", "Neither")

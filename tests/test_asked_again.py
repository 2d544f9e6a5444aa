"""An agency that has replied is asked the same again: its letter says what it said, and why it is asked again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from records.database import transaction
from tests.casework import asked, entries, mailbox, messages
from tests.office import FIFE, POLICE
from workflows.verbs.request import answer, decline, redirect, request, withdraw
from workflows.views.outcome import outcome

if TYPE_CHECKING:
    from records.cases import Case
    from tests.office import Office

NOTHING, AGAIN = "NHS Fife holds nothing on this.", "The police found a clinic's letter among the papers."


def said_nothing_held(office: Office) -> Case:
    case = asked(office, FIFE)
    office.later(days=2)
    office.do(decline, case.ref, FIFE, NOTHING, agency_of_actor=FIFE, role="agency")
    office.later(days=1)
    return case


def whys(office: Office) -> dict[str, str]:
    """What the newest letters that ask say of being asked again, by agency."""
    return {
        facts["agency"]: facts["why_again"]
        for facts in (json.loads(row.facts) for row in messages(office, kind="information_requested"))
    }


def test_a_letter_that_asks_again_says_that_it_did_before_what_was_answered_and_why(office: Office) -> None:
    case = said_nothing_held(office)

    office.do(request, case.ref, "report", (FIFE, POLICE), why=AGAIN)
    office.deliver()

    assert whys(office) == {
        FIFE: (
            "You were asked for this on Monday 2 March 2026. You said on Wednesday 4 March 2026 that no answer "
            f"comes: {NOTHING} You are asked again. The reason: {AGAIN}"
        ),
        POLICE: "",
    }
    letters = [one for one in mailbox(office) if "nhsfife" in str(one["To"])]
    assert "asked again, please answer by" in str(letters[-1]["Subject"])
    assert entries(office, case)[-1].reason == AGAIN


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("declined", "NHS Fife said on Monday 2 March 2026 that no answer comes."),
        ("answered", "NHS Fife answered on Monday 2 March 2026."),
        ("redirected", "NHS Fife passed it on to Police Scotland on Monday 2 March 2026."),
    ],
)
def test_whoever_asks_again_without_a_reason_is_told_that_the_letter_cannot_say_why(
    office: Office, how: str, said: str
) -> None:
    case = asked(office, FIFE)
    if how == "redirected":
        office.do(redirect, case.ref, FIFE, POLICE, "It is theirs.")
    elif how == "declined":
        office.do(decline, case.ref, FIFE, NOTHING)
    else:
        office.do(answer, case.ref, FIFE)

    with transaction(office.engine) as tx:
        uow = office.uow(tx)
        told = outcome(uow, case, request(uow, case.ref, "report", (FIFE,))[0])

    assert told.warnings == (
        f"{said} Its letter says so, and not why it is asked again: say why, so that the letter does too.",
    )
    assert f"You {said.removeprefix('NHS Fife ').rstrip('.')}" in whys(office)[FIFE]


def test_what_was_withdrawn_is_asked_again_without_a_reason_and_says_that_it_was_asked(office: Office) -> None:
    case = asked(office, FIFE)
    office.do(withdraw, case.ref, FIFE, "It was not needed.")

    office.do(request, case.ref, "report", (FIFE,))

    assert whys(office)[FIFE] == (
        "You were asked for this on Monday 2 March 2026. That was withdrawn on Monday 2 March 2026. You are asked "
        "again."
    )


def test_an_agency_asked_for_the_first_time_has_a_first_letter(office: Office) -> None:
    asked(office, FIFE)

    assert whys(office) == {FIFE: ""}

"""What was asked and waits for somebody's decision is seen by whoever decides, and in every letter about its date."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from records.database import transaction
from tests.casework import asked, mailbox, messages, tasks
from tests.office import FIFE
from workflows.messages.digest import lists
from workflows.verbs.extend import ask_extension, grant_extension, refuse_extension
from workflows.verbs.request import answer, decline, redirect, send_back

if TYPE_CHECKING:
    from tests.office import Office

KEY, WHY = "report/R1", "Half of the team is ill."


def open_tasks(office: Office) -> list[tuple[str, str, str]]:
    return [(row.kind, row.role, json.loads(row.facts)["problem"]) for row in tasks(office) if row.done_at is None]


def by_agency(office: Office, verb: Any, *arguments: Any) -> Any:
    return office.do(verb, *arguments, role="member", agency_of_actor=FIFE)


def lines_of(office: Office, role: str) -> list[str]:
    with transaction(office.engine) as tx:
        found = lists(tx, office.now.date())
    return [line.words for reach, lines in found for line in lines if reach.role == role]


def letters_about(office: Office, day: int) -> list[str]:
    """What the first contact of the agency and the lead officer get on a day of March."""
    office.now = datetime(2026, 3, day, 10, tzinfo=UTC)
    office.sweep()
    office.deliver()
    mails = [mail for mail in mailbox(office) if "more were asked for" in mail.get_content()]
    return [" ".join(mail.get_content().split()) for mail in mails]


def test_more_time_asked_for_is_a_task_a_letter_and_a_line_for_whoever_decides(office: Office) -> None:
    case = asked(office)

    by_agency(office, ask_extension, case.ref, KEY, 7, WHY)

    said = "7 calendar days more are asked for (E1)"
    [(kind, role, problem)] = open_tasks(office)
    assert (kind, role) == ("decide", "chair")
    assert problem.startswith(said)
    assert [row.facts for row in messages(office, kind="extension_asked") if WHY in row.facts]
    assert [line for line in lines_of(office, "chair") if said in line]
    assert [line for line in lines_of(office, "lead_officer") if said in line]


@pytest.mark.parametrize("how", ["granted", "refused", "answered"])
def test_the_task_is_done_when_it_is_decided_or_has_lapsed(office: Office, how: str) -> None:
    case = asked(office)
    by_agency(office, ask_extension, case.ref, KEY, 7, WHY)

    if how == "granted":
        office.do(grant_extension, case.ref, "E1", role="chair")
    elif how == "refused":
        office.do(refuse_extension, case.ref, "E1", "Two weeks are enough.", role="chair")
    else:
        office.do(answer, case.ref, FIFE)

    assert open_tasks(office) == []


def test_every_letter_about_the_date_says_that_more_time_was_asked_for_and_is_not_decided(office: Office) -> None:
    case = asked(office)
    by_agency(office, ask_extension, case.ref, KEY, 7, WHY)

    told = letters_about(office, 17)

    assert told
    assert all(
        "7 calendar days more were asked for on Monday 2 March 2026. This is not decided yet." in one for one in told
    )
    assert not [one for one in told if "You can also ask for more time" in one]


def test_after_a_refusal_they_say_so_and_why(office: Office) -> None:
    case = asked(office)
    by_agency(office, ask_extension, case.ref, KEY, 7, WHY)
    office.do(refuse_extension, case.ref, "E1", "Two weeks are enough.", role="chair")

    told = letters_about(office, 17)

    assert told
    assert all("This was refused on Monday 2 March 2026. The reason: Two weeks are enough." in one for one in told)


def test_what_the_lead_officer_asks_for_is_put_to_somebody_else(office: Office) -> None:
    case = asked(office)

    office.do(ask_extension, case.ref, KEY, 7, WHY)

    assert [role for _, role, _ in open_tasks(office)] == ["chair"]


def test_an_agency_that_says_no_is_a_task_and_a_letter_for_the_lead_officer(office: Office) -> None:
    case = asked(office)

    by_agency(office, decline, case.ref, FIFE, "Nothing was ever held here.")

    assert [(kind, role) for kind, role, _ in open_tasks(office)] == [("declined", "lead_officer")]
    assert [row for row in messages(office, kind="answer_declined") if "Nothing was ever held here." in row.facts]


def test_a_no_that_the_lead_officer_records_tells_the_lead_officer_nothing_new(office: Office) -> None:
    case = asked(office)

    office.do(decline, case.ref, FIFE, "Nothing was ever held here.")

    assert open_tasks(office) == []
    assert messages(office, kind="answer_declined") == []


def test_an_agency_that_is_asked_again_is_told_why(office: Office) -> None:
    case = asked(office)
    office.do(answer, case.ref, FIFE)
    office.do(send_back, case.ref, FIFE, "The dates are missing")

    [again] = [
        row.facts for row in messages(office, kind="information_requested") if "The dates are missing." in row.facts
    ]
    assert "Your answer was read and is not enough yet" in again


def test_an_agency_to_which_a_request_is_passed_on_is_told_by_whom_and_why(office: Office) -> None:
    case = asked(office)
    office.add_contact("first", agency="Education", address="first@education.example")

    office.do(redirect, case.ref, FIFE, "Education", "The service moved to the council")

    told = [row.facts for row in messages(office, kind="information_requested")]
    assert [one for one in told if f"{FIFE} was asked first, and says: The service moved to the council." in one]

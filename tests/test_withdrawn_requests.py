"""What was asked of an agency and is no longer wanted: withdrawn with the reason, and nobody is chased for it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from records.cases import CASES
from records.database import reading, transaction
from records.outbox import TASKS
from states.entry import Actor
from tests.casework import asked, date_of, entries, gathering, mailbox, messages, refused, tasks
from tests.office import FIFE, POLICE
from tests.test_chase import KEY, held_up, moment
from workflows.verbs.advance import advance
from workflows.verbs.link import link, unlink
from workflows.verbs.request import answer, decline, promise, redirect, request, send_back, withdraw
from workflows.verification.verify import verify
from workflows.views.case_page import case_page
from workflows.views.chronology import chronology
from workflows.views.date_receipt import date_receipt
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tests.office import Office

WHY = "The council that holds the file was asked instead"
COUNCIL = "Fife Council"


def viewer(office: Office) -> Viewer:
    return Viewer(Actor(name="", role="lead_officer"), office.now)


def letters(office: Office, subject: str) -> list[Any]:
    return [mail for mail in mailbox(office) if subject in mail["Subject"]]


def test_its_date_is_owed_no_longer_and_the_receipt_says_why(office: Office) -> None:
    case = asked(office, FIFE, POLICE)
    office.deliver()
    office.later(days=2)

    case = office.do(withdraw, case.ref, FIFE, WHY)

    r1 = case.dossier.requests["R1"]
    assert (r1.status, r1.ended_on, r1.reason) == ("withdrawn", date(2026, 3, 4), WHY)
    assert (date_of(case, "report/R1").status, date_of(case, "report/R2").status) == ("cancelled", "running")
    said = f"the request was withdrawn on Wed 4 March 2026: {WHY}"
    receipt = date_receipt(case, "report/R1", viewer(office))
    assert (receipt.line.status, receipt.line.notes) == ("no longer owed", (said,))
    with reading(office.engine) as tx:
        page = case_page(tx, case, viewer(office))
        told = chronology(tx, case, viewer(office), FIFE)
    assert page.waiting_on == (POLICE,)
    assert (told[0].stands, told[0].lines[-1].happened.says) == (
        "Withdrawn",
        "NHS Fife is no longer asked: Agency report",
    )
    assert verify(office.engine, now=office.now).ok


def test_the_agency_is_told_at_once_with_the_reason_and_reminded_no_more(office: Office) -> None:
    case = asked(office)
    office.deliver()
    office.later(days=2)

    office.do(withdraw, case.ref, FIFE, WHY)
    office.deliver()

    (letter,) = letters(office, "no longer asked")
    words = " ".join(letter.get_content().split())
    assert "NHS Fife need not answer any more what was asked on Monday 2 March 2026." in words
    assert f"The reason: {WHY}." in words
    office.later(days=40)
    assert office.sweep().climbed == 0
    office.deliver()
    assert letters(office, "due") == []
    assert verify(office.engine, now=office.now).ok


def test_an_agency_whose_letter_had_not_left_is_told_nothing(office: Office) -> None:
    case = asked(office)

    office.do(withdraw, case.ref, FIFE, WHY)
    office.deliver()

    assert letters(office, "asked") == []
    assert letters(office, "please answer") == []
    stands = {row.kind: (row.status, row.reason) for row in messages(office)}
    assert stands["information_requested"] == (
        "overtaken",
        f"The request was withdrawn on 2 March 2026. {WHY}.",
    )
    assert stands["request_withdrawn"][1].startswith("The agency had not been asked yet")
    assert verify(office.engine, now=office.now).ok


def test_an_agency_that_nobody_could_reach_is_not_to_be_told_either(office: Office) -> None:
    case = office.do(request, gathering(office).ref, "report", (COUNCIL,))
    office.later(days=1)

    office.do(withdraw, case.ref, COUNCIL, WHY)
    office.sweep()
    office.deliver()

    assert [row for row in tasks(office) if row.done_at is None and row.kind == "unreachable"] == []
    assert verify(office.engine, now=office.now).ok


def test_a_damaged_task_about_it_keeps_nothing_waiting_and_is_left_to_a_person(office: Office) -> None:
    case = office.do(request, gathering(office).ref, "report", (COUNCIL,))
    with transaction(office.engine) as tx:
        tx.execute(update(TASKS).where(TASKS.c.kind == "unreachable").values(facts='{"pro'))

    case = office.do(withdraw, case.ref, COUNCIL, WHY)

    assert case.dossier.requests["R1"].status == "withdrawn"
    assert [row.kind for row in tasks(office) if row.done_at is None] == ["unreachable"]


def test_a_draft_that_waits_for_a_yes_is_withdrawn_with_it_and_its_task_closed(office: Office) -> None:
    case = held_up(office)
    office.deliver()
    office.now = moment(31)

    case = office.do(withdraw, case.ref, FIFE, WHY)

    assert {row.status for row in messages(office) if row.confirm_role} == {"withdrawn"}
    assert [row for row in tasks(office) if row.kind == "confirm" and row.done_at is None] == []
    kinds = [entry.kind for entry in entries(office, case)]
    assert kinds[-2:] == ["request_withdrawn", "withdrawn"]
    assert date_of(case, KEY).status == "cancelled"
    assert verify(office.engine, now=office.now).ok


def test_a_case_does_not_go_on_where_all_that_was_asked_is_withdrawn(office: Office) -> None:
    case = asked(office)
    office.do(withdraw, case.ref, FIFE, WHY)

    assert "What was asked is withdrawn (Agency report): ask the agencies" in refused(
        office, advance, case.ref, "consider"
    )

    office.do(request, case.ref, "report", (FIFE, POLICE))
    office.do(answer, case.ref, FIFE)
    case = office.do(withdraw, case.ref, POLICE, WHY)
    assert office.do(advance, case.ref, "consider").dossier.state == "deciding"


def test_it_is_withdrawn_once_by_whoever_asks_and_with_a_reason(office: Office) -> None:
    case = asked(office)

    assert "Say why" in refused(office, withdraw, case.ref, FIFE, " ")
    assert "is for the lead officer" in refused(office, withdraw, case.ref, FIFE, WHY, role="chair")
    assert "was not asked" in refused(office, withdraw, case.ref, POLICE, WHY)

    office.do(withdraw, case.ref, FIFE, WHY)
    again = refused(office, withdraw, case.ref, FIFE, WHY)
    late = refused(office, promise, case.ref, FIFE, date(2026, 3, 10))
    for said in (again, late):
        assert "NHS Fife is not asked any more: its request was withdrawn on 2 March 2026." in said


def test_it_stays_withdrawn_when_a_case_was_no_duplicate_after_all(office: Office) -> None:
    kept, case = asked(office), asked(office, FIFE, POLICE)
    office.do(withdraw, case.ref, FIFE, WHY)
    office.do(link, case.ref, kept.ref, "duplicate_of", "The same child.")

    office.do(unlink, case.ref, kept.ref, "Another child.")

    requests = office.case(case.ref).dossier.requests
    assert {one.agency: one.status for one in requests.values()} == {FIFE: "withdrawn", POLICE: "open"}
    assert verify(office.engine, now=office.now).ok


@pytest.mark.parametrize("status", ["open", "answered"])
def test_verification_sees_a_row_that_says_otherwise(office: Office, status: str) -> None:
    case = asked(office)
    office.do(withdraw, case.ref, FIFE, WHY)
    kept = office.rows(select(CASES.c.dossier).where(CASES.c.id == case.id))[0][0]

    with transaction(office.engine) as tx:
        wrong = kept.replace('"status":"withdrawn"', f'"status":"{status}"')
        tx.execute(update(CASES).where(CASES.c.id == case.id).values(dossier=wrong))

    assert any(
        "dossier is not what its history adds up to" in str(one) for one in verify(office.engine, now=office.now).places
    )


@pytest.mark.parametrize(
    ("verb", "said", "ended"),
    [(answer, (), "answered"), (decline, (WHY,), "declined"), (redirect, (POLICE, WHY), "passed on to another agency")],
)
def test_what_was_said_before_the_letter_left_is_not_asked_for(
    office: Office, verb: Callable[..., Any], said: tuple[str, ...], ended: str
) -> None:
    case = asked(office)

    office.do(verb, case.ref, FIFE, *said)
    office.deliver()

    asking = {row.agency: (row.status, row.reason) for row in messages(office) if row.kind == "information_requested"}
    why = f"It was {ended} on 2 March 2026, before the letter that asks had left."
    assert asking.pop(FIFE) == ("overtaken", why)
    assert asking == ({POLICE: ("sent", "")} if verb is redirect else {})
    assert verify(office.engine, now=office.now).ok


def test_what_was_answered_meanwhile_is_asked_for_again_when_it_is_sent_back(office: Office) -> None:
    case = asked(office)
    office.do(answer, case.ref, FIFE)

    office.do(send_back, case.ref, FIFE, WHY)
    office.deliver()

    asking = [row.status for row in messages(office) if row.kind == "information_requested"]
    assert asking == ["overtaken", "sent"]


def test_an_answer_ends_the_task_of_reaching_somebody_with_the_question(office: Office) -> None:
    case = office.do(request, gathering(office).ref, "report", (COUNCIL,))

    office.do(answer, case.ref, COUNCIL)
    office.sweep()

    assert [row for row in tasks(office) if row.done_at is None and "information_requested" in row.facts] == []
    assert verify(office.engine, now=office.now).ok

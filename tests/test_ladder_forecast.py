"""Rehearsing the ladders: what lies ahead of every date, whom it reaches, and that a sweep then does just that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from records import contacts
from records.database import reading, transaction
from tests.casework import gathering, opened
from tests.office import FIFE, POLICE
from workflows.messages.ladder_forecast import rehearse
from workflows.verbs.pause import order_pause
from workflows.verbs.request import promise, request

if TYPE_CHECKING:
    from tests.office import Office
    from workflows.messages.ladder_forecast import Planned


def rehearsed(office: Office, ref: str = "") -> tuple[Planned, ...]:
    with reading(office.engine) as tx:
        return rehearse(tx, office.now, ref=ref, hidden=frozenset())


def asked(office: Office, *agencies: str) -> str:
    case = gathering(office)
    office.do(request, case.ref, "report", agencies)
    return str(case.ref)


def test_every_rung_ahead_of_a_date_is_listed_with_whom_it_reaches(office: Office) -> None:
    ref = asked(office, FIFE)

    found = rehearsed(office)

    assert [(one.ref, one.message, one.day) for one in found] == [
        (ref, "reminder", date(2026, 3, 13)),
        (ref, "due_today", date(2026, 3, 16)),
        (ref, "overdue", date(2026, 3, 17)),
        (ref, "escalation", date(2026, 3, 23)),
        (ref, "escalation", date(2026, 3, 30)),
    ]
    assert found[0].told == ("first NHS Fife, NHS Fife, by email",)
    assert found[4].told == ("chair, chair, by email",)
    assert (found[4].confirm, found[0].confirm) == ("lead officer", "")


def test_a_rung_that_reaches_nobody_is_told_apart(office: Office) -> None:
    asked(office, "NHS Orkney")

    found = rehearsed(office)

    assert [one.reaches_nobody for one in found] == [True, True, True, True, False]
    assert found[3].unreachable == ("NHS Orkney (agency senior)",)


def test_somebody_away_on_the_day_is_not_counted_on(office: Office) -> None:
    asked(office, FIFE)
    first = next(one for one in everybody(office) if (one.agency, one.role) == (FIFE, "first"))
    with transaction(office.engine) as tx:
        contacts.away(tx, first.id, date(2026, 3, 16), date(2026, 3, 16))

    assert [one.reaches_nobody for one in rehearsed(office)][:3] == [False, True, False]


def everybody(office: Office) -> tuple[contacts.Reach, ...]:
    with reading(office.engine) as tx:
        return contacts.everybody(tx)


def test_after_an_outage_only_the_highest_rung_due_is_next_and_it_is_late(office: Office) -> None:
    asked(office, FIFE)
    office.later(days=16)

    found = rehearsed(office)

    assert [(one.message, one.late) for one in found] == [
        ("overdue", True),
        ("escalation", False),
        ("escalation", False),
    ]
    assert found[0].at == office.now


def test_a_promise_moves_what_lies_ahead(office: Office) -> None:
    ref = asked(office, FIFE)
    office.do(promise, ref, FIFE, date(2026, 3, 20))

    ahead = rehearsed(office)

    assert ahead[0].day > date(2026, 3, 20)
    assert [one.message for one in ahead] == ["promise_broken", "escalation", "escalation"]
    assert {one.said for one in ahead} == {"promised for Fri 20 March 2026"}


def test_an_acknowledgement_is_rehearsed_as_one(office: Office) -> None:
    ref = asked(office, FIFE)
    office.do(promise, ref, FIFE)

    assert {one.said for one in rehearsed(office)} == {
        "acknowledged on Mon 2 March 2026, no reminder until Mon 16 March 2026"
    }
    assert rehearsed(office)[0].message == "overdue"


def test_a_held_clock_chases_nobody(office: Office) -> None:
    ref = asked(office, FIFE)
    office.do(order_pause, ref, "proceedings", "Procurator Fiscal", "Under way.", role="chair", stops=("report",))

    assert {one.key for one in rehearsed(office)} == {"hold_review/P1"}


def test_a_hold_with_an_end_puts_what_lies_ahead_behind_it(office: Office) -> None:
    ref = asked(office, FIFE)
    ends = date(2026, 5, 1)
    office.do(
        order_pause, ref, "proceedings", "Procurator Fiscal", "Under way.", role="chair", stops=("report",), ends=ends
    )
    office.later(days=12)

    reports = [one for one in rehearsed(office) if one.key.startswith("report")]

    assert reports
    assert min(one.day for one in reports) >= ends


def test_one_case_can_be_rehearsed_alone(office: Office) -> None:
    opened(office)
    ref = asked(office, FIFE, POLICE)

    assert {one.ref for one in rehearsed(office, ref)} == {ref}
    assert len({one.ref for one in rehearsed(office)}) == 2


def test_what_was_rehearsed_is_what_the_sweep_then_does(office: Office) -> None:
    asked(office, FIFE)
    first = rehearsed(office)[0]
    office.now = first.at - timedelta(seconds=1)
    before = office.sweep().climbed
    office.now = first.at

    assert (before, office.sweep().climbed) == (0, 1)

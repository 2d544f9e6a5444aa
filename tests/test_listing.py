"""The list of cases: sorted and narrowed by the database, on either kind of it; only what is shown is read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import event

from records import lists
from records.database import reading, transaction
from records.lists import Wanted
from tests.casework import gathering, opened
from tests.office import FIFE, MONDAY, POLICE
from workflows.advance import advance
from workflows.listing import listing
from workflows.pause import order_pause
from workflows.request import request

if TYPE_CHECKING:
    from tests.office import Office
    from workflows.listing import Listed


def listed(office: Office, wanted: Wanted | None = None, *, most: int = 50) -> Listed:
    with reading(office.engine) as tx:
        return listing(tx, wanted or Wanted(), office.now, most=most)


def asked_of_fife(office: Office) -> str:
    case = gathering(office)
    office.do(request, case.ref, "report", (FIFE,))
    return str(case.ref)


def test_the_soonest_due_comes_first_and_those_without_a_date_last(office: Office) -> None:
    undated = gathering(office)
    later = asked_of_fife(office)
    sooner = opened(office)

    found = listed(office)

    assert [line.ref for line in found.lines] == [sooner.ref, later, undated.ref]
    assert [line.days for line in found.lines][1:] == [14, None]


def test_a_line_says_whom_the_case_waits_for_and_whether_a_reason_is_wanted(office: Office) -> None:
    ref = asked_of_fife(office)
    office.later(days=15)

    line = listed(office).lines[0]

    assert (line.ref, line.stands, line.phase) == (ref, "Gathering reports", "referral")
    assert (line.next_label, line.next_on, line.days, line.overdue) == (
        "Agency report (NHS Fife)",
        date(2026, 3, 16),
        -1,
        True,
    )
    assert line.waiting_on == (FIFE,)
    assert line.reason_wanted == ("report/R1",)


def test_a_hold_is_something_a_case_waits_for(office: Office) -> None:
    ref = asked_of_fife(office)
    office.do(order_pause, ref, "proceedings", "Procurator Fiscal", "Proceedings are under way.", role="chair")

    assert listed(office).lines[0].waiting_on == (FIFE, "criminal proceedings")


def test_the_list_is_narrowed_by_the_database(office: Office) -> None:
    first, waiting = opened(office), asked_of_fife(office)
    office.do(advance, first.ref, "gather")
    soon = date(2026, 3, 16)

    def refs(**wanted: object) -> list[str]:
        return [line.ref for line in listed(office, Wanted(**wanted)).lines]  # type: ignore[arg-type]

    assert refs(waiting_on=FIFE) == [waiting]
    assert refs(waiting_on=POLICE) == []
    assert refs(due_by=soon) == [waiting]
    assert refs(due_before=soon) == []
    assert refs(phase="referral") == [waiting, first.ref]
    assert refs(phase="review") == []
    assert refs(which="closed") == []
    assert refs(which="all") == [waiting, first.ref]
    assert refs(lead="nobody") == []


def test_what_is_not_shown_is_counted_and_never_read(office: Office) -> None:
    for _ in range(4):
        opened(office)
    statements: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    found = listed(office, most=2)

    assert (len(found.lines), found.more) == (2, 2)
    about_cases = [one for one in statements if "case_file" in one]
    assert len(about_cases) == 2
    assert "LIMIT" in about_cases[0]
    assert "count(*)" in about_cases[1]


def test_the_urgent_cases_are_found_by_their_index_on_sqlite(office: Office) -> None:
    if office.engine.dialect.name != "sqlite":
        return
    with reading(office.engine) as tx:
        explained = tx.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT ref FROM case_file WHERE closed_on IS NULL AND next_due_on IS NOT NULL "
            "ORDER BY next_due_on, id LIMIT 50"
        ).all()

    assert "ix_case_file_urgency" in str(explained)
    assert "TEMP B-TREE" not in str(explained)


def test_messages_and_tasks_are_found_by_case_and_fate(office: Office) -> None:
    case = opened(office)
    other = asked_of_fife(office)

    with transaction(office.engine) as tx:
        told = lists.told_by(tx, case.id, 1)
        of_other = lists.messages(tx, office.case(other).id, ("owed",), 50)
        everything = lists.messages(tx, None, (), 1)

    assert [(row["kind"], row["role"], row["ref"]) for row in told] == [("case_opened", "lead_officer", case.ref)]
    assert {row["kind"] for row in of_other} >= {"case_alerted", "information_requested"}
    assert len(everything) == 1
    assert of_other[0]["created_at"] == MONDAY


def test_an_agency_is_found_however_it_is_written(office: Office) -> None:
    ref = asked_of_fife(office)

    found = listed(office, Wanted(waiting_on=f" {FIFE.lower()} "))

    assert [line.ref for line in found.lines] == [ref]

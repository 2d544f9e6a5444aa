"""The list of cases: sorted and narrowed by the database, on either kind of it; only what is shown is read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from records import queries
from records.case_columns import CALENDARS, CASES, DEADLINES, EDITIONS
from records.case_list import CaseFilter
from records.database import reading, transaction
from records.tables import METADATA
from tests.casework import edited, gathering, opened, part, reviewing
from tests.office import FIFE, MONDAY, POLICE, small_edition
from workflows.verbs.advance import advance
from workflows.verbs.outside_events import record_event
from workflows.verbs.pause import order_pause
from workflows.verbs.request import answer, request
from workflows.views.case_list import listing

if TYPE_CHECKING:
    from sqlalchemy import ColumnClause, Dialect, TableClause

    from tests.office import Office
    from workflows.views.case_list import CaseList


def listed(office: Office, wanted: CaseFilter | None = None, *, most: int = 50) -> CaseList:
    with reading(office.engine) as tx:
        return listing(tx, wanted or CaseFilter(), office.now, hidden=frozenset(), most=most)


def kind_of(column: ColumnClause[Any], dialect: Dialect) -> str:
    """What a database calls the kind of a column, without how long it may be."""
    return column.type.compile(dialect).partition("(")[0]


def asked_of_fife(office: Office) -> str:
    case = gathering(office)
    office.do(request, case.ref, "report", (FIFE,))
    return str(case.ref)


@pytest.mark.parametrize("columns", [CASES, DEADLINES, EDITIONS, CALENDARS], ids=lambda one: one.name)
def test_the_columns_of_a_list_are_those_of_the_tables(columns: TableClause) -> None:
    kept = METADATA.tables[columns.name].c

    assert columns.c.keys()
    for dialect in (SQLiteDialect(), PGDialect()):
        said = {one.name: kind_of(one, dialect) for one in columns.c}
        assert said == {name: kind_of(kept[name], dialect) for name in said}


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
        return [line.ref for line in listed(office, CaseFilter(**wanted)).lines]  # type: ignore[arg-type]

    assert refs(waiting_on=FIFE) == [waiting]
    assert refs(waiting_on=POLICE) == []
    assert refs(due_by=soon) == [waiting]
    assert refs(overdue_at=datetime(2026, 3, 16, 23, 59, tzinfo=UTC)) == []
    assert refs(overdue_at=datetime(2026, 3, 17, 0, 0, tzinfo=UTC)) == [waiting]
    assert refs(phase="referral") == [waiting, first.ref]
    assert refs(phase="review") == []
    assert refs(which="closed") == []
    assert refs(which="all") == [waiting, first.ref]
    assert refs(lead="nobody") == []


def test_a_limit_in_hours_that_ran_out_today_is_overdue_at_once(office: Office) -> None:
    hours = part("timescales", "report", limit=4, unit="hours")
    office.editions["small"] = edited(timescales=hours)
    ref = asked_of_fife(office)
    other = opened(office)

    in_time = listed(office, CaseFilter(overdue_at=office.now))
    office.later(hours=5)
    gone = listed(office, CaseFilter(overdue_at=office.now))

    assert in_time.lines == ()
    assert [(line.ref, line.overdue) for line in gone.lines] == [(ref, True)]
    assert other.ref in [line.ref for line in listed(office).lines]


def test_an_agency_asked_with_no_limit_is_found_until_it_has_answered(office: Office) -> None:
    timescales = {**small_edition().model_dump(mode="json", by_alias=True)["timescales"]}
    del timescales["report"]
    office.editions["small"] = small_edition(timescales=timescales)
    ref = asked_of_fife(office)

    found = listed(office, CaseFilter(waiting_on="nhs fife "))
    office.do(answer, ref, FIFE)

    assert [line.ref for line in found.lines] == [ref]
    assert listed(office, CaseFilter(waiting_on=FIFE)).lines == ()
    assert listed(office, CaseFilter(waiting_on="fife")).lines == ()


def test_what_a_case_waits_for_outside_is_found_by_its_name_and_its_label(office: Office) -> None:
    waits = {"label": "In review", "phase": "review", "waits_for": "verdict", "cite": ["S"]}
    office.editions["small"] = edited(states={"reviewing": waits})
    ref = reviewing(office).ref

    by_name, by_label = (listed(office, CaseFilter(waiting_on=whom)).lines for whom in ("verdict", "VERDICT"))
    office.do(record_event, ref, "verdict")

    assert [line.ref for line in (*by_name, *by_label)] == [ref, ref]
    assert listed(office, CaseFilter(waiting_on="verdict")).lines == ()


def test_files_of_recommendations_are_counted_apart_and_listed_when_asked_for(office: Office) -> None:
    review = opened(office)
    office.editions["followed"] = small_edition(name="followed", kind="recommendation", prefix="REC")
    followed = opened(office, edition="followed")

    found = listed(office)

    assert ([line.ref for line in found.lines], found.more, found.recommendations) == ([review.ref], 0, 1)
    assert [line.ref for line in listed(office, CaseFilter(kind="recommendation")).lines] == [followed.ref]
    assert {line.ref for line in listed(office, CaseFilter(kind="all")).lines} == {review.ref, followed.ref}
    assert listed(office, CaseFilter(kind="all")).recommendations == 0


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
            "EXPLAIN QUERY PLAN SELECT ref FROM case_file WHERE closed_on IS NULL AND kind != 'recommendation' "
            "AND next_due_on IS NOT NULL ORDER BY next_due_on, id LIMIT 50"
        ).all()

    assert "ix_case_file_urgency" in str(explained)
    assert "TEMP B-TREE" not in str(explained)


def test_the_cases_are_counted_in_their_index_alone_on_sqlite(office: Office) -> None:
    if office.engine.dialect.name != "sqlite":
        return
    statements: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    listed(office)
    (counting,) = (one for one in statements if "count(*)" in one)
    with reading(office.engine) as tx:
        explained = tx.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {counting}", ("recommendation",) * counting.count("?")
        ).all()

    assert "USING COVERING INDEX ix_case_file_urgency" in str(explained)


def test_messages_and_tasks_are_found_by_case_and_fate(office: Office) -> None:
    case = opened(office)
    other = asked_of_fife(office)

    with transaction(office.engine) as tx:
        told = queries.told_by(tx, case.id, 1)
        of_other = queries.messages(tx, office.case(other).id, ("owed",), 50, hidden=frozenset())
        everything = queries.messages(tx, None, (), 1, hidden=frozenset())

    assert [(row["kind"], row["role"], row["ref"]) for row in told] == [("case_opened", "lead_officer", case.ref)]
    assert {row["kind"] for row in of_other} >= {"case_alerted", "information_requested"}
    assert len(everything) == 1
    assert of_other[0]["created_at"] == MONDAY


def test_an_agency_is_found_however_it_is_written(office: Office) -> None:
    ref = asked_of_fife(office)

    found = listed(office, CaseFilter(waiting_on=f" {FIFE.lower()} "))

    assert [line.ref for line in found.lines] == [ref]


def test_of_very_many_cases_it_is_said_that_there_are_at_least_so_many(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.case_list.MOST_COUNTED", 2)
    first, _, _ = (gathering(office) for _ in range(3))

    found = listed(office, most=1)
    last = listed(office, CaseFilter(phase=first.procedure.states[first.dossier.state].phase), most=3)

    assert (found.more, found.all, found.at_least, found.about) == (1, 2, True, "at least ")
    assert (last.more, last.all, last.at_least) == (0, 3, True)
    monkeypatch.setattr("records.case_list.MOST_COUNTED", 3)
    assert (listed(office, most=1).more, listed(office).at_least) == (2, False)

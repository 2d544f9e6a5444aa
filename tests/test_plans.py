"""What is asked often is answered by an index, however much there is beside: on SQLite and on PostgreSQL."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Select, and_, true

from records import mails, references, webhooks
from records.case_list import URGENCY, CaseFilter, with_a_date
from records.case_years import telling_since
from records.cases import CASES
from records.database import reading
from tests.office import MONDAY
from workflows.messages import chase, drafts
from workflows.views import agenda
from workflows.views.search import newest

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.office import Office

ASKED: dict[str, tuple[Select[Any], str]] = {
    "what is due": (chase.DUE, "ix_deadline_wake"),
    "drafts whose time ran out": (chase.WAITED_OUT, "ix_message_held"),
    "drafts in doubt": (drafts.IN_DOUBT, "ix_message_held"),
    "who is owed something": (mails.RECIPIENTS, "ix_message_owed"),
    "letters to be tried": (mails.WAITING, "ix_mail_next"),
    "webhooks to be called": (webhooks.NEXT, "ix_webhook_call_next"),
    "drafts of the agenda": (agenda.HELD, "ix_message_held"),
}


def plan(tx: Connection, asked: Select[Any]) -> str:
    """How the database would answer, as it says; PostgreSQL reads a small table whole unless told not to."""
    said = asked.compile(dialect=tx.dialect, compile_kwargs={"render_postcompile": True})
    given = {name: {"now": MONDAY, "most": 100}.get(name, value) for name, value in said.params.items()}
    if tx.dialect.name == "sqlite":
        values = tuple(str(given[name]) for name in said.positiontup or ())
        return "\n".join(str(row[-1]) for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", values))
    for way in ("seqscan", "sort"):
        tx.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    return "\n".join(str(row[0]) for row in tx.exec_driver_sql(f"EXPLAIN {said}", given))


def test_what_is_asked_each_minute_is_answered_by_an_index(office: Office) -> None:
    with reading(office.engine) as tx:
        plans = {name: plan(tx, asked) for name, (asked, _) in ASKED.items()}

    assert {name: said for name, said in plans.items() if ASKED[name][1] not in said} == {}


def test_whether_a_sweep_has_anything_to_do_is_answered_by_indexes_alone(office: Office) -> None:
    with reading(office.engine) as tx:
        said = plan(tx, chase.WAITS)

    assert [name for name in ("ix_deadline_wake", "ix_message_held", "ix_task_open") if name not in said] == []
    assert "Seq Scan" not in said
    read_whole = [line for line in said.splitlines() if line.strip().startswith("SCAN ")]
    assert [line for line in read_whole if "INDEX" not in line and "CONSTANT" not in line] == []
    assert "next_action_at <=" not in said, "prepared, it is not known to be a moment before which there is little"


@pytest.mark.parametrize("which", ["closed", "all"])
def test_the_few_closed_cases_with_a_date_are_found_by_an_index_of_those(
    office: Office, which: Literal["closed", "all"]
) -> None:
    wanted = CaseFilter(which=which)
    dated = URGENCY.where(with_a_date(wanted, and_(true(), *wanted.conditions(frozenset())))).limit(50)
    with reading(office.engine) as tx:
        assert "ix_case_file_at_work" in plan(tx, dated)


def test_the_newest_of_an_officer_s_cases_are_found_without_sorting_all(office: Office) -> None:
    of_one = CASES.c.lead.in_(["Fiona Muir"])
    with reading(office.engine) as tx:
        plans = [
            plan(tx, newest(kind, of_one)) for kind in (CASES.c.closed_on.is_(None), CASES.c.closed_on.is_not(None))
        ]

    assert "ix_case_file_lead" in plans[1]
    assert "TEMP B-TREE" not in plans[1]
    assert "Seq Scan" not in plans[0]


def test_the_files_of_a_time_are_found_by_indexes(office: Office) -> None:
    with reading(office.engine) as tx:
        said = plan(tx, telling_since(MONDAY.date()))

    assert [name for name in ("ix_case_file_at_work", "ix_case_file_urgency", "ix_history_recorded_at") if name in said]
    assert "Seq Scan on history" not in said
    assert "SCAN history" not in said.splitlines()


SERIES = some.dictionaries(
    some.sampled_from([f"{kind}-{year}" for kind, year in product(("R", "LR", "SCR"), (2009, 2010, 2026))]),
    some.sampled_from([1, 7, 60, 999, 1203, 12034]),
    min_size=1,
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(series=SERIES, data=some.data())
def test_the_references_that_hold_a_fragment_are_those_that_are_found_by_looking(
    series: dict[str, int], data: some.DataObject
) -> None:
    named = data.draw(some.sampled_from(sorted(series)))
    ref = f"{named}-{data.draw(some.integers(1, series[named])):04}"
    first = data.draw(some.integers(0, len(ref) - 1))
    fragment = ref[first : data.draw(some.integers(first + 1, len(ref)))]

    found = references.among(series, fragment)

    every = [f"{one}-{number:04}" for one, last in series.items() for number in range(1, last + 1)]
    looked = [one for one in every if fragment in one]
    assert found is None or sorted(found) == sorted(looked)
    assert references.among(series, ref) is not None, "a whole reference is never looked for in all cases"

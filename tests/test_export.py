"""The history written out: JSON says everything, CSV runs nothing, XES is read back by a process-mining tool."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from records import history
from records.children import Person
from records.database import reading
from states.errors import BadAnswer, NotFound
from tests.office import FIFE, POLICE, small_edition
from workflows.reports.history_export import activity, export, moment, parts
from workflows.verbs.advance import advance
from workflows.verbs.change_edition import move_edition
from workflows.verbs.open import open_case
from workflows.verbs.people import add_child
from workflows.verbs.request import answer, decline, request

if TYPE_CHECKING:
    from pathlib import Path

    from states.entry import Entry
    from tests.office import Office

FIRST, SECOND = "TST-2026-0001", "TST-2026-0002"


@pytest.fixture
def worked(office: Office) -> Office:
    """An office with two cases, one of which has awkward letters in it and came under a newer edition."""
    ref = office.do(open_case, "small", answers={"informed_on": "2026-03-01"}, agencies=(FIFE, POLICE), lead="A").ref
    office.do(add_child, ref, Person("Wilhelmina Testperson"))
    office.later(hours=2)
    office.do(advance, ref, "gather")
    office.do(request, ref, "report", (FIFE, POLICE))
    office.later(days=16)
    office.sweep()
    office.do(answer, ref, FIFE, late_reason="=1+1")
    office.do(decline, ref, POLICE, '=HYPERLINK("x") <&> "é"\nsecond line \ufffe')
    office.editions["next"] = small_edition(name="next-review", title="The next edition")
    office.do(move_edition, ref, "next", "the guidance was replaced")
    other = office.do(open_case, "small", answers={"informed_on": "2026-03-02"}, agencies=(FIFE,)).ref
    office.do(advance, other, "gather", on=office.now.date())
    return office


def entries_of(office: Office) -> dict[str, tuple[Entry, ...]]:
    with reading(office.engine) as tx:
        return {ref: history.entries(tx, number) for number, ref in enumerate((FIRST, SECOND), start=1)}


def test_json_says_everything_about_every_case_and_names_no_child(worked: Office) -> None:
    text = export(worked.engine, "json")

    cases = {case["ref"]: case for case in json.loads(text)["cases"]}
    first = cases[FIRST]
    assert set(cases) == {FIRST, SECOND}
    assert [entry["sequence"] for entry in first["history"]] == list(range(1, len(entries_of(worked)[FIRST]) + 1))
    assert (first["edition"]["name"], first["history"][0]["edition"]) == ("next-review", "small-review")
    assert (first["state"]["label"], first["children"], first["closed_on"]) == ("Gathering reports", 1, None)
    assert {date["key"]: date["status"] for date in first["deadlines"]}["report/R1"] == "met"
    assert first["history"][2]["label"] == "Alert the agencies"
    assert "Wilhelmina" not in text
    assert "Testperson" not in text


def test_csv_has_a_line_for_every_entry_and_starts_no_formula(worked: Office) -> None:
    rows = list(csv.DictReader(io.StringIO(export(worked.engine, "csv"), newline="")))

    wanted = [(ref, str(one.sequence), one.kind) for ref, found in entries_of(worked).items() for one in found]
    assert [(row["case"], row["sequence"], row["kind"]) for row in rows] == wanted
    reason = next(row["reason"] for row in rows if row["kind"] == "declined")
    assert reason == '\'=HYPERLINK("x") <&> "é"\nsecond line \ufffe'.rstrip()
    assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_xes_is_read_back_by_a_process_mining_tool(worked: Office, tmp_path: Path) -> None:
    import pm4py

    path = tmp_path / "history.xes"
    path.write_text(export(worked.engine, "xes"), encoding="utf-8")

    log = pm4py.read_xes(str(path), return_legacy_log_object=True, variant="iterparse")
    table = pm4py.read_xes(str(path), variant="iterparse")

    wanted = entries_of(worked)
    assert [trace.attributes["concept:name"] for trace in log] == [FIRST, SECOND]
    assert len(table) == sum(len(found) for found in wanted.values())
    for trace in log:
        found = wanted[trace.attributes["concept:name"]]
        assert [event["concept:name"] for event in trace] == [activity(entry) for entry in found]
        assert [event["time:timestamp"] for event in trace] == [moment(entry) for entry in found]
        assert [event["org:role"] for event in trace] == [entry.actor.role for entry in found]
        assert {event["lifecycle:transition"] for event in trace} == {"complete"}
    assert set(log.extensions) == {"Concept", "Time", "Organizational", "Lifecycle"}
    declined = next(event for event in log[0] if event["kind"] == "declined")
    assert declined["reason"] == '=HYPERLINK("x") <&> "é"\nsecond line \ufffd'


def test_a_day_without_a_time_begins_at_midnight_in_scotland(worked: Office) -> None:
    worked.now = datetime(2026, 6, 10, 12, tzinfo=UTC)
    worked.do(request, SECOND, "report", (FIFE,), on=date(2026, 6, 9))

    last = entries_of(worked)[SECOND][-1]

    assert moment(last) == datetime(2026, 6, 8, 23, tzinfo=UTC)


@pytest.mark.parametrize("fmt", ["json", "csv", "xes"])
def test_one_case_can_be_written_alone(worked: Office, fmt: str) -> None:
    text = export(worked.engine, fmt, SECOND.lower())

    assert SECOND in text
    assert FIRST not in text


@pytest.mark.parametrize("fmt", ["json", "csv", "xes"])
def test_an_empty_record_is_written_as_an_empty_list(office: Office, fmt: str) -> None:
    assert len(export(office.engine, fmt)) > 20


def test_it_is_written_piece_by_piece(worked: Office) -> None:
    assert len(list(parts(worked.engine, "csv"))) == 1 + sum(len(found) for found in entries_of(worked).values())


def test_an_unknown_case_or_format_is_refused(worked: Office) -> None:
    with pytest.raises(NotFound, match="There is no case"):
        export(worked.engine, "json", "TST-2026-0099")
    with pytest.raises(BadAnswer, match="json, csv, xes"):
        export(worked.engine, "pdf")

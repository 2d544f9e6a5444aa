"""The history written out: JSON says everything, CSV runs nothing, XES is read back by a process-mining tool."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from records import history
from records.children import ChildDetails
from records.database import reading
from states.errors import BadAnswer, NotFound
from tests.office import FIFE, POLICE, small_edition
from workflows.reports.history_events import activity, moment
from workflows.reports.history_export import export, parts
from workflows.verbs.advance import advance
from workflows.verbs.change_edition import move_edition
from workflows.verbs.extend import ask_extension, grant_extension
from workflows.verbs.open import open_case
from workflows.verbs.outside_events import record_event
from workflows.verbs.pause import order_pause
from workflows.verbs.people import add_child
from workflows.verbs.request import answer, decline, request

if TYPE_CHECKING:
    from pathlib import Path

    from states.entry import Entry
    from tests.conftest import OfficeAfter
    from tests.office import Office

pytestmark = pytest.mark.xdist_group("mined")
"""One process has them and test_process_mining.py, so that pm4py is loaded once."""

FIRST, SECOND = "TST-2026-0001", "TST-2026-0002"


@pytest.fixture
def worked(office_after: OfficeAfter) -> Office:
    return office_after(two_cases)


def two_cases(office: Office) -> None:
    """Two cases, one of which has awkward letters in it and came under a newer edition."""
    ref = office.do(open_case, "small", answers={"informed_on": "2026-03-01"}, agencies=(FIFE, POLICE), lead="A").ref
    office.do(add_child, ref, ChildDetails("Wilhelmina Testperson"))
    office.later(hours=2)
    office.do(advance, ref, "gather")
    office.do(request, ref, "report", (FIFE, POLICE))
    office.later(days=16)
    office.sweep()
    office.do(answer, ref, FIFE, late_reason="=1+1")
    office.do(decline, ref, POLICE, '=HYPERLINK("x") <&> "é" second line \ufffe')
    office.editions["next"] = small_edition(name="next-review", title="The next edition")
    office.do(move_edition, ref, "next", "the guidance was replaced")
    other = office.do(open_case, "small", answers={"informed_on": "2026-03-02"}, agencies=(FIFE,)).ref
    office.do(advance, other, "gather", on=office.now.date())


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
    assert reason == '\'=HYPERLINK("x") <&> "é" second line \ufffe'.rstrip()
    assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_a_line_always_says_when_it_happened_and_how_well_that_is_known(worked: Office) -> None:
    worked.now = datetime(2026, 6, 10, 12, tzinfo=UTC)
    worked.do(request, SECOND, "report", (FIFE,), on=date(2026, 6, 9))
    worked.do(decline, SECOND, FIFE, "not theirs")

    rows = list(csv.DictReader(io.StringIO(export(worked.engine, "csv", SECOND), newline="")))

    asked, declined = rows[-2:]
    assert (asked["happened_on"], asked["happened_at"]) == ("2026-06-09", "2026-06-09T11:00:00Z")
    assert (asked["happened_precision"], asked["recorded_at"]) == ("day", "2026-06-10T12:00:00Z")
    assert (declined["happened_at"], declined["happened_precision"]) == ("2026-06-10T12:00:00Z", "instant")
    assert all(row["happened_at"] and row["recorded_at"] for row in rows)


def test_xes_is_read_back_by_a_process_mining_tool(worked: Office, tmp_path: Path) -> None:
    log = log_of(export(worked.engine, "xes"), tmp_path)

    wanted = entries_of(worked)
    assert [trace.attributes["concept:name"] for trace in log] == [FIRST, SECOND]
    for trace in log:
        found = wanted[trace.attributes["concept:name"]]
        assert list(dict.fromkeys(event["sequence"] for event in trace)) == [entry.sequence for entry in found]
        by_number = {entry.sequence: entry for entry in found}
        for event in trace:
            entry = by_number[event["sequence"]]
            assert event["time:timestamp"] == moment(entry)
            assert (event["org:role"], event["kind"]) == (entry.actor.role, entry.kind)
            assert event["cairn:recordedAt"] == entry.recorded_at
        assert {activity(one) for one in found if one.kind == "advanced"} <= {one["concept:name"] for one in trace}
    assert set(log.extensions) == {"Concept", "Time", "Organizational", "Lifecycle"}
    declined = next(event for event in log[0] if event["kind"] == "declined")
    assert declined["reason"] == '=HYPERLINK("x") <&> "é" second line \ufffd'


def log_of(text: str, folder: Path) -> Any:
    import pm4py

    path = folder / "history.xes"
    path.write_text(text, encoding="utf-8")
    return pm4py.read_xes(str(path), return_legacy_log_object=True, variant="iterparse")


def runs(trace: Any, name: str) -> list[tuple[str, str, str]]:
    """The beginnings and ends of one activity, with the run and the agency."""
    found = (one for one in trace if one["concept:name"] == name)
    return [(one["lifecycle:transition"], one["concept:instance"], one.get("org:group", "")) for one in found]


def test_a_request_begins_and_ends_for_each_agency_by_itself(worked: Office, tmp_path: Path) -> None:
    first = log_of(export(worked.engine, "xes", FIRST), tmp_path)[0]

    assert runs(first, "request report") == [
        ("start", f"{FIRST}/R1", FIFE),
        ("start", f"{FIRST}/R2", POLICE),
        ("complete", f"{FIRST}/R1", FIFE),
        ("ate_abort", f"{FIRST}/R2", POLICE),
    ]
    chased = next(one for one in first if one["concept:name"] == "chased")
    assert (chased["cairn:date"], chased["org:group"], chased["cairn:message"]) == ("report", FIFE, "overdue")
    assert (chased["cairn:due_on"], chased["cairn:rung"], chased["cairn:rung_day"]) == ("2026-03-16", 2, 1)
    assert chased["concept:instance"] == f"{FIRST}/R1"


def test_a_hold_and_an_extension_have_a_beginning_and_an_end(worked: Office, tmp_path: Path) -> None:
    worked.do(request, SECOND, "report", (FIFE,))
    hold = {"stops": ("report",), "event": "verdict"}
    worked.do(order_pause, SECOND, "proceedings", "Procurator Fiscal", "A trial.", role="chair", **hold)
    worked.do(ask_extension, SECOND, "report/R1", 5, "Two files are missing.")
    worked.do(grant_extension, SECOND, "E1", "It is fair.", role="chair")
    worked.do(record_event, SECOND, "verdict")

    trace = log_of(export(worked.engine, "xes", SECOND), tmp_path)[0]

    assert runs(trace, "hold proceedings") == [("start", f"{SECOND}/P1", ""), ("complete", f"{SECOND}/P1", "")]
    assert runs(trace, "extension report") == [("start", f"{SECOND}/E1", FIFE), ("complete", f"{SECOND}/E1", FIFE)]
    assert [one["outcome"] for one in trace if one["concept:name"] == "extension report"] == ["asked", "granted"]


def test_a_day_without_a_time_stays_that_day_and_in_its_place_in_the_record(worked: Office, tmp_path: Path) -> None:
    worked.now = datetime(2026, 6, 9, 15, tzinfo=UTC)
    worked.do(request, SECOND, "report", (FIFE,))
    worked.now = datetime(2026, 6, 12, 9, tzinfo=UTC)
    worked.do(answer, SECOND, FIFE, on=date(2026, 6, 9))
    worked.do(request, SECOND, "report", (POLICE,), on=date(2026, 6, 8))

    asked, answered, last = log_of(export(worked.engine, "xes", SECOND), tmp_path)[0][-3:]

    assert answered["time:timestamp"] == asked["time:timestamp"] == datetime(2026, 6, 9, 15, tzinfo=UTC)
    assert [one["cairn:happenedPrecision"] for one in (asked, answered, last)] == ["instant", "day", "day"]
    assert [one["cairn:happenedOn"] for one in (answered, last)] == ["2026-06-09", "2026-06-08"]
    assert last["time:timestamp"] == datetime(2026, 6, 8, 11, tzinfo=UTC)
    assert last["cairn:recordedAt"] == datetime(2026, 6, 12, 9, tzinfo=UTC)


def test_only_some_kinds_of_entry_are_written_where_they_are_asked_for(worked: Office) -> None:
    def kinds(**only: Any) -> set[str]:
        return {row["kind"] for row in csv.DictReader(io.StringIO(export(worked.engine, "csv", **only)))}

    assert kinds(kinds=["requested", "answered"]) == {"requested", "answered"}
    assert kinds() - kinds(without=["chased"]) == {"chased"}
    assert '"chased"' not in export(worked.engine, "xes", without=["chased"])
    assert "chased" not in export(worked.engine, "ocel", without=["chased"])
    with pytest.raises(BadAnswer, match="no kind of entry 'chases'"):
        export(worked.engine, "csv", kinds=["chases"])
    with pytest.raises(BadAnswer, match="JSON holds every entry"):
        export(worked.engine, "json", kinds=["chased"])


@pytest.mark.parametrize("fmt", ["json", "csv", "xes", "ocel"])
def test_one_case_can_be_written_alone(worked: Office, fmt: str) -> None:
    text = export(worked.engine, fmt, SECOND.lower())

    assert SECOND in text
    assert FIRST not in text


@pytest.mark.parametrize("fmt", ["json", "csv", "xes", "ocel"])
def test_an_empty_record_is_written_as_an_empty_list(office: Office, fmt: str) -> None:
    assert len(export(office.engine, fmt)) > 20


def test_it_is_written_piece_by_piece(worked: Office) -> None:
    assert len(list(parts(worked.engine, "csv"))) == 1 + sum(len(found) for found in entries_of(worked).values())


def test_an_unknown_case_or_format_is_refused(worked: Office) -> None:
    with pytest.raises(NotFound, match="There is no case"):
        export(worked.engine, "json", "TST-2026-0099")
    with pytest.raises(BadAnswer, match="json, csv, xes, ocel"):
        export(worked.engine, "pdf")

"""The calendar of dates owed: titles told apart, moves counted, what is over cancelled by name, and no name in it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from icalendar import Calendar

from records.database import reading
from tests.casework import gathering, opened
from tests.office import FIFE, POLICE
from workflows.papers.calendar_feed import calendar_feed
from workflows.verbs.extend import ask_extension, grant_extension
from workflows.verbs.outside_events import record_event
from workflows.verbs.pause import order_pause
from workflows.verbs.request import answer, request

if TYPE_CHECKING:
    from tests.office import Office


def test_the_calendar_has_references_and_labels_and_no_names(office: Office) -> None:
    case = opened(office)

    with reading(office.engine) as tx:
        first, second = (calendar_feed(tx, "cairn.example", office.now) for _ in range(2))

    events = Calendar.from_ical(first).walk("VEVENT")
    assert [(str(one["summary"]), one["dtstart"].dt) for one in events] == [
        (f"{case.ref}: Notification form", date(2026, 3, 8))
    ]
    assert str(events[0]["uid"]) == f"{case.ref}-form@cairn.example"
    assert first == second
    assert b"NHS" not in first
    assert b"lead officer" not in first.lower()


def dates_of(office: Office) -> dict[str, Any]:
    """The events of the calendar by the key of their date."""
    with reading(office.engine) as tx:
        feed = Calendar.from_ical(calendar_feed(tx, "cairn.example", office.now))
    assert str(feed["method"]) == "PUBLISH"
    assert {str(one["organizer"]) for one in feed.walk("VEVENT")} <= {"mailto:cairn@cairn.example"}
    return {str(one["uid"]).partition("@")[0].split("-", 3)[3]: one for one in feed.walk("VEVENT")}


def test_a_date_that_moves_keeps_its_identity_and_counts_its_moves(office: Office) -> None:
    case = gathering(office)
    office.do(request, case.ref, "report", (FIFE, POLICE))
    before = dates_of(office)["report/R1"]
    office.later(days=1)
    office.do(ask_extension, case.ref, "report/R1", 5, "Two files are missing.")
    assert dates_of(office)["report/R1"] == before | {"dtstamp": dates_of(office)["report/R1"]["dtstamp"]}

    office.later(days=1)
    office.do(grant_extension, case.ref, "E1", role="chair")
    granted_at = office.now
    office.later(days=1)

    after = dates_of(office)["report/R1"]
    assert (before["sequence"], after["sequence"], after["uid"]) == (0, 1, before["uid"])
    assert (before["dtstart"].dt, after["dtstart"].dt) == (date(2026, 3, 16), date(2026, 3, 21))
    assert (after["last-modified"].dt, str(after["status"])) == (granted_at, "CONFIRMED")


def test_dates_of_several_agencies_are_told_apart(office: Office) -> None:
    case = gathering(office)
    office.do(request, case.ref, "report", (FIFE, POLICE))

    titles = {key: str(one["summary"]) for key, one in dates_of(office).items()}

    assert titles["report/R1"] == f"{case.ref}: Agency report ({FIFE})"
    assert titles["report/R2"] == f"{case.ref}: Agency report ({POLICE})"


def test_a_date_that_is_met_is_cancelled_by_name_and_one_of_long_ago_left_out(office: Office) -> None:
    case = gathering(office)
    office.do(request, case.ref, "report", (FIFE, POLICE))
    office.later(days=2)
    office.do(answer, case.ref, FIFE)

    met, owed = (dates_of(office)[key] for key in ("report/R1", "report/R2"))
    assert [str(one["status"]) for one in (met, owed)] == ["CANCELLED", "CONFIRMED"]
    assert (met["sequence"], str(met["description"])) == (1, "Met on 4 March 2026.")

    office.later(days=92 + 12)
    assert {"report/R1", "report/R2"} <= dates_of(office).keys()
    office.later(days=1)
    assert not {"report/R1", "report/R2"} & dates_of(office).keys()


def test_a_date_whose_clock_stands_still_is_cancelled_until_it_runs_again(office: Office) -> None:
    case = gathering(office)
    office.do(request, case.ref, "report", (FIFE,))
    stop = {"stops": ("report",), "event": "verdict"}
    office.do(order_pause, case.ref, "proceedings", "Procurator Fiscal", "A trial.", role="chair", **stop)
    held = dates_of(office)["report/R1"]
    office.later(days=10)
    office.do(record_event, case.ref, "verdict")
    again = dates_of(office)["report/R1"]

    assert (str(held["status"]), held["sequence"], held["dtstart"].dt) == ("CANCELLED", 1, date(2026, 3, 16))
    assert (str(again["status"]), again["sequence"], again["dtstart"].dt) == ("CONFIRMED", 2, date(2026, 3, 25))

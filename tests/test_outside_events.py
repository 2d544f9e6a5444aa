"""Waiting for something outside the committee."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.casework import ODD, date_of, edited, opened, refused, reviewing
from workflows.verbs.outside_events import ask_after, record_event

if TYPE_CHECKING:
    from tests.office import Office


def test_each_time_it_is_asked_after_the_next_time_is_counted_from_that_day(office: Office) -> None:
    case = reviewing(office)
    assert date_of(case, "chase_verdict").due_on == date(2026, 4, 1)
    office.later(days=45)

    case = office.do(ask_after, case.ref, "verdict", "Not before May.")

    first, following = date_of(case, "chase_verdict"), date_of(case, "chase_verdict#2")
    assert (first.status, first.late) == ("met", False)
    assert (following.anchor_on, following.due_on) == (date(2026, 4, 16), date(2026, 5, 16))


def test_when_it_has_come_it_is_asked_after_no_more(office: Office) -> None:
    case = reviewing(office)
    office.later(days=45)

    case = office.do(record_event, case.ref, "verdict", note="Guilty.", on=date(2026, 4, 10))

    assert case.dossier.events["verdict"].on == date(2026, 4, 10)
    assert not [one for one in case.dossier.open_deadlines() if one.timescale == "chase_verdict"]
    assert date_of(case, "chase_verdict").late is False


def test_what_has_come_is_recorded_once_and_asked_after_no_more(office: Office) -> None:
    case = reviewing(office)
    office.do(record_event, case.ref, "verdict")

    assert "Verdict was recorded for 2 March 2026 already." in refused(office, record_event, case.ref, "verdict")
    assert "Verdict was recorded for 2 March 2026 already." in refused(office, ask_after, case.ref, "verdict")


def test_what_is_not_waited_for_is_refused(office: Office) -> None:
    case = opened(office)

    assert "'rain' is not waited for under this edition: it knows verdict." in refused(
        office, record_event, case.ref, "rain"
    )
    assert "Recording verdict is for the lead officer" in refused(office, ask_after, case.ref, "verdict", role="chair")
    assert "lies in the future" in refused(office, record_event, case.ref, "verdict", on=date(2026, 3, 3))
    assert "before the case was opened" in refused(office, record_event, case.ref, "verdict", on=date(2026, 3, 1))
    assert "cannot be read" in refused(office, record_event, case.ref, "verdict", note=ODD)
    assert "has changed since" in refused(office, ask_after, case.ref, "verdict", seen=7)


def test_an_edition_that_waits_for_nothing_says_so(office: Office) -> None:
    office.editions["small"] = edited().model_copy(update={"events": {}})
    case = opened(office)

    assert "it knows nothing" in refused(office, ask_after, case.ref, "verdict")

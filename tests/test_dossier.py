"""The parts of what a history adds up to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from states.dossier import Deadline, Dossier, Extension, Paused

DAY = date(2026, 3, 16)


DOSSIER = Dossier(ref="TST-2026-0001", edition="small", digest="")


def deadline(**more: object) -> Deadline:
    plain = {
        "key": "form",
        "timescale": "form",
        "anchor_on": date(2026, 3, 2),
        "since": 1,
        "opened_on": date(2026, 3, 2),
    }
    return Deadline.model_validate({**plain, "due_on": DAY, **more})


def test_a_date_is_in_time_to_the_last_second_of_its_day_in_scotland() -> None:
    one = deadline()
    midnight = datetime(2026, 3, 17, tzinfo=UTC)

    assert not one.is_overdue(midnight - timedelta(seconds=1))
    assert one.is_overdue(midnight)


def test_a_date_in_hours_is_in_time_to_its_instant() -> None:
    moment = datetime(2026, 3, 16, 12, tzinfo=UTC)
    one = deadline(due_at=moment)

    assert not one.is_overdue(moment)
    assert one.is_overdue(moment + timedelta(seconds=1))


@pytest.mark.parametrize("status", ["held", "unset", "met", "cancelled"])
def test_only_a_running_date_is_overdue(status: str) -> None:
    assert not deadline(status=status).is_overdue(datetime(2027, 1, 1, tzinfo=UTC))
    assert not deadline(due_on=None).is_overdue(datetime(2027, 1, 1, tzinfo=UTC))


def test_the_reason_of_a_delay_is_wanted_once() -> None:
    after = datetime(2026, 3, 17, 12, tzinfo=UTC)

    assert DOSSIER.wants_reason(deadline(), after)
    assert DOSSIER.wants_reason(deadline(status="met", late=True), after)
    assert not DOSSIER.wants_reason(deadline(late_reason="Illness."), after)
    assert not DOSSIER.wants_reason(deadline(status="met"), after)


def test_under_a_hold_a_date_that_was_missed_waits_with_its_clock() -> None:
    one, today = deadline(), DAY + timedelta(days=5)
    now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    hold = Paused(id="P1", kind="k", authority="a", starts=DAY + timedelta(days=2), stops=(one.timescale,))
    held = DOSSIER.but(pauses={"P1": hold})

    assert DOSSIER.is_overdue(one, now)
    assert not held.is_overdue(one, now)
    assert not held.wants_reason(one, now)
    assert held.but(pauses={"P1": hold.but(ends=today)}).is_overdue(one, now)


def test_a_hold_runs_from_its_first_day_up_to_the_day_it_ends() -> None:
    hold = Paused(id="P1", kind="k", authority="a", starts=DAY, ends=DAY + timedelta(days=2))

    assert [hold.runs_on(DAY + timedelta(days=number)) for number in (-1, 0, 1, 2)] == [False, True, True, False]
    assert hold.but(ends=None).runs_on(date(2099, 1, 1))


def test_only_holds_that_name_a_clock_and_last_a_day_stop_it() -> None:
    def hold(number: str, ends: date | None, *stops: str) -> Paused:
        return Paused(id=number, kind="k", authority="a", starts=DAY, ends=ends, stops=stops, label="l")

    holds = (hold("P1", None, "form"), hold("P2", DAY, "form"), hold("P3", None, "other"))
    facts = Dossier(ref="R", edition="e", digest="d", pauses={one.id: one for one in holds})

    assert [(stop.starts, stop.ends) for stop in facts.stops_for("form")] == [(DAY, None)]
    assert Dossier(ref="R", edition="e", digest="d").stops_for("form") == ()


def test_only_extensions_granted_on_a_date_lengthen_it() -> None:
    def more(number: str, key: str, status: str) -> Extension:
        given = {"id": number, "deadline": key, "count": 3, "reason": "r", "asked_by": "a", "status": status}
        return Extension.model_validate({**given, "decided_by": "b"})

    all_of_them = (more("E1", "form", "granted"), more("E2", "form", "asked"), more("E3", "other", "granted"))
    facts = Dossier(ref="R", edition="e", digest="d", extensions={one.id: one for one in all_of_them})

    assert [(one.count, one.approver) for one in facts.allowances_for("form")] == [(3, "b")]
    assert Dossier(ref="R", edition="e", digest="d").allowances_for("form") == ()


def test_what_is_owed_soonest_comes_first_and_what_has_no_date_last() -> None:
    dates = {
        "a": deadline(key="a", due_on=None, status="unset"),
        "b": deadline(key="b"),
        "c": deadline(key="c", due_on=date(2026, 3, 9)),
        "d": deadline(key="d", status="met"),
    }

    facts = Dossier(ref="R", edition="e", digest="d", deadlines=dates)

    assert [one.key for one in facts.open_deadlines()] == ["c", "b", "a"]


def test_a_changed_part_is_another_one_and_the_first_stays_as_it_was() -> None:
    one = deadline()

    other = one.but(late=True)

    assert (one.late, other.late, other.key) == (False, True, "form")
    assert other == deadline(late=True)
    with pytest.raises(ValidationError):
        one.late = True  # type: ignore[misc]

"""A late change of a calendar: what is shown is what is applied, with who had been chased for the old date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from records.database import transaction
from records.diary import DEADLINES
from tests.casework import ODD, asked, date_of, deciding, edited, entries, part, refused, reviewing
from tests.office import FIFE
from tests.story import SCOTLAND
from workflows.verbs.advance import advance
from workflows.verbs.change_calendar import apply_calendar, preview_calendar
from workflows.verbs.request import answer

if TYPE_CHECKING:
    from states.calendars import Calendar
    from tests.office import Office
    from workflows.views.calendars import MovedDate

WHY = "Proclaimed on 3 March."


def with_holiday(day: date) -> Calendar:
    return replace(SCOTLAND, holidays={**SCOTLAND.holidays, day: "A day of mourning"})


def previewed(office: Office, fresh: Calendar) -> tuple[MovedDate, ...]:
    with transaction(office.engine) as tx:
        return preview_calendar(office.uow(tx), fresh)


def test_what_is_shown_is_what_is_applied_and_only_working_days_move(office: Office) -> None:
    case = deciding(office)
    before = case.dossier.deadlines
    fresh = with_holiday(date(2026, 3, 11))

    shown = previewed(office, fresh)
    assert office.case(case.ref).dossier.deadlines == before
    applied = office.do(apply_calendar, fresh, WHY)

    (moved,) = shown
    assert applied == shown
    assert (moved.key, moved.owner, moved.before, moved.after) == (
        "decision",
        "Committee chair",
        date(2026, 3, 16),
        date(2026, 3, 17),
    )
    after = office.case(case.ref)
    assert date_of(after, "decision").due_on == date(2026, 3, 17)
    assert date_of(after, "decision").original_on == date(2026, 3, 16)
    assert {key: one for key, one in after.dossier.deadlines.items() if key != "decision"} == {
        key: one for key, one in before.items() if key != "decision"
    }
    assert (entries(office, after)[-1].kind, entries(office, after)[-1].reason) == ("calendar_changed", WHY)


def test_who_had_been_chased_for_the_old_date_is_counted(office: Office) -> None:
    office.editions["small"] = edited(timescales=part("timescales", "report", unit="working_days", limit=10))
    case = asked(office)
    office.later(days=14)
    assert office.sweep().climbed == 1

    (moved,) = previewed(office, with_holiday(date(2026, 3, 11)))

    assert (moved.ref, moved.key, moved.owner, moved.chased) == (case.ref, "report/R1", FIFE, 1)


def test_a_date_that_was_met_keeps_its_lateness(office: Office) -> None:
    office.editions["small"] = edited(timescales=part("timescales", "report", unit="working_days", limit=1))
    case = asked(office)
    office.later(days=2)
    case = office.do(answer, case.ref, FIFE)
    before = date_of(case, "report/R1")
    assert before.late is True

    office.do(apply_calendar, with_holiday(date(2026, 3, 3)), WHY)

    assert date_of(office.case(case.ref), "report/R1") == before


def test_a_duty_that_outlives_its_case_is_counted_anew_too(office: Office) -> None:
    lasting = part(
        "timescales",
        "decision",
        anchor={"trigger": "publish"},
        met_by={"triggers": ["reopen"]},
        outlives_closing=True,
    )
    office.editions["small"] = edited(timescales=lasting)
    case = office.do(advance, reviewing(office).ref, "publish", role="chair")

    office.do(apply_calendar, with_holiday(date(2026, 3, 11)), WHY)

    assert date_of(office.case(case.ref), "decision").due_on == date(2026, 3, 17)


def test_a_ladder_in_working_days_wakes_by_the_new_calendar(office: Office) -> None:
    ladder = part(
        "ladders", "agency", unit="working_days", rungs=[{"day": -3, "tell": ["owner"], "message": "reminder"}]
    )
    office.editions["small"] = edited(ladders=ladder)
    asked(office)
    (before,) = office.rows(DEADLINES.select().where(DEADLINES.c.key == "report/R1"))
    assert before.next_action_at.date() == date(2026, 3, 11)

    office.do(apply_calendar, with_holiday(date(2026, 3, 12)), WHY)

    (after,) = office.rows(DEADLINES.select().where(DEADLINES.c.key == "report/R1"))
    assert after.next_action_at.date() == date(2026, 3, 10)


def test_the_same_change_is_applied_once(office: Office) -> None:
    deciding(office)
    fresh = with_holiday(date(2026, 3, 11))
    office.do(apply_calendar, fresh, WHY)

    assert "there is nothing to apply" in refused(office, apply_calendar, fresh, WHY)


def test_a_change_without_its_reason_or_by_a_stranger_is_refused(office: Office) -> None:
    deciding(office)
    fresh = with_holiday(date(2026, 3, 11))

    assert "Say why the calendar changes" in refused(office, apply_calendar, fresh, " ")
    assert "cannot be read" in refused(office, apply_calendar, fresh, ODD)
    assert "Changing a calendar is for" in refused(office, apply_calendar, fresh, WHY, role="member")


def test_a_new_case_is_counted_by_the_calendar_as_it_then_is(office: Office) -> None:
    office.calendars["scotland"] = with_holiday(date(2026, 3, 11))

    assert date_of(deciding(office), "decision").due_on == date(2026, 3, 17)

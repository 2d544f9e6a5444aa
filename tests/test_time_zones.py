"""Whose midnight a day begins with: the edition's, and of a date an agency owes the agency's; wherever on the earth."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.calendar_files import load_calendar
from config.phrases import midnight_words
from config.printing import markdown
from config.procedure_checks import faults
from config.procedures import load
from records.history import entries
from records.outbox import in_hours
from states.deadlines import Limit, Stop, due
from states.errors import BadAnswer, BadProcedure
from states.escalation import next_action, owed, steps
from states.moments import local_day, local_moment, start_of
from states.procedure import Procedure
from states.timescales import Ladder, Rung
from tests.casework import FIFE, edited, opened
from tests.office import Office, small_edition
from tests.story import Story
from workflows.verbs.advance import advance
from workflows.verbs.request import request
from workflows.verification.verify import verify
from workflows.views.outcome import changes

SCOTLAND = load_calendar("scotland")
AUCKLAND, ONE, MINUTE = "Pacific/Auckland", timedelta(days=1), timedelta(minutes=1)
ZONES = [
    AUCKLAND,
    "America/Sao_Paulo",
    "America/Havana",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Europe/London",
    "Pacific/Honolulu",
]


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 25 * 365 * 24 * 60),
    st.sampled_from(ZONES),
    st.integers(0, 60),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_days_and_hours_are_those_of_the_clock_on_the_wall(
    minutes: int, zone: str, hours: int, first: int, length: int
) -> None:
    """Against minutes crossed off one at a time, each on the day that the clock on the wall there shows."""
    begins = datetime(2005, 1, 1, tzinfo=UTC) + minutes * MINUTE
    wall = ZoneInfo(zone)
    day = begins.astimezone(wall).date()
    starts = day + first * ONE
    hold = Stop(starts, starts + length * ONE, "the court", "trial")
    left, now, shown = hours * 60, begins, {}
    while left:
        here = shown.setdefault((now.date(), now.hour, now.minute // 15), now.astimezone(wall).date())
        left -= not (hold.starts <= here < (hold.ends or hold.starts))
        now += MINUTE

    answer = due(begins, Limit(hours, "hours", zone=zone), SCOTLAND, (hold,))

    assert (answer.due_at, answer.due) == (now, now.astimezone(wall).date())
    assert local_day(begins, zone) == day
    assert due(begins, Limit(3, "calendar_days", zone=zone), SCOTLAND).due == day + 3 * ONE
    last = start_of(day + ONE, zone) - timedelta(seconds=1)
    assert local_day(last, zone) <= day < local_day(last + timedelta(seconds=1), zone)
    assert start_of(day, zone) <= begins <= last


@pytest.mark.parametrize(
    ("zone", "day", "clock", "instant"),
    [
        (AUCKLAND, date(2026, 7, 3), "09:00", "2026-07-02T21:00"),  # there it is tomorrow
        (AUCKLAND, date(2026, 9, 27), "02:30", "2026-09-26T14:30"),  # skipped: half past three by the new clock
        (AUCKLAND, date(2026, 4, 5), "02:30", "2026-04-04T13:30"),  # twice: the first
        ("Pacific/Honolulu", date(2026, 7, 3), "09:00", "2026-07-03T19:00"),
        ("America/Sao_Paulo", date(2018, 11, 4), "00:00", "2018-11-04T03:00"),  # midnight is skipped
        ("Europe/London", date(2026, 3, 29), "09:00", "2026-03-29T08:00"),
    ],
)
def test_a_time_of_day_is_that_of_its_zone(zone: str, day: date, clock: str, instant: str) -> None:
    assert local_moment(day, clock, zone) == datetime.fromisoformat(f"{instant}+00:00")


def test_of_the_hour_that_comes_twice_each_moment_has_its_own_day_elsewhere() -> None:
    first = datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/London"))
    second = first.replace(fold=1)

    days = [local_day(one, "Atlantic/Cape_Verde") for one in (first, second, first.astimezone(UTC))]

    assert first == second
    assert days == [date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 24)]


def test_working_hours_are_those_where_somebody_works() -> None:
    thursday_night = datetime(2026, 7, 2, 20, 30, tzinfo=UTC)  # half past eight on Friday in Auckland

    assert in_hours(thursday_night, "09:00-17:00", SCOTLAND, AUCKLAND) == datetime(2026, 7, 2, 21, tzinfo=UTC)
    assert in_hours(thursday_night, "09:00-17:00", SCOTLAND) == datetime(2026, 7, 3, 8, tzinfo=UTC)


def in_auckland(**more: object) -> Story:
    return Story(edited(time_zone=AUCKLAND, **more))


def test_a_date_of_an_edition_is_met_until_its_own_midnight_and_its_ladder_goes_by_its_clock() -> None:
    story = in_auckland()
    story.open("2026-03-02")
    form = story.date("form")
    assert (form.zone, form.due_on) == (AUCKLAND, date(2026, 3, 8))

    midnight = start_of(date(2026, 3, 9), AUCKLAND)
    assert midnight == datetime(2026, 3, 8, 11, tzinfo=UTC)
    assert not form.is_overdue(midnight - timedelta(seconds=1))
    assert form.is_overdue(midnight)
    ladder = Ladder(label="Form", at="09:00", rungs=(Rung(day=0, tell=("owner",), message="due_today"),))
    nine = datetime(2026, 3, 7, 20, tzinfo=UTC)  # nine o'clock on Sunday 8 March there
    assert [one.at for one in steps(form, ladder, SCOTLAND)] == [nine]
    assert next_action(story.dossier, form, ladder, SCOTLAND, nine - ONE) == nine
    assert (owed(form, ladder, SCOTLAND, nine - MINUTE).climb, owed(form, ladder, SCOTLAND, nine).climb) == (None, 0)


def test_a_date_an_agency_owes_goes_by_the_agencys_clock() -> None:
    story = Story(edited(agencies={"NHS Fife": {"time_zone": AUCKLAND}}))
    story.open()
    story.ask("2026-03-02")

    zones = {one.timescale: one.zone for one in story.dossier.deadlines.values()}
    assert (zones["report"], zones["form"]) == (AUCKLAND, "Europe/London")


def test_the_edition_that_names_none_is_as_it_was_and_an_unknown_zone_is_refused() -> None:
    assert small_edition().digest == edited(time_zone="Europe/London").digest
    assert edited(time_zone=AUCKLAND).digest != small_edition().digest

    def wrong(procedure: Procedure) -> list[str]:
        found = faults(procedure, calendars=frozenset({"scotland"}), messages=frozenset())
        return [f"{'.'.join(map(str, place))}: {what}" for place, what in found if "time" in str(what)]

    assert wrong(edited(time_zone=AUCKLAND)) == []
    assert wrong(edited(time_zone="Pacific/Aukland"))[0].startswith(
        "time_zone: there is no time zone 'Pacific/Aukland'. "
    )
    assert len(wrong(edited(agencies={"Fife Council": {"time_zone": "Mars/Olympus"}, "NHS Fife": {}}))) == 2


def test_the_receipt_says_which_midnight_was_meant() -> None:
    friday = date(2026, 7, 3)

    assert midnight_words(AUCKLAND, friday) == "until 23:59:59 on Friday 3 July 2026 in Pacific/Auckland"
    at = datetime(2026, 7, 2, 21, tzinfo=UTC)
    assert midnight_words(AUCKLAND, friday, at) == "until 3 July 2026, 09:00 in Pacific/Auckland"


def test_the_day_of_an_entry_and_who_is_reminded_when_are_those_of_the_edition(office: Office) -> None:
    """Eight in the evening in Scotland is nine the next morning in Auckland, where the form is due on the 8th."""
    office.editions["small"] = edited(time_zone=AUCKLAND)
    office.now = datetime(2026, 3, 2, 20, tzinfo=UTC)

    case = opened(office)
    (opening,) = office.do(lambda uow: entries(uow.tx, case.id))
    assert (opening.happened_on, case.dossier.opened_on) == (date(2026, 3, 3), date(2026, 3, 3))
    with pytest.raises(BadAnswer, match="lies in the future"):
        office.do(advance, case.ref, "gather", on=date(2026, 3, 4))
    assert office.do(advance, case.ref, "gather", on=date(2026, 3, 3)).dossier.state == "gathering"

    office.now = local_moment(date(2026, 3, 13), "08:59", AUCKLAND)  # the report of the agency is due on the 17th
    asked = office.do(request, case.ref, "report", (FIFE,))
    assert asked.dossier.requests["R1"].asked_on == date(2026, 3, 13)
    assert office.sweep().climbed == 0
    office.deliver()
    office.now += 40 * ONE
    assert office.sweep().climbed == 1
    chased = [one for one in office.do(lambda uow: entries(uow.tx, case.id)) if one.kind == "chased"]
    assert [one.happened_on for one in chased] == [local_day(office.now, AUCKLAND)]
    office.deliver()
    assert verify(office.engine).ok


def test_a_committees_file_gives_an_agency_its_clock(tmp_path: Path) -> None:
    local = tmp_path / "ours.toml"
    local.write_text(
        'committee = "Ours"\n[agencies."Stornoway Office"]\ntime_zone = "Atlantic/Faroe"\n'
        "[editions.scotland-scr-2015]\ntime_zone = 'Pacific/Auckland'\n"
    )
    ours = load("scotland-scr-2015", local)

    assert (ours.zone_at("Stornoway Office"), ours.zone_at("NHS Fife")) == ("Atlantic/Faroe", AUCKLAND)
    printed = markdown(ours)
    assert "Stornoway Office in the time zone `Atlantic/Faroe`" in printed
    assert "- Days begin at midnight in: `Pacific/Auckland`\n" in printed
    local.write_text(local.read_text().replace("Faroe", "Faeroes"))
    with pytest.raises(BadProcedure, match="no time zone 'Atlantic/Faeroes'"):
        load("scotland-scr-2015", local)


def test_how_far_off_a_date_is_goes_by_the_day_of_the_edition(office: Office) -> None:
    office.editions["small"] = edited(time_zone=AUCKLAND)
    office.now = datetime(2026, 3, 2, 13, tzinfo=UTC)  # there it is Tuesday, two in the morning
    case = opened(office)

    with office.engine.connect() as tx:
        (form,) = (one.change for one in changes(office.uow(tx, "lead_officer"), None, case) if one.key == "form")
    (due,) = (one.due_on for one in case.dossier.deadlines.values() if one.key == "form")
    assert due is not None
    assert form.endswith(f"in {(due - date(2026, 3, 3)).days} days")

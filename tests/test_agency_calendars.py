"""The dates an agency owes are counted by its own calendar where the committee's file names one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import procedures
from config.calendar_files import load_layers
from records.database import transaction
from states import due_dates
from states.errors import BadProcedure
from tests.casework import asked, date_of, deciding, edited, entries, part
from tests.harbour import HARBOUR, written
from tests.office import FIFE, POLICE, small_edition
from tests.story import SCOTLAND, Story
from tests.terminal import Terminal
from workflows.verbs.change_calendar import apply_calendar, preview_calendar
from workflows.verbs.change_edition import move_edition, preview_move
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from states.procedure import Procedure
    from tests.office import Office

HEAD = 'committee = "Leith Harbour Committee"\n'
OWN = '[agencies."NHS Fife"]\ncalendar = "nhs-fife"\n'
DAYS = (
    'label = "NHS Fife"\nextends = "scotland"\nsource = "Circular 4 of 2026"\neffective_from = 2026-01-01\n'
    '[[add]]\nday = 2026-03-05\nname = "Board holiday"\n'
)
BOARD_HOLIDAY = date(2026, 3, 5)
FIVE_DAYS = part("timescales", "report", unit="working_days", limit=5)
NHS = replace(
    SCOTLAND,
    name="nhs-fife",
    label="NHS Fife",
    holidays={**SCOTLAND.holidays, BOARD_HOLIDAY: "Board holiday (NHS Fife)"},
)


def own_days(**more: object) -> Procedure:
    return edited(timescales=FIVE_DAYS, agencies={FIFE: {"calendar": "nhs-fife"}}, **more)


def laid_over(folder: Path, local: str, national: str = HARBOUR, days: str = DAYS) -> Procedure:
    for name in ("guidance", "calendars"):
        (folder / name).mkdir(exist_ok=True)
    written(folder / "guidance", national)
    written(folder / "calendars", days, "nhs-fife")
    return procedures.load("harbour-review", written(folder, local, "leith"), folder=folder / "guidance")


@pytest.fixture
def fife(office: Office) -> Office:
    """An office in which NHS Fife has a calendar of its own, and five working days to answer."""
    office.editions["small"], office.calendars["nhs-fife"] = own_days(), NHS
    return office


def test_the_local_file_names_an_agencys_calendar_for_every_edition(tmp_path: Path) -> None:
    procedure = laid_over(tmp_path, HEAD + OWN)

    rule = procedure.timescales["answer"]
    assert procedure.calendar_of(rule, FIFE) == "nhs-fife"
    assert procedure.calendar_of(rule, POLICE) == procedure.calendar_of(rule) == "scotland"
    assert procedure.calendar_of(procedure.timescales["decision"], FIFE) == "scotland"


def test_it_goes_before_the_calendar_of_the_time_limit(tmp_path: Path) -> None:
    limit = '[editions.harbour-review.timescales.answer]\ncalendar = "england"\n'

    procedure = laid_over(tmp_path, HEAD + OWN + limit)

    rule = procedure.timescales["answer"]
    assert (procedure.calendar_of(rule, FIFE), procedure.calendar_of(rule, POLICE)) == ("nhs-fife", "england")


def test_an_edition_without_them_keeps_its_fingerprint(tmp_path: Path) -> None:
    assert "agencies" not in small_edition().model_dump()
    assert laid_over(tmp_path, HEAD).digest != laid_over(tmp_path, HEAD + OWN).digest


@pytest.mark.parametrize(
    ("local", "said"),
    [
        (
            OWN.replace("nhs-fife", "nhs-fyfe"),
            "line 3, agencies.\"NHS Fife\".calendar: there is no calendar 'nhs-fyfe'. Did you mean 'nhs-fife'?",
        ),
        (OWN.replace("calendar =", "calender ="), "Did you mean 'calendar'?"),
        (OWN.replace('"nhs-fife"', "3"), 'leith.toml, line 3, agencies."NHS Fife".calendar: 3 is not text.'),
        ("agencies = 3\n", "leith.toml, line 2, agencies: 3 is not a table."),
    ],
)
def test_a_faulty_one_is_refused_with_its_place_and_remedy(tmp_path: Path, local: str, said: str) -> None:
    with pytest.raises(BadProcedure) as refused:
        laid_over(tmp_path, HEAD + local)

    assert any(said in one for one in refused.value.obstacles), refused.value.obstacles


def test_a_national_edition_may_not_name_agencies(tmp_path: Path) -> None:
    with pytest.raises(BadProcedure, match="a national edition names no agencies"):
        laid_over(tmp_path, HEAD, HARBOUR + OWN.replace("nhs-fife", "scotland"))


def test_each_agencys_date_is_counted_by_its_own_days_and_the_receipt_says_so(fife: Office) -> None:
    case = asked(fife, FIFE, POLICE)

    own, other = date_of(case, "report/R1"), date_of(case, "report/R2")
    assert (own.due_on, other.due_on) == (date(2026, 3, 10), date(2026, 3, 9))
    shown = due_dates.receipt(case.procedure, case.calendars, case.dossier, own, fife.now.date())
    assert shown is not None
    assert next((one.day, one.why) for one in shown.receipt if not one.counted) == (
        BOARD_HOLIDAY,
        "Board holiday (NHS Fife)",
    )


def test_the_calendar_is_pinned_with_the_case_and_the_history_replays(fife: Office) -> None:
    case = asked(fife, FIFE, POLICE)
    fife.calendars["nhs-fife"] = SCOTLAND

    assert entries(fife, case)[0].data["calendars"] == {"nhs-fife": NHS.digest, "scotland": SCOTLAND.digest}
    assert fife.case(case.ref).calendars["nhs-fife"] == NHS
    assert verify(fife.engine).ok


def test_what_a_role_owes_counts_as_before(fife: Office) -> None:
    assert date_of(deciding(fife), "decision").due_on == date(2026, 3, 16)


def test_a_late_change_of_its_calendar_moves_that_agencys_dates_alone(fife: Office) -> None:
    case = asked(fife, FIFE, POLICE)
    fresh = replace(NHS, holidays={**NHS.holidays, date(2026, 3, 6): "Another (NHS Fife)"})

    with transaction(fife.engine) as tx:
        shown = preview_calendar(fife.uow(tx), fresh)
    assert shown == fife.do(apply_calendar, fresh, "Circular 5.")

    assert [(one.key, one.owner, one.before, one.after) for one in shown] == [
        ("report/R1", FIFE, date(2026, 3, 10), date(2026, 3, 11))
    ]
    assert date_of(fife.case(case.ref), "report/R2").due_on == date(2026, 3, 9)
    assert verify(fife.engine).ok


def test_a_late_change_of_the_nations_calendar_moves_what_extends_it_too(fife: Office) -> None:
    case = asked(fife, FIFE, POLICE)
    mourning = {date(2026, 3, 6): "A day of mourning (Scotland)"}
    nation, agency = (replace(one, holidays={**one.holidays, **mourning}) for one in (SCOTLAND, NHS))

    with transaction(fife.engine) as tx:
        shown = preview_calendar(fife.uow(tx), nation, agency)
    assert shown == fife.do(apply_calendar, nation, "Proclaimed.", agency)

    assert [(one.key, one.after) for one in shown] == [
        ("report/R1", date(2026, 3, 11)),
        ("report/R2", date(2026, 3, 10)),
    ]
    assert [one.kind for one in entries(fife, case)[-2:]] == ["calendar_changed", "calendar_changed"]
    assert verify(fife.engine).ok


def test_the_layers_over_a_changed_file_are_found_through_one_another(tmp_path: Path) -> None:
    written(tmp_path, DAYS, "nhs-fife")
    written(tmp_path, DAYS.replace('"scotland"', '"nhs-fife"').replace("03-05", "03-06"), "ward")
    text = (procedures.GUIDANCE.parent / "calendars" / "scotland.toml").read_text(encoding="utf-8")
    (tmp_path / "late").mkdir()
    changed = written(tmp_path / "late", text + '\n[[holiday]]\nday = 2026-03-09\nname = "Mourning"\n', "scotland")

    found = load_layers(changed, tmp_path)

    assert [one.name for one in found] == ["nhs-fife", "ward"]
    assert all(not one.is_working(date(2026, 3, 9)) for one in found)
    assert load_layers(written(tmp_path, DAYS, "ward"), tmp_path) == ()


def test_a_case_comes_under_a_new_calendar_of_an_agency_when_it_is_moved(office: Office) -> None:
    office.editions["small"] = edited(timescales=FIVE_DAYS)
    case = asked(office, FIFE, POLICE)
    office.editions["small"], office.calendars["nhs-fife"] = own_days(), NHS

    assert date_of(case, "report/R1").due_on == date(2026, 3, 9)
    with transaction(office.engine) as tx:
        shown = preview_move(office.uow(tx), case.ref, "small")
        tx.rollback()
    case = office.do(move_edition, case.ref, "small", "NHS Fife told us its holidays.")

    assert [(one.key, one.before, one.after) for one in shown.dates] == [
        ("report/R1", date(2026, 3, 9), date(2026, 3, 10))
    ]
    assert date_of(case, "report/R1").due_on == date(2026, 3, 10)
    assert verify(office.engine).ok


@given(
    added=st.sets(st.integers(0, 60)),
    limit=st.integers(0, 30),
    asked_on=st.integers(0, 30),
    held=st.tuples(st.integers(0, 20), st.integers(1, 15)),
)
def test_what_an_agency_adds_never_makes_its_date_earlier_than_the_nations(
    added: set[int], limit: int, asked_on: int, held: tuple[int, int]
) -> None:
    first = date(2026, 3, 2)
    days = {first + timedelta(days=one): "Closed (NHS Fife)" for one in added}
    layered = replace(SCOTLAND, name="nhs-fife", holidays={**days, **SCOTLAND.holidays})
    due = []

    for calendar in (SCOTLAND, layered):
        rule = part("timescales", "report", unit="working_days", limit=limit)
        story = Story(edited(timescales=rule, agencies={"NHS Fife": {"calendar": "nhs-fife"}}))
        story.papers.calendars[calendar.digest] = calendar
        story.tell(
            "opened",
            "2026-03-02",
            trigger="notify",
            dest="notified",
            calendars={"scotland": SCOTLAND.digest, "nhs-fife": calendar.digest},
        )
        story.ask((first + timedelta(days=asked_on)).isoformat())
        starts = first + timedelta(days=asked_on + held[0])
        story.hold(starts.isoformat(), "report", ends=(starts + timedelta(days=held[1])).isoformat())
        due.append(story.date("report/R1").due_on)
        assert story.again() == story.dossier

    national, own = due
    assert national is not None
    assert own is not None
    assert own >= national
    assert layered.is_working(own)


def test_the_terminal_counts_for_an_agency_and_says_whose_calendar_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("config.settings.LOCAL", tmp_path)
    monkeypatch.setattr("config.settings.LOCAL_CALENDARS", tmp_path / "calendars")
    (tmp_path / "calendars").mkdir()
    written(tmp_path / "calendars", DAYS, "agency-of-the-terminal")
    limit = (
        '[editions.scotland-learning-review-2024.timescales.information]\nlimit = 5\nunit = "working_days"\n'
        'note = "As we agreed."\n'
    )
    written(tmp_path, HEAD + OWN.replace("nhs-fife", "agency-of-the-terminal") + limit, "leith")
    terminal = Terminal(tmp_path, env={"CAIRN_COMMITTEE": "leith"})
    asked_for = ("due", "scotland-learning-review-2024", "information", "--from", "2026-03-02")

    found = terminal.asks(*asked_for, "--owed-by", FIFE)
    said = terminal.types(*asked_for, "--owed-by", FIFE)

    assert (found["due"], found["calendar"]) == ("2026-03-10", "agency-of-the-terminal")
    assert {"day": "2026-03-05", "counted": False, "why": "Board holiday (NHS Fife)"} in found["receipt"]
    assert "Calendar agency-of-the-terminal: NHS Fife" in " ".join(said.split())
    assert terminal.asks(*asked_for)["due"] == "2026-03-09"
    assert terminal.asks(*asked_for, "--owed-by", FIFE, "--calendar", "england")["calendar"] == "england"

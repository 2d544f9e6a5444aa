"""Calendar files: the national ones are current, local ones are layered, and faulty ones are refused in full."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from config.calendar_files import LAYER_KEYS, NATIONAL, calendar_paths, load_calendar, load_calendars
from config.national_holidays import NATIONS, national_text, write_national
from states.calendars import Calendar
from states.errors import BadCalendar

OUTSIDE = "is not between effective_from and covers_until. Correct the day, or those two."

COUNCIL = """
label = "Kinlochbervie Council"
extends = "scotland"
source = "Minute of 3 October 2025"
effective_from = 2026-01-01
covers_until = 2027-12-31

[[add]]
day = 2026-09-21
name = "September holiday"

[[add]]
day = 2026-06-15
name = "Village gala"

[[remove]]
day = 2026-11-30
why = "Offices are open on St Andrew's Day"
"""


@pytest.mark.parametrize("name", NATIONS)
def test_the_national_files_are_what_the_package_says(name: str) -> None:
    def entries(text: str) -> str:
        return text[text.index("[[holiday]]") :]

    assert entries((NATIONAL / f"{name}.toml").read_text()) == entries(national_text(name))


def test_a_national_file_can_be_written_and_read_back(tmp_path: Path) -> None:
    path = write_national("scotland", tmp_path, 2026, 2026)

    assert path == tmp_path / "scotland.toml"
    assert path.read_text().count("[[holiday]]") == 11
    assert "effective_from = 2026-01-01\ncovers_until = 2026-12-31" in path.read_text()


def test_a_council_adds_days_to_its_nation_and_takes_some_away(tmp_path: Path) -> None:
    council = written(tmp_path, "council", COUNCIL)

    assert council.why_closed(date(2026, 9, 21)) == "September holiday (Kinlochbervie Council)"
    assert council.why_closed(date(2026, 6, 15)) == "World Cup bank holiday (Scotland)"
    assert council.is_working(date(2026, 11, 30))
    assert council.why_closed(date(2026, 12, 25)) == "Christmas Day (Scotland)"
    assert (council.effective_from, council.covers_until) == (date(2026, 1, 1), date(2027, 12, 31))
    assert council.source.startswith("Minute of 3 October 2025; Bank holidays in Scotland")
    assert (council.name, council.weekend) == ("council", frozenset({5, 6}))


def test_an_agency_extends_a_council(tmp_path: Path) -> None:
    (tmp_path / "council.toml").write_text(COUNCIL)

    agency = written(
        tmp_path,
        "agency",
        'label = "A school"\nextends = "council"\nsource = "Term dates"\neffective_from = 2026-08-01\n'
        '[[add]]\nday = 2026-10-12\nname = "In-service day"\n',
    )

    assert agency.why_closed(date(2026, 10, 12)) == "In-service day (A school)"
    assert agency.why_closed(date(2026, 9, 21)) == "September holiday (Kinlochbervie Council)"
    assert agency.covers_until == date(2027, 12, 31)


def test_all_calendars_are_loaded_by_name(tmp_path: Path) -> None:
    (tmp_path / "council.toml").write_text(COUNCIL)

    assert sorted(load_calendars(tmp_path)) == sorted(["council", *NATIONS])


def test_every_fault_of_a_file_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadCalendar) as refusal:
        written(
            tmp_path,
            "faulty",
            'label = ""\nextends = "scotland"\neffective_from = "2026-01-01"\ncolour = 3\n'
            '[[add]]\nday = "2026-09-21"\nname = "Quoted"\n[[add]]\nday = 2026-09-21\nname = "Autumn"\nnote = "x"\n'
            '[[add]]\nday = 2026-09-21\nname = 3\n[[remove]]\nday = 2026-09-22\nwhy = "Typing slip"\n'
            '[[remove]]\nday = 2026-09-21T10:00:00\nwhy = "with a time"\n[[remove]]\nday = 2036-01-01\nwhy = "late"\n',
        )

    faults = [fault.removeprefix(f"{tmp_path / 'faulty.toml'}, ") for fault in refusal.value.obstacles]
    assert faults == [
        f"colour: nothing of this name is known here. Use only: {', '.join(sorted(LAYER_KEYS))}.",
        "source: it is missing. Add it.",
        "label: label is not a line of text. Write it on one line, in quotation marks.",
        "effective_from: effective_from is not a date. Write it without quotation marks, as 2026-11-30.",
        "[[add]] 1 (line 5): day is not a date. Write it without quotation marks, as 2026-11-30.",
        "[[add]] 2 (line 8): note is not known here. Use only: day, name.",
        "[[add]] 3 (line 12): name is not a line of text. Write it on one line, in quotation marks.",
        "[[add]] 3 (line 12): it is listed twice. Leave one out.",
        "[[remove]] 1 (line 15): 2026-09-22 is no holiday of Scotland. Correct the day or leave it out.",
        "[[remove]] 2 (line 18): day is not a date. Write it without quotation marks, as 2026-11-30.",
        f"[[remove]] 3 (line 21): 2036-01-01 {OUTSIDE}",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("label = ", "it is not TOML: Invalid value (at end of document)"),
        ("", "covers_until: it is missing"),
        ("extends = 3", "extends: there is no calendar 3. Use one of: england, faulty"),
        ('extends = "faulty"', "it extends itself (faulty > faulty)"),
        (COUNCIL.replace("2027-12-31", "2025-12-31"), "covers_until: it ends before 2026-01-01"),
        (COUNCIL.replace("2026-09-21", "2026-11-30"), "2026-11-30 is also added. Keep one of the two."),
        (COUNCIL.replace("2026-09-21", "2025-09-22"), "2025-09-22 is not between"),
        (COUNCIL.replace("Village gala", "Village\\u0007gala"), "name is not a line of text"),
        ('weekend = ["Sat"]', "weekend: it is not a list of weekdays"),
        ("holiday = [3]", "holiday: it is not a list of days. Begin each day with [[holiday]]."),
        ("holiday = [{day = 2026-01-01, name = 3}]", "[[holiday]] 1: name is not a line"),
    ],
)
def test_a_malformed_file_is_refused_with_its_remedy(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadCalendar) as refusal:
        written(tmp_path, "faulty", text)

    assert says in str(refusal.value)


def test_faults_of_a_file_and_of_the_one_it_extends_come_together(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text("colour = 3")

    with pytest.raises(BadCalendar) as refusal:
        written(tmp_path, "layer", 'extends = "base"\nshape = 4')

    assert {"layer.toml, shape", "base.toml, colour"} <= {
        fault.split(":")[0].split("/")[-1] for fault in refusal.value.obstacles
    }


def test_files_that_are_no_text_or_cannot_be_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'label = "\xe9"')
    (tmp_path / "folder.toml").mkdir()

    with pytest.raises(BadCalendar) as refusal:
        load_calendars(tmp_path)

    assert [fault.split(": ", 1)[1] for fault in refusal.value.obstacles] == [
        "it cannot be read: Is a directory. Check that it may be read.",
        "it is not text in UTF-8. Save it as UTF-8.",
    ]


def test_an_unknown_calendar_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(BadCalendar, match=rf"no calendar 'wales'\. Use one of: {', '.join(sorted(NATIONS))}\."):
        load_calendar("wales")


def test_two_files_may_not_share_a_name(tmp_path: Path) -> None:
    (tmp_path / "scotland.toml").write_text("")

    with pytest.raises(BadCalendar, match="there is already a calendar 'scotland'"):
        calendar_paths(tmp_path)


def written(folder: Path, name: str, text: str) -> Calendar:
    (folder / f"{name}.toml").write_text(text)
    return load_calendar(name, folder)

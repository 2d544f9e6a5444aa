"""What people type: days with the day first, references cut short, every agency in one word."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from states.typed_days import read_day
from states.words import long_day, spoken
from tests.terminal import FORM, Terminal


@pytest.mark.parametrize(
    "typed",
    [
        "2026-03-02",
        "2/3/2026",
        "02/03/2026",
        "2.3.2026",
        "2-3-2026",
        "2 March 2026",
        "2nd Mar 2026",
        "mon 2 march 2026",
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert read_day(f" {typed} ") == date(2026, 3, 2)


@pytest.mark.parametrize(
    "typed", ["", "2 March", "3/2026", "2/3/26", "31/2/2026", "2/3-2026", "Tue 2 March 2026", "2 Ma 2026", "٢/٣/٢٠٢٦"]
)
def test_a_day_that_is_not_certain_is_none(typed: str) -> None:
    assert read_day(typed) is None


@given(some.dates(min_value=date(1900, 1, 1)))
def test_every_day_that_is_shown_can_be_typed(day: date) -> None:
    assert {read_day(shown) for shown in (day.isoformat(), long_day(day), spoken(day), f"{day:%d/%m/%Y}")} == {day}


def test_every_option_and_field_for_a_day_takes_the_day_first(terminal: Terminal) -> None:
    typed = [one.replace("2026-03-02", "2/3/2026") for one in FORM]

    ref = terminal.asks("open", "scotland-scr-2015", *typed, "--on", "1 March 2026")["ref"]

    shown = terminal.asks("show", ref)
    assert shown["opened_on"] == "2026-03-01"
    assert "2026-03-02" in str(shown)


def test_a_day_that_cannot_be_read_is_refused_with_its_field(terminal: Terminal) -> None:
    terminal.types("open", "scotland-scr-2015", *FORM[:2], "--field", "lead_informed_on=31/2/2026")

    assert terminal.code == 2
    assert "lead_informed_on: write a date like 2026-03-02, 2/3/2026 (the day first)" in terminal.err


def test_a_case_is_found_by_the_number_it_ends_with(terminal: Terminal) -> None:
    ref = terminal.opens()

    for typed in ("1", "0001", "scr-1", "2026-1", ref.lower()):
        assert terminal.asks("show", typed)["ref"] == ref
    assert terminal.asks("history", "1")["ref"] == ref


def test_a_short_reference_of_several_is_refused_with_them(terminal: Terminal) -> None:
    first = terminal.opens()
    terminal.now = "2027-03-02T10:00"
    second = terminal.opens()

    terminal.types("show", "1")

    assert terminal.code == 1
    assert terminal.err == f"- '1' may be {first} or {second}: write more of it.\n"
    assert terminal.asks("show", "2027-1")["ref"] == second


def test_a_short_reference_of_none_is_refused_as_any_other(terminal: Terminal) -> None:
    terminal.opens()

    terminal.types("show", "7")

    assert "There is no case '7'" in terminal.err


@pytest.mark.parametrize("typed", [("all",), ("--agencies", "all"), ("--agency", "ALL")])
def test_every_agency_on_the_case_is_asked_in_one_word(typed: tuple[str, ...], terminal: Terminal) -> None:
    ref = ready_to_ask(terminal)

    terminal.types("request", "send", "1", "icr_report", *typed)

    asked = {one["agency"] for one in terminal.asks("show", ref)["requests"]}
    assert asked == {"NHS Fife", "Police Scotland"}


def test_all_leaves_out_whoever_is_still_asked(terminal: Terminal) -> None:
    ref = ready_to_ask(terminal)
    terminal.types("request", "send", ref, "icr_report", "NHS Fife")

    terminal.types("request", "send", ref, "icr_report", "all")

    assert terminal.code == 0, terminal.err
    assert [one["agency"] for one in terminal.asks("show", ref)["requests"]] == ["NHS Fife", "Police Scotland"]

    terminal.types("request", "send", ref, "icr_report", "all")
    assert "There is no agency on the case that is not asked already" in terminal.err


def ready_to_ask(terminal: Terminal) -> str:
    """A case that stands where its agencies are asked for their reports; gives its reference."""
    ref = terminal.opens()
    alerted = ("--field", "acknowledged_on=2026-03-02", "--field", "agencies_alerted=NHS Fife")
    who = ("--as", "notification_acceptor", "--authority", "child_protection_committee")
    terminal.types("advance", ref, "acknowledge_and_alert", *who, *alerted)
    assert terminal.code == 0, terminal.err
    return ref

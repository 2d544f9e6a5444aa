"""Time out of joint: a clock set back, summer time both ways, 29 February, and a week in which nothing ran."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.faults import goes_on, on_record, refused
from tests.mailserver import MailServer

if TYPE_CHECKING:
    from tests.terminal import Terminal


def chased(terminal: Terminal, ref: str) -> Counter[tuple[str, int]]:
    """How often each rung of each date was climbed."""
    entries = terminal.asks("history", ref)["entries"]
    return Counter((one["data"]["key"], one["data"]["rung"]) for one in entries if one["kind"] == "chased")


# --- the clock set back ---


def test_a_clock_set_back_sends_nothing_twice_and_dates_nothing_before_its_case(terminal: Terminal) -> None:
    terminal.enters_everybody()
    ref = terminal.gathers()
    terminal.now = "2026-03-16T12:00"
    terminal.types("sweep")
    terminal.types("deliver")
    before = on_record(terminal)

    terminal.now = "2026-02-20T12:00"
    said = refused(terminal, "case", "people", ref, "--deputy", "D. Deputy")
    swept = terminal.asks("sweep")
    sent = terminal.asks("deliver")
    examined = terminal.types("doctor")

    assert said.startswith(
        "The clock of this machine stands at 20 February 2026, 12:00, but Cairn was at work on 16 March"
    )
    assert (swept["climbed"], sent["sent"]) == (0, 0)
    assert "The clock stands before the last entry of the history" in examined
    assert on_record(terminal) == before
    terminal.now = "2026-03-16T12:00"
    terminal.types("sweep")
    assert set(chased(terminal, ref).values()) == {1}
    goes_on(terminal, ref)


# --- summer time ---


@pytest.mark.parametrize(("asked", "change"), [("2026-03-15", "2026-03-29"), ("2026-10-11", "2026-10-25")])
def test_a_date_on_the_day_the_clocks_change_is_reminded_of_once(asked: str, change: str, terminal: Terminal) -> None:
    terminal.enters_everybody()
    terminal.now = f"{asked}T10:00"
    ref = terminal.gathers()
    terminal.now = f"{change}T00:00"
    terminal.types("sweep")

    for half_hours in range(0, 50, 2):
        terminal.now = (datetime.fromisoformat(change) + timedelta(minutes=30 * half_hours)).isoformat() + "+00:00"
        terminal.types("sweep")
        assert terminal.code == 0
    terminal.now = f"{change}T23:59"
    on_its_day = chased(terminal, ref)
    dates = {one["key"]: one["due"] for one in terminal.asks("show", ref)["dates"]}

    assert dates["agency_report/R1"] == change
    assert on_its_day[("agency_report/R1", 1)] == 1
    assert set(on_its_day.values()) == {1}
    assert ("agency_report/R1", 2) not in on_its_day
    goes_on(terminal, ref)


def test_the_hour_that_comes_twice_keeps_the_order_of_what_was_done_in_it(terminal: Terminal) -> None:
    terminal.enters_everybody()
    terminal.now = "2026-10-24T10:00"
    ref = terminal.gathers()

    for moment, deputy in (("2026-10-25T00:30+00:00", "B. First"), ("2026-10-25T01:30+00:00", "C. Second")):
        terminal.now = moment
        terminal.types("case", "people", ref, "--deputy", deputy)
        assert terminal.code == 0, terminal.err

    first, second = terminal.asks("history", ref)["entries"][-2:]
    assert (first["recorded_at"][:16], second["recorded_at"][:16]) == ("2026-10-25T00:30", "2026-10-25T01:30")
    assert terminal.asks("show", ref)["deputy"] == "C. Second"
    terminal.now = "2026-10-25T02:00"
    goes_on(terminal, ref)


# --- 29 February ---


def test_a_date_is_counted_from_and_over_the_29th_of_february(terminal: Terminal) -> None:
    over = terminal.asks("due", "scotland-scr-2015", "agency_report", "--from", "2028-02-20")
    from_it = terminal.asks("due", "scotland-scr-2015", "agency_report", "--from", "2028-02-29")
    without = terminal.asks("due", "scotland-scr-2015", "agency_report", "--from", "2027-02-20")

    assert (over["due"], from_it["due"], without["due"]) == ("2028-03-05", "2028-03-14", "2027-03-06")
    assert "2028-02-29" in {one["day"] for one in over["receipt"]}


def test_a_29th_of_february_that_never_was_is_wrong_usage(terminal: Terminal) -> None:
    said = refused(terminal, "due", "scotland-scr-2015", "agency_report", "--from", "2027-02-29")

    assert said.endswith("write a date like 2026-03-02, 2/3/2026 (the day first) or 2 March 2026, not '2027-02-29'.")
    assert "--from" in said


def test_a_case_opened_on_the_29th_of_february_keeps_its_dates(terminal: Terminal) -> None:
    terminal.now = "2028-02-29T10:00"
    terminal.enters_everybody()
    ref = terminal.gathers()
    dates = {one["key"]: one["due"] for one in terminal.asks("show", ref)["dates"]}

    terminal.now = "2028-03-14T12:00"
    swept = terminal.asks("sweep")

    assert dates["agency_report/R1"] == "2028-03-14"
    assert swept["climbed"] == 2
    terminal.now = "2029-02-28T12:00"
    goes_on(terminal, ref)
    terminal.now = "2029-03-01T12:00"
    goes_on(terminal, ref)


# --- nothing ran for weeks ---


def test_when_the_clockwork_stood_still_each_date_sends_one_late_rung_and_each_person_gets_one_letter(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    with MailServer() as server:
        terminal.env["CAIRN_RELAY"] = f"smtp://127.0.0.1:{server.port}?from=cairn@committee.example&tls=never"
        terminal.enters_everybody()
        refs = [terminal.gathers() for _ in range(3)]
        terminal.types("deliver")
        terminal.now = "2026-03-16T10:00"
        terminal.types("sweep")
        terminal.types("deliver")
        already = len(server.messages)

        terminal.now = "2026-03-25T12:00"  # nine days without any run: two rungs of each date have gone by
        swept = terminal.asks("sweep")
        terminal.types("deliver")
        again = terminal.asks("sweep"), terminal.asks("deliver")

        letters = Counter(one.recipients for one in server.messages[already:])
    assert (swept["climbed"], swept["late"]) == (6, 6)
    assert swept["passed_over"] == 6
    assert set(letters.values()) == {1}
    assert letters[("fife@example.org",)] == 1
    assert (again[0]["climbed"], again[1]["sent"]) == (0, 0)
    assert "Prefect's server does not answer." in terminal.types("doctor")
    for ref in refs:
        assert "late; 1 earlier one passed over" in terminal.types("history", ref)
    goes_on(terminal, refs[0])

"""More time that is refused: the due day counts again, reminders follow it, and the agency is told so."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from tests.casework import asked, mailbox, messages
from tests.office import FIFE
from workflows.verbs.extend import ask_extension, refuse_extension
from workflows.verbs.remind import remind
from workflows.verbs.request import promise

if TYPE_CHECKING:
    from records.cases import Case
    from tests.office import Office

KEY, WHY = "report/R1", "Half of the team is ill."
"""A report that is due on Monday 16 March; its ladder has 13, 16, 17, 23 and 30 March."""


def at(office: Office, day: int) -> None:
    office.now = datetime(2026, 3, day, 10, tzinfo=UTC)


def refused(office: Office, *, asked_on: int, until: int, refused_on: int) -> Case:
    """An agency has promised a day and asked for more time to it, which is refused."""
    case = asked(office)
    at(office, asked_on)
    office.do(promise, case.ref, FIFE, date(2026, 3, until), agency_of_actor=FIFE, role="agency")
    office.do(ask_extension, case.ref, KEY, 7, WHY, agency_of_actor=FIFE, role="agency")
    at(office, refused_on)
    return office.do(refuse_extension, case.ref, "E1", "Two weeks are enough.", role="chair")


def refusal(office: Office) -> str:
    """The letter to the agency that says so."""
    office.deliver()
    letters = [" ".join(f"{one['Subject']} {one.get_content()}".split()) for one in mailbox(office)]
    (letter,) = [one for one in letters if "It is refused by the" in one]
    return letter


def chased(office: Office, *days: int) -> list[tuple[int, str]]:
    """What the sweep owes about the date on each of these days."""
    found: list[tuple[int, str]] = []
    for day in days:
        at(office, day)
        before = len(messages(office, deadline_key=KEY))
        office.sweep()
        found += [(day, row.kind) for row in messages(office, deadline_key=KEY)[before:]]
    return found


def test_reminders_follow_the_due_day_again_once_more_time_is_refused(office: Office) -> None:
    refused(office, asked_on=10, until=27, refused_on=11)

    assert chased(office, 12, 13, 16, 17, 23) == [
        (13, "reminder"),
        (16, "due_today"),
        (17, "overdue"),
        (23, "escalation"),
    ]


def test_refused_after_the_due_day_chasing_goes_on_where_it_had_stopped(office: Office) -> None:
    refused(office, asked_on=13, until=27, refused_on=19)

    assert chased(office, 19, 20, 25, 26) == [(20, "overdue"), (26, "escalation")]


def test_the_refusal_says_that_the_day_promised_counts_no_more(office: Office) -> None:
    refused(office, asked_on=10, until=27, refused_on=11)

    said = refusal(office)
    assert (
        "You had said that it comes by Friday 27 March 2026. As more time is refused, that day counts no more, and "
        "reminders go by Monday 16 March 2026 again."
    ) in said
    assert "The date to keep is Monday 16 March 2026." in said


def test_a_refusal_after_the_due_day_asks_for_it_as_soon_as_can_be(office: Office) -> None:
    refused(office, asked_on=13, until=27, refused_on=19)

    said = refusal(office)
    assert "more time refused, was due 16 March" in said
    assert ("see to it as soon as you can" in said, "before it comes" in said) == (True, False)


def test_what_was_acknowledged_rests_until_the_due_day_and_no_longer(office: Office) -> None:
    case = asked(office)
    at(office, 10)
    office.do(promise, case.ref, FIFE, date(2026, 3, 27), agency_of_actor=FIFE, role="agency")
    office.do(promise, case.ref, FIFE, agency_of_actor=FIFE, role="agency")
    office.do(ask_extension, case.ref, KEY, 7, WHY, agency_of_actor=FIFE, role="agency")
    office.do(refuse_extension, case.ref, "E1", "Two weeks are enough.", role="chair")

    assert chased(office, 13, 16, 17) == [(17, "overdue")]


def test_a_day_promised_after_the_refusal_counts_as_any_other(office: Office) -> None:
    case = refused(office, asked_on=10, until=27, refused_on=11)
    office.do(promise, case.ref, FIFE, date(2026, 3, 19))

    assert chased(office, 13, 16, 17, 19, 20) == [(20, "promise_broken")]


def test_a_day_promised_after_a_refusal_that_is_recorded_later_counts_all_the_same(office: Office) -> None:
    case = asked(office)
    at(office, 10)
    office.do(ask_extension, case.ref, KEY, 7, WHY, agency_of_actor=FIFE, role="agency")
    at(office, 12)
    office.do(promise, case.ref, FIFE, date(2026, 3, 19))
    office.do(refuse_extension, case.ref, "E1", "Two weeks are enough.", role="chair", on=date(2026, 3, 11))

    assert chased(office, 13, 16, 17, 19, 20) == [(20, "promise_broken")]


def test_a_day_promised_within_the_date_is_kept_still_after_a_refusal(office: Office) -> None:
    case = refused(office, asked_on=9, until=14, refused_on=11)

    assert case.dossier.requests["R1"].promised_on == date(2026, 3, 14)
    assert chased(office, 13, 14) == []


def test_after_a_refusal_an_agency_can_be_reminded_by_hand_and_is_said_to_have_promised_no_day(
    office: Office,
) -> None:
    case = refused(office, asked_on=10, until=27, refused_on=11)
    at(office, 12)

    case = office.do(remind, case.ref, KEY)

    assert case.dossier.requests["R1"].promised_on is None
    (facts,) = [json.loads(row.facts) for row in messages(office, kind="reminder")]
    assert any(
        "promised for Friday 27 March 2026, which counts no more as more time was refused" in line
        for line in facts["evidence"]
    )

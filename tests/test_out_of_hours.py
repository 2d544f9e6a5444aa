"""A request made out of hours leaves later: the verb says when, and an edition may let its clock count from then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from records.database import transaction
from states.errors import BadAnswer, NotPossible
from tests.casework import asked, date_of, edited, entries, gathering, part
from tests.office import FIFE, POLICE
from workflows.verbs.correct import correct
from workflows.verbs.request import answer, redirect, request, request_reached, send_back
from workflows.verification.verify import verify
from workflows.views.outcome import outcome
from workflows.views.sentences import sentence

if TYPE_CHECKING:
    from records.cases import Case
    from tests.office import Office
    from workflows.views.outcome import Outcome

FRIDAY_EVENING = datetime(2026, 3, 6, 19, 30, tzinfo=UTC)
MONDAY_MORNING = datetime(2026, 3, 9, 9, tzinfo=UTC)
SENT = edited(timescales=part("timescales", "report", starts="sent"))


@pytest.fixture
def from_the_letter(office: Office) -> Office:
    """An office whose edition counts the report from when its letter may leave, on a Friday evening."""
    office.editions["small"] = SENT
    office.now = FRIDAY_EVENING
    return office


def told(office: Office, case: Case, kind: str = "report", agency: str = FIFE) -> Outcome:
    """What the verb says that asks an agency."""
    with transaction(office.engine) as tx:
        uow = office.uow(tx)
        done, _ = request(uow, case.ref, kind, (agency,))
        return outcome(uow, case, done)


@pytest.mark.parametrize(
    ("now", "due", "leaves"),
    [
        (FRIDAY_EVENING, date(2026, 3, 23), "Monday 9 March 2026 at 09:00"),
        (datetime(2026, 12, 24, 17, 30, tzinfo=UTC), date(2027, 1, 12), "Tuesday 29 December 2026 at 09:00"),
        (datetime(2026, 3, 6, 9, 30, tzinfo=UTC), date(2026, 3, 20), ""),
    ],
)
def test_a_clock_that_starts_with_the_letter_counts_from_the_reader_s_working_hours(
    office: Office, now: datetime, due: date, leaves: str
) -> None:
    office.editions["small"] = SENT
    office.now = now

    done = told(office, gathering(office))

    assert date_of(office.case(done.ref), "report/R1").due_on == due
    said = f"The request to {FIFE} leaves on {leaves}, and its clock counts from then."
    assert done.warnings == ((said,) if leaves else ())
    assert verify(office.engine).ok


def test_without_it_the_verb_says_at_once_that_the_letter_leaves_later_and_the_clock_runs(office: Office) -> None:
    office.now = FRIDAY_EVENING

    done = told(office, gathering(office))

    assert date_of(office.case(done.ref), "report/R1").due_on == date(2026, 3, 20)
    (warning,) = done.warnings
    assert warning.startswith(
        f"The request to {FIFE} leaves on Monday 9 March 2026 at 09:00, "
        "and its clock counts from Friday 6 March 2026 all the same"
    )
    assert done.told[0].words().endswith("by email, leaves Mon 9 March 2026, 09:00")


def test_one_asked_in_working_hours_leaves_at_once_and_nothing_is_said_of_it(office: Office) -> None:
    done = told(office, gathering(office))

    assert done.warnings == ()
    assert done.told[0].words().endswith("by email")


def test_an_agency_asked_instead_or_again_has_its_clock_from_the_letter_too(from_the_letter: Office) -> None:
    office = from_the_letter
    case = asked(office, FIFE)
    case = office.do(redirect, case.ref, FIFE, POLICE, "They hold the records.")
    assert date_of(case, "report/R2").anchor_on == date(2026, 3, 9)

    office.do(answer, case.ref, POLICE)
    office.now = datetime(2026, 3, 13, 20, tzinfo=UTC)
    case = office.do(send_back, case.ref, POLICE, "The chronology is missing.")

    assert date_of(case, "report/R2#2").anchor_on == date(2026, 3, 16)
    assert case.dossier.requests["R2"].asked_on == date(2026, 3, 13)
    office.deliver()
    assert verify(office.engine).ok


def test_what_was_asked_on_an_earlier_day_counts_from_that_day(from_the_letter: Office) -> None:
    office = from_the_letter
    office.now = MONDAY_MORNING.replace(day=2, hour=10)
    case = gathering(office)
    office.now = FRIDAY_EVENING

    case = office.do(request, case.ref, "report", (FIFE,), on=date(2026, 3, 4))

    assert date_of(case, "report/R1").anchor_on == date(2026, 3, 4)


def test_where_nobody_can_be_written_to_the_clock_counts_from_the_asking_until_it_is_said_otherwise(
    from_the_letter: Office,
) -> None:
    office = from_the_letter
    case = gathering(office, agencies=("Fife Council",))
    case = office.do(request, case.ref, "report", ("Fife Council",))
    assert date_of(case, "report/R1").anchor_on == date(2026, 3, 6)

    office.now = datetime(2026, 3, 11, 10, tzinfo=UTC)
    case = office.do(request_reached, case.ref, "Fife Council", date(2026, 3, 10), "Told by telephone.")

    assert date_of(case, "report/R1").anchor_on == date(2026, 3, 10)


def test_a_clock_that_counts_from_the_letter_is_not_set_to_a_day_before_it(from_the_letter: Office) -> None:
    office = from_the_letter
    case = asked(office, FIFE)
    office.now = MONDAY_MORNING
    with pytest.raises(BadAnswer, match="from 9 March 2026 on, the day its letter could leave"):
        office.do(request_reached, case.ref, FIFE, date(2026, 3, 8), "They say so.")

    office.deliver()
    with pytest.raises(
        NotPossible, match="accepted on 9 March 2026, the day its letter could leave: its clock is right"
    ):
        office.do(request_reached, case.ref, FIFE, date(2026, 3, 9), "They say so.")


def test_a_day_of_asking_that_is_put_right_leaves_the_letter_where_it_was(from_the_letter: Office) -> None:
    office = from_the_letter
    case = asked(office, FIFE)
    (entry,) = [one for one in entries(office, case) if one.kind == "requested"]
    office.now = MONDAY_MORNING

    case = office.do(correct, case.ref, entry.sequence, "It was Saturday.", happened_on=date(2026, 3, 7))

    assert date_of(case, "report/R1").due_on == date(2026, 3, 23)
    office.deliver()
    assert verify(office.engine).ok


def test_the_history_says_when_the_letter_may_leave(from_the_letter: Office) -> None:
    office = from_the_letter
    case = asked(office, FIFE)
    (entry,) = [one for one in entries(office, case) if one.kind == "requested"]

    said = sentence(case.procedure, entry, case.dossier, None)

    assert said == "Agency report asked of NHS Fife (its letter may leave on Mon 9 March 2026)"

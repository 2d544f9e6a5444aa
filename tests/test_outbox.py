"""Messages owed: one row a recipient and channel, each with one identity, to go in somebody's working hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from records import contacts, outbox
from records.database import transaction
from records.outbox import Owing, in_hours
from states.letters import Copy, Duty, fate
from tests.casework import messages, tasks
from tests.office import FIFE, MONDAY
from tests.story import SCOTLAND

if TYPE_CHECKING:
    from tests.office import Office


def moment(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00+00:00")


@pytest.mark.parametrize(
    ("now", "goes", "hours"),
    [
        (moment("2026-03-02", "10:30"), moment("2026-03-02", "10:30"), "09:00-17:00"),
        (moment("2026-03-02", "06:00"), moment("2026-03-02", "09:00"), "09:00-17:00"),
        (moment("2026-03-02", "17:00"), moment("2026-03-02", "17:00"), "09:00-17:00"),
        (moment("2026-03-02", "17:01"), moment("2026-03-03", "09:00"), "09:00-17:00"),
        # Friday evening; the Saturday before Christmas 2026 to the day after two holidays and a weekend
        (moment("2026-03-06", "18:00"), moment("2026-03-09", "09:00"), "09:00-17:00"),
        (moment("2026-12-24", "18:00"), moment("2026-12-29", "09:00"), "09:00-17:00"),
        # the clocks go forward on Sunday 29 March: nine on Monday is eight in UTC
        (moment("2026-03-27", "18:00"), moment("2026-03-30", "08:00"), "09:00-17:00"),
        (moment("2026-10-23", "18:00"), moment("2026-10-26", "09:00"), "09:00-17:00"),
        (moment("2026-07-06", "16:30"), moment("2026-07-07", "08:00"), "09:00-17:00"),
        (moment("2026-03-02", "23:30"), moment("2026-03-02", "23:30"), "00:00-24:00"),
    ],
)
def test_a_message_goes_at_the_first_working_moment(now: datetime, goes: datetime, hours: str) -> None:
    assert in_hours(now, hours, SCOTLAND) == goes


def owing(**more: object) -> Owing:
    return Owing(**{"case_id": None, "ref": "R", "sequence": 1, "kind": "told", "facts": {"ref": "R"}, **more})  # type: ignore[arg-type]


def owe(office: Office, what: Owing, now: datetime = MONDAY) -> str:
    with transaction(office.engine) as tx:
        reach = contacts.reachable(tx, date(2026, 3, 2)).of_agency(FIFE)
        assert reach is not None
        (letter,) = outbox.letters(what, reach, SCOTLAND, now, ("email",))
        assert outbox.owe(tx, [letter]) == 1
        return str(letter["id"])


def test_a_message_owed_twice_is_owed_once(office: Office) -> None:
    assert owe(office, owing()) == owe(office, owing(), MONDAY + timedelta(days=1))

    (row,) = messages(office)
    assert (row.status, row.created_at) == ("owed", MONDAY)


@pytest.mark.parametrize(
    "other",
    [{"sequence": 2}, {"kind": "reminder"}, {"deadline_key": "form"}, {"beside": "two"}, {"ref": "S"}],
)
def test_messages_that_differ_in_anything_that_matters_are_two(office: Office, other: dict[str, object]) -> None:
    assert owe(office, owing()) != owe(office, owing(**other))

    assert len(messages(office)) == 2


def test_a_message_that_waits_for_a_yes_is_held(office: Office) -> None:
    held = owe(office, owing(confirm_role="chair", confirm_by=MONDAY))

    (row,) = messages(office)
    assert (row.status, row.confirm_role, row.confirm_by) == ("held", "chair", MONDAY)
    with transaction(office.engine) as tx:
        assert outbox.decide(tx, [held], "withheld", MONDAY) == 1
        assert outbox.decide(tx, [held], "owed", MONDAY) == 0
    assert messages(office)[0].status == "withheld"


def test_a_task_is_left_once_and_settled_once(office: Office) -> None:
    with transaction(office.engine) as tx:
        task = outbox.ask(tx, owing(), "undelivered", "lead_officer", MONDAY)
        assert task is not None
        assert outbox.ask(tx, owing(), "undelivered", "lead_officer", MONDAY) is None
        assert outbox.settle(tx, task, "Robin Example", MONDAY) is True
        assert outbox.settle(tx, task, "Robin Example", MONDAY) is False
        assert outbox.settle(tx, "none", "Robin Example", MONDAY) is False

    (row,) = tasks(office)
    assert (row.kind, row.role, row.done_by, row.done_at) == ("undelivered", "lead_officer", "Robin Example", MONDAY)


def test_held_messages_are_of_one_case(office: Office) -> None:
    owe(office, owing(confirm_role="chair"))

    with transaction(office.engine) as tx:
        assert outbox.held_for(tx, 1) == []


def test_a_moment_in_utc_is_kept_as_it_was(office: Office) -> None:
    owe(office, owing(), datetime(2026, 7, 6, 8, 15, tzinfo=UTC))

    assert messages(office)[0].created_at == datetime(2026, 7, 6, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("copies", "duties", "became"),
    [
        ([Copy("withdrawn", "It was met."), Copy("sent")], [Duty(open=True)], "accepted"),
        ([Copy("failed"), Copy("held")], [], "waiting"),
        ([Copy("failed")], [Duty(open=True)], "task"),
        ([Copy("failed")], [Duty(open=False, by_a_person=True)], "task"),
        ([Copy("withdrawn", "It was met.")], [Duty(open=False)], "withdrawn"),
        ([Copy("withdrawn")], [Duty(open=False)], None),
        ([Copy("failed", "Refused.")], [], None),
    ],
)
def test_what_is_owed_is_accepted_waiting_a_task_or_withdrawn_with_a_reason(
    copies: list[Copy], duties: list[Duty], became: str | None
) -> None:
    assert fate(copies, duties) == became

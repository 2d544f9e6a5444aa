"""Who is told of what."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from records import contacts
from records.contacts import CONTACTS
from records.database import transaction
from states.words import full_weekday
from tests.casework import (
    asked,
    deciding,
    edited,
    gathering,
    mailbox,
    messages,
    opened,
    part,
    reviewing,
    tasks,
    transitions,
)
from tests.office import FIFE, POLICE
from workflows.verbs.advance import advance
from workflows.verbs.outside_events import ask_after, record_event
from workflows.verbs.pause import end_pause, order_pause
from workflows.verbs.people import change_people
from workflows.verbs.request import redirect, request

if TYPE_CHECKING:
    from tests.office import Office

DECIDED = {"reason": "There is much to learn.", "role": "chair"}


def told(office: Office) -> list[tuple[str, str]]:
    who = {row.id: row.name for row in office.rows(CONTACTS.select())}
    return sorted((row.kind, who[row.contact_id]) for row in messages(office))


def notifying(**notices: list[dict[str, Any]]) -> Any:
    return edited(transitions=transitions(**{trigger: {"notify": notice} for trigger, notice in notices.items()}))


def test_those_a_step_names_are_told_of_it(office: Office) -> None:
    gathering(office)

    assert told(office) == [
        ("case_alerted", f"first {FIFE}"),
        ("case_alerted", f"first {POLICE}"),
        ("case_opened", "lead_officer"),
    ]


def test_a_notice_with_a_condition_goes_only_where_it_holds(office: Office) -> None:
    notice = [{"tell": ["lead_officer"], "message": "told", "when": {"field": "informed_on", "is": "2026-03-01"}}]
    office.editions["small"] = notifying(notify=notice)

    opened(office)
    opened(office, answers={"informed_on": "2026-02-28"})

    assert [row.kind for row in messages(office)] == ["told"]


def test_the_person_named_as_lead_officer_is_told_and_the_deputy_in_their_absence(office: Office) -> None:
    named = office.add_contact("lead_officer", name="Kim Example")
    office.add_contact("deputy_lead_officer", name="Sam Example")
    opened(office, lead="Kim Example")
    everybody = [row.id for row in office.rows(CONTACTS.select().where(CONTACTS.c.role == "lead_officer"))]
    with transaction(office.engine) as tx:
        for one in everybody:
            contacts.away(tx, one, date(2026, 3, 2), date(2026, 3, 2))
    opened(office, lead="Kim Example")

    assert named in everybody
    assert [name for _, name in told(office)] == ["Kim Example", "Sam Example"]


def test_an_agency_that_nobody_speaks_for_is_a_task_for_the_lead_officer(office: Office) -> None:
    gathering(office, agencies=(FIFE, "Fife Council"))

    assert ("case_alerted", f"first {FIFE}") in told(office)
    (task,) = tasks(office)
    assert (task.kind, task.role) == ("unreachable", "lead_officer")
    assert json.loads(task.facts)["problem"].endswith("of Fife Council cannot be reached")
    assert ("task", "lead_officer") in told(office)


def test_when_not_even_the_lead_officer_can_be_reached_the_task_still_stands(office: Office) -> None:
    with transaction(office.engine) as tx:
        tx.execute(CONTACTS.update().values(active=False))

    opened(office)

    assert not messages(office)
    assert [row.kind for row in tasks(office)] == ["unreachable"]


def test_a_body_outside_is_told_by_its_own_contact(office: Office) -> None:
    office.editions["small"] = notifying(
        decide_review=[{"tell": ["inspectorate", "agencies"], "message": "decision_made"}]
    ).model_copy(update={"bodies": {"inspectorate": edited().roles["chair"]}})
    office.add_contact("inspectorate")

    case = deciding(office)
    office.do(advance, case.ref, "decide_review", **DECIDED)

    assert [name for kind, name in told(office) if kind == "decision_made"] == [
        f"first {FIFE}",
        f"first {POLICE}",
        "inspectorate",
    ]


def test_who_notified_a_case_is_told_and_the_lead_officer_when_it_came_from_the_committee(office: Office) -> None:
    office.editions["small"] = notifying(notify=[{"tell": ["notifier"], "message": "acknowledged"}])

    opened(office, agency_of_actor=POLICE)
    assert told(office) == [("acknowledged", f"first {POLICE}")]
    opened(office)

    assert told(office)[1:] == [("acknowledged", "lead_officer")]
    assert tasks(office) == []


def test_a_request_says_by_when(office: Office) -> None:
    asked(office)

    (row,) = messages(office, kind="information_requested")
    assert json.loads(row.facts)["due"] == "Monday 16 March 2026"
    assert json.loads(row.facts)["agency"] == FIFE


def test_a_request_without_a_limit_says_that_no_date_is_set(office: Office) -> None:
    office.editions["small"] = edited(timescales=part("timescales", "report", limit=None))
    asked(office)

    (row,) = messages(office, kind="information_requested")
    assert json.loads(row.facts)["due"] == ""


def test_only_the_agency_it_is_for_is_told_of_a_redirected_request(office: Office) -> None:
    case = asked(office)

    office.do(redirect, case.ref, FIFE, POLICE, "Theirs.")

    assert [name for kind, name in told(office) if kind == "information_requested"] == [
        f"first {FIFE}",
        f"first {POLICE}",
    ]


def test_those_told_of_a_hold_are_told_of_its_end(office: Office) -> None:
    notify = [
        {"tell": ["lead_officer"], "message": "hold_ordered"},
        {"tell": ["lead_officer"], "message": "hold_ended"},
    ]
    office.editions["small"] = edited(pauses=part("pauses", "proceedings", notify=notify))
    case = deciding(office)
    hold = ("proceedings", "Fiscal", "A trial.")
    office.do(order_pause, case.ref, *hold, role="chair")
    assert not messages(office, kind="hold_ended")
    office.later(days=1)
    office.do(end_pause, case.ref, "P1", "Over.", role="chair")
    office.do(order_pause, case.ref, *hold, event="verdict", role="chair")

    office.do(record_event, case.ref, "verdict")

    assert len(messages(office, kind="hold_ordered")) == 2
    assert len(messages(office, kind="hold_ended")) == 2


def test_a_reminder_to_the_committee_about_an_agency_says_who_is_silent(office: Office) -> None:
    rungs = [{"day": 0, "tell": ["owner", "lead_officer"], "message": "due_today"}]
    office.editions["small"] = edited(ladders=part("ladders", "agency", rungs=rungs))
    asked(office)
    office.now = datetime(2026, 3, 16, 10, tzinfo=UTC)

    office.sweep()

    about = [row for row in messages(office) if row.deadline_key == "report/R1"]
    assert sorted(row.kind for row in about) == ["due_today", "silence"]


def test_a_rung_goes_only_by_the_channels_it_names_and_says_so_where_there_is_none(office: Office) -> None:
    both = [("email", "a@fife.example"), ("teams", "b@fife.example")]
    office.add_contact("first", "Fife Council", channels=both)
    rungs = [{"day": 0, "tell": ["owner"], "message": "due_today", "channels": ["teams"]}]
    office.editions["small"] = edited(ladders=part("ladders", "agency", rungs=rungs))
    asked(office, FIFE, "Fife Council")
    office.now = datetime(2026, 3, 16, 10, tzinfo=UTC)

    office.sweep()

    assert [row.channel for row in messages(office, kind="due_today")] == ["teams"]
    assert any(f"of {FIFE} cannot be reached" in row.facts for row in tasks(office))


def test_a_lead_officer_who_owes_and_is_told_hears_of_it_once(office: Office) -> None:
    rungs = [{"day": 0, "tell": ["owner", "lead_officer"], "message": "due_today"}]
    office.editions["small"] = edited(ladders=part("ladders", "officer", rungs=rungs))
    opened(office)
    office.now = datetime(2026, 3, 8, 10, tzinfo=UTC)

    office.sweep()

    assert [row.kind for row in messages(office) if row.deadline_key == "form"] == ["due_today"]


def test_every_message_of_a_whole_case_can_be_put_in_words(office: Office) -> None:
    rungs = [
        {"day": 0, "tell": ["owner"], "message": "chase_outside"},
        {"day": 1, "tell": ["owner"], "message": "duty_due"},
        {"day": 2, "tell": ["owner"], "message": "hold_review"},
    ]
    ladders = part("ladders", "officer", rungs=rungs)
    office.editions["small"] = edited(ladders=ladders, timescales=part("timescales", "chase_verdict", ladder="officer"))
    case = reviewing(office)
    office.do(order_pause, case.ref, "proceedings", "Fiscal", "A trial.", stops=("review",), role="chair")
    office.do(change_people, case.ref, joined=("Fife Council",))
    for _ in range(45):
        office.later(days=1)
        office.sweep()
        office.deliver()
    office.do(ask_after, case.ref, "verdict")

    kinds = {row.kind for row in messages(office)}
    assert {"chase_outside", "duty_due", "hold_review", "information_requested"} <= kinds
    assert {row.status for row in messages(office)} <= {"sent", "overtaken"}
    assert not [row for row in tasks(office) if row.kind == "undelivered"]
    assert mailbox(office)


def test_an_agency_asked_twice_is_told_twice(office: Office) -> None:
    case = asked(office)
    case = office.do(request, case.ref, "report", (POLICE,))

    assert [row.kind for row in messages(office)].count("information_requested") == 2


def test_a_date_is_read_aloud_in_full() -> None:
    assert full_weekday(date(2026, 3, 6)) == "Friday 6 March 2026"
    assert full_weekday(None) == ""

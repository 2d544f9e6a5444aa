"""Reminding and escalating: each rung climbed once, whatever happens between.

A report asked for on Monday 2 March 2026 is due on Monday 16: its reminder comes on the 13th, then the rungs of the
16th, 17th, 23rd (senior contact) and 30th (chair, once the lead officer says yes).
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from records import contacts
from records.cases import CASES
from records.children import ChildDetails
from records.contacts import CONTACTS
from records.database import reading, transaction
from records.diary import DEADLINES
from records.heartbeats import last
from states.entry import Actor
from states.errors import StorageTrouble
from tests.casework import (
    MEGABYTE,
    ODD,
    asked,
    date_of,
    deciding,
    edited,
    entries,
    everything,
    gathering,
    messages,
    opened,
    part,
    refused,
    tasks,
)
from tests.office import FIFE, POLICE, small_edition
from workflows.messages.chase import RUNGS, confirm, sweep
from workflows.verbs.advance import advance
from workflows.verbs.extend import ask_extension, grant_extension
from workflows.verbs.pause import end_pause, order_pause
from workflows.verbs.people import add_child, change_people
from workflows.verbs.request import answer, promise, request
from workflows.views.sentences import by_whom

if TYPE_CHECKING:
    from records.cases import Case
    from tests.office import Office

KEY = "report/R1"
SMALL = small_edition().model_dump(mode="json", by_alias=True)


def moment(day: int, clock: str = "10:00", month: int = 3) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def swept(office: Office, now: datetime) -> Any:
    office.now = now
    return office.sweep()


def told(office: Office, since: int = 0) -> list[tuple[str, str]]:
    """Who is owed which message about a date, in order: (kind, whose contact)."""
    who = {row.id: f"{row.role} {row.agency}".strip() for row in office.rows(CONTACTS.select())}
    return [(row.kind, who[row.contact_id]) for row in messages(office) if row.deadline_key == KEY][since:]


def climbs(office: Office) -> list[tuple[int, bool, bool]]:
    rows = office.rows(RUNGS.select().where(RUNGS.c.key == KEY).order_by(RUNGS.c.at, RUNGS.c.rung))
    return [(row.rung, row.passed, row.late) for row in rows]


def held_up(office: Office) -> Case:
    """A case whose report is four weeks late: the last rung is drafted for the chair and waits for the lead officer."""
    case = asked(office)
    for day in (13, 16, 17, 23, 30):
        swept(office, moment(day))
    return case


def test_each_rung_is_climbed_once_on_its_day_however_often_it_is_swept(office: Office) -> None:
    case = asked(office)

    for day in range(2, 32):
        for clock in ("08:00", "10:00", "16:00"):
            swept(office, moment(day, clock))

    assert climbs(office) == [
        (0, False, False),
        (1, False, False),
        (2, False, False),
        (3, False, False),
        (4, False, False),
    ]
    assert told(office) == [
        ("reminder", "first NHS Fife"),
        ("due_today", "first NHS Fife"),
        ("overdue", "first NHS Fife"),
        ("escalation", "senior NHS Fife"),
        ("escalation", "chair"),
    ]
    chased = [entry for entry in entries(office, case) if entry.kind == "chased"]
    assert [entry.data["rung"] for entry in chased] == [0, 1, 2, 3, 4]
    assert {entry.actor.name for entry in chased} == {"Cairn"}


def test_nothing_is_climbed_before_its_moment(office: Office) -> None:
    asked(office)

    assert swept(office, moment(13, "08:59")).climbed == 0
    assert swept(office, moment(13, "09:00")).climbed == 1


def test_summer_time_moves_the_instant_and_not_the_hour_in_scotland(office: Office) -> None:
    asked(office)
    swept(office, moment(29))

    assert swept(office, moment(30, "07:59")).climbed == 0
    assert swept(office, moment(30, "08:00")).climbed == 1


def test_after_an_outage_of_weeks_one_rung_is_climbed_late_and_the_others_passed_over(office: Office) -> None:
    case = asked(office)

    done = swept(office, moment(20, month=4))

    assert (done.climbed, done.late, done.passed_over) == (1, 1, 4)
    assert climbs(office) == [(0, True, True), (1, True, True), (2, True, True), (3, True, True), (4, False, True)]
    assert told(office) == [("escalation", "chair")]
    last_entry = entries(office, case)[-1]
    assert (last_entry.data["rung"], last_entry.data["passed"], last_entry.data["late"]) == (4, [0, 1, 2, 3], True)
    assert swept(office, moment(20, month=4)).looked_at == 0


def test_two_sweeps_at_once_climb_once(office: Office) -> None:
    for _ in range(3):
        asked(office, FIFE, POLICE)
    together = Barrier(2)
    office.now = moment(13)

    def one_of_two() -> int:
        together.wait()
        return sweep(office.engine, office.now).climbed

    with ThreadPoolExecutor(2) as both:
        climbed = sum(future.result() for future in [both.submit(one_of_two) for _ in range(2)])

    assert climbed == 6
    assert len(messages(office, kind="reminder")) == 6
    assert len(office.rows(RUNGS.select())) == 6


def test_a_clock_set_back_sends_nothing_twice(office: Office) -> None:
    asked(office)
    swept(office, moment(17))
    before = everything(office)["message"]

    assert swept(office, moment(13)).climbed == 0
    assert swept(office, moment(17)).climbed == 0

    assert everything(office)["message"] == before


def test_a_date_that_was_met_is_chased_no_more(office: Office) -> None:
    case = asked(office)
    swept(office, moment(13))
    office.do(answer, case.ref, FIFE)

    for day in (16, 17, 23, 30):
        assert swept(office, moment(day)).climbed == 0


def test_a_held_clock_chases_nobody_but_the_hold_is_looked_at_again(office: Office) -> None:
    case = asked(office)
    office.do(order_pause, case.ref, "proceedings", "Fiscal", "A trial.", stops=("report",), role="chair")

    for day in (13, 16, 17, 23, 30):
        assert swept(office, moment(day)).climbed == 0
    assert swept(office, moment(1, month=4)).climbed == 1
    assert [row.deadline_key for row in messages(office) if row.deadline_key] == ["hold_review/P1"]


def test_a_report_already_overdue_is_not_chased_while_it_is_held(office: Office) -> None:
    case = asked(office)
    swept(office, moment(17))
    office.do(order_pause, case.ref, "proceedings", "Fiscal", "A trial.", stops=("report",), role="chair")

    for day in (23, 30):
        assert swept(office, moment(day)).climbed == 0
    office.do(end_pause, case.ref, "P1", "Over.", role="chair")

    assert swept(office, moment(30)).climbed == 1


def test_a_promise_keeps_every_channel_still_until_its_day_and_a_broken_one_goes_on(office: Office) -> None:
    case = asked(office)
    swept(office, moment(13))
    office.do(promise, case.ref, FIFE, date(2026, 3, 20))

    assert [swept(office, moment(day)).climbed for day in (16, 17, 18, 19, 20)] == [0] * 5
    assert [swept(office, moment(day)).climbed for day in (21, 26, 27)] == [1, 0, 1]
    assert told(office) == [
        ("reminder", "first NHS Fife"),
        ("promise_broken", "first NHS Fife"),
        ("escalation", "senior NHS Fife"),
    ]
    told_of = json.loads(messages(office, kind="promise_broken")[0].facts)
    assert (told_of["since"], told_of["until"]) == ("Friday 13 March 2026", "Friday 20 March 2026")
    assert (told_of["authority"], told_of["items"], told_of["evidence"]) == ("lead officer", [], [])
    chased = [entry.data.get("promise") for entry in entries(office, case) if entry.kind == "chased"]
    assert chased == [None, "2026-03-20", None]


def test_a_broken_promise_is_told_to_the_senior_contact_with_what_was_sent_and_to_the_committee_in_its_own_words(
    office: Office,
) -> None:
    rungs = [
        {"day": 0, "tell": ["owner"], "message": "due_today"},
        {"day": 2, "tell": ["agency_senior", "lead_officer"], "message": "escalation"},
    ]
    office.editions["small"] = edited(ladders=part("ladders", "agency", rungs=rungs))
    case = asked(office)
    swept(office, moment(16))
    office.do(promise, case.ref, FIFE, date(2026, 3, 20), agency_of_actor=FIFE, role="agency")
    office.do(promise, case.ref, FIFE, date(2026, 3, 24), agency_of_actor=FIFE, role="agency")

    swept(office, moment(26))

    assert told(office)[1:] == [("promise_broken", "senior NHS Fife"), ("promise_passed", "lead_officer")]
    facts = json.loads(messages(office, kind="promise_broken")[0].facts)
    assert (facts["authority"], facts["items"]) == ("", ["Friday 20 March 2026"])
    assert "due today to the first contact of NHS Fife" in facts["evidence"][1]


def test_a_promise_kept_is_the_end_of_it(office: Office) -> None:
    case = asked(office)
    office.do(promise, case.ref, FIFE, date(2026, 3, 20))
    office.now = moment(20)
    office.do(answer, case.ref, FIFE)

    assert [swept(office, moment(day)).climbed for day in (21, 27)] == [0, 0]


def test_more_time_begins_the_reminders_for_the_new_date(office: Office) -> None:
    case = asked(office)
    swept(office, moment(13))
    office.do(ask_extension, case.ref, KEY, 7, "Illness.")
    office.do(grant_extension, case.ref, "E1", role="chair")

    assert [swept(office, moment(day)).climbed for day in (16, 17, 20, 23)] == [0, 0, 1, 1]
    assert [kind for kind, _ in told(office)] == ["reminder", "reminder", "due_today"]


def test_the_deputy_is_told_while_the_first_contact_is_away(office: Office) -> None:
    deputy = office.add_contact("deputy", FIFE)
    asked(office)
    with transaction(office.engine) as tx:
        first = contacts.reachable(tx, date(2026, 3, 2)).of_agency(FIFE)
        assert first is not None
        contacts.away(tx, first.id, date(2026, 3, 12), date(2026, 3, 16))

    for day in (13, 16, 17):
        swept(office, moment(day))

    assert told(office) == [
        ("reminder", "deputy NHS Fife"),
        ("due_today", "deputy NHS Fife"),
        ("overdue", "first NHS Fife"),
    ]
    assert deputy


def test_a_rung_that_reaches_nobody_is_a_task_for_the_lead_officer_and_goes_no_further_up(office: Office) -> None:
    asked(office, "Fife Council")

    swept(office, moment(13))
    swept(office, moment(16))

    assert not [row for row in messages(office) if row.deadline_key == KEY]
    (left,) = tasks(office)
    assert (left.kind, left.role) == ("unreachable", "lead_officer")
    assert "of Fife Council cannot be reached" in left.facts
    letters = messages(office, kind="task")
    lead = office.rows(CONTACTS.select().where(CONTACTS.c.role == "lead_officer"))[0].id
    assert {row.contact_id for row in letters} == {lead}
    assert climbs(office) == [(0, False, False), (1, False, False)]


def test_a_senior_contact_who_cannot_be_reached_is_not_passed_over_for_the_chair(office: Office) -> None:
    asked(office)
    with transaction(office.engine) as tx:
        senior = contacts.reachable(tx, date(2026, 3, 2)).senior_of(FIFE)
        assert senior is not None
        contacts.retire(tx, senior.id)

    swept(office, moment(23))

    assert told(office) == []
    assert "The senior contact of NHS Fife cannot be reached" in tasks(office)[-1].facts


def test_working_hours_delay_the_letter_and_never_the_rung(office: Office) -> None:
    office.editions["small"] = edited(ladders=part("ladders", "agency", at="18:30"))
    asked(office)

    assert swept(office, moment(13, "18:30")).climbed == 1

    (row,) = messages(office, kind="reminder")
    assert (row.created_at, row.deliver_after) == (moment(13, "18:30"), moment(16, "09:00"))


def test_a_rung_that_needs_a_yes_is_drafted_and_its_evidence_with_it(office: Office) -> None:
    held_up(office)

    (draft,) = messages(office, status="held")
    assert (draft.kind, draft.confirm_role, draft.confirm_by) == ("escalation", "lead_officer", moment(4, month=4))
    assert "reminder to the first contact of NHS Fife by email" in draft.facts
    (task,) = [row for row in tasks(office) if row.kind == "confirm"]
    assert (task.role, task.done_at) == ("lead_officer", None)
    assert len(messages(office, kind="task")) == 1


def test_the_evidence_says_what_was_asked_what_could_not_be_sent_and_what_the_agency_said(office: Office) -> None:
    case = asked(office, "Fife Council", FIFE)
    office.do(promise, case.ref, FIFE)
    for day in (13, 16, 17, 30):
        swept(office, moment(day))

    council, fife = (json.loads(row.facts)["evidence"] for row in messages(office, status="held"))
    assert council[0] == "Monday 2 March 2026: nothing sent, the first contact of Fife Council cannot be reached"
    assert fife[:2] == [
        "Monday 2 March 2026: request to the first contact of NHS Fife by email, not accepted yet: it waits",
        "Monday 2 March 2026: acknowledged",
    ]


def test_a_yes_is_waited_for_by_the_days_of_the_ladder_and_its_letter_says_what_for(office: Office) -> None:
    office.editions["small"] = edited(ladders=part("ladders", "agency", unit="working_days"))
    asked(office)
    swept(office, moment(6, month=4))

    (draft,) = messages(office, status="held")
    assert draft.confirm_by == moment(13, month=4)
    (letter,) = messages(office, kind="task")
    facts = json.loads(letter.facts)
    assert facts["problem"] == "a message to the committee chair, on an answer from NHS Fife, waits for your yes"
    assert (facts["until"], facts["timescale"], facts["due"]) == ("Monday 13 April 2026", "Agency report", "")


def test_a_draft_that_is_confirmed_is_owed_and_the_history_says_who_said_yes(office: Office) -> None:
    case = held_up(office)
    office.now = moment(31)

    office.do(confirm, case.ref, name="Robin Example")

    assert not messages(office, status="held")
    assert told(office)[-1] == ("escalation", "chair")
    last_entry = entries(office, case)[-1]
    assert (last_entry.kind, last_entry.actor.name) == ("confirmed", "Robin Example")
    (task,) = [row for row in tasks(office) if row.kind == "confirm"]
    assert (task.done_by, task.done_at) == ("Robin Example", moment(31))


def test_a_deputy_says_yes_in_the_lead_officers_place_and_the_history_says_so(office: Office) -> None:
    deputy = {"label": "Deputy lead officer", "acts_for": ["lead_officer"]}
    office.editions["small"] = edited(roles={**SMALL["roles"], "deputy_lead_officer": deputy})
    case = held_up(office)

    office.do(confirm, case.ref, role="deputy_lead_officer", name="Robin Example")

    last_entry = entries(office, case)[-1]
    assert last_entry.actor == Actor(name="Robin Example", role="deputy_lead_officer", acting_for="lead_officer")
    procedure = office.editions["small"]
    assert by_whom(procedure, last_entry) == "Robin Example (deputy lead officer, for the lead officer)"
    (task,) = [row for row in tasks(office) if row.kind == "confirm"]
    assert task.done_by == "Robin Example"


def test_a_deputy_asks_and_answers_and_extends_in_the_lead_officers_place(office: Office) -> None:
    deputy = {"label": "Deputy lead officer", "acts_for": ["lead_officer"]}
    office.editions["small"] = edited(roles={**SMALL["roles"], "deputy_lead_officer": deputy})
    case = gathering(office)
    for verb, *given in (
        (request, "report", (FIFE, POLICE)),
        (promise, FIFE, date(2026, 3, 20)),
        (ask_extension, KEY, 3, "Illness."),
        (answer, FIFE),
        (advance, "consider"),
    ):
        more = {"override": "They cannot be waited for."} if verb is advance else {}
        office.do(verb, case.ref, *given, role="deputy_lead_officer", **more)

    done = [entry for entry in entries(office, case) if entry.actor.role == "deputy_lead_officer"]
    assert [entry.kind for entry in done] == ["requested", "promised", "extension_asked", "answered", "advanced"]
    assert {entry.actor.acting_for for entry in done} == {"lead_officer"}
    assert "for the committee chair" in refused(
        office, advance, case.ref, "decide_review", role="deputy_lead_officer", reason="So."
    )


def test_a_draft_confirmed_at_night_goes_in_working_hours(office: Office) -> None:
    case = held_up(office)
    office.now = moment(31, "21:00")

    office.do(confirm, case.ref)

    (row,) = [one for one in messages(office) if one.confirm_role]
    assert row.deliver_after == moment(1, "08:00", month=4)


def test_a_draft_that_is_withheld_is_never_sent_and_says_why(office: Office) -> None:
    case = held_up(office)

    office.do(confirm, case.ref, withhold=" They have called. ")
    swept(office, moment(20, month=4))

    (row,) = [one for one in messages(office) if one.confirm_role]
    assert row.status == "withheld"
    withheld = [entry for entry in entries(office, case) if entry.kind == "withheld"]
    assert [entry.reason for entry in withheld] == ["They have called."]


def test_a_draft_nobody_decides_on_goes_after_its_time_in_working_hours_and_its_task_is_done(office: Office) -> None:
    held_up(office)

    assert swept(office, moment(4, "09:59", month=4)).released == 0
    assert swept(office, moment(4, "10:00", month=4)).released == 1

    (row,) = [one for one in messages(office) if one.confirm_role]
    # 4 April is a Saturday; Easter Monday is a working day in Scotland
    assert (row.status, row.deliver_after) == ("owed", moment(6, "08:00", month=4))
    (task,) = [one for one in tasks(office) if one.kind == "confirm"]
    assert task.done_by == "Cairn"


def test_a_draft_without_a_time_waits_for_ever(office: Office) -> None:
    rungs = [{"day": 14, "tell": ["chair"], "message": "escalation", "confirm": "lead_officer"}]
    office.editions["small"] = edited(ladders=part("ladders", "agency", rungs=rungs))
    asked(office)
    swept(office, moment(30))

    assert swept(office, moment(30, month=9)).released == 0
    assert len(messages(office, status="held")) == 1


def test_only_the_role_that_is_asked_says_yes_and_only_to_what_is_there(office: Office) -> None:
    case = asked(office)
    assert refused(office, confirm, case.ref) == "No message of TST-2026-0001 waits for a yes."
    for day in (13, 30):
        swept(office, moment(day))
    office.do(add_child, case.ref, ChildDetails("Morag Example"))

    assert refused(office, confirm, case.ref, role="chair") == "These messages wait for the lead officer to say yes."
    for wrong, says in ((MEGABYTE, "characters long"), (ODD, "cannot be read"), ("Morag called.", "child 1")):
        assert says in refused(office, confirm, case.ref, withhold=wrong)


def test_one_date_that_cannot_be_dealt_with_keeps_no_other_waiting(office: Office) -> None:
    office.add_contact("first", "Fife Council")
    case = gathering(office)
    office.do(request, case.ref, "report", ("Fife Council", FIFE))
    with transaction(office.engine) as tx:
        tx.execute(CONTACTS.update().where(CONTACTS.c.agency == "Fife Council").values(calendar="nowhere"))

    office.now = moment(13)
    done = sweep(office.engine, office.now, at_once=1)

    assert (done.climbed, done.stuck) == (1, 1)
    assert [row.kind for row in tasks(office)] == ["unclimbed"]
    assert "nobody can be reminded of report/R1" in tasks(office)[0].facts
    assert sweep(office.engine, office.now).stuck == 1
    assert len(tasks(office)) == 1


def test_a_database_that_cannot_be_written_stops_the_sweep_and_loses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(office)
    before = everything(office)

    def locked(*_: object) -> None:
        raise StorageTrouble("The database is busy with another change.")

    with monkeypatch.context() as patched:
        patched.setattr("workflows.messages.chase.letters_of_rung", locked)
        with pytest.raises(StorageTrouble):
            swept(office, moment(13))
    assert everything(office) == before

    assert swept(office, moment(13)).climbed == 1


def test_a_sweep_killed_between_two_dates_goes_on_where_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(office, FIFE, POLICE)
    from workflows.messages import chase

    plain, calls = chase.letters_of_rung, [0]

    def killed(*arguments: Any) -> Any:
        calls[0] += 1
        if calls[0] == 2:
            raise KeyboardInterrupt
        return plain(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(chase, "letters_of_rung", killed)
        with pytest.raises(KeyboardInterrupt):
            swept(office, moment(13))
    assert len(messages(office, kind="reminder")) == 1

    assert swept(office, moment(13)).climbed == 1
    assert len(messages(office, kind="reminder")) == 2


def test_a_date_that_wants_looking_at_but_owes_nothing_is_only_looked_at(office: Office) -> None:
    asked(office)
    with transaction(office.engine) as tx:
        tx.execute(DEADLINES.update().where(DEADLINES.c.key == KEY).values(next_action_at=moment(2)))

    done = swept(office, moment(3))

    assert (done.looked_at, done.climbed) == (1, 0)
    (row,) = office.rows(DEADLINES.select().where(DEADLINES.c.key == KEY))
    assert row.next_action_at == moment(13, "09:00")


def test_a_sweep_that_is_not_needed_looks_at_nothing_and_says_it_was_there(office: Office) -> None:
    asked(office)

    assert swept(office, moment(3)).looked_at == 0

    with reading(office.engine) as tx:
        at, detail = last(tx)["sweep"]
    assert (at, detail) == (moment(3), "0 looked at, 0 climbed, 0 late")


def test_a_sweep_that_finds_nothing_to_do_asks_one_question_and_says_it_was_there(office: Office) -> None:
    asked(office)
    swept(office, moment(3))
    heard: list[str] = []

    def hear(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement.split(maxsplit=2)[0])

    event.listen(office.engine, "before_cursor_execute", hear)
    swept(office, moment(3, "11:00"))
    event.remove(office.engine, "before_cursor_execute", hear)

    assert heard == ["SELECT", "UPDATE"]


def test_many_dates_at_once_are_all_looked_at(office: Office) -> None:
    for _ in range(3):
        asked(office, FIFE, POLICE)
    office.now = moment(13)

    assert sweep(office.engine, office.now, at_once=2).climbed == 6


def test_the_committees_own_dates_are_told_to_who_owes_them_and_then_to_the_lead_officer(office: Office) -> None:
    case = deciding(office, lead="Kim Example")
    office.add_contact("lead_officer", name="Kim Example")
    assert date_of(case, "decision").due_on == date(2026, 3, 16)

    swept(office, moment(16))
    swept(office, moment(19))

    who = {row.id: row.name for row in office.rows(CONTACTS.select())}
    told_of = [(row.kind, who[row.contact_id]) for row in messages(office) if row.deadline_key == "decision"]
    assert told_of == [("due_today", "chair"), ("overdue", "Kim Example")]


def test_another_lead_officer_is_told_from_the_day_they_take_over(office: Office) -> None:
    office.add_contact("lead_officer", name="Kim Example")
    case = opened(office)
    office.do(change_people, case.ref, lead="Kim Example")

    swept(office, moment(8))

    who = {row.id: row.name for row in office.rows(CONTACTS.select())}
    assert [who[row.contact_id] for row in messages(office) if row.deadline_key == "form"] == ["Kim Example"]


def test_an_overdue_case_stands_first_by_its_soonest_date(office: Office) -> None:
    case = asked(office)

    (row,) = office.rows(CASES.select())
    assert row.next_due_on == date_of(case, KEY).due_on
    assert office.later(days=1) == moment(3) + timedelta(0)

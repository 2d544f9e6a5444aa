"""Putting an earlier entry right: the old one stays, and the dates that hang on it move."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from records import cases
from records.cases import CASES
from records.database import reading
from states.as_at import fields_of
from tests.casework import (
    MEGABYTE,
    ODD,
    asked,
    date_of,
    deciding,
    edited,
    entries,
    gathering,
    opened,
    part,
    refused,
    reviewing,
    transitions,
)
from tests.office import FIFE
from workflows.verbs.advance import advance
from workflows.verbs.correct import correct
from workflows.verbs.open import open_case
from workflows.verbs.outside_events import record_event
from workflows.verbs.pause import order_pause
from workflows.verbs.request import answer, request
from workflows.verification.verify import verify
from workflows.views.history import history_page

if TYPE_CHECKING:
    from tests.office import Office

WHY = "The form says so."
ENGLAND = "england-child-safeguarding-2023"


def test_a_corrected_date_moves_the_deadline_and_the_history_shows_both(office: Office) -> None:
    case = opened(office)

    case = office.do(correct, case.ref, 1, WHY, answers={"informed_on": "2026-02-26"})

    assert (date_of(case, "form").anchor_on, date_of(case, "form").due_on) == (date(2026, 2, 26), date(2026, 3, 5))
    first, last = entries(office, case)
    assert first.data["fields"] == {"informed_on": "2026-03-01"}
    assert (last.kind, last.reason, last.data) == (
        "corrected",
        WHY,
        {"sequence": 1, "fields": {"informed_on": "2026-02-26"}},
    )


def test_a_date_that_was_met_in_time_turns_out_late_by_a_correction_and_back(office: Office) -> None:
    case = gathering(office)
    assert date_of(case, "form").late is False

    case = office.do(correct, case.ref, 1, WHY, answers={"informed_on": "2026-02-20"})
    assert (date_of(case, "form").status, date_of(case, "form").due_on) == ("met", date(2026, 2, 27))
    assert date_of(case, "form").late is True

    case = office.do(correct, case.ref, 1, "No: it was March.", answers={"informed_on": "2026-03-01"})
    assert (date_of(case, "form").due_on, date_of(case, "form").late) == (date(2026, 3, 8), False)
    assert len([key for key in case.dossier.deadlines if key.startswith("form")]) == 1


def test_the_day_a_step_happened_can_be_put_right_and_the_clocks_with_it(office: Office) -> None:
    case = deciding(office)
    office.later(days=9)
    step = next(entry.sequence for entry in entries(office, case) if entry.trigger == "consider")

    case = office.do(correct, case.ref, step, WHY, happened_on=date(2026, 3, 4))

    # ten working days from Wednesday 4 March
    assert date_of(case, "decision").due_on == date(2026, 3, 18)
    assert case.dossier.entered["deciding"].on == date(2026, 3, 4)
    assert case.dossier.done["consider"].on == date(2026, 3, 4)


def test_the_day_a_request_was_sent_and_answered_can_be_put_right(office: Office) -> None:
    case = asked(office)
    office.later(days=20)
    case = office.do(answer, case.ref, FIFE)
    assert date_of(case, "report/R1").late is True

    case = office.do(correct, case.ref, 4, "It came on the 16th.", happened_on=date(2026, 3, 16))
    assert (date_of(case, "report/R1").late, case.dossier.requests["R1"].ended_on) == (False, date(2026, 3, 16))

    case = office.do(correct, case.ref, 3, "It was sent later.", happened_on=date(2026, 3, 5))
    assert date_of(case, "report/R1").due_on == date(2026, 3, 19)
    assert case.dossier.requests["R1"].asked_on == date(2026, 3, 5)


def test_the_day_a_case_was_opened_and_closed_can_be_put_right(office: Office) -> None:
    case = reviewing(office)
    office.later(days=5)
    case = office.do(advance, case.ref, "publish", role="chair")

    case = office.do(correct, case.ref, case.dossier.sequence, WHY, happened_on=date(2026, 3, 6))
    case = office.do(correct, case.ref, 1, WHY, happened_on=date(2026, 2, 26))

    assert (case.dossier.opened_on, case.dossier.closed_on) == (date(2026, 2, 26), date(2026, 3, 6))
    (row,) = office.rows(CASES.select())
    assert (row.opened_on, row.closed_on) == (date(2026, 2, 26), date(2026, 3, 6))


def test_when_the_day_of_a_verdict_is_put_right_the_hold_it_ended_ends_then(office: Office) -> None:
    case = deciding(office)
    office.do(order_pause, case.ref, "proceedings", "Fiscal", "A trial.", event="verdict", role="chair")
    office.later(days=9)
    case = office.do(record_event, case.ref, "verdict")

    case = office.do(correct, case.ref, case.dossier.sequence, WHY, happened_on=date(2026, 3, 9))

    assert case.dossier.pauses["P1"].ends == date(2026, 3, 9)
    assert date_of(case, "decision").due_on == date(2026, 3, 20)
    assert case.dossier.events["verdict"].on == date(2026, 3, 9)


def test_a_day_that_was_put_right_can_be_put_right_again_and_all_that_hangs_on_it_moves_again(office: Office) -> None:
    case, asking, held = reviewing(office), asked(office), deciding(office)
    office.do(order_pause, held.ref, "proceedings", "Fiscal", "A trial.", event="verdict", role="chair")
    office.later(days=18)
    closed = office.do(advance, case.ref, "publish", role="chair").dossier.sequence
    came = office.do(answer, asking.ref, FIFE).dossier.sequence
    ended = office.do(record_event, held.ref, "verdict").dossier.sequence

    for ref, entry, first, second in (
        (case.ref, closed, 6, 9),
        (asking.ref, asking.dossier.sequence, 10, 5),
        (asking.ref, came, 12, 19),
        (held.ref, ended, 13, 16),
    ):
        for day in (first, second):
            office.do(correct, ref, entry, WHY, happened_on=date(2026, 3, day))

    assert office.case(case.ref).dossier.closed_on == date(2026, 3, 9)
    asking = office.case(asking.ref)
    assert (asking.dossier.requests["R1"].asked_on, date_of(asking, "report/R1").due_on) == (
        date(2026, 3, 5),
        date(2026, 3, 19),
    )
    assert asking.dossier.requests["R1"].ended_on == date(2026, 3, 19)
    assert office.case(held.ref).dossier.pauses["P1"].ends == date(2026, 3, 16)
    with reading(office.engine) as tx:
        says = history_page(tx, office.case(held.ref)).entries[-1].says
    assert "it happened on Mon 16 March 2026 (it was Fri 13 March 2026)" in says
    office.deliver()
    assert verify(office.engine).places == ()


def test_what_must_be_recorded_beside_a_corrected_answer_is_asked_for_with_it(office: Office) -> None:
    harmed = {"incident_kind": "serious_harm", "aware_on": "2026-03-02"}
    case = office.do(open_case, ENGLAND, answers=harmed, role="local_authority")
    leaver = {"incident_kind": "care_leaver_death"}

    said = refused(office, correct, case.ref, 1, WHY, answers=leaver)
    case = office.do(correct, case.ref, 1, WHY, answers={**leaver, "care_leaver_death_known_on": "2026-03-01"})

    assert "“If a care leaver died: date the local authority became aware” is missing" in said
    assert date_of(case, "care_leaver_death").anchor_on == date(2026, 3, 1)
    case = office.do(correct, case.ref, 1, "No, it was harm.", answers={"incident_kind": "serious_harm"})
    assert case.dossier.fields["incident_kind"] == "serious_harm"


def test_a_date_that_was_left_out_starts_its_clock_when_it_is_added(office: Office) -> None:
    case = reviewing(office)
    step = case.dossier.sequence

    case = office.do(correct, case.ref, step, "It was planned then.", answers={"planned_on": "2026-05-29"})

    # seven working days before Friday 29 May; the spring holiday is on the 25th
    assert date_of(case, "notice").due_on == date(2026, 5, 19)


def test_what_should_have_been_left_empty_is_owed_no_more_until_it_is_filled_in_again(office: Office) -> None:
    case = reviewing(office)
    step = case.dossier.sequence
    planned = {"answers": {"planned_on": "2026-05-29"}}
    case = office.do(correct, case.ref, step, "It was planned then.", **planned)

    case = office.do(correct, case.ref, step, "It belongs to another case.", emptied=["planned_on"])

    assert date_of(case, "notice").status == "cancelled"
    assert {"planned_on"} & {*case.dossier.fields, *case.dossier.recorded_by} == set()
    assert entries(office, case)[-1].data == {"sequence": step, "emptied": ["planned_on"]}
    with reading(office.engine) as tx:
        says = history_page(tx, cases.find(tx, case.ref, to_change=False)).entries[-1].says
    assert says.startswith(f"Entry {step} put right: “Planned publication” should have been left empty (it was ")
    assert fields_of(entries(office, case), step) == {}

    case = office.do(correct, case.ref, step, "It was ours after all.", **planned)
    assert (date_of(case, "notice").status, date_of(case, "notice#2").status) == ("cancelled", "running")
    assert date_of(case, "notice#2").due_on == date(2026, 5, 19)
    case = office.do(correct, case.ref, step, "A week later.", answers={"planned_on": "2026-06-05"})
    assert date_of(case, "notice#2").due_on == date(2026, 5, 27)
    assert [str(place) for place in verify(office.engine, keys=office.keys, now=office.now).places] == []


def test_what_was_met_on_a_day_that_should_not_stand_was_met_on_the_day_of_its_step(office: Office) -> None:
    told = {"name": "sent_on", "label": "Sent on", "kind": "date", "required": False}
    met = part("timescales", "form", met_by={"triggers": ["gather"]}, met_on="sent_on")
    office.editions["small"] = edited(timescales=met, transitions=transitions(gather={"fields": [told]}))
    case = opened(office)
    office.later(days=1)
    case = office.do(advance, case.ref, "gather", answers={"sent_on": "2026-03-02"})
    assert date_of(case, "form").ended_on == date(2026, 3, 2)

    case = office.do(correct, case.ref, 2, WHY, emptied=["sent_on"])

    assert (date_of(case, "form").status, date_of(case, "form").ended_on) == ("met", date(2026, 3, 3))


def test_a_condition_is_asked_again_where_its_answer_should_not_have_been_given(office: Office) -> None:
    asked_of = {"name": "abroad", "label": "Abroad", "kind": "yes_no", "required": False}
    only_then = part("timescales", "decision", when={"field": "abroad", "is": "yes"})
    office.editions["small"] = edited(timescales=only_then, transitions=transitions(gather={"fields": [asked_of]}))
    case = opened(office)
    office.do(advance, case.ref, "gather", answers={"abroad": "yes"})
    office.do(request, case.ref, "report", (FIFE,))
    office.do(answer, case.ref, FIFE)
    assert date_of(office.do(advance, case.ref, "consider"), "decision").status == "running"

    case = office.do(correct, case.ref, 2, WHY, answers={"abroad": ""})

    assert date_of(case, "decision").status == "cancelled"


def test_only_what_the_entry_alone_recorded_can_be_left_empty(office: Office) -> None:
    again = [
        {"name": "informed_on", "label": "Informed", "kind": "date", "required": False},
        {"name": "kept_at", "label": "Filed", "required": False},
    ]
    office.editions["small"] = edited(transitions=transitions(gather={"fields": again}))
    case = opened(office)
    case = office.do(advance, case.ref, "gather", answers={"informed_on": "2026-02-28"})

    assert refused(office, correct, case.ref, 2, WHY, emptied=["informed_on"]) == (
        "“Informed” was recorded by entry 1 before: say what is right, not that nothing is."
    )
    assert refused(office, correct, case.ref, 2, WHY, emptied=["kept_at"]) == (
        "“Filed” is empty: entry 2 recorded nothing there."
    )
    assert "is missing" in refused(office, correct, case.ref, 1, WHY, emptied=["informed_on"])
    assert "has no field 'colour'" in refused(office, correct, case.ref, 1, WHY, emptied=["colour"])


def test_of_two_questions_that_share_a_label_a_refusal_names_the_one_that_is_meant(office: Office) -> None:
    notes = [{"name": name, "label": "Note", "required": False} for name in ("first", "second")]
    office.editions["small"] = edited(transitions=transitions(gather={"fields": notes}))
    case = office.do(advance, opened(office).ref, "gather", answers={"first": "Seen."})

    said = refused(office, correct, case.ref, 2, WHY, emptied=["second"])

    assert said == "“Note (2 of 2)” is empty: entry 2 recorded nothing there."


def test_a_correction_of_a_choice_changes_no_date(office: Office) -> None:
    kept = {"name": "kept_at", "label": "Where it is filed"}
    office.editions["small"] = edited(transitions=transitions(gather={"fields": [kept]}))
    case = opened(office)
    case = office.do(advance, case.ref, "gather", answers={"kept_at": "Box 1"})
    before = case.dossier.deadlines

    case = office.do(correct, case.ref, 2, WHY, answers={"kept_at": "Box 2"})

    assert case.dossier.deadlines == before
    assert case.dossier.fields["kept_at"] == "Box 2"


def test_what_hangs_on_a_date_moves_with_it_and_what_was_done_stays_done(office: Office) -> None:
    hangs = part("timescales", "review", anchor={"timescale": "form"}, limit=2, met_by={"triggers": ["gather"]})
    office.editions["small"] = edited(timescales=hangs)
    case = gathering(office)
    assert date_of(case, "review").due_on == date(2026, 3, 10)

    case = office.do(correct, case.ref, 1, WHY, answers={"informed_on": "2026-02-20"})

    assert (date_of(case, "review").status, date_of(case, "review").due_on) == ("met", date(2026, 3, 1))
    assert date_of(case, "review").late is True
    assert "review#2" not in case.dossier.deadlines


def test_only_the_newest_word_on_something_is_put_right(office: Office) -> None:
    again = [{"name": "informed_on", "label": "Informed", "kind": "date"}]
    office.editions["small"] = edited(transitions=transitions(gather={"fields": again}))
    case = opened(office)
    case = office.do(advance, case.ref, "gather", answers={"informed_on": "2026-02-28"})

    said = refused(office, correct, case.ref, 1, WHY, answers={"informed_on": "2026-02-20"})

    assert said == "“Date the lead was informed” was recorded again by entry 2: correct that entry."
    assert office.do(correct, case.ref, 2, WHY, answers={"informed_on": "2026-02-20"}).dossier.fields == {
        "informed_on": "2026-02-20"
    }


def test_a_correction_that_cannot_be_is_refused_and_writes_nothing(office: Office) -> None:
    case = asked(office)
    wrong: list[tuple[tuple[Any, ...], dict[str, Any], str]] = [
        ((99, WHY), {"happened_on": date(2026, 3, 2)}, "has no entry 99: its history has 3."),
        ((0, WHY), {"happened_on": date(2026, 3, 2)}, "has no entry 0"),
        ((1, " "), {"answers": {"informed_on": "2026-02-26"}}, "Say why the entry is corrected."),
        ((1, WHY), {}, "Say what is right: a field, or the day it happened."),
        ((1, ODD), {"happened_on": date(2026, 3, 1)}, "cannot be read"),
        ((1, MEGABYTE), {"happened_on": date(2026, 3, 1)}, "characters long"),
        ((1, WHY), {"happened_on": date(2026, 3, 3)}, "lies in the future"),
        ((2, WHY), {"happened_on": date(2026, 3, 1)}, "is before the case was opened"),
        ((1, WHY), {"answers": {"informed_on": "x"}}, "must be a date"),
        ((1, WHY), {"answers": {"informed_on": ""}}, "is missing"),
        ((1, WHY), {"answers": {"colour": "red"}}, "Entry 1 has no field 'colour' to correct."),
        ((3, WHY), {"answers": {"informed_on": "2026-02-26"}}, "Only what a step recorded has fields to correct"),
        ((1, WHY), {"happened_on": date(2026, 3, 1), "role": "member"}, "Correcting an entry is for"),
        ((1, WHY), {"happened_on": date(2026, 3, 1), "seen": 1}, "has changed since"),
    ]

    for arguments, more, says in wrong:
        assert says in refused(office, correct, case.ref, *arguments, **more)


def test_the_day_of_a_correction_itself_is_not_corrected(office: Office) -> None:
    case = opened(office)
    office.do(correct, case.ref, 1, WHY, answers={"informed_on": "2026-02-26"})

    said = refused(office, correct, case.ref, 2, WHY, happened_on=date(2026, 3, 2))

    assert said == "The day of an entry of this kind (corrected) cannot be corrected."

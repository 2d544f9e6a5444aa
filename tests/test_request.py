"""Asking agencies for information, and what comes back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.casework import (
    MEGABYTE,
    ODD,
    asked,
    date_of,
    deciding,
    edited,
    entries,
    gathering,
    messages,
    opened,
    part,
    refused,
    reviewing,
)
from tests.office import FIFE, POLICE
from workflows.verbs.request import answer, decline, promise, redirect, request, send_back

if TYPE_CHECKING:
    from tests.office import Office

COUNCIL = "Fife Council"
NOTE = {"name": "note", "label": "Note"}


def test_each_agency_asked_has_its_own_clock_and_its_own_letter(office: Office) -> None:
    case = asked(office, FIFE)
    office.later(days=2)
    case = office.do(request, case.ref, "report", (POLICE, COUNCIL))

    dates = {one.agency: one.due_on for one in case.dossier.deadlines.values() if one.agency}
    assert dates == {FIFE: date(2026, 3, 16), POLICE: date(2026, 3, 18), COUNCIL: date(2026, 3, 18)}
    assert [one.id for one in case.dossier.requests.values()] == ["R1", "R2", "R3"]
    assert len(messages(office, kind="information_requested")) == 2
    assert COUNCIL in case.dossier.agencies


def test_a_request_sent_last_week_counts_from_its_own_day(office: Office) -> None:
    case = gathering(office)
    office.later(days=5)

    case = office.do(request, case.ref, "report", (FIFE,), on=date(2026, 3, 3))

    assert date_of(case, "report/R1").due_on == date(2026, 3, 17)


def test_an_answer_stops_the_clock_of_its_agency_alone(office: Office) -> None:
    case = asked(office, FIFE, POLICE)
    office.later(days=3)

    case = office.do(answer, case.ref, FIFE.lower())

    assert (date_of(case, "report/R1").status, date_of(case, "report/R2").status) == ("met", "running")
    assert case.dossier.requests["R1"].ended_on == date(2026, 3, 5)
    assert [row.kind for row in messages(office, kind="information_received")] == ["information_received"]


def test_an_agency_answers_for_itself_and_a_late_one_says_why(office: Office) -> None:
    case = asked(office)
    office.later(days=20)

    case = office.do(answer, case.ref, "R1", late_reason="We moved.", role="member", agency_of_actor=FIFE)

    report = date_of(case, "report/R1")
    assert (report.late, report.late_reason) == (True, "We moved.")


def test_an_answer_that_arrived_in_time_is_not_late_because_it_was_recorded_later(office: Office) -> None:
    case = asked(office)
    office.later(days=20)

    case = office.do(answer, case.ref, FIFE, on=date(2026, 3, 16))

    assert date_of(case, "report/R1").late is False


def test_an_answer_fills_in_what_the_request_asks_for(office: Office) -> None:
    office.editions["small"] = edited(requests=part("requests", "report", fields=[NOTE], acknowledgement=None))
    case = asked(office)

    assert refused(office, answer, case.ref, FIFE) == "“Note” is missing: fill in 'note'."
    assert "There is no field called 'colour'" in refused(
        office, answer, case.ref, FIFE, answers={"note": "x", "colour": "red"}
    )
    case = office.do(answer, case.ref, FIFE, answers={"note": " Known to us. "})

    assert entries(office, case)[-1].data["fields"] == {"note": "Known to us."}
    assert not messages(office, kind="information_received")


def test_an_agency_that_declines_is_chased_no_more_and_does_not_hold_the_case(office: Office) -> None:
    case = asked(office)

    case = office.do(decline, case.ref, FIFE, "No records.")

    assert (date_of(case, "report/R1").status, case.dossier.requests["R1"].status) == ("cancelled", "declined")
    assert case.dossier.requests["R1"].reason == "No records."


def test_a_redirected_request_asks_the_other_agency_with_a_clock_from_today(office: Office) -> None:
    case = asked(office)
    office.later(days=4)

    case = office.do(redirect, case.ref, FIFE, f" {COUNCIL} ", "The council held the records.")

    first, onward = date_of(case, "report/R1"), date_of(case, "report/R2")
    assert (first.status, onward.status, onward.agency) == ("cancelled", "running", COUNCIL)
    assert onward.due_on == date(2026, 3, 20)
    assert case.dossier.requests["R1"].redirected_to == COUNCIL
    assert messages(office)[-1].kind in {"information_requested", "task"}


def test_an_answer_sent_back_gives_a_new_clock_and_leaves_the_old_one_met(office: Office) -> None:
    case = asked(office)
    office.later(days=20)
    office.do(answer, case.ref, FIFE)
    office.later(days=1)

    case = office.do(send_back, case.ref, FIFE, "Two pages are missing.")

    old, new = date_of(case, "report/R1"), date_of(case, "report/R1#2")
    assert (old.status, old.late, new.status, new.due_on) == ("met", True, "running", date(2026, 4, 6))
    assert (case.dossier.requests["R1"].status, case.dossier.requests["R1"].returns) == ("open", 1)
    assert len(messages(office, kind="information_requested")) == 2
    assert "is before NHS Fife was asked (23 March 2026)" in refused(
        office, answer, case.ref, FIFE, on=date(2026, 3, 22)
    )


def test_the_second_answer_meets_the_second_clock_alone(office: Office) -> None:
    case = asked(office)
    office.do(answer, case.ref, FIFE)
    office.do(send_back, case.ref, FIFE, "Two pages are missing.")
    office.later(days=2)

    case = office.do(answer, case.ref, FIFE)

    assert [date_of(case, key).ended_on for key in ("report/R1", "report/R1#2")] == [date(2026, 3, 2), date(2026, 3, 4)]


def test_a_promise_does_not_move_the_date(office: Office) -> None:
    case = asked(office)

    case = office.do(promise, case.ref, FIFE, date(2026, 3, 25))

    assert (date_of(case, "report/R1").due_on, case.dossier.requests["R1"].promised_on) == (
        date(2026, 3, 16),
        date(2026, 3, 25),
    )


def test_a_request_that_is_only_acknowledged_is_quiet_until_its_date_and_no_promise(office: Office) -> None:
    case = office.do(promise, asked(office).ref, FIFE)

    r1 = case.dossier.requests["R1"]
    assert (r1.acknowledged_on, r1.quiet_until, r1.promised_on) == (date(2026, 3, 2), date(2026, 3, 16), None)


def test_what_was_promised_is_not_shortened_by_a_word_that_it_is_in_hand(office: Office) -> None:
    case = office.do(promise, asked(office).ref, FIFE, date(2026, 3, 25))

    case = office.do(promise, case.ref, FIFE)

    r1 = case.dossier.requests["R1"]
    assert (r1.promised_on, r1.quiet_until) == (date(2026, 3, 25), date(2026, 3, 25))
    assert date_of(case, "report/R1").quiets[-1].until == date(2026, 3, 25)


def test_an_answer_sent_back_is_asked_again_without_what_was_promised_before(office: Office) -> None:
    case = office.do(promise, asked(office).ref, FIFE, date(2026, 3, 25))
    office.do(answer, case.ref, FIFE)

    case = office.do(send_back, case.ref, FIFE, "Two pages are missing.")

    r1 = case.dossier.requests["R1"]
    assert (r1.acknowledged_on, r1.promised_on, r1.quiet_until) == (None, None, None)


def test_an_acknowledgement_after_the_date_must_name_a_day(office: Office) -> None:
    case = asked(office)
    office.later(days=20)

    assert "16 March 2026, has gone by. Say until when" in refused(office, promise, case.ref, FIFE)


def test_a_request_without_a_limit_is_acknowledged_without_a_day(office: Office) -> None:
    office.editions["small"] = edited(timescales=part("timescales", "report", limit=None))
    case = office.do(promise, asked(office).ref, FIFE)

    r1 = case.dossier.requests["R1"]
    assert (r1.acknowledged_on, r1.quiet_until, date_of(case, "report/R1").quiets) == (date(2026, 3, 2), None, ())


def test_a_promise_that_has_gone_by_asks_no_day_of_an_acknowledgement_where_no_limit_is_set(office: Office) -> None:
    office.editions["small"] = edited(timescales=part("timescales", "report", limit=None))
    ref = office.do(promise, asked(office).ref, FIFE, date(2026, 3, 4)).ref
    office.later(days=5)

    case = office.do(promise, ref, FIFE)

    assert case.dossier.requests["R1"].quiet_until is None


def test_a_wrong_request_is_refused_and_writes_nothing(office: Office) -> None:
    case = asked(office, FIFE)
    wrong = [
        (("opinion", (POLICE,)), {}, "'opinion' is not asked under this edition: report."),
        (("report", (FIFE,)), {}, "NHS Fife has been asked already and has not answered yet."),
        (("report", (" nhs fife",)), {}, "has been asked already and has not answered yet."),
        (("report", ()), {}, "Name the agency to ask."),
        (("report", (" ",)), {}, "Name the agency to ask."),
        (("report", (POLICE, POLICE)), {}, "An agency is named twice: name each once."),
        (("report", (ODD,)), {}, "cannot be read"),
        (("report", (MEGABYTE,)), {}, "is 1,000,000 characters long: shorten it to 200."),
        (("report", (POLICE,)), {"role": "chair"}, "is for the lead officer: committee chair may not do it."),
        (("report", (POLICE,)), {"on": date(2026, 3, 3)}, "lies in the future"),
        (("report", (POLICE,)), {"on": date(2026, 3, 1)}, "is before the case was opened"),
        (("report", (POLICE,)), {"seen": 1}, "has changed since you read it"),
    ]

    for arguments, more, says in wrong:
        assert says in refused(office, request, case.ref, *arguments, **more)


def test_a_double_click_asks_once(office: Office) -> None:
    case = gathering(office)

    office.do(request, case.ref, "report", (FIFE,), seen=case.dossier.version)

    assert "has changed since" in refused(office, request, case.ref, "report", (FIFE,), seen=case.dossier.version)


def test_information_is_asked_only_where_the_edition_says(office: Office) -> None:
    case = opened(office)

    said = refused(office, request, case.ref, "report", (FIFE, FIFE))

    assert said.splitlines() == [
        "An agency is named twice: name each once.",
        "Agency report is asked for only in: Gathering reports, Before the committee.",
    ]


def test_a_wrong_answer_is_refused_and_writes_nothing(office: Office) -> None:
    case = asked(office, FIFE)
    office.later(days=2)
    wrong = [
        ((COUNCIL,), {}, "Fife Council was not asked on TST-2026-0001: those asked are NHS Fife."),
        ((FIFE,), {"kind": "opinion"}, "was not asked"),
        ((FIFE,), {"on": date(2026, 3, 9)}, "lies in the future"),
        ((FIFE,), {"on": date(2026, 3, 1)}, "is before the case was opened"),
        ((FIFE,), {"answers": {"colour": "red"}}, "There is no field called 'colour' here: the fields are none."),
        ((FIFE,), {"late_reason": MEGABYTE}, "characters long"),
        ((FIFE,), {"role": "chair"}, "Only NHS Fife, or the committee for it, can answer this request."),
        ((FIFE,), {"role": "member", "agency_of_actor": POLICE}, "Only NHS Fife"),
        ((FIFE,), {"seen": 1}, "has changed since you read it"),
    ]

    for arguments, more, says in wrong:
        assert says in refused(office, answer, case.ref, *arguments, **more)


def test_an_answer_dated_before_the_question_is_refused(office: Office) -> None:
    case = gathering(office)
    office.later(days=3)
    case = office.do(request, case.ref, "report", (FIFE,))

    said = refused(office, answer, case.ref, FIFE, on=date(2026, 3, 4))

    assert said == "4 March 2026 is before NHS Fife was asked (5 March 2026)."
    answered = office.do(answer, case.ref, FIFE, on=date(2026, 3, 5))
    assert answered.dossier.requests["R1"].status == "answered"


def test_nobody_is_asked_for_what_was_not_asked(office: Office) -> None:
    assert "those asked are nobody" in refused(office, answer, gathering(office).ref, FIFE)


def test_what_is_answered_already_is_not_answered_again(office: Office) -> None:
    case = asked(office)
    office.do(answer, case.ref, FIFE)

    assert refused(office, answer, case.ref, FIFE) == (
        "NHS Fife is not asked any more: its request was answered on 2 March 2026."
    )
    assert "was answered" in refused(office, decline, case.ref, FIFE, "No.")
    assert "was answered" in refused(office, promise, case.ref, FIFE, date(2026, 3, 9))


def test_a_no_and_a_redirection_need_their_reason(office: Office) -> None:
    case = asked(office, FIFE, POLICE)

    assert "Say why: this needs its reason." in refused(office, decline, case.ref, FIFE, " ")
    assert "Say why: this needs its reason." in refused(office, redirect, case.ref, FIFE, COUNCIL, "")
    assert "cannot be read" in refused(office, decline, case.ref, FIFE, ODD)
    assert "cannot be read" in refused(office, redirect, case.ref, FIFE, ODD, "Theirs.")
    assert "Name the agency to ask." in refused(office, redirect, case.ref, FIFE, " ", "Theirs.")
    assert "Police Scotland has been asked already" in refused(office, redirect, case.ref, FIFE, POLICE, "Theirs.")
    assert "Only NHS Fife" in refused(office, redirect, case.ref, FIFE, COUNCIL, "Theirs.", role="chair")


def test_a_promise_is_for_a_day_to_come(office: Office) -> None:
    case = asked(office)
    office.later(days=20)

    assert "the day must be today or later" in refused(office, promise, case.ref, FIFE, date(2026, 3, 21))
    assert "cannot be read" in refused(office, promise, case.ref, FIFE, date(2026, 3, 25), why=ODD)
    today = date(2026, 3, 22)
    assert office.do(promise, case.ref, FIFE, today).dossier.requests["R1"].promised_on == today


def test_only_an_answer_can_be_sent_back_and_only_by_who_asked(office: Office) -> None:
    case = asked(office, FIFE, POLICE)
    office.do(decline, case.ref, POLICE, "Nothing is held.")
    for agency in (FIFE, POLICE):
        nothing = refused(office, send_back, case.ref, agency, "Thin.")
        assert "has not answered yet: there is nothing to send back" in nothing
    office.do(answer, case.ref, FIFE)

    assert "is for the lead officer" in refused(
        office, send_back, case.ref, FIFE, "Thin.", role="member", agency_of_actor=FIFE
    )
    assert "needs its reason" in refused(office, send_back, case.ref, FIFE, " ")
    assert "was not asked" in refused(office, send_back, case.ref, COUNCIL, "Thin.")


def test_an_answer_is_not_sent_back_once_the_case_has_moved_on(office: Office) -> None:
    case = reviewing(office)

    assert "is asked for only in" in refused(office, send_back, case.ref, FIFE, "Thin.")


def test_an_agency_may_be_asked_again_after_it_answered(office: Office) -> None:
    case = office.do(request, deciding(office).ref, "report", (FIFE,))

    assert [one.status for one in case.dossier.requests.values()] == ["answered", "open"]
    case = office.do(answer, case.ref, FIFE)
    assert date_of(case, "report/R2").status == "met"

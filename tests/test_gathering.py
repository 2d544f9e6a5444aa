"""News that asks nothing is gathered into notes, as each person chose; what asks something goes by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from records import audit_log
from records.contact_log import LOG
from records.database import reading, transaction
from states.errors import BadAnswer
from tests.casework import asked, edited, gathering, mailbox, messages, opened, part, transitions
from tests.office import FIFE, POLICE
from workflows.verbs.advance import advance
from workflows.verbs.contacts import change_contact
from workflows.verbs.pause import end_pause, order_pause
from workflows.verbs.request import answer, request
from workflows.verification.verify_registers import register_faults
from workflows.views.outcome import outcome

if TYPE_CHECKING:
    from records.cases import Case
    from tests.office import Office

FIFE_FIRST, POLICE_FIRST = 1, 3
NEXT_MONDAY = datetime(2026, 3, 9, 9, tzinfo=UTC)


def wants(office: Office, contact: int, news: str) -> None:
    office.do(change_contact, contact, news=news)


def letters_to(office: Office, agency: str) -> list[str]:
    return [str(one["Subject"]) for one in mailbox(office) if agency.replace(" ", "").lower() in str(one["To"])]


def alerted_of_two_cases(office: Office) -> None:
    """Two cases of which the agencies are told, on a Monday and on the Wednesday after it."""
    first = opened(office)
    office.do(advance, first.ref, "gather")
    office.later(days=2)
    second = opened(office)
    office.do(advance, second.ref, "gather")


def test_the_news_of_a_week_is_one_letter_on_monday_that_says_so(office: Office) -> None:
    wants(office, FIFE_FIRST, "weekly")
    alerted_of_two_cases(office)

    office.deliver()
    assert letters_to(office, FIFE) == []
    assert len(letters_to(office, POLICE)) == 1  # each as it comes; two owed at one moment are one letter

    office.now = NEXT_MONDAY
    office.deliver()
    office.deliver()
    (note,) = [one for one in mailbox(office) if "nhsfife" in str(one["To"])]
    assert "2 things to know" in str(note["Subject"])
    assert "Nothing in it is asked of you" in " ".join(note.get_content().split())


def test_what_asks_goes_at_once_and_takes_out_the_news_it_has_said(office: Office) -> None:
    wants(office, FIFE_FIRST, "weekly")
    asked(office, FIFE)

    office.deliver()
    (letter,) = letters_to(office, FIFE)
    assert "please answer by" in letter

    office.now = NEXT_MONDAY
    office.deliver()
    alert = next(one for one in messages(office, kind="case_alerted") if one.contact_id == FIFE_FIRST)
    assert (alert.status, alert.reason) == ("overtaken", "The request about the same case has said it.")
    assert len([one for one in letters_to(office, FIFE) if "may be reviewed" in one]) == 0


def test_a_request_on_the_day_of_the_note_stays_a_letter_of_its_own(office: Office) -> None:
    wants(office, FIFE_FIRST, "weekly")
    alerted_of_two_cases(office)
    office.now = NEXT_MONDAY
    other = gathering(office)
    office.do(request, other.ref, "report", (FIFE,))

    office.deliver()

    subjects = letters_to(office, FIFE)
    assert sorted("please answer by" in one for one in subjects) == [False, True]
    assert any("things to know" in one for one in subjects)


def test_a_verb_says_in_which_note_its_news_goes_and_leaves_out_who_wants_none(office: Office) -> None:
    wants(office, FIFE_FIRST, "weekly")
    wants(office, POLICE_FIRST, "none")
    before = opened(office)

    with transaction(office.engine) as tx:
        uow = office.uow(tx)
        done = outcome(uow, before, advance(uow, before.ref, "gather")[0])

    assert [one.words() for one in done.told] == [
        "NHS Fife (first contact): case alerted, by email, with other news in one letter on Mon 9 March 2026"
    ]


def test_a_verb_says_by_when_its_smaller_news_goes_along_with_a_letter_about_the_case(office: Office) -> None:
    wants(office, FIFE_FIRST, "milestones")
    case = asked(office, FIFE)

    with transaction(office.engine) as tx:
        uow = office.uow(tx)
        done = outcome(uow, case, answer(uow, case.ref, FIFE)[0])

    assert [one.words() for one in done.told] == [
        (
            "NHS Fife (first contact): information received, by email, with the next news of the case, "
            "by Mon 1 June 2026 at the latest"
        )
    ]


def test_who_wants_no_news_is_sent_none_and_the_record_says_why(office: Office) -> None:
    wants(office, FIFE_FIRST, "none")
    asked(office, FIFE)

    office.now = NEXT_MONDAY
    office.deliver()

    (letter,) = letters_to(office, FIFE)
    assert "please answer by" in letter
    alert = next(one for one in messages(office, kind="case_alerted") if one.contact_id == FIFE_FIRST)
    assert alert.reason == "They have chosen to be sent no news that asks nothing of them."


def test_an_agency_that_chose_nothing_has_notes_at_milestones_and_the_committee_each_by_itself(office: Office) -> None:
    council = office.add_contact("first", "Fife Council", news="")
    office.add_contact("deputy_lead_officer", news="")
    gathering(office, agencies=("Fife Council",))

    (alert,) = messages(office, contact_id=council)

    assert (alert.gathered, alert.deliver_after) == ("milestones", NEXT_MONDAY)
    assert {one.gathered for one in messages(office, kind="case_opened")} == {""}


@pytest.mark.parametrize(
    ("said_on", "note"),
    [
        (datetime(2026, 3, 3, 9, tzinfo=UTC), NEXT_MONDAY),
        (datetime(2026, 4, 29, 9, tzinfo=UTC), datetime(2026, 5, 5, 8, tzinfo=UTC)),  # the 4th of May is a holiday
    ],
)
def test_in_a_weekly_note_small_news_waits_for_the_next_monday_or_the_working_day_after_it(
    office: Office, said_on: datetime, note: datetime
) -> None:
    council = office.add_contact("first", "Fife Council", news="weekly")
    case = asked(office, "Fife Council", agencies=("Fife Council",))
    office.deliver()
    office.now = said_on
    office.do(answer, case.ref, "Fife Council")

    (thanks,) = messages(office, kind="information_received", contact_id=council)
    assert (thanks.gathered, thanks.deliver_after) == ("weekly", note)

    office.now = note
    office.deliver()
    assert "your answer has arrived" in letters_to(office, "Fife Council")[-1]


def with_holds_told(office: Office) -> None:
    """Agencies are told of holds, and of their end."""
    told = [{"tell": ["agencies"], "message": message} for message in ("hold_ordered", "hold_ended")]
    office.editions["small"] = edited(pauses=part("pauses", "proceedings", notify=told))


def held(office: Office, ref: str) -> None:
    office.do(order_pause, ref, "proceedings", "fiscal", "Witnesses would be asked.", event="verdict", role="chair")


@pytest.mark.parametrize("choice", ["weekly", "milestones"])
def test_the_order_of_a_hold_goes_at_once_as_its_reader_may_be_about_to_do_what_must_wait(
    office: Office, choice: str
) -> None:
    with_holds_told(office)
    wants(office, FIFE_FIRST, choice)
    case = gathering(office)
    held(office, case.ref)

    office.deliver()

    (letter,) = letters_to(office, FIFE)
    assert "2 things to know" in letter or "a hold is ordered" in letter
    assert all(one.status == "sent" for one in messages(office, kind="hold_ordered", contact_id=FIFE_FIRST))


def agencies_hear_of_the_decision(office: Office) -> None:
    told = {"notify": [{"tell": ["agencies"], "message": "decision_made"}]}
    office.editions["small"] = edited(transitions=transitions(decide_review=told))


def test_by_default_smaller_news_goes_along_with_a_milestone_of_its_own_case_and_costs_no_letter(
    office: Office,
) -> None:
    agencies_hear_of_the_decision(office)
    wants(office, FIFE_FIRST, "milestones")
    case, other = asked(office, FIFE), asked(office, FIFE)
    office.deliver()
    for one in (case, other):
        office.do(answer, one.ref, FIFE)
    office.do(advance, case.ref, "consider")
    office.now = NEXT_MONDAY
    office.deliver()
    assert len(letters_to(office, FIFE)) == 1  # both requests; the receipts wait

    office.do(advance, case.ref, "decide_review", reason="There is much to learn.", role="chair")
    office.later(days=7)
    office.deliver()

    assert len(letters_to(office, FIFE)) == 2
    note = [one for one in mailbox(office) if "nhsfife" in str(one["To"])][-1]
    assert "2 things to know" in str(note["Subject"])
    assert other.ref not in note.get_content()  # its news costs a letter of its own: it waits for one about its case


@pytest.mark.parametrize(("kind", "weeks"), [("hold_ended", 4), ("information_received", 13)])
def test_small_news_for_which_no_letter_comes_has_one_of_its_own_within_its_bound(
    office: Office, kind: str, weeks: int
) -> None:
    with_holds_told(office)
    wants(office, FIFE_FIRST, "milestones")
    case = asked(office, FIFE)
    office.do(answer, case.ref, FIFE)
    if kind == "hold_ended":
        held(office, case.ref)
        office.deliver()
        office.do(end_pause, case.ref, "P1", "The verdict is in.", role="chair")
    office.deliver()

    (news,) = messages(office, kind=kind, contact_id=FIFE_FIRST)
    assert news.deliver_after.date() == office.now.date() + timedelta(weeks=weeks)
    before = len(letters_to(office, FIFE))
    office.now = news.deliver_after
    office.deliver()
    assert len(letters_to(office, FIFE)) == before + 1


def hold_ended_for(office: Office) -> Case:
    """A case whose hold has ended, of which an agency is to be told that has nothing of its own to do."""
    with_holds_told(office)
    wants(office, FIFE_FIRST, "milestones")
    case = asked(office, FIFE)
    office.do(answer, case.ref, FIFE)
    held(office, case.ref)
    office.deliver()
    office.later(days=1)
    office.do(end_pause, case.ref, "P1", "The verdict is in.", role="chair")
    office.deliver()
    assert end_of_hold(office) == ["owed"]
    return case


def end_of_hold(office: Office) -> list[str]:
    return [one.status for one in messages(office, kind="hold_ended", contact_id=FIFE_FIRST)]


def test_the_end_of_a_hold_goes_along_with_the_next_letter_about_its_case_also_one_that_asks(office: Office) -> None:
    case = hold_ended_for(office)
    before = len(letters_to(office, FIFE))
    office.later(days=1)
    office.do(request, case.ref, "report", (FIFE,))

    office.deliver()

    assert (end_of_hold(office), len(letters_to(office, FIFE))) == (["sent"], before + 1)
    assert letters_to(office, FIFE)[-1].endswith("1 thing needs you, 1 to know")


def test_the_end_of_a_hold_goes_along_with_a_note_about_another_case(office: Office) -> None:
    hold_ended_for(office)
    gathering(office)
    before = len(letters_to(office, FIFE))
    office.later(days=7)

    office.deliver()

    assert (end_of_hold(office), len(letters_to(office, FIFE))) == (["sent"], before + 1)
    assert "2 things to know" in letters_to(office, FIFE)[-1]


def test_a_letter_that_asks_about_another_case_has_no_news_of_a_hold_in_it(office: Office) -> None:
    hold_ended_for(office)
    asked(office, FIFE)

    office.deliver()

    assert end_of_hold(office) == ["owed"], "whoever it is passed on to has nothing to do with the other case"
    assert "please answer by" in letters_to(office, FIFE)[-1]


def test_at_milestones_the_order_of_a_hold_takes_along_the_news_of_its_own_case_alone(office: Office) -> None:
    with_holds_told(office)
    wants(office, FIFE_FIRST, "milestones")
    held_one, other = asked(office, FIFE), asked(office, FIFE)
    for case in (held_one, other):
        office.do(answer, case.ref, FIFE)
    held(office, held_one.ref)

    office.deliver()

    thanks = {one.case_id: one.status for one in messages(office, kind="information_received", contact_id=FIFE_FIRST)}
    assert thanks == {held_one.id: "sent", other.id: "owed"}


def test_somebody_of_the_committee_may_choose_the_note_and_still_hears_at_once_of_a_date_of_their_own(
    office: Office,
) -> None:
    moves = transitions(gather={"notify": [{"tell": ["lead_officer"], "message": "told"}]})
    office.editions["small"] = edited(transitions=moves)
    wants(office, 5, "weekly")

    gathering(office)

    (owing_the_form,) = messages(office, kind="case_opened")
    (news,) = messages(office, kind="told")
    assert (owing_the_form.gathered, owing_the_form.deliver_after) == ("", office.now)
    assert (news.gathered, news.deliver_after) == ("weekly", NEXT_MONDAY)


@pytest.mark.parametrize(("choice", "left"), [("each", 1), ("none", 0), ("weekly", 0)])
def test_news_that_waits_follows_a_new_choice(office: Office, choice: str, left: int) -> None:
    wants(office, FIFE_FIRST, "weekly")
    gathering(office)
    office.later(days=1)

    wants(office, FIFE_FIRST, choice)
    office.deliver()

    assert len(letters_to(office, FIFE)) == left


def test_a_choice_is_on_record_and_one_that_does_not_exist_is_refused(office: Office) -> None:
    wants(office, FIFE_FIRST, "weekly")

    with reading(office.engine) as tx:
        entry = audit_log.entries(tx, LOG)[-1]
        assert list(register_faults(tx)) == []
    assert (entry.kind, entry.data["changed"], entry.data["news"]) == ("changed", ["news"], "weekly")
    with pytest.raises(BadAnswer, match="News is sent weekly, milestones, each or none, not 'daily'"):
        wants(office, FIFE_FIRST, "daily")

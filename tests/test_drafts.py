"""Drafts for somebody's yes that lose their ground: withdrawn with the reason, never sent, drafted again if still due.

A report due on Monday 16 March 2026 is silent: on the 30th a letter to the chair is drafted and waits for the lead
officer until 4 April.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.casework import asked, edited, entries, messages, part, refused, tasks
from tests.office import FIFE, POLICE
from tests.test_chase import KEY, climbs, held_up, moment, swept
from tests.test_verify import tamper
from workflows.messages.chase import confirm
from workflows.verbs.advance import record_missed
from workflows.verbs.extend import ask_extension, grant_extension
from workflows.verbs.pause import end_pause, order_pause
from workflows.verbs.request import answer, decline, promise, send_back
from workflows.verification.verify import verify
from workflows.views.sentences import sentence

if TYPE_CHECKING:
    from typing import Any

    from records.cases import Case
    from tests.office import Office


@pytest.fixture
def held(office: Office) -> Case:
    case = held_up(office)
    office.deliver()
    office.now = moment(31)
    return case


def draft(office: Office) -> Any:
    return [row for row in messages(office) if row.confirm_role][-1]


def open_tasks(office: Office) -> list[Any]:
    return [row for row in tasks(office) if row.kind == "confirm" and row.done_at is None]


def hold(office: Office, case: Case) -> None:
    office.do(order_pause, case.ref, "proceedings", "Fiscal", "A trial.", stops=("report",), role="chair")


def withdrawn(office: Office, case: Case) -> list[str]:
    return [entry.reason for entry in entries(office, case) if entry.kind == "withdrawn"]


def test_a_draft_about_a_date_that_was_met_is_withdrawn_and_its_task_closed(office: Office, held: Case) -> None:
    office.do(answer, held.ref, FIFE)

    assert swept(office, moment(31, "10:05")).withdrawn == 1

    assert (draft(office).status, open_tasks(office)) == ("withdrawn", [])
    assert withdrawn(office, held) == ["It was met on 31 March 2026."]
    last = entries(office, held)[-1]
    case = office.case(held.ref)
    assert sentence(case.procedure, last, case.dossier) == "1 drafted message withdrawn: Agency report (NHS Fife)"
    assert (last.actor.name, last.data["rung"], last.data["kinds"]) == ("Cairn", 4, ["escalation"])
    (task,) = [row for row in tasks(office) if row.kind == "confirm"]
    assert task.done_by == "Cairn"
    assert swept(office, moment(10, month=4)).released == 0
    assert draft(office).status == "withdrawn"
    office.deliver()
    assert verify(office.engine).ok


def test_a_draft_about_a_date_no_longer_owed_or_moved_is_withdrawn(office: Office, held: Case) -> None:
    other = asked(office)
    office.do(decline, held.ref, FIFE, "Not known here.")
    for day in (20, 30):
        swept(office, moment(day, month=4))
    office.do(ask_extension, other.ref, KEY, 14, "Illness.")
    office.do(grant_extension, other.ref, "E1", role="chair")

    swept(office, moment(30, "10:05", month=4))

    assert withdrawn(office, held) == ["It is no longer owed."]
    assert withdrawn(office, other) == ["Its date was moved to 28 April 2026."]
    office.deliver()
    assert verify(office.engine).ok


def test_a_paused_clock_withdraws_its_draft_and_the_ladder_drafts_it_again(office: Office, held: Case) -> None:
    hold(office, held)
    assert swept(office, moment(31, "10:05")).withdrawn == 1
    assert withdrawn(office, held) == ["Its clock stands still, and a clock that stands still chases nobody."]
    assert swept(office, moment(10, month=4)).climbed == 0
    office.deliver()

    office.now = moment(14, month=4)
    office.do(end_pause, held.ref, "P1", "Over.", role="chair")
    assert swept(office, moment(14, "10:05", month=4)).climbed == 1

    assert (draft(office).status, len(open_tasks(office))) == ("held", 1)
    assert draft(office).confirm_by == moment(19, "10:05", month=4)
    assert [rung for rung, _, _ in climbs(office)] == [0, 1, 2, 3, 4, 4]
    assert swept(office, moment(14, "10:10", month=4)).climbed == 0
    office.deliver()
    assert verify(office.engine).ok
    office.do(confirm, held.ref)
    assert draft(office).status == "owed"


@pytest.mark.parametrize("day", [30, 31])
def test_a_promise_withdraws_a_draft_and_a_broken_one_drafts_it_again_in_its_words(
    office: Office, held: Case, day: int
) -> None:
    office.now = moment(day, "12:00")
    office.do(promise, held.ref, FIFE, date(2026, 4, 9))
    swept(office, moment(day, "12:05"))
    assert withdrawn(office, held) == ["It was promised for 9 April 2026."]

    assert swept(office, moment(9, month=4)).climbed == 0
    assert swept(office, moment(10, month=4)).climbed == 1

    assert (draft(office).kind, draft(office).status) == ("promise_passed", "held")
    assert json.loads(draft(office).facts)["confirm_role"] == "Lead officer"
    office.deliver()
    assert verify(office.engine).ok


def test_a_draft_that_was_to_tell_of_a_broken_promise_tells_of_it_when_it_is_drafted_again(office: Office) -> None:
    case = asked(office)
    swept(office, moment(23))
    office.do(promise, case.ref, FIFE, date(2026, 3, 27))
    swept(office, moment(3, month=4))
    assert (draft(office).kind, draft(office).status) == ("promise_passed", "held")

    hold(office, case)
    swept(office, moment(3, "10:05", month=4))
    office.do(end_pause, case.ref, "P1", "Over.", role="chair")
    swept(office, moment(3, "10:10", month=4))

    assert [row.status for row in messages(office, kind="promise_passed")] == ["withdrawn", "held"]
    office.deliver()
    assert verify(office.engine).ok


def test_a_yes_to_what_is_not_wanted_any_more_is_refused_with_the_reason(office: Office, held: Case) -> None:
    office.do(answer, held.ref, FIFE)

    assert refused(office, confirm, held.ref) == (
        "What was drafted is not wanted any more, and will not be sent. It was met on 31 March 2026."
    )


def test_a_yes_names_what_it_lets_go_and_not_a_draft_whose_date_was_met(office: Office) -> None:
    case = asked(office, FIFE, POLICE)
    for day in (13, 16, 17, 23, 30):
        swept(office, moment(day))
    office.now = moment(31)
    about = {row.deadline_key: row.id for row in messages(office) if row.status == "held"}
    office.do(answer, case.ref, FIFE)

    office.do(confirm, case.ref)

    assert len(about) == 2
    assert entries(office, case)[-1].data["messages"] == [about["report/R2"]]
    assert swept(office, moment(31, "10:05")).withdrawn == 1
    assert {row.id: row.status for row in messages(office) if row.id in about.values()} == {
        about["report/R1"]: "withdrawn",
        about["report/R2"]: "owed",
    }


def test_a_draft_that_is_still_wanted_stays_whatever_else_happens_on_the_case(office: Office, held: Case) -> None:
    office.do(record_missed, held.ref, KEY, "Nobody at the desk.")

    assert swept(office, moment(31, "10:05")).withdrawn == 0
    assert (draft(office).status, len(open_tasks(office))) == ("held", 1)


def test_an_answer_sent_back_begins_anew_and_leaves_no_draft_behind(office: Office, held: Case) -> None:
    office.do(answer, held.ref, FIFE)
    office.do(send_back, held.ref, FIFE, "Two pages are missing.")

    swept(office, moment(31, "10:05"))

    assert draft(office).status == "withdrawn"
    office.deliver()
    assert verify(office.engine).ok


def test_the_letter_that_asks_for_a_yes_is_not_sent_when_none_is_wanted(office: Office) -> None:
    case = held_up(office)
    office.do(answer, case.ref, FIFE)
    swept(office, moment(30, "10:05"))

    (letter,) = messages(office, kind="task")
    assert letter.status == "overtaken"


def test_nobody_is_asked_for_a_yes_where_nothing_could_be_drafted(office: Office) -> None:
    rungs = [{"day": 14, "tell": ["cog"], "message": "escalation", "confirm": "lead_officer", "confirm_within": 5}]
    office.editions["small"] = edited(ladders=part("ladders", "agency", rungs=rungs))
    asked(office)

    swept(office, moment(30))

    assert [row.kind for row in tasks(office)] == ["unreachable"]


def test_a_draft_that_waits_without_ground_or_was_withdrawn_by_hand_is_found(office: Office, held: Case) -> None:
    office.do(answer, held.ref, FIFE)
    swept(office, moment(31, "10:05"))
    office.deliver()
    swept(office, moment(31, "11:00"))
    tamper(office, "UPDATE message SET status = 'held' WHERE status = 'withdrawn'")

    said = " ".join(str(place) for place in verify(office.engine).places)

    assert "the history and the outbox differ on whether 'escalation' was withdrawn" in said
    assert "the draft 'escalation' still waits for a yes (It was met on 31 March 2026)" in said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("status = 'withheld', reason = 'The lead officer said no.'", "differ on whether 'escalation' was kept back"),
        ("status = 'overtaken', reason = 'It was met.'", "waits for a yes no more, and nobody said yes"),
        ("status = 'owed'", "waits for a yes no more, and nobody said yes"),
    ],
)
def test_a_draft_that_is_kept_back_or_let_go_by_nobody_on_record_is_found(
    office: Office, held: Case, change: str, says: str
) -> None:
    assert verify(office.engine).places == ()

    tamper(office, f"UPDATE message SET {change} WHERE status = 'held'")

    assert [one.ref for one in verify(office.engine).places if says in one.what] == [held.ref]


@pytest.mark.parametrize("no", [None, "They answered by telephone."])
def test_a_yes_and_a_no_are_held_against_what_became_of_the_draft(office: Office, held: Case, no: str | None) -> None:
    office.do(confirm, held.ref, withhold=no)

    assert verify(office.engine).places == ()
    now = ("withheld", "held") if no else ("owed", "withheld")
    tamper(office, f"UPDATE message SET status = '{now[1]}' WHERE status = '{now[0]}' AND confirm_role <> ''")
    assert "differ on whether 'escalation' was kept back" in str(verify(office.engine).places)

"""Places where nobody can be reached: one task for each, one letter a day, settled when somebody can be.

A report due on Monday 16 March 2026 is asked of an agency that nobody speaks for; its ladder reminds on the 13th, 16th,
17th, 23rd and 30th.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from records import contacts, outbox
from records.contacts import CONTACTS
from records.database import transaction
from records.outbox import TASKS
from records.unreached import UNREACHED
from tests.casework import asked, edited, gathering, mailbox, messages, part, tasks
from tests.office import FIFE
from tests.test_chase import moment, swept
from tests.test_verify import tamper
from workflows.messages.correspondence import evidence
from workflows.messages.digest import lists
from workflows.verbs.contacts import set_away
from workflows.verbs.request import request
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from tests.office import Office

COUNCIL = "Fife Council"


@pytest.fixture(autouse=True)
def gentle(office: Office) -> None:
    rungs = [
        {"day": -3, "tell": ["owner"], "message": "reminder"},
        {"day": 0, "tell": ["owner"], "message": "due_today"},
        {"day": 1, "tell": ["owner", "lead_officer"], "message": "overdue"},
        {"day": 7, "tell": ["owner"], "message": "overdue"},
    ]
    office.editions["small"] = edited(ladders=part("ladders", "agency", rungs=rungs))


def left(office: Office) -> list[Any]:
    return [row for row in tasks(office) if row.kind == "unreachable" and row.done_at is None]


def unreached(office: Office) -> list[tuple[int, str, str, str]]:
    rows = office.rows(UNREACHED.select().order_by(UNREACHED.c.case_id, UNREACHED.c.sequence))
    return [(row.case_id, row.message, row.agency, row.place) for row in rows]


def test_rungs_that_reach_nobody_at_one_place_are_one_task_that_says_which_and_since_when(office: Office) -> None:
    asked(office, COUNCIL)

    for day in (13, 16, 17, 23):
        swept(office, moment(day))

    (task,) = left(office)
    facts = json.loads(task.facts)
    assert facts["problem"] == "The first contact of Fife Council cannot be reached"
    assert facts["since"] == "Monday 2 March 2026"
    assert [line.partition(",")[0] for line in facts["items"]][-4:] == [
        "Friday 13 March 2026: reminder",
        "Monday 16 March 2026: due today",
        "Tuesday 17 March 2026: overdue notice",
        "Monday 23 March 2026: overdue notice",
    ]
    assert facts["items"][-1].endswith("due Monday 16 March 2026")
    assert [row[1:] for row in unreached(office)][-4:] == [
        (kind, COUNCIL, "first") for kind in ("reminder", "due_today", "overdue", "overdue")
    ]
    office.deliver()
    assert verify(office.engine).ok


def test_a_task_about_a_place_is_written_about_once_a_day_and_gathered_across_cases(office: Office) -> None:
    for _ in range(2):
        asked(office, COUNCIL)
    office.deliver()
    before = len(mailbox(office))

    swept(office, moment(13))
    swept(office, moment(13, "16:00"))
    office.deliver()

    letters = messages(office, kind="task")
    assert len(left(office)) == 2
    assert len([row for row in letters if row.created_at == moment(13)]) == 2
    assert len(mailbox(office)) == before + 1
    assert not [row for row in letters if row.created_at == moment(13, "16:00")]


def test_two_messages_that_reach_nobody_on_one_day_are_one_letter(office: Office) -> None:
    case = gathering(office, agencies=(COUNCIL,))

    office.do(request, case.ref, "report", (COUNCIL,))

    (letter,) = messages(office, kind="task")

    assert [row.kind for row in left(office)] == ["unreachable"]
    assert json.loads(letter.facts)["problem"].endswith("of Fife Council cannot be reached")
    assert len(unreached(office)) == 2
    assert not json.loads(letter.facts).keys() & {"place", "told_on"}


def test_a_task_is_settled_by_the_next_sweep_once_the_place_can_be_reached(office: Office) -> None:
    asked(office, COUNCIL)
    swept(office, moment(13))
    office.add_contact("first", COUNCIL)

    assert swept(office, moment(13, "10:05")).reachable == 1
    assert swept(office, moment(16)).reachable == 0

    assert left(office) == []
    assert {row.done_by for row in tasks(office)} == {"Cairn"}
    assert {row.status for row in messages(office, kind="task")} == {"overtaken"}
    assert len(messages(office, kind="due_today")) == 1
    office.deliver()
    assert verify(office.engine).ok


def test_a_place_that_goes_missing_again_is_a_task_of_its_own(office: Office) -> None:
    asked(office, FIFE)
    with transaction(office.engine) as tx:
        first = contacts.reachable(tx, date(2026, 3, 2)).of_agency(FIFE)
    assert first is not None
    office.do(set_away, first.id, date(2026, 3, 12), date(2026, 3, 13))
    office.do(set_away, first.id, date(2026, 3, 17), date(2026, 3, 17))

    assert [swept(office, moment(day)).reachable for day in (13, 16, 17, 18)] == [0, 1, 0, 1]

    assert [row.kind for row in tasks(office)] == ["unreachable"] * 2
    assert left(office) == []
    office.deliver()
    assert verify(office.engine).ok


def test_a_task_seen_to_by_hand_while_nobody_is_there_comes_again_with_the_next_rung(office: Office) -> None:
    asked(office, COUNCIL)
    with transaction(office.engine) as tx:
        outbox.settle(tx, left(office)[0].id, "Kim", office.now)

    swept(office, moment(13))

    assert len(left(office)) == 1
    assert len(json.loads(left(office)[0].facts)["items"]) == 1


def test_a_role_that_nobody_holds_is_a_place_like_any_other(office: Office) -> None:
    rungs = [{"day": day, "tell": ["chair"], "message": "silence"} for day in (0, 1)]
    office.editions["small"] = edited(ladders=part("ladders", "agency", rungs=rungs))
    with transaction(office.engine) as tx:
        tx.execute(CONTACTS.update().where(CONTACTS.c.role == "chair").values(active=False))
    asked(office)

    swept(office, moment(16))
    swept(office, moment(17))

    (task,) = left(office)
    assert json.loads(task.facts)["problem"] == "Committee chair cannot be reached"
    office.add_contact("chair")
    assert swept(office, moment(18)).reachable == 1


def test_a_channel_that_is_wanted_and_missing_is_settled_when_it_is_entered(office: Office) -> None:
    rungs = [{"day": 0, "tell": ["owner"], "message": "due_today", "channels": ["teams"]}]
    office.editions["small"] = edited(ladders=part("ladders", "agency", rungs=rungs))
    asked(office)
    swept(office, moment(16))
    (task,) = left(office)
    assert json.loads(task.facts)["channel"] == "teams"
    assert swept(office, moment(17)).reachable == 0

    with transaction(office.engine) as tx:
        first = contacts.reachable(tx, date(2026, 3, 17)).of_agency(FIFE)
        assert first is not None
        contacts.change_channels(tx, office.keys, first.id, [("teams", "json://teams.example")])

    assert swept(office, moment(17, "10:05")).reachable == 1


def test_without_a_lead_officer_the_task_gathers_all_the_same_and_the_letter_goes_when_there_is_one(
    office: Office,
) -> None:
    with transaction(office.engine) as tx:
        tx.execute(CONTACTS.update().where(CONTACTS.c.role == "lead_officer").values(active=False))
    asked(office, COUNCIL)
    assert not messages(office, kind="task")

    office.add_contact("lead_officer")
    swept(office, moment(13))

    letters = [json.loads(row.facts) for row in messages(office, kind="task")]
    assert [len(facts["items"]) for facts in letters] == [2]


def test_what_reached_nobody_is_evidence_of_its_date(office: Office) -> None:
    case = asked(office, COUNCIL)
    swept(office, moment(13))

    with transaction(office.engine) as tx:
        said = evidence(tx, case, "report/R1")

    assert "Friday 13 March 2026: nothing sent, the first contact of Fife Council cannot be reached" in said


def test_the_list_of_the_day_says_once_how_much_reached_nobody(office: Office) -> None:
    asked(office, COUNCIL)
    swept(office, moment(13))

    with transaction(office.engine) as tx:
        said = [line.words for _, lines in lists(tx, date(2026, 3, 13)) for line in lines if "task" in line.words]

    assert len(said) == 1
    assert "cannot be reached, 2 messages reached nobody (since Monday 2 March 2026)" in said[0]


def test_a_rung_whose_word_that_nobody_was_there_is_gone_is_found(office: Office) -> None:
    asked(office, COUNCIL)
    swept(office, moment(13))
    tamper(office, "DELETE FROM unreached WHERE message = 'reminder'")

    office.deliver()
    (place,) = verify(office.engine).places

    assert str(place).endswith("the message 'reminder' to Fife Council is missing: nobody was told.")
    assert office.rows(TASKS.select())

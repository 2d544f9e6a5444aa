"""A promise that is broken when the ladder has no rung left to say so: told all the same, once.

A report due on Monday 16 March 2026 is silent to the last rung, which went to the chair on the 30th.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from records.database import transaction
from records.diary import DEADLINES
from tests.casework import asked, entries, messages, tasks
from tests.office import FIFE
from tests.test_chase import KEY, climbs, moment, swept, told
from workflows.messages.chase import confirm
from workflows.messages.ladder_forecast import rehearse
from workflows.verbs.request import answer, promise
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from records.cases import Case
    from tests.office import Office


def at_the_top(office: Office, agency: str = FIFE) -> Case:
    case = asked(office, agency)
    for day in (13, 16, 17, 23, 30):
        swept(office, moment(day))
    office.do(confirm, case.ref)
    return case


def test_a_promise_broken_after_the_last_rung_is_told_once_to_the_agency_and_the_lead_officer(office: Office) -> None:
    case = at_the_top(office)
    office.do(promise, case.ref, FIFE, date(2026, 4, 8), agency_of_actor=FIFE, role="agency")
    before = climbs(office)

    assert [swept(office, moment(day, month=4)).climbed for day in (8, 9, 10, 20)] == [0, 1, 0, 0]

    assert told(office)[-2:] == [("promise_broken", "first NHS Fife"), ("promise_passed", "lead_officer")]
    facts = json.loads(messages(office, kind="promise_passed")[0].facts)
    assert (facts["until"], len(facts["evidence"]) > 4) == ("Wednesday 8 April 2026", True)
    assert json.loads(messages(office, kind="promise_broken")[0].facts)["evidence"] == []
    assert climbs(office) == before
    entry = entries(office, case)[-1]
    assert (entry.data["rung"], entry.data["promise"], entry.data["passed"]) == (None, "2026-04-08", [])
    office.deliver()
    assert verify(office.engine).ok

    office.do(promise, case.ref, FIFE, date(2026, 4, 24))
    assert [swept(office, moment(day, month=4)).climbed for day in (24, 25, 26)] == [0, 1, 0]
    assert len(messages(office, kind="promise_broken")) == 2
    office.deliver()
    assert verify(office.engine).ok


def test_word_of_a_promise_broken_after_the_last_rung_says_when_it_is_late_and_reaches_somebody_or_a_task(
    office: Office,
) -> None:
    case = at_the_top(office, "Fife Council")
    office.do(promise, case.ref, "Fife Council", date(2026, 4, 8))

    done = swept(office, moment(12, month=4))

    assert (done.climbed, done.late) == (1, 1)
    assert told(office)[-1] == ("promise_passed", "lead_officer")
    assert json.loads(tasks(office)[0].facts)["items"][-1].startswith("Sunday 12 April 2026: word of the promise")
    office.deliver()
    assert verify(office.engine).ok


def test_a_promise_broken_after_the_last_rung_that_nobody_was_told_of_is_found(office: Office) -> None:
    case = at_the_top(office)
    office.do(promise, case.ref, FIFE, date(2026, 4, 8))
    with transaction(office.engine) as tx:
        tx.execute(DEADLINES.update().values(next_action_at=None))
    for day in (9, 10):
        office.deliver()
        swept(office, moment(day, month=4))

    said = str(verify(office.engine).places)

    assert f"word of a broken promise of {KEY} (2026-03-16) was due from 9 April 2026, 08:00 UTC and was not" in said
    assert "would not be looked at when word of a broken promise of its ladder is due" in said


def test_a_promise_kept_after_the_last_rung_is_told_to_nobody(office: Office) -> None:
    case = at_the_top(office)
    office.do(promise, case.ref, FIFE, date(2026, 4, 8))
    office.now = moment(8, month=4)
    office.do(answer, case.ref, FIFE)

    assert [swept(office, moment(day, month=4)).climbed for day in (9, 20)] == [0, 0]


def test_a_rehearsal_shows_what_a_broken_promise_would_be_followed_by_when_no_rung_is_left(office: Office) -> None:
    case = at_the_top(office)
    with transaction(office.engine) as tx:
        assert KEY not in {one.key for one in rehearse(tx, office.now, ref=case.ref, hidden=frozenset())}
    office.do(promise, case.ref, FIFE, date(2026, 4, 8))

    with transaction(office.engine) as tx:
        (planned,) = [one for one in rehearse(tx, office.now, ref=case.ref, hidden=frozenset()) if one.key == KEY]

    assert (planned.rung, planned.day, planned.message) == (None, date(2026, 4, 9), "promise_broken")
    assert len(planned.told) == 2

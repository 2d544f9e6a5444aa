"""What an agency said on an earlier day than it is typed on: each kind of answer bears the day it was given."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from records import history
from records.database import reading
from tests.casework import asked, date_of, deciding, edited, entries, part, refused, reviewing
from tests.casework import gathering as gathered
from tests.office import FIFE
from tests.test_extend import KEY
from tests.test_web_deeds import YES, does, gathering, kept
from workflows.verbs.correct import correct
from workflows.verbs.extend import ask_extension, grant_extension
from workflows.verbs.outside_events import ask_after
from workflows.verbs.pause import order_pause, review_pause
from workflows.verbs.request import decline, promise, redirect, request

if TYPE_CHECKING:
    from tests.desk import Committee
    from tests.office import Office
    from tests.terminal import Terminal

FRIDAY, COUNCIL = date(2026, 3, 6), "Fife Council"
SAID: dict[Any, tuple[Any, ...]] = {decline: ("No records.",), redirect: (COUNCIL, "Theirs."), promise: ()}


def test_a_no_that_came_on_friday_ends_its_date_on_friday(office: Office) -> None:
    case = asked(office)
    office.later(days=7)

    case = office.do(decline, case.ref, FIFE, "No records.", on=FRIDAY)

    assert case.dossier.requests["R1"].ended_on == FRIDAY
    assert date_of(case, "report/R1").ended_on == FRIDAY


def test_who_is_asked_instead_is_asked_on_the_day_that_is_recorded(office: Office) -> None:
    case = asked(office)
    office.later(days=7)

    case = office.do(redirect, case.ref, FIFE, COUNCIL, "Theirs.", on=FRIDAY)

    assert case.dossier.requests["R1"].ended_on == FRIDAY
    assert case.dossier.requests["R2"].asked_on == date(2026, 3, 9)
    assert date_of(case, "report/R2").due_on == date(2026, 3, 23)


def test_a_day_promised_on_friday_keeps_reminders_away_from_friday_on(office: Office) -> None:
    case = asked(office)
    office.later(days=7)

    case = office.do(promise, case.ref, FIFE, date(2026, 3, 20), on=FRIDAY)

    (quiet,) = date_of(case, "report/R1").quiets
    assert (quiet.start, quiet.until) == (FRIDAY, date(2026, 3, 20))


def test_a_day_promised_on_friday_may_have_gone_by_on_monday(office: Office) -> None:
    case = asked(office)
    office.later(days=7)

    assert office.do(promise, case.ref, FIFE, date(2026, 3, 7), on=FRIDAY)
    late = refused(office, promise, case.ref, FIFE, date(2026, 3, 5), on=FRIDAY)
    assert "Say until when: the day must be 6 March 2026 or later." in late


def test_what_was_in_hand_before_its_date_is_recorded_after_it(office: Office) -> None:
    case = asked(office)
    office.later(days=21)

    assert "has gone by" in refused(office, promise, case.ref, FIFE)
    case = office.do(promise, case.ref, FIFE, on=FRIDAY)

    assert case.dossier.requests["R1"].acknowledged_on == FRIDAY


@pytest.mark.parametrize("verb", SAID)
def test_nothing_is_said_before_it_was_asked_or_on_a_day_to_come(verb: Any, office: Office) -> None:
    ref = gathered(office).ref
    office.later(days=2)
    office.do(request, ref, "report", (FIFE,))

    early = refused(office, verb, ref, FIFE, *SAID[verb], on=date(2026, 3, 3))
    assert early == "3 March 2026 is before NHS Fife was asked (4 March 2026)."
    assert "lies in the future" in refused(office, verb, ref, FIFE, *SAID[verb], on=FRIDAY)


@pytest.mark.parametrize("verb", [decline, redirect])
def test_the_day_of_a_no_is_put_right_like_that_of_an_answer(verb: Any, office: Office) -> None:
    case = asked(office)
    office.later(days=7)
    case = office.do(verb, case.ref, FIFE, *SAID[verb])

    case = office.do(correct, case.ref, entries(office, case)[-1].sequence, "It was Friday.", happened_on=FRIDAY)

    assert case.dossier.requests["R1"].ended_on == FRIDAY
    assert date_of(case, "report/R1").ended_on == FRIDAY
    new = [one.anchor_on for one in case.dossier.deadlines.values() if one.agency == COUNCIL]
    assert new == ([date(2026, 3, 9)] if verb is redirect else [])


def test_more_time_asked_for_and_granted_in_time_is_recorded_after_that(office: Office) -> None:
    rule = {"asked_by": ["lead_officer"], "granted_by": ["chair"], "most": 3, "not_after": "report"}
    office.editions["small"] = edited(timescales=part("timescales", "report", extension=rule))
    case = asked(office)
    office.later(days=16)

    assert "More time could be given until 16 March" in refused(office, ask_extension, case.ref, KEY, 7, "Ill.")
    office.do(ask_extension, case.ref, KEY, 7, "Ill.", on=date(2026, 3, 13))
    early = refused(office, grant_extension, case.ref, "E1", role="chair", on=date(2026, 3, 12))
    assert early == "12 March 2026 is before more time was asked for (13 March 2026)."
    case = office.do(grant_extension, case.ref, "E1", role="chair", on=date(2026, 3, 16))

    assert date_of(case, KEY).due_on == date(2026, 3, 23)
    assert [one.happened_on for one in entries(office, case)[-2:]] == [date(2026, 3, 13), date(2026, 3, 16)]


def test_asking_after_something_in_time_meets_its_date_in_time(office: Office) -> None:
    case = reviewing(office)
    office.later(days=32)

    case = office.do(ask_after, case.ref, "verdict", "Not before May.", on=date(2026, 4, 1))

    first, following = date_of(case, "chase_verdict"), date_of(case, "chase_verdict#2")
    assert (first.status, first.late, following.anchor_on) == ("met", False, date(2026, 4, 1))


def test_a_hold_looked_at_in_time_is_recorded_after_that(office: Office) -> None:
    case = deciding(office)
    until = {"ends": None, "stops": ("decision",), "role": "chair"}
    office.do(order_pause, case.ref, "proceedings", "Procurator Fiscal", "A trial is set.", **until)
    office.later(days=32)

    case = office.do(review_pause, case.ref, "P1", "It goes on.", on=date(2026, 4, 1), role="chair")

    first, following = date_of(case, "hold_review/P1"), date_of(case, "hold_review/P1#2")
    assert (first.late, following.due_on) == (False, date(2026, 5, 1))


FORMS = (
    ("requests/R1/refusal", {"reason": "No record."}, "declined"),
    ("requests/R1/redirection", {"other": "Police Scotland", "reason": "Theirs."}, "redirected"),
    ("requests/R1/promise", {"until": "12/3/2026"}, "promised"),
    ("requests/R1/acknowledgement", {}, "promised"),
)


@pytest.mark.parametrize(("form", "typed", "kind"), FORMS)
def test_the_desk_takes_the_day_an_agency_said_it(form: str, typed: dict[str, str], kind: str, desk: Committee) -> None:
    ref = gathering(desk)
    lead = desk.sign_in()
    does(lead, f"/cases/{ref}/requests", agencies="NHS Fife", what="information")
    desk.later(days=7)
    lead = desk.sign_in()

    does(lead, f"/cases/{ref}/{form}", on="6 March 2026", **typed)

    with reading(desk.here.engine) as tx:
        last = history.entries(tx, kept(desk, ref).id)[-1]
    assert (last.kind, last.happened_on) == (kind, FRIDAY)


@pytest.mark.parametrize("decided", ["grant", "refusal"])
def test_the_desk_takes_the_days_on_which_more_time_was_asked_for_and_decided(decided: str, desk: Committee) -> None:
    ref = desk.asks_agencies()
    desk.later(days=7)
    lead, chair = desk.sign_in(), desk.sign_in("chair")

    lead.get(f"/cases/{ref}/extensions?name=agency_report/R1")
    lead.send(count="5", reason="Staff are away.", on="5 March 2026")
    lead.send(button=YES)
    does(chair, f"/cases/{ref}/extensions/E1/{decided}", reason="It was so decided.", on="6 March 2026")

    assert last_days(desk, ref) == [date(2026, 3, 5), FRIDAY]


def test_the_desk_takes_the_days_on_which_a_hold_was_looked_at_and_its_end_asked_after(desk: Committee) -> None:
    ref = gathering(desk)
    chair, root = desk.sign_in("chair"), f"/cases/{ref}"
    ordered = {"authority": "procurator_fiscal", "reason": "A trial is near.", "event": "proceedings_ended"}
    chair.get(f"{root}/holds?hold=parallel_proceedings")
    chair.send(**ordered, stops=["decision"])
    chair.send(button=YES)
    desk.later(days=7)
    chair, lead = desk.sign_in("chair"), desk.sign_in()

    does(chair, f"{root}/holds/P1/review", reason="It goes on.", on="5 March 2026")
    lead.get(f"{root}/events/asked-after?event=proceedings_ended")
    lead.send(note="Not before May.", on="6 March 2026")
    lead.send(button=YES)

    assert last_days(desk, ref) == [date(2026, 3, 5), FRIDAY]


def last_days(desk: Committee, ref: str) -> list[date]:
    """On which days the last two things happened that are on record of a case."""
    with reading(desk.here.engine) as tx:
        return [one.happened_on for one in history.entries(tx, kept(desk, ref).id)[-2:]]


WITH_A_DAY = ("extend ask", "extend grant", "extend refuse", "case asked-after", "pause review")


@pytest.mark.parametrize("verb", [*WITH_A_DAY, *(f"request {one}" for one in ("decline", "redirect", "promise"))])
def test_the_terminal_takes_the_day_of_each(verb: str, terminal: Terminal) -> None:
    terminal.types(*verb.split(), "--help")
    assert "--on" in terminal.out

"""Holding a case for proceedings elsewhere: the first day of a hold is not counted, the day it ends is."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.casework import ODD, asked, date_of, deciding, edited, entries, messages, part, refused, reviewing
from tests.office import FIFE
from workflows.verbs.advance import advance
from workflows.verbs.outside_events import record_event
from workflows.verbs.pause import end_pause, order_pause, review_pause
from workflows.verbs.request import answer

if TYPE_CHECKING:
    from records.cases import Case
    from tests.office import Office

FISCAL = "Procurator Fiscal"
WHY = "A trial is set."


def held(office: Office, case: Case, **more: Any) -> Case:
    done: Case = office.do(order_pause, case.ref, "proceedings", FISCAL, WHY, role="chair", **more)
    return done


def test_a_hold_stops_the_clocks_it_names_and_no_other(office: Office) -> None:
    case = asked(office)
    office.do(answer, case.ref, FIFE)
    case = office.do(advance, case.ref, "consider")
    before = case.dossier.deadlines

    case = held(office, case)

    assert date_of(case, "decision").status == "held"
    assert date_of(case, "decision").due_on is None
    assert date_of(case, "decision").original_on == date(2026, 3, 16)
    others = {key: one for key, one in case.dossier.deadlines.items() if key in before and key != "decision"}
    assert others == {key: one for key, one in before.items() if key != "decision"}


def test_a_hold_until_a_date_gives_back_its_days(office: Office) -> None:
    case = held(office, deciding(office), ends=date(2026, 3, 9))

    # the five working days of the first week are not counted
    assert (date_of(case, "decision").status, date_of(case, "decision").due_on) == ("running", date(2026, 3, 20))


def test_overlapping_holds_count_once(office: Office) -> None:
    case = deciding(office)
    held(office, case, ends=date(2026, 3, 9))
    office.later(days=3)

    case = held(office, case, ends=date(2026, 3, 11))

    # held from Monday 2 to Wednesday 11 March: seven working days
    assert date_of(case, "decision").due_on == date(2026, 3, 24)


def test_a_hold_ended_by_hand_counts_again_from_that_day(office: Office) -> None:
    case = held(office, deciding(office))
    office.later(days=7)

    case = office.do(end_pause, case.ref, "p1", "The trial is over.", role="chair")

    assert date_of(case, "decision").due_on == date(2026, 3, 20)
    assert date_of(case, "hold_review/P1").status == "cancelled"
    assert case.dossier.pauses["P1"].ended
    assert entries(office, case)[-1].reason == "The trial is over."


def test_a_hold_that_ends_on_the_day_it_began_stops_nothing(office: Office) -> None:
    case = deciding(office)
    before = date_of(case, "decision")
    held(office, case)

    case = office.do(end_pause, case.ref, "P1", "By mistake.", role="chair")

    assert date_of(case, "decision") == before


def test_an_outside_event_ends_the_holds_that_waited_for_it_and_no_other(office: Office) -> None:
    case = deciding(office)
    held(office, case, event="verdict")
    held(office, case, stops=("review",))
    office.later(days=7)

    case = office.do(record_event, case.ref, "verdict", on=date(2026, 3, 6))

    assert (case.dossier.pauses["P1"].ends, case.dossier.pauses["P2"].ends) == (date(2026, 3, 6), None)
    # Monday 2 to Thursday 5 March are not counted
    assert date_of(case, "decision").due_on == date(2026, 3, 19)


def test_an_event_does_not_lengthen_a_hold_that_had_ended_by_its_date(office: Office) -> None:
    case = held(office, deciding(office), ends=date(2026, 3, 9), event="verdict")
    office.later(days=10)

    case = office.do(record_event, case.ref, "verdict")

    assert case.dossier.pauses["P1"].ends == date(2026, 3, 9)
    assert date_of(case, "decision").due_on == date(2026, 3, 20)


def test_a_hold_is_looked_at_again_every_thirty_days_while_it_lasts(office: Office) -> None:
    case = held(office, deciding(office))
    assert date_of(case, "hold_review/P1").due_on == date(2026, 4, 1)
    office.later(days=32)

    case = office.do(review_pause, case.ref, "P1", "The trial goes on.", role="chair")

    first, following = date_of(case, "hold_review/P1"), date_of(case, "hold_review/P1#2")
    assert (first.status, first.late, following.due_on) == ("met", True, date(2026, 5, 1))
    assert date_of(case, "decision").status == "held"


@pytest.mark.parametrize(("ends", "due"), [(4, 17), (9, 20)])
def test_a_review_may_find_the_end_of_a_hold_from_today_on(office: Office, ends: int, due: int) -> None:
    case = held(office, deciding(office))
    office.later(days=2)

    case = office.do(review_pause, case.ref, "P1", "Its end is known.", ends=date(2026, 3, ends), role="chair")

    assert date_of(case, "decision").due_on == date(2026, 3, due)


def test_a_hold_whose_end_is_known_is_not_looked_at_again_after_it(office: Office) -> None:
    case = held(office, deciding(office), ends=date(2026, 3, 9))
    assert not [one for one in case.dossier.open_deadlines() if one.timescale == "hold_review"]

    case = office.do(review_pause, case.ref, "P1", "It lasts longer.", ends=date(2026, 6, 1), role="chair")

    (review,) = (one for one in case.dossier.open_deadlines() if one.timescale == "hold_review")
    assert review.due_on == date(2026, 4, 1)


def test_a_hold_keeps_back_the_steps_its_kind_names(office: Office) -> None:
    case = held(office, reviewing(office))

    said = refused(office, advance, case.ref, "publish", role="chair")

    assert said == (
        "Held since 2 March 2026 (criminal proceedings), on the authority of Procurator Fiscal: end the hold first."
    )
    office.later(days=1)
    office.do(end_pause, case.ref, "P1", "Over.", role="chair")
    assert office.do(advance, case.ref, "publish", role="chair").dossier.state == "closed"


def test_those_the_edition_names_are_told_of_a_hold(office: Office) -> None:
    notify = [{"tell": ["lead_officer"], "message": "hold_ordered"}]
    office.editions["small"] = edited(pauses=part("pauses", "proceedings", notify=notify))

    held(office, deciding(office), ends=date(2026, 6, 1))

    (row,) = messages(office, kind="hold_ordered")
    facts = json.loads(row.facts)
    assert (facts["authority"], facts["until"]) == (FISCAL, "Monday 1 June 2026")
    assert facts["items"] == ["Decision"]


def test_a_hold_may_begin_on_an_earlier_day_and_a_date_met_before_it_stays_as_it_was(office: Office) -> None:
    case = asked(office)
    office.later(days=2)
    case = office.do(answer, case.ref, FIFE)
    office.later(days=3)
    before = date_of(case, "report/R1")

    case = held(office, case, starts=date(2026, 3, 5), stops=("report",))

    assert date_of(case, "report/R1") == before
    assert before.due_on == date(2026, 3, 16)


def test_a_hold_that_cannot_be_ordered_says_everything_that_is_wrong(office: Office) -> None:
    office.editions["small"] = edited(
        pauses=part("pauses", "proceedings", authorities=[FISCAL], until=["date", "event"]),
        events=part("events", "verdict"),
    )
    case = deciding(office)

    said = refused(
        office,
        order_pause,
        case.ref,
        "proceedings",
        "Somebody",
        " ",
        stops=("form", "decision"),
        starts=date(2026, 3, 2),
        ends=date(2026, 3, 1),
        event="weather",
        role="chair",
    )

    assert said.splitlines() == [
        "This hold may not stop 'form': it may stop decision, report, review.",
        "The authority must be one of: Procurator Fiscal.",
        "Say why the hold is ordered: it needs its reason.",
        "'weather' is not something this hold can wait for: verdict.",
        "The hold would end before it starts: check the two dates.",
    ]
    assert refused(office, order_pause, case.ref, "proceedings", " ", WHY, role="chair").splitlines() == [
        "Say on whose authority the hold is ordered.",
        "This hold may end on a day or with an event, not by further notice: say which.",
    ]


def test_a_hold_is_refused_and_nothing_is_written(office: Office) -> None:
    case = deciding(office)
    order = ("proceedings", FISCAL, WHY)
    wrong: list[tuple[tuple[str, ...], dict[str, Any], str]] = [
        (("holiday", FISCAL, WHY), {}, "'holiday' is no hold under this edition: proceedings."),
        (order, {"role": "lead_officer"}, "Ordering criminal proceedings is for the committee chair"),
        (order, {"starts": date(2026, 3, 3)}, "lies in the future"),
        (order, {"starts": date(2026, 3, 1)}, "is before the case was opened"),
        (order, {"ends": date(2026, 3, 1)}, "The hold would end before it starts"),
        (("proceedings", ODD, WHY), {}, "cannot be read"),
        (order, {"seen": 1}, "has changed since"),
    ]

    for arguments, more, says in wrong:
        assert says in refused(office, order_pause, case.ref, *arguments, **{"role": "chair", **more})
    assert "P1" in office.do(order_pause, case.ref, *order, ends=date(2026, 3, 2), role="chair").dossier.pauses


def test_a_hold_does_not_wait_for_what_has_happened(office: Office) -> None:
    case = deciding(office)
    office.do(record_event, case.ref, "verdict")

    said = refused(office, order_pause, case.ref, "proceedings", FISCAL, WHY, event="verdict", role="chair")

    assert said == "Verdict has happened already: the hold would wait for nothing."


def test_a_closed_case_is_not_held(office: Office) -> None:
    case = office.do(advance, reviewing(office).ref, "publish", role="chair")

    said = refused(office, order_pause, case.ref, "proceedings", FISCAL, WHY, role="chair")

    assert said == "The case is closed: there is nothing to hold."


def test_a_hold_does_not_outlast_the_case_it_was_ordered_on(office: Office) -> None:
    case = held(office, deciding(office))
    office.later(days=1)
    case = office.do(advance, case.ref, "decide_none", reason="Enough is known.", role="chair")

    case = office.do(advance, case.ref, "reopen", reason="A new report came.", role="chair")

    assert date_of(case, "decision#2").status == "running"


def test_a_review_or_an_end_that_cannot_be_is_refused(office: Office) -> None:
    case = deciding(office)
    office.later(days=2)
    case = held(office, case)
    wrong: list[tuple[Any, tuple[str, ...], dict[str, Any], str]] = [
        (review_pause, ("P9", WHY), {}, "has no hold 'P9': its holds are P1."),
        (review_pause, ("P1", " "), {}, "a review of a hold needs its reason"),
        (review_pause, ("P1", WHY), {"role": "lead_officer"}, "Reviewing a hold is for the committee chair"),
        (review_pause, ("P1", WHY), {"ends": date(2026, 3, 3)}, "has gone by: end the hold instead"),
        (review_pause, ("P1", ODD), {}, "cannot be read"),
        (end_pause, ("P1", WHY), {"on": date(2026, 3, 3)}, "it cannot end before that"),
        (end_pause, ("P1", WHY), {"on": date(2026, 3, 5)}, "lies in the future"),
        (end_pause, ("P1", WHY), {"role": "lead_officer"}, "Ending a hold is for the committee chair"),
        (end_pause, ("P1", WHY), {"seen": 1}, "has changed since"),
    ]

    for verb, arguments, more, says in wrong:
        assert says in refused(office, verb, case.ref, *arguments, **{"role": "chair", **more})


def test_a_hold_that_has_ended_is_neither_reviewed_nor_ended_again(office: Office) -> None:
    case = held(office, deciding(office), ends=date(2026, 3, 9))
    office.later(days=7)
    assert "The hold P1 has ended" in refused(office, end_pause, case.ref, "P1", WHY, role="chair")

    held(office, case)
    office.do(end_pause, case.ref, "P2", WHY, role="chair")

    assert "The hold P2 has ended" in refused(office, review_pause, case.ref, "P2", WHY, role="chair")


def test_where_no_hold_is_known_none_is_ordered(office: Office) -> None:
    office.editions["small"] = edited(
        pauses={}, timescales=part("timescales", "hold_review", anchor={"trigger": "gather"})
    )
    office.editions["small"] = office.editions["small"].model_copy(update={"pauses": {}})
    case = deciding(office)

    assert "there is none" in refused(office, order_pause, case.ref, "proceedings", FISCAL, WHY, role="chair")
    assert "its holds are none" in refused(office, end_pause, case.ref, "P1", WHY, role="chair")


def test_the_same_hold_is_ordered_once_and_another_beside_it_may_be(office: Office) -> None:
    case = held(office, deciding(office))

    said = refused(office, order_pause, case.ref, "proceedings", FISCAL, WHY, role="chair")
    other = held(office, case, event="verdict")

    assert said == "This hold was ordered before: it is P1, since 2 March 2026. Review it or end it instead."
    assert list(other.dossier.pauses) == ["P1", "P2"]


def test_a_hold_that_is_over_may_be_ordered_again(office: Office) -> None:
    case = held(office, deciding(office))
    office.later(days=3)
    office.do(end_pause, case.ref, "P1", "Over.", role="chair")

    assert list(held(office, case).dossier.pauses) == ["P1", "P2"]


def test_an_edition_that_leaves_the_clocks_to_whoever_orders_a_hold_has_them_named(office: Office) -> None:
    office.editions["small"] = edited(pauses=part("pauses", "proceedings", stops=[]))
    case = asked(office)

    said = refused(office, order_pause, case.ref, "proceedings", FISCAL, WHY, role="chair")
    none = held(office, case, stops=())

    assert "Say which clocks the hold stops: decision, report, review; or none of them" in said
    assert none.dossier.pauses["P1"].stops == ()

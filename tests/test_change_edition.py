"""Moving a case to another edition: shown first, and what is shown is what then happens."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from records.database import transaction
from tests.casework import ODD, asked, date_of, deciding, edited, entries, gathering, opened, part, refused, transitions
from tests.office import FIFE
from workflows.verbs.advance import advance, record_missed
from workflows.verbs.change_edition import move_edition, preview_move
from workflows.verbs.correct import correct
from workflows.verbs.extend import ask_extension, grant_extension
from workflows.verbs.outside_events import record_event
from workflows.verbs.pause import end_pause, order_pause
from workflows.verbs.request import answer, request, send_back

if TYPE_CHECKING:
    from tests.office import Office
    from workflows.verbs.change_edition import Difference

WHY = "The new guidance holds from May."


def newer(**parts: Any) -> Any:
    return edited(name="newer-review", title="A newer review", **parts)


def shown(office: Office, ref: str, **more: Any) -> Difference:
    with transaction(office.engine) as tx:
        return preview_move(office.uow(tx), ref, "newer", **more)


def test_what_is_shown_before_a_move_is_what_then_happens(office: Office) -> None:
    rules = {
        **part("timescales", "report", limit=21),
        **part("timescales", "review", limit=30, anchor={"trigger": "gather"}, met_by={"triggers": ["publish"]}),
    }
    small = newer(timescales=rules)
    without = {name: rule for name, rule in small.timescales.items() if name != "form"}
    office.editions["newer"] = small.model_copy(update={"timescales": without})
    case = asked(office)

    difference = shown(office, case.ref)
    moved = office.do(move_edition, case.ref, "newer", WHY)

    told = {one.key: (one.before, one.after, one.what) for one in difference.dates}
    assert told == {
        "report/R1": (date(2026, 3, 16), date(2026, 3, 23), "moves"),
        "review": (None, date(2026, 4, 1), "new"),
    }
    for key, (_, after, _) in told.items():
        assert date_of(moved, key).due_on == after
    assert (difference.from_title, difference.to_title) == ("A small review", "A newer review")
    assert office.case(case.ref).dossier.edition == "newer-review"


def test_the_clocks_that_run_on_as_they_are_are_shown_too(office: Office) -> None:
    office.editions["newer"] = newer()

    difference = shown(office, opened(office).ref)

    assert difference.dates == ()
    assert difference.clocks_kept == ("Notification form: due 8 March 2026",)


def test_the_anchors_and_the_first_date_stay(office: Office) -> None:
    office.editions["newer"] = newer(timescales=part("timescales", "report", limit=21))
    case = asked(office)
    office.later(days=5)

    case = office.do(move_edition, case.ref, "newer", WHY)

    report = date_of(case, "report/R1")
    assert (report.anchor_on, report.due_on, report.original_on) == (
        date(2026, 3, 2),
        date(2026, 3, 23),
        date(2026, 3, 16),
    )


def test_a_date_that_was_met_keeps_what_it_was(office: Office) -> None:
    office.editions["newer"] = newer(timescales=part("timescales", "report", limit=3))
    case = asked(office)
    office.later(days=5)
    case = office.do(answer, case.ref, FIFE)
    before = date_of(case, "report/R1")

    case = office.do(move_edition, case.ref, "newer", WHY)

    assert date_of(case, "report/R1") == before
    assert shown_nothing_of(before.key, office, case.ref)


def shown_nothing_of(key: str, office: Office, ref: str) -> bool:
    office.editions["newer"] = newer(timescales=part("timescales", "report", limit=4))
    return key not in [one.key for one in shown(office, ref).dates]


def test_an_extension_goes_along(office: Office) -> None:
    office.editions["newer"] = newer(timescales=part("timescales", "report", limit=21))
    case = asked(office)
    office.do(ask_extension, case.ref, "report/R1", 2, "Illness.")
    office.do(grant_extension, case.ref, "E1", role="chair")

    case = office.do(move_edition, case.ref, "newer", WHY)

    assert date_of(case, "report/R1").due_on == date(2026, 3, 25)


def test_a_date_the_new_edition_does_not_know_is_no_longer_owed(office: Office) -> None:
    small = newer()
    office.editions["newer"] = small.model_copy(
        update={"timescales": {name: rule for name, rule in small.timescales.items() if name != "form"}}
    )
    case = opened(office)

    (gone,) = shown(office, case.ref).dates
    case = office.do(move_edition, case.ref, "newer", WHY)

    assert (gone.key, gone.label, gone.after, gone.what) == ("form", "Notification form", None, "no longer owed")
    assert date_of(case, "form").status == "cancelled"


def test_what_a_new_timescale_asks_for_is_not_owed_when_it_has_been_done(office: Office) -> None:
    rules = {
        **part("timescales", "review", limit=3, anchor={"trigger": "notify"}, met_by={"triggers": ["gather"]}),
        **part("timescales", "notice", limit=3, anchor={"trigger": "notify"}, met_by={"events": ["verdict"]}),
    }
    before = edited().timescales
    office.editions["small"] = edited().model_copy(
        update={"timescales": {name: before[name] for name in before if name not in {"review", "notice"}}}
    )
    office.editions["newer"] = newer(timescales=rules)
    case = gathering(office)
    office.do(record_event, case.ref, "verdict")

    case = office.do(move_edition, case.ref, "newer", WHY)

    assert not {"review", "notice"} & set(case.dossier.deadlines)


def test_a_timescale_that_newly_hangs_on_a_running_date_starts(office: Office) -> None:
    hangs = part("timescales", "review", anchor={"timescale": "form"}, limit=2, met_by={"triggers": ["publish"]})
    office.editions["newer"] = newer(timescales=hangs)
    case = opened(office)

    case = office.do(move_edition, case.ref, "newer", WHY)

    assert (date_of(case, "form").due_on, date_of(case, "review").due_on) == (date(2026, 3, 8), date(2026, 3, 10))


def test_a_state_goes_by_the_mapping_of_the_new_edition_and_keeps_its_day(office: Office) -> None:
    states = {name: state.model_dump() for name, state in edited().states.items() if name != "gathering"}
    states["collecting"] = edited().states["gathering"].model_dump()
    office.editions["newer"] = edited(
        name="newer-review",
        title="A newer review",
        migrations={"small-review": {"states": {"gathering": "collecting"}}},
        transitions=transitions(gather={"dest": "collecting"}, consider={"source": ["collecting"], "label": "Go on"}),
        requests=part("requests", "report", states=["collecting", "deciding"]),
    ).model_copy(update={"states": _states(states)})
    case = asked(office)
    office.later(days=5)

    difference = shown(office, case.ref)
    case = office.do(move_edition, case.ref, "newer", WHY)

    assert (difference.from_state, difference.to_state) == ("Gathering reports", "Gathering reports")
    assert (difference.steps_gone, difference.steps_new) == (("Put the reports before the committee",), ("Go on",))
    assert (case.dossier.state, case.dossier.entered["collecting"].on) == ("collecting", date(2026, 3, 2))
    assert office.do(advance, case.ref, "consider", override="No answer.").dossier.state == "deciding"


def _states(states: dict[str, Any]) -> dict[str, Any]:
    from states.steps import State

    return {name: State.model_validate(state) for name, state in states.items()}


def test_without_a_mapping_the_state_must_be_said(office: Office) -> None:
    small = newer()
    office.editions["newer"] = small.model_copy(
        update={"states": {name: state for name, state in small.states.items() if name != "gathering"}}
    )
    case = gathering(office)

    said = refused(office, move_edition, case.ref, "newer", WHY)

    assert said == (
        "A newer review has no state 'gathering': say which state the case takes (--state), "
        "one of notified, deciding, reviewing, closed."
    )
    assert office.do(move_edition, case.ref, "newer", WHY, state="deciding").dossier.state == "deciding"


def test_a_move_neither_closes_nor_reopens_a_case(office: Office) -> None:
    office.editions["newer"] = newer()
    case = deciding(office)
    assert "neither closes nor reopens" in refused(office, move_edition, case.ref, "newer", WHY, state="closed")
    office.do(advance, case.ref, "decide_none", reason="Enough is known.", role="chair")

    assert "neither closes nor reopens" in refused(office, move_edition, case.ref, "newer", WHY, state="deciding")
    assert office.do(move_edition, case.ref, "newer", WHY).dossier.state == "closed"


def test_a_move_that_cannot_be_is_refused_and_writes_nothing(office: Office) -> None:
    office.editions["newer"] = newer()
    office.editions["year"] = newer(kind="committee")
    small = newer()
    office.editions["silent"] = small.model_copy(update={"requests": {}})
    case = asked(office)

    assert "there is nothing to move" in refused(office, move_edition, case.ref, "small", WHY)
    assert "is for another kind of file" in refused(office, move_edition, case.ref, "year", WHY)
    assert "Say why the case moves" in refused(office, move_edition, case.ref, "newer", " ")
    assert "cannot be read" in refused(office, move_edition, case.ref, "newer", ODD)
    assert "may not do it" in refused(office, move_edition, case.ref, "newer", WHY, role="member")
    assert "has changed since" in refused(office, move_edition, case.ref, "newer", WHY, seen=1)
    assert "NHS Fife is still asked for agency report" in refused(office, move_edition, case.ref, "silent", WHY)


def test_a_move_leaves_one_entry_with_both_fingerprints(office: Office) -> None:
    office.editions["newer"] = newer()
    case = opened(office)

    moved = office.do(move_edition, case.ref, "newer", WHY)

    last = entries(office, moved)[-1]
    assert (last.kind, last.reason, last.data["digest"]) == ("moved_edition", WHY, office.editions["newer"].digest)
    assert [entry.sequence for entry in entries(office, moved)] == [1, 2]


def test_a_running_hold_the_new_edition_does_not_know_is_ended_first(office: Office) -> None:
    office.editions["newer"] = newer().model_copy(update={"pauses": {}})
    case = deciding(office)
    hold = {"stops": ("decision",), "role": "chair"}
    office.do(order_pause, case.ref, "proceedings", "Fiscal", "A trial.", **hold)
    assert "criminal proceedings (P1) still runs" in refused(office, move_edition, case.ref, "newer", WHY)

    office.do(end_pause, case.ref, "P1", "Over.", role="chair")

    assert office.do(move_edition, case.ref, "newer", WHY).dossier.edition == "newer-review"


def test_a_held_clock_that_will_be_counted_by_another_limit_is_shown(office: Office) -> None:
    office.editions["newer"] = newer(timescales=part("timescales", "decision", limit=20))
    case = deciding(office)
    office.do(order_pause, case.ref, "proceedings", "Fiscal", "A trial.", role="chair")

    difference = shown(office, case.ref)

    told = {one.key: one.what for one in difference.dates}
    assert told["decision"] == "held: 20 working days instead of 10 working days"


def test_a_held_clock_that_stays_as_it_is_is_shown_as_staying(office: Office) -> None:
    office.editions["newer"] = newer()
    case = deciding(office)
    office.do(order_pause, case.ref, "proceedings", "Fiscal", "A trial.", role="chair")

    assert "held" in "; ".join(shown(office, case.ref).clocks_kept)


def test_moving_to_an_edition_that_was_withdrawn_is_said_before_anything_is_done(office: Office) -> None:
    office.editions["newer"] = newer().model_copy(update={"withdrawn_on": "2026-01-31"})

    difference = shown(office, opened(office).ref)

    assert difference.outdated == "newer-review was withdrawn (31 January 2026)."


def test_dates_and_answers_of_the_old_edition_can_still_be_spoken_of(office: Office) -> None:
    small = newer()
    without = {name: rule for name, rule in small.timescales.items() if name not in {"form", "report"}}
    office.editions["newer"] = small.model_copy(update={"timescales": without, "requests": {}})
    case = opened(office)
    office.later(days=10)
    office.do(advance, case.ref, "gather")
    office.do(request, case.ref, "report", (FIFE,))
    office.do(ask_extension, case.ref, "report/R1", 2, "Illness.")
    office.do(answer, case.ref, FIFE)
    office.do(move_edition, case.ref, "newer", WHY)

    case = office.do(record_missed, case.ref, "form", "It was lost.")
    assert date_of(case, "form").late_reason == "It was lost."
    case = office.do(correct, case.ref, 1, "It was earlier.", happened_on=date(2026, 3, 1))
    assert case.dossier.opened_on == date(2026, 3, 1)
    assert "is no date under this edition any more" in refused(office, grant_extension, case.ref, "E1", role="chair")
    assert "is no date under this edition any more" in refused(office, ask_extension, case.ref, "form", 2, "So.")
    assert "was asked under an earlier edition" in refused(office, send_back, case.ref, FIFE, "Thin.")

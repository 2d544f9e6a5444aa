"""Advancing a case, step by step."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from records import cases
from records.children import ChildDetails
from records.database import transaction
from states.guards import Facts
from states.machine import choices
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
    reviewing,
    transitions,
)
from tests.office import FIFE
from workflows.messages.chase import sweep
from workflows.verbs.advance import advance, record_missed
from workflows.verbs.people import add_child, erase_personal_data
from workflows.verbs.request import answer, request

if TYPE_CHECKING:
    from tests.office import Office
    from workflows.unit_of_work import UnitOfWork

WHY = "There is much to learn."


def test_a_case_goes_from_its_notification_to_closed(office: Office) -> None:
    case = reviewing(office)
    case = office.do(advance, case.ref, "publish", role="chair")

    assert (case.dossier.state, case.dossier.closed_on) == ("closed", date(2026, 3, 2))
    assert not case.dossier.open_deadlines()
    kinds = [entry.kind for entry in entries(office, case)]
    assert kinds == ["opened", "advanced", "requested", "answered", "advanced", "advanced", "advanced"]
    assert case.dossier.version == len(kinds)


def test_a_step_leaves_one_entry_that_says_who_did_what_and_why(office: Office) -> None:
    case = deciding(office)

    case = office.do(advance, case.ref, "decide_review", reason=f"  {WHY} ", role="chair", name="Ann Example")

    last = entries(office, case)[-1]
    assert (last.actor.name, last.actor.role, last.reason) == ("Ann Example", "chair", WHY)
    assert (last.trigger, last.source, last.dest) == ("decide_review", "deciding", "reviewing")
    assert (last.happened_on, last.recorded_at) == (date(2026, 3, 2), office.now)


def test_a_step_tells_every_agency_on_the_case(office: Office) -> None:
    gathering(office)

    assert [row.kind for row in messages(office)].count("case_alerted") == 2


def test_a_double_click_is_done_once(office: Office) -> None:
    case = opened(office)

    office.do(advance, case.ref, "gather", seen=case.dossier.version)
    said = refused(office, advance, case.ref, "gather", seen=case.dossier.version)

    assert said.startswith("TST-2026-0001 has changed since you read it (you saw version 1, it is now 2)")
    assert "'gather' is not a step from 'Gathering reports'" in refused(office, advance, case.ref, "gather")


def test_a_rung_that_was_climbed_meanwhile_does_not_make_a_page_stale(office: Office) -> None:
    case = opened(office)
    office.later(days=6)
    assert sweep(office.engine, office.now).climbed == 1

    case = office.do(advance, case.ref, "gather", seen=case.dossier.version)

    assert case.dossier.state == "gathering"
    assert (case.dossier.version, case.dossier.sequence) == (2, 3)


def test_everything_that_stands_in_the_way_is_said_at_once(office: Office) -> None:
    case = deciding(office)

    said = refused(
        office, advance, case.ref, "decide_review", answers={"colour": "red", "planned_on": "x"}
    ).splitlines()

    assert said == [
        "Decide on a review is for the committee chair: lead officer may not do it.",
        "Say why: this step needs its reason.",
        "There is no field called 'colour' here: the fields are planned_on.",
        "Planned publication must be a date written like 2026-03-02, not 'x'.",
    ]


def test_a_step_that_cannot_be_taken_writes_nothing(office: Office) -> None:
    case = deciding(office)
    decide = {"reason": WHY, "role": "chair"}
    wrong = [
        (
            {},
            "nowhere",
            "'nowhere' is not a step from 'Before the committee': the steps are decide_review, decide_none.",
        ),
        ({"role": "chair", "reason": " \n"}, "decide_review", "Say why: this step needs its reason."),
        ({**decide, "on": date(2026, 3, 3)}, "decide_review", "3 March 2026 lies in the future"),
        ({**decide, "on": date(2026, 3, 1)}, "decide_review", "is before the case was opened (2 March 2026)"),
        ({**decide, "reason": MEGABYTE}, "decide_review", "is 1,000,000 characters long: shorten it to 20,000"),
        ({**decide, "late_reason": ODD}, "decide_review", "a character that cannot be read (U+0007)"),
        ({**decide, "override": "\ud800"}, "decide_review", "a character that cannot be read (U+D800)"),
        ({**decide, "authority": MEGABYTE}, "decide_review", "characters long"),
        ({**decide, "answers": {"planned_on": {"x": ODD}}}, "decide_review", "a character that cannot be read"),
        ({**decide, "seen": 99}, "decide_review", "you saw version 99, it is now 5"),
    ]

    for more, trigger, says in wrong:
        assert says in refused(office, advance, case.ref, trigger, **more)


def test_a_case_that_is_not_there_is_said_to_be_missing_whatever_was_typed(office: Office) -> None:
    for ref in ("TST-1999-0001", "", "a\x00b", "\ud800", "x" * 5000):
        assert refused(office, advance, ref, "gather").startswith("There is no case")


def test_a_reference_may_be_typed_in_small_letters_with_blanks(office: Office) -> None:
    opened(office)

    assert office.do(advance, " tst-2026-0001 ", "gather").dossier.state == "gathering"


def test_a_closed_case_offers_only_its_reopening(office: Office) -> None:
    case = deciding(office)
    case = office.do(advance, case.ref, "decide_none", reason="Enough is known.", role="chair")

    assert "'gather' is not a step from 'Closed': the steps are reopen." in refused(office, advance, case.ref, "gather")


def test_nothing_leads_on_from_the_end_of_an_edition_that_knows_no_reopening(office: Office) -> None:
    office.editions["small"] = edited(transitions=[move for move in transitions() if move["trigger"] != "reopen"])
    case = reviewing(office)
    case = office.do(advance, case.ref, "publish", role="chair")

    assert refused(office, advance, case.ref, "publish") == "'publish' is not a step from 'Closed': it is closed."


def test_reopening_starts_the_clock_of_the_decision_again(office: Office) -> None:
    case = deciding(office)
    assert date_of(case, "decision").due_on == date(2026, 3, 16)
    office.later(days=1)
    case = office.do(advance, case.ref, "decide_none", reason="Enough is known.", role="chair")
    assert case.dossier.closed_on == date(2026, 3, 3)

    office.later(days=27)
    case = office.do(advance, case.ref, "reopen", reason="A new report came.", role="chair")

    assert case.dossier.closed_on is None
    first, again = date_of(case, "decision"), date_of(case, "decision#2")
    assert (first.status, first.due_on, first.late) == ("met", date(2026, 3, 16), False)
    # ten working days from Monday 30 March: Good Friday (3 April) is a holiday in Scotland, Easter Monday is not
    assert (again.status, again.anchor_on, again.due_on) == ("running", date(2026, 3, 30), date(2026, 4, 14))


def test_a_step_may_be_recorded_some_days_after_it_happened(office: Office) -> None:
    case = opened(office)
    office.later(days=20)

    case = office.do(advance, case.ref, "gather", on=date(2026, 3, 8))

    assert (date_of(case, "form").late, date_of(case, "form").ended_on) == (False, date(2026, 3, 8))


def test_a_step_that_waits_for_reports_names_who_is_silent(office: Office) -> None:
    case = asked(office, FIFE, "Fife Council")
    office.do(answer, case.ref, FIFE)

    said = refused(office, advance, case.ref, "consider")

    assert said == (
        "Waiting for Agency report from Fife Council. The lead officer may go on without them, giving the reason."
    )


def test_the_role_named_may_go_on_without_a_report_saying_why(office: Office) -> None:
    case = asked(office)
    assert "Waiting for Agency report" in refused(office, advance, case.ref, "consider", override=" ")

    case = office.do(advance, case.ref, "consider", override="They have no records.")

    assert case.dossier.state == "deciding"
    assert entries(office, case)[-1].data["override"] == "They have no records."


def test_a_date_met_late_never_blocks_and_keeps_the_reason_given_with_the_step(office: Office) -> None:
    case = opened(office)
    office.later(days=7)

    case = office.do(advance, case.ref, "gather", late_reason="The form was with another team.")

    form = date_of(case, "form")
    assert (form.status, form.late, form.late_reason) == ("met", True, "The form was with another team.")


def test_a_reason_for_lateness_is_not_kept_on_a_date_that_was_met_in_time(office: Office) -> None:
    case = office.do(advance, opened(office).ref, "gather", late_reason="Not needed.")

    assert (date_of(case, "form").late, date_of(case, "form").late_reason) == (False, "")


def test_the_reason_of_a_missed_date_may_be_recorded_before_and_after_it_is_met(office: Office) -> None:
    case = opened(office)
    office.later(days=7)
    case = office.do(record_missed, case.ref, "form", "The lead officer was ill.")
    assert date_of(case, "form").late_reason == "The lead officer was ill."

    case = office.do(advance, case.ref, "gather", late_reason="Another one.")
    assert date_of(case, "form").late_reason == "The lead officer was ill."
    case = office.do(record_missed, case.ref, "form", "The form was lost.", seen=case.dossier.version)

    assert date_of(case, "form").late_reason == "The form was lost."
    assert [entry.kind for entry in entries(office, case)] == ["opened", "missed", "advanced", "missed"]


def test_an_agency_may_say_why_its_own_date_was_missed_and_no_other(office: Office) -> None:
    case = asked(office)
    office.later(days=15)

    said = refused(
        office, record_missed, case.ref, "report/R1", "Ours.", role="stranger", agency_of_actor="Fife Council"
    )
    case = office.do(record_missed, case.ref, "report/R1", "We moved.", role="stranger", agency_of_actor=FIFE)

    assert "Recording why a date was missed is for the agency or lead officer or committee chair" in said
    assert date_of(case, "report/R1").late_reason == "We moved."


def test_a_missed_date_that_cannot_be_explained_is_refused(office: Office) -> None:
    case = opened(office)
    assert "form has not been missed" in refused(office, record_missed, case.ref, "form", "Why not.")
    office.later(days=7)

    assert "has no date called 'nothing': its dates are form" in refused(
        office, record_missed, case.ref, "nothing", "So."
    )
    assert "Say why the date was missed" in refused(office, record_missed, case.ref, "form", "  ")
    assert "cannot be read" in refused(office, record_missed, case.ref, "form", ODD)
    assert "may not do it" in refused(office, record_missed, case.ref, "form", "So.", role="stranger")
    assert "has changed since" in refused(office, record_missed, case.ref, "form", "So.", seen=9)


def test_a_chase_of_an_outside_matter_is_never_missed(office: Office) -> None:
    case = reviewing(office)
    office.later(days=60)

    assert "has not been missed" in refused(office, record_missed, case.ref, "chase_verdict", "It is long.")


def test_no_child_is_named_in_what_a_step_says(office: Office) -> None:
    case = deciding(office)
    office.do(add_child, case.ref, ChildDetails("Morag Example", date(2014, 3, 7)))
    office.do(add_child, case.ref, ChildDetails("Iain Sample"))

    for said in ({"reason": "Morag was known."}, {"reason": WHY, "override": "born 7/3/2014"}):
        refusal = refused(office, advance, case.ref, "decide_review", role="chair", **said)
        assert refusal == (
            "The text seems to name child 1 of this case: write child 1 instead, the history holds no names."
        )
    assert "child 1 and child 2" in refused(
        office, advance, case.ref, "decide_review", role="chair", reason="MORAG and iain"
    )
    assert office.do(advance, case.ref, "decide_review", role="chair", reason=WHY).dossier.state == "reviewing"


def test_once_the_personal_data_is_erased_words_are_not_held_against_it(office: Office) -> None:
    case = deciding(office)
    office.do(add_child, case.ref, ChildDetails("Morag Example"))
    office.do(erase_personal_data, case.ref, "The family asked for it.")

    case = office.do(advance, case.ref, "decide_review", role="chair", reason="Morag was known.")

    assert case.dossier.state == "reviewing"


def test_the_ways_on_say_what_stands_in_the_way_of_each(office: Office) -> None:
    case = gathering(office)

    with transaction(office.engine) as tx:
        units = (office.uow(tx), office.uow(tx, "chair"))
    facts = (Facts(case.procedure, case.dossier, uow.actor, uow.today) for uow in units)
    (open_way,), (closed_way,) = (choices(one) for one in facts)

    assert (open_way[0].trigger, open_way[1]) == (
        "consider",
        ("Nobody has been asked yet (Agency report): ask the agencies involved first.",),
    )
    assert len(closed_way[1]) == 2


def test_a_clock_that_a_step_both_starts_and_meets_runs_until_the_step_comes_again(office: Office) -> None:
    progress = part("timescales", "review", anchor={"trigger": "gather"}, limit=5, met_by={"triggers": ["gather"]})
    office.editions["small"] = edited(timescales=progress)

    case = gathering(office)

    assert (date_of(case, "review").status, date_of(case, "review").due_on) == ("running", date(2026, 3, 7))


def test_a_step_that_meets_a_date_and_records_the_next_one_has_not_met_the_next_one_too(office: Office) -> None:
    again = [{"name": "informed_on", "label": "Informed again", "kind": "date"}]
    office.editions["small"] = edited(transitions=transitions(gather={"fields": again}))
    case = opened(office)

    case = office.do(advance, case.ref, "gather", answers={"informed_on": "2026-03-02"})

    assert (date_of(case, "form").status, date_of(case, "form").due_on) == ("met", date(2026, 3, 8))
    assert (date_of(case, "form#2").status, date_of(case, "form#2").due_on) == ("running", date(2026, 3, 9))


def test_what_one_verb_writes_is_written_whole_or_not_at_all(office: Office) -> None:
    case = gathering(office)
    before = everything(office)

    def killed_half_way(uow: UnitOfWork) -> None:
        request(uow, case.ref, "report", (FIFE,))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.do(killed_half_way)

    assert everything(office) == before


def test_of_two_who_write_into_a_case_as_it_was_the_second_is_refused(office: Office) -> None:
    case = opened(office)

    def write(uow: UnitOfWork) -> None:
        cases.record(uow.tx, case, uow.entry("missed", reason="So.", data={"key": "form"}), uow.now)

    office.do(write)

    assert refused(office, write) == (
        "TST-2026-0001 was changed by somebody else at the same moment: look at it again."
    )

"""What is counted about a decision, a proof or a form is what was recorded with it, as it stood on the day reported."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from config import procedures
from records.database import reading, transaction
from states.as_at import stood
from states.dossier import Dossier
from states.errors import Refused
from states.next_step import NOTHING
from tests.filed import LEARNING_REVIEW, NHS, RECOMMENDATION, assessed, decided, keep, kept, recommended, reviewed
from tests.walking import EditionLibrary, Walk, walk
from workflows.reports.annual_summary import Summary, summary_of
from workflows.reports.annual_summary_paper import paper as summary_paper
from workflows.reports.case_files import year_of
from workflows.reports.extract import extract
from workflows.reports.follow_through_board import board, proven
from workflows.reports.follow_through_board import paper as board_paper
from workflows.reports.inspectorate_pack import Part, pack, paper
from workflows.verbs.advance import advance
from workflows.verbs.open import open_case
from workflows.verbs.request import answer, request
from workflows.verbs.submit_form import submitted

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from tests.office import Office
    from workflows.reports.inspectorate_pack import Pack

YEAR, END = year_of("2025-26"), date(2026, 3, 31)
LATER = date(2026, 6, 1)


def summed(engine: Engine, today: date = LATER, known_on: date | None = None, year: str = "2025-26") -> Summary:
    with reading(engine) as tx:
        return summary_of(tx, year_of(year), today, known_on)


def packed(engine: Engine, part: Part = "decision", ref: str = "LR-1", as_at: date | None = None) -> Pack:
    with reading(engine) as tx:
        return pack(tx, ref, part, LATER, as_at)


def refused_then_reviewed(criterion: str = "harmed", first: str = "2026-03-16", again: str = "2026-04-20") -> Walk:
    """Decided against a review in March, opened again in April and decided for one on other grounds."""
    one = decided("do_not_proceed", opened="2026-02-02", on=first, criteria=["none"], decision_reasons="Nothing new.")
    one.go("reopen", again, new_facts="A second report.").go("submit", again)
    day = str(date.fromisoformat(again) + timedelta(days=1))
    return one.go("proceed", day, decided_on=day, criteria=[criterion], decision_reasons="New facts.")


@pytest.mark.parametrize("criterion", ["harmed", "died"])
def test_a_later_decision_does_not_colour_the_one_of_the_year(office: Office, criterion: str) -> None:
    kept(office.engine, [("LR-1", refused_then_reviewed(criterion))])

    (before,), (after,) = summed(office.engine).cases, summed(office.engine, year="2026-27").cases

    assert (before.decision, before.grounds) == ("No learning review", ("None of these",))
    assert before.reasons == ("Nothing new.",)
    assert (before.stands, before.decided_on) == ("Closed: not proceeding", date(2026, 3, 16))
    assert (after.decision, after.decided_on) == ("Learning review", date(2026, 4, 21))
    assert after.reasons[0] == "New facts."
    assert after.grounds != before.grounds


def test_a_case_opened_again_in_the_year_tells_no_grounds_of_a_decision_that_stands_no_more(office: Office) -> None:
    one = decided("do_not_proceed", criteria=["none"]).go("reopen", "2025-09-01", new_facts="More.")
    kept(office.engine, [("LR-1", one)])

    found = summed(office.engine).cases[0]

    assert (found.decision, found.grounds, found.reasons) == ("Not decided by the end of the year", (), ())


def test_a_pack_is_about_the_newest_decision_and_says_that_the_case_was_opened_again(office: Office) -> None:
    one = decided("do_not_proceed", criteria=["none"], decision_reasons="Nothing new.")
    kept(office.engine, [("LR-1", one.go("reopen", "2025-09-01", new_facts="More."))])

    found = packed(office.engine)

    items = dict(found.items)
    assert (items["Decision"], items["Reasons for the decision"]) == ("No learning review", "Nothing new.")
    assert items["Criteria met, or that none was"] == "None of these"
    assert (found.decided_on, found.reopened_on) == (date(2025, 6, 20), date(2025, 9, 1))
    assert any("opened again on 1 September 2025" in line for line in paper(found).opening)


def test_a_pack_as_it_was_known_on_a_day_is_of_the_decision_of_then(office: Office) -> None:
    kept(office.engine, [("LR-1", refused_then_reviewed())])

    then, now = packed(office.engine, as_at=END), packed(office.engine)

    assert dict(then.items)["Decision"] == "No learning review"
    assert dict(then.items)["Reasons for the decision"].startswith("Nothing new.")
    assert dict(now.items)["Decision"] == "Learning review"
    assert (then.reopened_on, now.reopened_on) == (None, None)


def test_an_extract_has_the_decision_that_led_to_the_report_though_the_case_was_opened_again(office: Office) -> None:
    review = (
        reviewed().go("plan_actions", "2026-01-11").go("consider_plan", "2026-01-12").go("send_outcome", "2026-01-13")
    )
    review.told_first("2026-01-14").go("publish", "2026-01-14", published_on="2026-01-14").go("evaluate", "2026-02-01")
    review.go("close_review", "2026-02-02").go("reopen", "2026-05-02", new_facts="More.").go("submit", "2026-05-03")
    review.go("do_not_proceed", "2026-05-04", criteria=["none"], decision_reasons="Nothing new.")
    kept(office.engine, [("X-1", review)])

    with reading(office.engine) as tx:
        row = extract(tx, date(2025, 4, 1), END, LATER).facts()[0]

        before, after = (extract(tx, date(2025, 4, 1), END, LATER, date(2026, 1, day)).facts() for day in (9, 10))

    assert (row["reference"], row["decision"], row["completed_on"]) == ("X-1", "Learning review", "2026-01-10")
    assert (before, [one["reference"] for one in after]) == ([], ["X-1"])


def taken_up_again() -> Walk:
    return assessed().go("reopen", "2026-02-01", reopened_because="nothing_changed")


def test_the_proofs_of_an_earlier_round_count_no_more_and_are_told_as_such(office: Office) -> None:
    kept(office.engine, [("REC-1", taken_up_again())])

    facts = summed(office.engine).facts()
    with reading(office.engine) as tx:
        found = board(tx, LATER, hidden=frozenset())

    assert facts["done"] == {"Not yet": 1}
    assert facts["fulfilled"] == facts["practice"] == facts["outcomes"] == {"Not yet looked at": 1}
    assert [str(found.shares[name]) for name in ("Said to be done", "Verified")] == ["0 of 1 (0%)"] * 2
    assert (found.whole.verified, found.whole.assessed) == (0, 0)
    assert proven(found.recommendations[0]) == (
        "not done yet; before it was taken up again: said to be done 30 August 2025, fulfilled partly, "
        "practice clear, outcomes emerging"
    )
    assert "before it was taken up again" in str(board_paper(found, "Here").tables["followed"].rows)


def test_the_list_of_recommendations_shows_no_proof_of_an_earlier_round() -> None:
    from records.recommendations import columns_of

    before, after = assessed(), taken_up_again()

    assert columns_of(before.dossier, before.edition)["fulfilled"] == "partly"
    columns = columns_of(after.dossier, after.edition)
    assert (columns["fulfilled"], columns["practice"], columns["outcomes"]) == ("", "", "")


def test_a_recommendation_that_is_proven_anew_counts_by_what_was_proven_anew(office: Office) -> None:
    one = taken_up_again().go("claim_complete", "2026-02-20", done_on="2026-02-19", by="Owner")
    kept(office.engine, [("REC-1", one)])
    claimed = summed(office.engine).facts()
    one.go("verify", "2026-03-20", fulfilled="yes", evidence_on="2026-03-10", by="Somebody else")
    kept(office.engine, [("REC-2", one)])

    facts = summed(office.engine).facts()

    assert (claimed["done"], claimed["fulfilled"]) == ({"Said to be done": 1}, {"Not yet looked at": 1})
    assert facts["done"] == {"Said to be done": 2}
    assert facts["fulfilled"].pop("Not yet looked at") == 1
    assert list(facts["fulfilled"].values()) == [1]


def test_what_was_sent_back_is_not_said_to_be_done(office: Office) -> None:
    one = recommended(addressee=NHS).go("accept", "2025-07-10", **_plan()).go("start", "2025-07-11")
    one.go("claim_complete", "2025-09-01", done_on="2025-08-30", by="Owner").go("send_back", "2025-09-10")
    kept(office.engine, [("REC-1", one)])

    assert summed(office.engine).facts()["done"] == {"Not yet": 1}


def _plan() -> dict[str, Any]:
    from tests.filed import PLAN

    return PLAN


def test_what_happens_to_a_recommendation_after_the_year_does_not_change_where_it_stood(office: Office) -> None:
    kept(office.engine, [("REC-1", assessed().go("reopen", "2026-04-20", reopened_because="did_not_last"))])

    facts, standings = summed(office.engine).facts(), summed(office.engine).standings()

    assert facts["done"] == {"Said to be done": 1}
    assert facts["practice"] == {"Clear": 1}
    assert list(standings) == ["Impact assessed"]


def test_a_form_sent_by_the_case_s_own_step_is_seen_by_the_pack(office: Office) -> None:
    one = decided("proceed").go("send_ci_decision", "2025-06-25", ci_decision_sent_on="2025-06-24")
    kept(office.engine, [("LR-1", one)])

    found = packed(office.engine)

    assert (found.submitted_on, found.reference, found.still_owed) == (date(2025, 6, 24), "", NOTHING)
    assert "Submitted on 24 June 2025." in paper(found).opening


def test_a_form_sent_about_an_earlier_decision_is_not_taken_for_that_of_a_later_one(office: Office) -> None:
    one = decided("do_not_proceed").go("send_ci_decision", "2025-06-25", ci_decision_sent_on="2025-06-24")
    one.enter("ci_submission", "2025-06-25", kind="decision", reference="CI-1", submitted_on="2025-06-24")
    one.go("reopen", "2025-09-01", new_facts="More.").go("submit", "2025-09-02")
    kept(office.engine, [("LR-1", one)])
    first = packed(office.engine)
    kept(office.engine, [("LR-2", one.go("proceed", "2025-09-03"))])

    again = packed(office.engine, ref="LR-2")

    assert (first.submitted_on, first.reference) == (date(2025, 6, 24), "CI-1")
    assert (again.submitted_on, again.reference) == (None, "")


ANSWERED = {"information_file": "file 1", "account_given": {"answer": "yes"}, "reflection_given": {"answer": "yes"}}


def deciding_under_2024(office: Office) -> str:
    """A case decided by verbs under the edition of 2024."""
    office.editions["lr"] = procedures.load(LEARNING_REVIEW)
    form = {"notification_form": "file 12", "notified_criteria": ["died"]}
    ref: str = office.do(open_case, "lr", "notify", answers=form, agencies=(NHS,)).ref
    asked = {"agencies_asked": [NHS], "information_scope": "What was known."}
    office.do(advance, ref, "request_info", answers=asked, role="nominated_person")
    office.do(request, ref, "information", (NHS,))
    office.do(answer, ref, NHS, answers=ANSWERED)
    drafted = {"outline": "file 13", "circumstances": "file 14"}
    office.do(advance, ref, "draft_recommendation", answers=drafted, role="nominated_person")
    put = {"recommendation_form": "file 15", "recommended": "proceed"}
    office.do(advance, ref, "submit", answers=put, role="nominated_person")
    said = {
        "decided_on": office.now.date().isoformat(),
        "criteria": ["died"],
        "decision_reasons": "Much to learn.",
        "ci_form_made": {"answer": "yes"},
    }
    office.do(advance, ref, "proceed", answers=said, authority="child_protection_committee", role="chair")
    return ref


def test_submitting_from_the_pack_takes_the_step_of_the_case_and_ends_its_date(office: Office) -> None:
    ref = deciding_under_2024(office)

    case = office.do(submitted, ref, "decision", office.now.date(), "CI-77")

    assert case.dossier.fields["ci_decision_sent_on"] == office.now.date().isoformat()
    assert "send_ci_decision" in case.dossier.done
    found = packed(office.engine, ref=ref)
    assert (found.submitted_on, found.reference, found.still_owed) == (office.now.date(), "CI-77", NOTHING)


def test_a_form_that_the_case_knows_to_be_sent_is_listed_without_taking_the_step_again(office: Office) -> None:
    ref = deciding_under_2024(office)
    sent = {"ci_decision_sent_on": office.now.date().isoformat()}
    office.do(advance, ref, "send_ci_decision", answers=sent)

    case = office.do(submitted, ref, "decision", office.now.date(), "CI-78")

    assert case.dossier.recorded_by["ci_decision_sent_on"] == case.dossier.done["send_ci_decision"].sequence
    assert case.dossier.sequence == case.dossier.items["S1"].sequence
    assert packed(office.engine, ref=ref).reference == "CI-78"


LATER_STEPS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    LEARNING_REVIEW: [
        ("reopen", {"new_facts": "More."}),
        ("submit", {}),
        ("proceed", {"criteria": ["harmed"], "decision_reasons": "New facts."}),
        ("do_not_proceed", {"criteria": ["at_risk"], "decision_reasons": "Other facts."}),
        ("other_route", {"criteria": ["carm"], "decision_reasons": "Another way."}),
        ("send_ci_decision", {}),
        ("start_review", {}),
        ("draft_report", {}),
        ("agree_report", {}),
        ("describe", {"age_band": ["under_1"], "report_pages": 12}),
        ("close_other_learning", {}),
    ],
    RECOMMENDATION: [
        ("reopen", {"reopened_because": "new_facts"}),
        ("claim_complete", {"by": "Owner"}),
        ("verify", {"by": "Somebody else", "fulfilled": "yes"}),
        ("assess_impact", {"impact_practice": "none_seen", "impact_outcomes": "none_seen"}),
        ("close", {}),
        ("supersede", {}),
        ("send_back", {}),
    ],
}


def going_on(one: Walk, data: some.DataObject, most: int = 6) -> Walk:
    """The case goes on after the year, in whatever way its edition allows."""
    day = date(2026, 4, 1)
    for _ in range(data.draw(some.integers(1, most))):
        day += timedelta(days=data.draw(some.integers(0, 20)))
        offered = [step for step in LATER_STEPS[one.edition.name] if (one.state, step[0]) in one.edition.moves]
        if not offered:
            break
        trigger, answers = data.draw(some.sampled_from(offered))
        dated = {
            name: day.isoformat() for name in ("decided_on", "done_on", "evidence_on") if _asks(one, trigger, name)
        }
        with suppress(Refused):  # a step that is refused was not taken
            one.go(trigger, day.isoformat(), **{**dated, **answers})
    return one


def _asks(one: Walk, trigger: str, name: str) -> bool:
    return any(field.name == name for field in one.edition.moves[one.state, trigger].fields)


STARTS = {
    "against": lambda: decided("do_not_proceed", criteria=["none"], decision_reasons="Nothing new."),
    "another way": lambda: decided("other_route", criteria=["died"]),
    "reviewed": reviewed,
    "held": lambda: decided("proceed").hold("2025-07-01"),
    "assessed": assessed,
    "proposed": recommended,
}


def told(tx: Connection, ref: str, known_on: date | None = None) -> list[Any]:
    """All that is told of the year, as it is told later or as it was known on its last day."""
    found = summary_of(tx, YEAR, LATER, known_on)
    extracted = extract(tx, YEAR.first, END, LATER, END).rows
    decided_then = [one for one in found.cases if one.decided_on]
    packs = [pack(tx, ref, part, LATER, END) for part in PARTS if decided_then]
    return [summary_paper(found, "Here", full=True).facts(), extracted, packs]


PARTS: tuple[Part, ...] = ("decision", "outcome")


class RolledBackError(Exception):
    """What was filed is not kept."""


def told_of(engine: Engine, one: Walk) -> list[list[Any]]:
    """What is told of a walk that is filed alone."""
    found: list[list[Any]] = []
    with suppress(RolledBackError), transaction(engine) as tx:
        keep(tx, one, "LR-1")
        found += [told(tx, "LR-1", known_on) for known_on in (None, END)]
        raise RolledBackError
    return found


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=some.data())
def test_no_later_entry_changes_what_is_told_of_an_earlier_period(office: Office, data: some.DataObject) -> None:
    begun = STARTS[data.draw(some.sampled_from(sorted(STARTS)))]

    assert told_of(office.engine, going_on(begun(), data)) == told_of(office.engine, begun())


@settings(max_examples=25, deadline=None)
@given(data=some.data())
def test_a_history_replayed_to_the_day_of_its_last_entry_is_the_case_as_it_is(data: some.DataObject) -> None:
    one = going_on(STARTS[data.draw(some.sampled_from(sorted(STARTS)))](), data)

    blank = Dossier(ref="T-1", edition=one.edition.name, digest=one.edition.digest)
    found, counted = stood(blank, one.entries, EditionLibrary(one.edition), date(2027, 1, 1))

    assert found == one.dossier
    assert len(counted) == len(one.entries)


def test_nothing_has_begun_before_the_day_it_was_opened() -> None:
    one = walk(LEARNING_REVIEW).go("notify", "2025-05-01")

    blank = Dossier(ref="T-1", edition=one.edition.name, digest=one.edition.digest)
    assert stood(blank, one.entries, EditionLibrary(one.edition), date(2025, 4, 30)) == (blank, ())

"""Recommendations followed from the day they are proposed until somebody can say whether they made a difference."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from records import contacts, recommendations
from records.children import ChildDetails
from records.database import reading, transaction
from records.recommendations import RecommendationFilter
from states.due_dates import latest
from tests.casework import date_of, deciding, edited, entries, messages, opened, refused, reviewing
from tests.office import FIFE, POLICE
from tests.walking import load
from workflows.verbs.advance import advance
from workflows.verbs.correct import correct
from workflows.verbs.link import link
from workflows.verbs.people import add_child
from workflows.verbs.recommend import EDITION, Proposed, propose
from workflows.verbs.register_items import add_item, update_item
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from records.cases import Case
    from records.recommendations import Recommendation
    from tests.office import Office

CHAIR = {"role": "chair", "authority": "child_protection_committee"}
CHRONOLOGIES = "NHS Fife should keep one shared chronology for every child, written by all agencies together."
FACTS: dict[str, Any] = {
    "text": CHRONOLOGIES,
    "rationale": "Each agency knew a part, nobody saw the whole.",
    "source": "report",
    "themes": ["information_sharing", "recording"],
    "level": "single_agency",
    "addressee": FIFE,
}
PLAN: dict[str, Any] = {
    "responsible": "Head of service",
    "significance": "The same gap was found twice.",
    "urgency": "urgent",
    "urgency_reason": "Children are seen by staff who lack the history.",
    "expected_change": "Staff see the whole history at each contact.",
    "measures": [{"indicator": "Shared chronologies", "target": "nine in ten", "source": "audit of records"}],
    "case_for_change": "Twice missed.",
    "learning_orientation": "Teams try it out and tell each other.",
    "evidence": "The review, and the audit of 2025.",
    "review_on": "2026-12-01",
}
DONE = {"done_on": "2026-03-02", "done_evidence": "Minutes of the team."}
VERIFIED = {
    "fulfilled": "partly",
    "unfulfilled": "One team has not begun.",
    "fulfilled_evidence": "Audit.",
    "evidence_on": "2026-03-20",
}
FINDING = {
    "label": "Findings",
    "prefix": "F",
    "kept_by": ["lead_officer"],
    "cite": ["S"],
    "fields": [{"name": "statement", "label": "Finding"}],
}
NO_CHANGE = {
    "impact_practice": "emerging",
    "impact_practice_evidence": "Supervision notes.",
    "impact_outcomes": "none_seen",
    "impact_outcomes_evidence": "Audit.",
    "measured_on": "2026-03-25",
    "impact_method": ["audit"],
    "confidence": "low",
}


@pytest.fixture
def office(office: Office) -> Office:
    office.editions[EDITION] = load(EDITION)
    return office


def proposed(office: Office, ref: str, *findings: str, most: int | None = None, **facts: Any) -> Proposed:
    """A recommendation proposed out of a case."""
    with transaction(office.engine) as tx:
        return propose(office.uow(tx), ref, {**FACTS, **facts}, findings, most=most)


def step(office: Office, ref: str, trigger: str, role: str = "lead_officer", **more: Any) -> Case:
    case: Case = office.do(advance, ref, trigger, role=role, **more)
    return case


def accepted(office: Office, ref: str, trigger: str = "accept", **facts: Any) -> Case:
    return step(office, ref, trigger, answers={"decided_on": "2026-03-02", **PLAN, **facts}, **CHAIR)


def asked(office: Office, **which: Any) -> list[str]:
    with reading(office.engine) as tx:
        return [one.ref for one in recommendations.all_of(tx, RecommendationFilter(**which), hidden=frozenset())]


def told(office: Office, ref: str) -> Recommendation:
    with reading(office.engine) as tx:
        every = recommendations.all_of(tx, RecommendationFilter(), hidden=frozenset())
        return next(one for one in every if one.ref == ref)


def wait(office: Office, days: int) -> None:
    """Let days pass, as an office does in which the clockwork runs."""
    office.later(days=days)
    office.sweep()
    office.deliver()


def wrong(office: Office) -> list[str]:
    """What does not add up: nothing, when all is well."""
    with reading(office.engine) as tx:
        rows = [f"{ref}: {what}" for ref, what in recommendations.faults(tx)]
    return [*rows, *(f"{place.ref} {place.sequence}: {place.what}" for place in verify(office.engine).places)]


def test_a_recommendation_is_about_no_person(office: Office) -> None:
    new = proposed(office, reviewing(office).ref).case

    said = refused(office, add_child, new.ref, ChildDetails("Isla Example"))

    assert said == "REC-2026-0001 is about no person: enter the person on the case that it came from."


def test_a_recommendation_is_a_file_of_its_own_that_knows_the_review_it_came_from(office: Office) -> None:
    review = reviewing(office)

    new = proposed(office, review.ref.lower())

    assert new.warnings == ()
    assert new.case.ref == "REC-2026-0001"
    assert (new.case.dossier.state, new.case.dossier.lead) == ("proposed", review.dossier.lead)
    assert new.case.dossier.agencies == (FIFE,)
    assert new.case.dossier.fields["from_case"] == review.ref
    assert new.case.dossier.links == {review.ref: "recommendation_of"}
    assert new.source.dossier.links == {"REC-2026-0001": "has_recommendation"}
    assert [one.kind for one in entries(office, new.case)] == ["opened", "linked"]
    assert told(office, "REC-2026-0001").of_ref == review.ref
    assert wrong(office) == []


def test_it_outlives_the_closing_of_its_review_and_can_be_proposed_out_of_a_closed_one(office: Office) -> None:
    review = reviewing(office)
    first = proposed(office, review.ref).case
    accepted(office, first.ref)

    closed = step(office, review.ref, "publish", role="chair")
    late = proposed(office, review.ref, text="Health visitors should see every baby at home twice.").case

    assert closed.dossier.closed_on is not None
    assert asked(office, of_ref=review.ref) == [first.ref, late.ref]
    assert asked(office, which="open") == [first.ref, late.ref]
    assert date_of(office.case(first.ref), "begin_urgent").status == "running"
    assert wrong(office) == []


def test_it_names_the_findings_it_rests_on_and_only_those_there_are(office: Office) -> None:
    office.editions["small"] = edited(registers={"finding": FINDING})
    review = reviewing(office)
    office.do(add_item, review.ref, "finding", {"statement": "Nobody saw the whole history."})

    new = proposed(office, review.ref, "f1")

    assert new.case.dossier.fields["finding"] == "F1"
    said = refused(office, propose, review.ref, FACTS, ("F2", "F1"))
    assert said == f"{review.ref} has no finding F2: its findings are F1."


def test_what_cannot_be_proposed_is_refused_and_nothing_is_written(office: Office) -> None:
    review = reviewing(office)
    new = proposed(office, review.ref).case

    assert "There is no case" in refused(office, propose, "TST-1999-0001", FACTS)
    assert "a recommendation comes from a case" in refused(office, propose, new.ref, FACTS)
    assert "a recommendation comes from a case" in refused(office, propose, review.ref, FACTS, edition="small")
    missing = refused(office, propose, review.ref, {"text": "Something should be done."})
    assert "“Why it is recommended” is missing" in missing
    assert "“Whom it addresses” is missing" in missing


def test_no_word_of_a_recommendation_names_a_child_of_the_review(office: Office) -> None:
    review = reviewing(office)
    office.do(add_child, review.ref, ChildDetails("Isla Example"))
    new = proposed(office, review.ref).case

    on_proposing = refused(office, propose, review.ref, {**FACTS, "rationale": "Isla was seen by nobody."})
    later = refused(office, advance, new.ref, "revise", answers={"rationale": "Isla was seen by nobody."})
    measure = {**PLAN["measures"][0], "source": "The records of Isla"}
    in_a_measure = refused(office, advance, new.ref, "revise", answers={"measures": [measure]})
    kept_file = f"sha256:{'0' * 64}:MinutesOnIsla_2.pdf"
    accepted(office, new.ref)
    step(office, new.ref, "start", answers={"started_on": "2026-03-02"})
    progress = {"progress": "on_course", "progress_note": "Begun.", "progress_files": [kept_file]}
    in_a_file_name = refused(office, advance, new.ref, "report_progress", answers=progress)

    assert "seems to name child 1 of this case" in on_proposing
    for said in (later, in_a_measure, in_a_file_name):
        assert f"seems to name child 1 of {review.ref}: write child 1 instead" in said


def test_proposed_for_the_third_time_it_comes_with_what_became_of_it_before(office: Office) -> None:
    review, other = reviewing(office), deciding(office)
    first = proposed(office, review.ref)
    words = "All agencies should write a single shared chronology together for each child in Fife."
    step(office, first.case.ref, "reject", reason="There is no money.", answers={"decided_on": "2026-03-02"}, **CHAIR)
    second = proposed(office, other.ref, text=words)

    third = proposed(office, review.ref, text="Write one chronology for each child, shared by all agencies in Fife.")

    assert (first.warnings, second.warnings) == ((), ())
    assert second.case.dossier.fields["similar_to"] == first.case.ref
    assert third.case.dossier.fields["similar_to"] == f"{first.case.ref}, {second.case.ref}"
    (warning,) = third.warnings
    assert warning.startswith("This is proposed for the 3rd time: ask what became of it before.")
    assert f"{first.case.ref} from {review.ref}" in warning
    assert "Rejected 2 March 2026; because: There is no money." in warning
    assert f"{second.case.ref} from {other.ref}, proposed 2 March 2026: Proposed." in warning


def test_a_review_with_more_than_the_committee_wants_is_warned_not_refused(office: Office) -> None:
    review = reviewing(office)

    texts = ("Train every social worker in neglect.", "Publish the duty rota.", "Visit babies at home.")
    warnings = [proposed(office, review.ref, text=text, most=2).warnings for text in texts]

    assert warnings[:2] == [(), ()]
    assert warnings[2] == (f"{review.ref} now has 3 recommendations; the committee wants at most 2 from a review.",)


def test_one_for_a_single_agency_goes_from_proposed_to_closed_and_is_reopened_when_nothing_changed(
    office: Office,
) -> None:
    review = reviewing(office)
    ref = proposed(office, review.ref).case.ref
    said = refused(office, advance, ref, "accept", answers={"decided_on": "2026-03-02"}, **CHAIR)
    assert "Nobody is responsible yet" in said
    assert "The urgency has no reason yet" in said
    assert "“If there is no measure: why” is missing" in said
    accepted(office, ref)
    step(office, ref, "start", answers={"started_on": "2026-03-02"})
    action = {"text": "Agree the form.", "owner": "Team lead", "agency": POLICE, "due_on": "2026-03-16"}
    office.do(add_item, ref, "action", action)
    assert "still open are A1" in refused(office, advance, ref, "claim_complete", answers=DONE)
    office.do(update_item, ref, "A1", {"status": "done", "note": "Agreed.", "evidence": "The form."})
    step(office, ref, "claim_complete", answers=DONE)
    assert asked(office, to_verify=True) == [ref]

    wanted = {"evidence_wanted": "An audit."}
    step(office, ref, "send_back", reason="Minutes prove nothing.", answers=wanted, role="chair")
    assert (office.case(ref).dossier.state, asked(office, to_verify=True)) == ("in_progress", [])
    step(office, ref, "claim_complete", answers=DONE)
    wait(office, 25)
    too_early = {**VERIFIED, "evidence_on": "2026-03-02"}
    said = refused(office, advance, ref, "verify", answers=too_early, role="chair")
    assert "must be later than the day it was done" in said
    assert "cannot be the one to verify it" in refused(office, advance, ref, "verify", answers=VERIFIED)
    step(office, ref, "verify", answers=VERIFIED, role="chair")
    step(office, ref, "assess_impact", answers=NO_CHANGE, role="chair")
    step(office, ref, "close", role="chair")
    closed = told(office, ref)
    assert closed.ended == (
        "Closed 27 March 2026; fulfilled: partly; practice: emerging; outcomes for children: none seen"
    )
    assert closed.impact_on is not None
    assert asked(office, impact_by=closed.impact_on) == [ref]

    wait(office, 200)
    assert asked(office, overdue_on=office.now.date()) == [ref]
    why = {"reason": "No child is better off.", "answers": {"reopened_because": "nothing_changed"}}
    reopened = step(office, ref, "reopen", role="chair", **why)

    again = told(office, ref)
    assert (reopened.dossier.state, again.ended, again.closed_on) == ("in_progress", "", None)
    assert (again.fulfilled, again.practice, again.outcomes) == ("", "", "")  # proofs of a round that is over
    assert wrong(office) == []


def test_one_for_several_agencies_that_is_blocked_goes_on_when_the_way_is_clear(office: Office) -> None:
    addressee = f"{FIFE} and {POLICE}"
    new = proposed(office, reviewing(office).ref, level="multi_agency", addressee=addressee).case
    accepted(office, new.ref)
    step(office, new.ref, "start", answers={"started_on": "2026-03-02"})

    step(office, new.ref, "block", reason="Two systems.", answers={"barriers": ["information_systems"]})
    cleared = step(office, new.ref, "unblock", reason="A bridge was built.")

    assert new.dossier.agencies == (FIFE, POLICE)
    assert cleared.dossier.state == "in_progress"
    assert asked(office, agency=POLICE.lower()) == asked(office, level="multi_agency") == [new.ref]
    assert wrong(office) == []


@pytest.mark.parametrize(
    ("level", "addressee"), [("national_sg", "Scottish Government"), ("other_body", "Example College of Nursing")]
)
def test_one_that_others_lead_is_asked_after_and_never_late(office: Office, level: str, addressee: str) -> None:
    ref = proposed(office, reviewing(office).ref, level=level, addressee=addressee).case.ref
    plan = {"decided_on": "2026-03-02", **PLAN}
    assert "led elsewhere" in refused(office, advance, ref, "accept", answers=plan, **CHAIR)
    accepted(office, ref, "accept_for_others")
    letter = {"sent_on": "2026-03-02", "sent_to": addressee, "sent_reference": "Outgoing 14"}
    sent = step(office, ref, "send", answers=letter)
    chase = latest(sent.dossier, "chase_reply")
    wait(office, 300)

    assert chase is not None
    assert chase.due_on is not None
    assert (told(office, ref).owed_on, told(office, ref).overdue(office.now.date())) == (None, False)
    assert asked(office, overdue_on=office.now.date()) == []
    step(office, ref, "record_acknowledgement", answers={"acknowledged_on": "2026-03-09"})
    step(office, ref, "record_answer", answers={"answered_on": "2026-04-01", "reply": "It will be considered."})
    step(office, ref, "record_acceptance", answers={"accepted_by_them_on": "2026-05-01"})
    step(office, ref, "close_answered", role="chair", reason="It is in their plan.")
    assert told(office, ref).ended == "Closed 27 December 2026; because: It is in their plan."
    assert wrong(office) == []


def test_lists_are_narrowed_by_theme_state_and_whether_it_is_closed(office: Office) -> None:
    review = reviewing(office)
    first = proposed(office, review.ref).case.ref
    second = proposed(office, review.ref, text="Train all staff in neglect.", themes=["neglect", "training"]).case.ref
    step(office, first, "reject", reason="Done already.", answers={"decided_on": "2026-03-02"}, **CHAIR)

    assert asked(office, theme="neglect") == [second]
    assert asked(office, theme="negl%") == []
    assert asked(office, state="rejected") == asked(office, which="closed") == [first]
    assert asked(office, which="open") == [second]


def test_a_text_put_right_is_the_text_listed_and_a_row_tampered_with_is_found(office: Office) -> None:
    ref = proposed(office, reviewing(office).ref).case.ref
    office.do(correct, ref, 1, "A word was wrong.", answers={"text": "Keep one chronology a family."})
    assert told(office, ref).text == "Keep one chronology a family."

    row = recommendations.RECOMMENDATIONS
    with transaction(office.engine) as tx:
        tx.execute(row.update().values(fulfilled="yes"))
    with reading(office.engine) as tx:
        assert list(recommendations.faults(tx)) == [
            (ref, "the recommendation's fulfilled is not what its history adds up to")
        ]
    with transaction(office.engine) as tx:
        tx.execute(recommendations.CASES.update().values(dossier="{"))
    with reading(office.engine) as tx:
        assert list(recommendations.faults(tx)) == [(ref, "what the recommendation adds up to cannot be read")]
    with transaction(office.engine) as tx:
        tx.execute(row.delete())
    with reading(office.engine) as tx:
        assert list(recommendations.faults(tx)) == [
            (ref, "the recommendation is missing from the list of recommendations")
        ]


def test_only_a_recommendation_comes_from_a_case_and_only_from_one(office: Office) -> None:
    review, other = reviewing(office), opened(office)
    ref = proposed(office, review.ref).case.ref

    assert "is not a recommendation that came" in refused(office, link, review.ref, other.ref, "recommendation_of")
    assert "is not a recommendation that came" in refused(office, link, ref, other.ref, "has_recommendation")
    assert "linked already with the case it came from" in refused(office, link, other.ref, ref, "has_recommendation")


def test_progress_on_an_action_is_asked_of_its_own_agency_by_its_number(office: Office) -> None:
    ref = proposed(office, reviewing(office).ref).case.ref
    accepted(office, ref)
    for agency in (POLICE, FIFE):
        action = {"text": "Agree the form.", "owner": "Team lead", "agency": agency, "due_on": "2026-12-01"}
        office.do(add_item, ref, "action", action)
    wait(office, 1)
    office.do(update_item, ref, "A2", {"status": "done", "note": "Agreed.", "evidence": "The form."})

    wait(office, 91)
    office.later(days=2)
    office.sweep()

    facts = [(json.loads(row.facts), row.contact_id) for row in messages(office, kind="duty_due")]
    asked_about = {(said["timescale"], said["agency"], whom) for said, whom in facts if "action" in said["timescale"]}
    (first,) = [
        row.id for row in office.rows(contacts.CONTACTS.select()) if (row.agency, row.role) == (POLICE, "first")
    ]
    assert asked_about == {("Progress on the action A1", POLICE, first)}

"""Packs for the Care Inspectorate: gathered before the form is opened, ticked when submitted, due where a limit is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cli.command_lines import worded
from config import procedures
from records.database import reading
from states.errors import BadAnswer, NotFound, NotPossible, NotSetUp
from states.next_step import NOTHING
from tests.casework import gathering, refused
from tests.filed import LEARNING_REVIEW, NHS, SCR, decided, kept, recommended, reviewed
from tests.walking import Walk, load, walk
from workflows.reports import data_items
from workflows.reports.data_sources import holds_any, where
from workflows.reports.file_reading import file_of
from workflows.reports.inspectorate_pack import Part, items_of, pack, paper
from workflows.verbs.open import open_case
from workflows.verbs.submit_form import submitted

if TYPE_CHECKING:
    from records.cases import Case
    from tests.office import Office
    from workflows.reports.inspectorate_pack import Pack

TODAY = date(2026, 3, 2)
SEVEN_DAYS = f"[editions.{LEARNING_REVIEW}.timescales.ci_outcome]\nlimit = 7\n"


def packed(office: Office, one: Walk, part: Part = "decision", *others: tuple[str, Walk], again: str = "LR-1") -> Pack:
    kept(office.engine, [(again, one), *others])
    with reading(office.engine) as tx:
        return pack(tx, again.lower(), part, TODAY)


@pytest.mark.parametrize("trigger", ["proceed", "do_not_proceed", "other_route"])
def test_there_is_a_pack_for_a_decision_either_way_with_its_reasons(office: Office, trigger: str) -> None:
    found = packed(office, decided(trigger, decision_reasons="Systems failed & nobody saw."))

    items = dict(found.items)
    assert items["Reasons for the decision"] == "Systems failed & nobody saw."
    assert items["Day of the decision"] == "20 June 2025"
    assert items["Agencies involved"] == NHS
    assert [label for label, _ in found.missing] == [
        "Committee",
        "Number of children",
        "Age band of each child or adult",
        "Known to services",
        "Legal status",
        "Person to ask",
    ]
    assert not found.complete


def test_a_pack_is_complete_when_nothing_that_is_needed_is_missing(office: Office) -> None:
    local = Path(procedures.GUIDANCE).parent / "local" / "example-committee.toml"
    one = decided("proceed")
    one.edition = load(LEARNING_REVIEW, local)
    one.dossier = one.dossier.but(children=2, lead="A. Example", digest=one.edition.digest)
    one.go("describe", "2025-06-21", age_band=["from_5"], known_to_services="earlier", legal_status="none")

    found = packed(office, one)

    assert (found.missing, found.complete) == ((), True)
    assert paper(found).warning == ""
    assert "the form can be opened" in paper(found).opening[0]


OF_OURS = [name for name in procedures.names() if "care_inspectorate" in load(name).bodies]


@pytest.mark.parametrize("name", OF_OURS)
@pytest.mark.parametrize("part", ["decision", "outcome"])
def test_every_item_that_is_needed_has_a_place_in_every_edition(name: str, part: str) -> None:
    homeless = [
        one.label for one in items_of("inspectorate", part) if one.needed and not holds_any(load(name), one.takes)
    ]

    assert homeless == []


@pytest.mark.parametrize("name", [name for name in OF_OURS if load(name).subject == "child"])
def test_every_item_that_is_analysed_of_reviews_has_a_place_in_every_edition_for_children(name: str) -> None:
    assert [one.label for one in items_of("extract", "review") if not holds_any(load(name), one.takes)] == []


def test_what_is_missing_is_told_with_the_command_that_records_it(office: Office) -> None:
    review = reviewed()
    kept(office.engine, [("LR-1", review)])
    with reading(office.engine) as tx:
        file = file_of(tx, "LR-1")

    assert worded(where(file, ["field:age_band"])) == "cairn advance LR-1 describe --field age_band=..."
    assert worded(where(file, ["field:plan"])) == "cairn advance LR-1 plan_actions --field plan=..."
    written = review.dossier.done["start_review"].sequence
    assert (
        worded(where(file, ["field:reviewers"]))
        == f"cairn case correct LR-1 {written} --field reviewers=... --reason ..."
    )
    assert worded(where(file, ["items:good_practice.description"])) == "cairn item add LR-1 good_practice"
    assert worded(where(file, ["about:children"])) == "cairn case child add LR-1"
    assert worded(where(file, ["about:reasons"])) == "Nothing in the edition of this case records it."


def test_what_is_missing_stands_first_in_the_paper(office: Office) -> None:
    made = paper(packed(office, decided("proceed")))

    assert [row.label for row in made.tables["missing"].rows][:2] == ["Committee", "Number of children"]
    assert list(made.tables) == ["missing", "items"]


def test_a_review_of_another_nation_is_not_for_the_care_inspectorate(office: Office) -> None:
    english = walk("england-child-safeguarding-2023")
    english.go(english.edition.openings[0].trigger, "2025-05-01")

    with pytest.raises(NotPossible, match="nothing is sent to the Care Inspectorate"):
        packed(office, english)


def test_before_anything_is_decided_there_is_nothing_to_send(office: Office) -> None:
    with pytest.raises(NotPossible, match="has not been decided"):
        packed(office, walk(LEARNING_REVIEW).go("notify", "2025-05-01"))


def test_a_case_that_does_not_exist_is_refused(office: Office) -> None:
    with reading(office.engine) as tx, pytest.raises(NotFound):
        pack(tx, "LR-9", "decision", TODAY)


def test_the_outcome_has_the_report_the_findings_and_the_recommendations(office: Office) -> None:
    review = reviewed(final_report="Anonymised report, file 12")
    review.dossier = review.dossier.but(links={"REC-1": "has_recommendation"})

    found = packed(office, review, "outcome", ("REC-1", recommended(text="Hear the child & write it down.")))

    items = dict(found.items)
    assert items["Report, anonymised: where it is filed"] == "Anonymised report, file 12"
    assert items["Findings"] == "Nobody asked the child."
    assert items["Recommendations"] == "REC-1 (A single agency): Hear the child & write it down."
    assert worded(dict(found.missing)["Day the chief officers ratified it"]) == (
        "the step “Record that the chief officers group has considered the action plan” (consider_plan), "
        "when the case comes to it"
    )


@pytest.mark.parametrize(("local", "due"), [("", None), (SEVEN_DAYS, date(2026, 2, 17))], ids=["national", "local"])
def test_seven_days_from_ratification_count_only_where_the_committee_sets_them(
    office: Office, tmp_path: Path, local: str, due: date | None
) -> None:
    (tmp_path / "here.toml").write_text(f'committee = "Here"\n{local}')
    review = walk(LEARNING_REVIEW, tmp_path / "here.toml")
    review.dossier = reviewed().dossier.but(digest=review.edition.digest)
    review.sequence = review.dossier.sequence
    review.go("plan_actions", "2026-02-01").go("consider_plan", "2026-02-10", ratified_on="2026-02-10")

    found = packed(office, review, "outcome")

    assert found.due_on == due
    assert ("7 calendar days (local)" in found.limit) == (due is not None)
    assert ("ask your committee" in found.limit) == (due is None)


def test_what_was_submitted_is_ticked(office: Office) -> None:
    one = decided("proceed").enter("ci_submission", "2025-06-25", kind="decision", reference="CI-77")

    found = packed(office, one)

    assert (found.submitted_on is not None, found.reference) == (True, "CI-77")
    assert any("CI-77" in line for line in paper(found).opening)
    assert worded(found.still_owed) == "cairn advance LR-1 send_ci_decision --field ci_decision_sent_on=2025-06-25"
    assert packed(office, one.go("send_ci_decision", "2025-06-25"), "decision", again="LR-2").still_owed == NOTHING


def test_submitting_is_refused_where_the_edition_keeps_no_list_of_it(office: Office) -> None:
    case = gathering(office)

    assert "keeps no register" in refused(office, submitted, case.ref, "decision", TODAY, "CI-77")


def test_submitting_is_recorded_in_the_list_of_the_case(office: Office) -> None:
    office.editions["lr"] = procedures.load(LEARNING_REVIEW)
    form = {"notification_form": "file 12", "notified_criteria": ["died"], "additional_learning": "Much."}
    case = office.do(open_case, "lr", "notify", answers=form)

    office.do(submitted, case.ref, "decision", office.now.date(), "CI-77")

    with reading(office.engine) as tx:
        found = [item["fields"]["reference"] for item in file_of(tx, case.ref).items("ci_submission")]
    assert found == ["CI-77"]


@pytest.mark.parametrize(
    "text",
    ["decision = 3", "", "decision = [{ label = 'x' }]", "decision = [{ label = 'x', takes = ['about:whales'] }]", "["],
)
def test_a_faulty_list_of_items_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (tmp_path / "faulty.toml").write_text(text)
    monkeypatch.setattr(data_items, "FOLDER", tmp_path)
    items_of.cache_clear()

    with pytest.raises(NotSetUp, match=r"faulty\.toml"):
        items_of("faulty", "decision")


def sent(office: Office, one: Walk, part: Part, on: date, **more: Any) -> Case:
    """A form submitted from the pack of a case that has come so far."""
    kept(office.engine, [("LR-9", one)])
    office.now = datetime.combine(on, time(11), UTC)
    return office.do(submitted, "LR-9", part, on, "CI-77", **more)  # type: ignore[no-any-return]


def decided_under_2015() -> Walk:
    case = walk(SCR).go("submit_notification", "03-06", lead_informed_on="2026-03-02")
    case.go("acknowledge_and_alert", "03-09").ask("icr_report", "03-09", NHS)
    return case.answer("icr_report", "03-20", NHS).go("all_received", "03-23").go("decide_scr", "04-01")


OTHERS_TOLD = {"chief_officers_told_on": "2026-04-02", "agencies_told_on": "2026-04-02"}


def test_the_decision_form_of_2015_is_one_fact_with_the_step_that_says_who_was_told(office: Office) -> None:
    case = sent(office, decided_under_2015(), "decision", date(2026, 4, 3), answers=OTHERS_TOLD)

    assert case.dossier.fields["inspectorate_told_on"] == "2026-04-03"
    assert case.dossier.deadlines["tell_decision"].status == "met"
    with reading(office.engine) as tx:
        found = pack(tx, "LR-9", "decision", date(2026, 4, 3))
    assert (found.submitted_on, found.reference, found.still_owed) == (date(2026, 4, 3), "CI-77", NOTHING)


def test_until_the_others_are_told_its_date_of_2015_stays_owed_and_the_pack_gives_the_day_it_knows(
    office: Office,
) -> None:
    case = sent(office, decided_under_2015(), "decision", date(2026, 4, 3))

    assert "record_decision_told" not in case.dossier.done
    with reading(office.engine) as tx:
        found = pack(tx, "LR-9", "decision", date(2026, 4, 3))
    assert found.submitted_on == date(2026, 4, 3)
    assert worded(found.still_owed) == "cairn advance LR-9 record_decision_told --field inspectorate_told_on=2026-04-03"


def learned_otherwise() -> Walk:
    return decided("other_route").enter("finding", "2025-07-01", statement="Nobody asked.").respond("F1", "2025-07-02")


RESULT = {"other_learning_result": "file 77"}


@pytest.mark.parametrize(
    ("step", "state"), [("finish_other_learning", "implement"), ("close_other_learning", "closed")]
)
def test_the_result_of_learning_in_another_way_is_sent_by_the_step_that_was_said(
    office: Office, step: str, state: str
) -> None:
    case = sent(
        office, learned_otherwise(), "alternative", date(2025, 8, 1), answers=RESULT, step=step, reason="All is said."
    )

    assert (case.dossier.state, case.dossier.fields["other_learning_sent_on"]) == (state, "2025-08-01")
    assert case.dossier.items["S1"].fields["reference"] == "CI-77"


def test_where_two_steps_send_it_which_is_to_be_said(office: Office) -> None:
    with pytest.raises(
        NotPossible, match=r"Say which: finish_other_learning \(Send .*\) or close_other_learning \(Send"
    ):
        sent(office, learned_otherwise(), "alternative", date(2025, 8, 1), answers=RESULT)


def test_a_step_that_does_not_send_it_is_refused(office: Office) -> None:
    with pytest.raises(BadAnswer, match="'publish' does not record that this form was sent from here: finish_other"):
        sent(office, learned_otherwise(), "alternative", date(2025, 8, 1), answers=RESULT, step="publish")

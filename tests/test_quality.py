"""Quality assurance held against its sources: the rules of publication, and steps that the edition does not allow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from records import cases
from records.database import reading, transaction
from states.conformance import EXPLAINED, ILLEGAL, UNEXPLAINED
from states.suppression import is_small
from tests.casework import asked, entries
from tests.office import FIFE, POLICE
from workflows.reports import quality
from workflows.reports.annual_summary import Summary
from workflows.reports.case_figures import UNDECIDED, Considered, Step
from workflows.reports.case_files import year_of
from workflows.reports.compliance import published, steps_of
from workflows.verbs.advance import advance, record_missed
from workflows.verbs.correct import correct
from workflows.verbs.extend import ask_extension, grant_extension
from workflows.verbs.pause import end_pause, order_pause
from workflows.verbs.request import answer

if TYPE_CHECKING:
    from tests.office import Office


def a_step(number: int, *, late: bool, ended: str, label: str = "Decision") -> Step:
    facts = [
        f"LR-2025-{number:04}",
        label,
        "",
        "2025-06-02",
        ended,
        10,
        late,
        "Illness" if late else "",
        "decision",
        5,
        [],
    ]
    return steps_of([facts])[0]


def published_of(steps: list[Step]) -> dict[str, Any]:
    """What is published of a year of thirty cases, none of them decided, that took these steps."""
    opened = date(2025, 4, 1)
    known = [
        Considered(n, f"LR-2025-{n:04}", "", opened, UNDECIDED, None, 0, None, (), (), None, "") for n in range(30)
    ]
    summary = Summary(year_of("2025-26"), date(2026, 5, 1), cases=known, steps=steps)
    return dict(published(summary, "A committee").tables)


def test_quarters_are_published_only_where_nothing_of_the_summary_is_kept_back() -> None:
    many = [a_step(n, late=n % 2 == 0, ended=("2025-05-01", "2025-08-01")[n % 4 > 1]) for n in range(40)]
    few = [a_step(n, late=False, ended="2025-05-01", label="Rare") for n in range(50, 53)]

    whole = published_of(many)
    assert [row.cells for row in whole["quarters"].rows] == [(10, 10, 20), (10, 10, 20)]
    assert "quarters" not in published_of(many + few)
    uneven = published_of([*many, *(a_step(n, late=True, ended="2025-11-01") for n in range(60, 62))])
    shown = [cell for row in uneven["quarters"].rows for cell in row.cells if cell is not None]
    assert not any(is_small(cell) for cell in shown)


def measured_here(office: Office) -> list[tuple[str, Any]]:
    with reading(office.engine) as tx:
        years, _ = quality.measure(tx, office.now.date(), frozenset())
    return [(ref, deviation) for year in years.values() for ref, _, deviation in year.found]


def moved_here(office: Office) -> dict[str, tuple[str, ...]]:
    with reading(office.engine) as tx:
        years, _ = quality.measure(tx, office.now.date(), frozenset())
    return {one.key: one.moved for year in years.values() for one in year.steps}


def test_what_moved_a_date_is_told_and_what_was_late_has_its_reason_or_lacks_it(office: Office) -> None:
    case = asked(office, FIFE, POLICE)
    office.do(ask_extension, case.ref, "report/R1", 7, "Half of the team is ill.")
    office.do(grant_extension, case.ref, "E1", role="chair")
    office.now += timedelta(days=16)
    office.do(answer, case.ref, FIFE)
    office.do(answer, case.ref, POLICE)
    office.do(advance, case.ref, "consider")
    office.now += timedelta(days=2)
    office.do(order_pause, case.ref, "proceedings", "fiscal", "The fiscal asked.", role="chair")
    office.now += timedelta(days=5)
    office.do(end_pause, case.ref, "P1", "They are over.", role="chair")
    office.now += timedelta(days=10)
    office.do(advance, case.ref, "decide_none", reason="No grounds.", role="chair")

    found = measured_here(office)

    assert {key: moved for key, moved in moved_here(office).items() if moved} == {
        "report/R1": ("extension",),
        "decision": ("hold",),
    }
    assert [(one.kind, one.key) for _, one in found] == [(UNEXPLAINED, "report/R2")]
    (ref, late), entry = found[0], entries(office, office.case(case.ref))
    assert ref == case.ref
    assert entry[late.sequence - 1].kind == "answered"
    assert late.sentence.startswith(
        "Agency report (Police Scotland): due on 16 March 2026 (counted by the calendar of Scotland"
    )
    assert late.rule == "Time limit “Agency report”, A small review (A made-up page [S])"
    assert late.sentence.endswith("No reason is on record.")
    office.do(record_missed, case.ref, "report/R2", "The report lay in a drawer.")
    ((_, late),) = measured_here(office)
    assert late.kind == UNEXPLAINED, "the year was over: on its last day no reason was on record"
    assert late.sentence.endswith("No reason was on record on 31 March 2026.")
    assert late.since == "After 31 March 2026: this reason was recorded: The report lay in a drawer."


def test_late_steps_and_deviations_of_a_year_are_the_same_and_what_came_after_it_is_told(office: Office) -> None:
    case = asked(office, FIFE)
    office.now += timedelta(days=40)
    office.do(answer, case.ref, FIFE, late_reason="The clinic moved.")

    with reading(office.engine) as tx:
        years, _ = quality.measure(tx, office.now.date(), frozenset())
    for year in years.values():
        late = sorted((one.ref, one.key, bool(one.reason)) for one in year.steps if one.late)
        told = [(ref, one.key, one.kind == EXPLAINED) for ref, _, one in year.found if one.kind != ILLEGAL]
        assert sorted(told) == late
    (before,), (after,) = (year.found for year in years.values())
    assert (before[2].kind, after[2].kind) == (UNEXPLAINED, EXPLAINED)
    assert "not met by 31 March 2026. No reason was on record on 31 March 2026." in before[2].sentence
    assert before[2].since == (
        "After 31 March 2026: met on 11 April 2026 and this reason was recorded: The clinic moved."
    )


def test_a_step_that_was_slipped_past_the_verbs_is_named_with_its_entry_and_its_rule(office: Office) -> None:
    case = asked(office)
    with transaction(office.engine) as tx:
        uow = office.uow(tx, "lead_officer")
        kept = cases.find(tx, case.ref)
        taken = {"trigger": "decide_review", "source": "gathering", "dest": "reviewing"}
        kept = cases.record(tx, kept, uow.entry("advanced", data={"fields": {}}, **taken), office.now)
        held = {"id": "P1", "kind": "proceedings", "authority": "fiscal", "until": "further_notice", "stops": []}
        kept = cases.record(tx, kept, uow.entry("paused", data={"pause": held}), office.now)
        taken = {"trigger": "publish", "source": "reviewing", "dest": "closed"}
        cases.record(tx, kept, uow.entry("advanced", data={"fields": {}}, **taken), office.now)

    found = [one for _, one in measured_here(office)]

    assert {one.kind for one in found} == {ILLEGAL}
    said = [one.sentence for one in found]
    assert (
        said[0] == "“Decide on a review” led to “In review”, and from “Gathering reports” the edition has no such step."
    )
    assert any("Ordering criminal proceedings is for the committee chair" in one for one in said)
    assert any("stood in the way" in one for one in said)


def test_a_step_put_right_to_a_day_before_the_one_it_follows_is_named(office: Office) -> None:
    case = asked(office)
    office.now += timedelta(days=5)
    office.do(answer, case.ref, FIFE)
    office.do(advance, case.ref, "consider")
    office.now += timedelta(days=5)
    case = office.do(advance, case.ref, "decide_none", reason="No grounds.", role="chair")
    number = case.dossier.done["decide_none"].sequence
    office.do(correct, case.ref, number, "The day was wrong.", happened_on=date(2026, 3, 4))
    with transaction(office.engine) as tx:
        quality.keep(tx, office.now.date(), office.now)

    with reading(office.engine) as tx:
        (name,) = quality.kept_years(tx)
        kept = quality.kept_year(tx, name)
    assert kept is not None
    assert kept.made_at == office.now
    ((_, _, _, kind, sentence, *_),) = kept.facts["found"]
    assert kind == ILLEGAL
    assert sentence.startswith("“Decide against a review” is dated 4 March 2026, before “Put the reports before the")
    assert sentence.endswith("(7 March 2026), which it follows.")

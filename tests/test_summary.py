"""The year's summary: every case considered is counted, reviewed or not, and what may not be published is kept back."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import docx
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from records.database import reading
from states.errors import BadAnswer
from states.suppression import LEAST
from tests.casework import deciding, opened, reviewing
from tests.filed import NHS, PLAN, SCR, assessed, decided, kept, recommended, reviewed
from tests.walking import walk
from workflows.papers.paper import KEPT_BACK
from workflows.papers.pdf import pdf
from workflows.papers.spreadsheet import spreadsheet
from workflows.papers.word import TEMPLATES, word
from workflows.reports.annual_summary import NO_REASON, Summary, summary_of
from workflows.reports.annual_summary_paper import paper
from workflows.reports.annual_summary_public import together_with
from workflows.reports.case_figures import UNDECIDED, Considered, Step, taken
from workflows.reports.case_files import year_of
from workflows.verbs.advance import advance

if TYPE_CHECKING:
    from tests.office import Office
    from tests.walking import Walk
    from workflows.papers.paper import Paper, Table

YEAR, MADE_ON = year_of("2025-26"), date(2026, 4, 20)


def summed(office: Office, *walks: Walk, year: str = "2025-26", today: date = MADE_ON) -> Summary:
    """The summary of a year in which these cases are filed."""
    kept(office.engine, ((f"X-{number:04}", one) for number, one in enumerate(walks, 1)))
    with reading(office.engine) as tx:
        return summary_of(tx, year_of(year), today)


def full(summary: Summary) -> Paper:
    return paper(summary, "Strathmore and Lomond", full=True)


def test_every_case_considered_is_counted_whether_or_not_a_review_followed(office: Office) -> None:
    found = summed(
        office, decided("proceed"), decided("do_not_proceed"), decided("do_not_proceed"), decided("other_route")
    )

    assert found.decisions() == {"No learning review": 2, "Learning in another way": 1, "Learning review": 1}
    assert [case.days for case in found.cases] == [50] * 4
    assert {case.led_on for case in found.cases if case.decision == "No learning review"} == {False}


def test_a_case_belongs_to_the_years_in_which_it_was_under_consideration(office: Office) -> None:
    walks = (
        decided("do_not_proceed", opened="2025-03-01", on="2025-03-20"),
        decided("do_not_proceed", opened="2025-03-01", on="2025-04-01"),
        decided("proceed", opened="2026-03-31", on="2026-04-02"),
        decided("proceed", opened="2026-04-01", on="2026-04-02"),
    )

    found = summed(office, *walks)

    assert [case.ref for case in found.cases] == ["X-0002", "X-0003"]
    assert found.decisions() == {"No learning review": 1, UNDECIDED: 1}


def test_a_concern_that_was_not_notified_is_a_case_considered(office: Office) -> None:
    from tests.filed import LEARNING_REVIEW

    found = summed(office, walk(LEARNING_REVIEW).go("discuss", "2025-05-01").go("drop_concern", "2025-05-09"))

    assert found.decisions() == {"Not notified": 1}


def test_a_case_reopened_after_its_decision_is_undecided_again(office: Office) -> None:
    found = summed(office, decided("do_not_proceed").go("reopen", "2025-09-01"))

    assert found.decisions() == {UNDECIDED: 1}


def test_another_edition_needs_no_code(office: Office) -> None:
    case = (
        walk(SCR).go("inform_lead", "2025-05-01", lead_informed_on="2025-05-01").go("submit_notification", "2025-05-20")
    )
    case.go("acknowledge_and_alert", "2025-05-20").ask("icr_report", "2025-05-20", NHS)
    case.answer("icr_report", "2025-06-01", NHS).go("all_received", "2025-06-02").go("decide_scr", "2025-06-09")

    found = summed(office, case)

    assert found.decisions() == {"Significant case review": 1}
    assert found.cases[0].led_on
    timing = next(one for one in found.timings() if one.label == "Notification form")
    assert (timing.late, timing.middle) == (1, 19)
    assert found.delays() == {NO_REASON: 1}


def test_the_reason_of_a_decision_comes_from_the_history(office: Office) -> None:
    case = reviewing(office)

    with reading(office.engine) as tx:
        found = summary_of(tx, YEAR, date(2026, 3, 31))

    assert [(one.ref, one.reasons) for one in found.cases] == [(case.ref, ("There is much to learn.",))]


def test_late_steps_have_their_reasons_and_alike_ones_are_one(office: Office) -> None:
    for reason in ("Records were late.", "records  were late", ""):
        case = opened(office)
        office.later(days=9)
        office.do(advance, case.ref, "gather", late_reason=reason)
        office.later(days=-9)

    with reading(office.engine) as tx:
        found = summary_of(tx, YEAR, date(2026, 3, 31))

    assert found.delays() == {"Records were late.": 2, NO_REASON: 1}


def test_what_is_owed_and_late_at_the_end_of_the_year_is_a_late_step(office: Office) -> None:
    deciding(office)

    with reading(office.engine) as tx:
        early, later = (summary_of(tx, YEAR, day) for day in (date(2026, 3, 5), date(2026, 3, 31)))

    assert [one.late for one in early.steps if one.label == "Decision"] == []
    assert [(one.late, one.ended_on) for one in later.steps if one.label == "Decision"] == [(True, None)]


def test_stages_and_holds_are_measured(office: Office) -> None:
    found = summed(office, decided("proceed").hold("2025-06-25"))

    assert found.stood["Notified"] == [("X-0001", 0)]
    assert found.stood["Gathering information"] == [("X-0001", 50)]
    assert list(found.held().values()) == [1]


def test_the_three_facts_of_a_recommendation_are_counted_apart(office: Office) -> None:
    sent = recommended("national_sg").go("accept_for_others", "2025-07-10", **PLAN).go("send", "2025-07-12")

    found = summed(office, assessed(), recommended(), recommended("multi_agency"), sent)

    facts = found.facts()
    assert facts["done"] == {"Said to be done": 1, "Not yet": 3}
    assert facts["fulfilled"]["Partly"] == 1
    assert facts["practice"]["Clear"] == facts["outcomes"]["Emerging"] == 1
    standings = found.standings()
    assert standings["Proposed"]["A single agency"] == standings["Proposed"]["Several agencies"] == 1
    assert sum(map(sum, (row.values() for row in standings.values()))) == 4


def test_recommendations_finished_before_the_year_are_left_out(office: Office) -> None:
    rejected = recommended(opened="2024-05-01").go("reject", "2024-06-01")

    assert summed(office, rejected, recommended(opened="2024-05-01")).recommendations[0].ref == "X-0002"


def test_themes_learning_and_good_practice_of_the_year_are_told(office: Office) -> None:
    case = reviewed()
    case.enter("learning_point", "2026-01-11", kind="process", process_approach=["internal_qa"], point="Begin early.")
    case.enter("good_practice", "2026-01-11", description="She kept calling & calling")
    case.enter("learning_point", "2026-04-02", kind="process", process_approach=["internal_qa"], point="Next year's.")

    found = summed(office, case, recommended(themes=["childs_voice"]), recommended(themes=["childs_voice"]))

    assert [(one.text, one.approaches) for one in found.learning] == [("Begin early.", ("Internal quality assurance",))]
    assert found.practice[0].text.startswith("She kept calling & calling. ")
    assert found.repeated() == {"Seeing and hearing the child": (1, 2)}


@pytest.mark.parametrize("year", ["2025", "twentyfive", "2025-27", "2025-2027", "", "25-26", "2025-26-27", "9999-00"])
def test_a_year_spelt_wrong_is_refused_in_one_sentence(year: str) -> None:
    with pytest.raises(BadAnswer) as refused:
        year_of(year)

    assert len(refused.value.obstacles) == 1
    assert "2025-26" in str(refused.value)


@pytest.mark.parametrize("year", ["2025-26", "2025/26", " 2025-2026 "])
def test_a_year_may_be_written_as_people_do(year: str) -> None:
    assert year_of(year) == YEAR


def test_the_year_at_the_turn_of_a_century() -> None:
    assert year_of("2099-00").name == "2099-00"


def test_a_year_without_cases_gives_a_sober_paper(office: Office) -> None:
    found = paper(summed(office), "Strathmore and Lomond")

    assert found.opening[0] == "No cases were considered from 1 April 2025 to 31 March 2026."
    assert not any(table.rows for table in found.tables.values())
    assert found.charts == {}
    begun = full(summed(office, today=date(2025, 9, 1)))
    assert begun.opening[1] == "The year is not over: this counts what there was by 1 September 2025."


def test_the_committee_sees_every_case_and_others_see_no_reference(office: Office) -> None:
    found = summed(office, decided("proceed"), decided("do_not_proceed", decision_reasons="Nothing to learn."))

    assert [row.label for row in full(found).tables["cases"].rows] == ["X-0001", "X-0002"]
    assert "X-0001" not in str(paper(found, "Strathmore and Lomond").facts())
    assert "Nothing to learn." not in str(paper(found, "Strathmore and Lomond").facts())


COUNTS = some.integers(0, 9)
MANY = some.integers(0, 40)


def made_up(decisions: list[int], steps: list[tuple[int, int]], levels: list[list[int]]) -> Summary:
    """A year with so many cases of each decision, steps on time and late, recommendations of each level."""
    found = Summary(YEAR, MADE_ON)
    for place, many in enumerate(decisions):
        one = Considered(0, "X", "review", YEAR.first, f"D{place}", YEAR.first, 1, place % 2 == 0, (), (), 3, "Closed")
        found.cases += [one] * many
    for place, (on_time, late) in enumerate(steps):
        for times, is_late in ((on_time, False), (late, True)):
            found.steps += [Step("X", f"S{place}", "", None, YEAR.first, 4, is_late, f"R{place % 2}")] * times
    for place, row in enumerate(levels):
        for level, many in enumerate(row):
            found.recommendations += [promise(f"L{level}", f"P{place}")] * many
    return found


def promise(level: str, stands: str) -> Any:
    from dataclasses import fields

    from workflows.reports.recommendation_figures import Followed

    blank: dict[str, Any] = {field.name: "" for field in fields(Followed)}
    return Followed(**{**blank, "level_label": level, "stands": stands, "themes": (), "agencies": ()})


@settings(max_examples=60)
@given(
    some.lists(some.one_of(COUNTS, MANY), max_size=4),
    some.lists(some.tuples(some.one_of(COUNTS, MANY), COUNTS), max_size=3),
    some.lists(some.lists(some.one_of(COUNTS, MANY), min_size=3, max_size=3), max_size=3),
)
def test_no_published_table_shows_a_count_under_five(
    decisions: list[int], steps: list[tuple[int, int]], levels: list[list[int]]
) -> None:
    published = paper(made_up(decisions, steps, levels), "Strathmore and Lomond").tables

    cells = [cell for table in published.values() for row in table.rows for cell in row.cells[: row_of_counts(table)]]
    assert not [cell for cell in cells if isinstance(cell, int) and 0 < cell < LEAST]
    assert "" not in [cell for table in published.values() for row in table.rows for cell in row.cells]


def row_of_counts(table: Table) -> int:
    """How many cells of a line are counts: days are none."""
    return len(table.headings) - ("Median days" in table.headings)


def test_how_many_cases_a_step_had_does_not_tell_how_few_were_decided_in_another_way() -> None:
    made = made_up([8, 7, 2, 9], [(7, 8), (30, 31)], [])
    made.cases = [replace(case, ref=f"{case.decision}-{at}") for at, case in enumerate(made.cases)]
    first = [case.ref for case in made.cases if case.decision in {"D0", "D1"}]
    made.steps = [Step(ref, "S0", "", None, YEAR.first, 4, at % 2 == 0, "R0") for at, ref in enumerate(first)]
    made.stood |= {
        "Before the committee": [(ref, 3) for ref in first],
        "Notified": [(case.ref, 2) for case in made.cases],
    }

    tables = paper(made, "Strathmore and Lomond").tables

    assert [(row.label, row.cells) for row in tables["decisions"].rows] == [
        ("A review, or learning in another way", (10,)),
        ("Neither", (16,)),
        ("All cases considered", (26,)),
    ]
    assert tables["steps"].rows[0].cells == (None,) * 5
    assert [row.cells for row in tables["stages"].rows] == [(None, None), (26, 0)]


@pytest.mark.parametrize(
    ("undecided", "came", "told"), [(0, 20, 20), (5, 4, None), (5, 1, None), (5, 5, 25), (9, 6, None), (10, 5, 25)]
)
def test_how_many_cases_a_step_had_does_not_tell_how_few_of_a_group_came_to_it_or_did_not(
    undecided: int, came: int, told: int | None
) -> None:
    made = made_up([20, undecided, 10], [], [])
    made.cases = [replace(case, ref=f"{case.decision}-{at}") for at, case in enumerate(made.cases)]
    by_decision = {name: [case.ref for case in made.cases if case.decision == name] for name in ("D0", "D1")}
    there = [*by_decision["D0"], *by_decision["D1"][:came]]
    made.steps = [Step(ref, "S0", "", None, YEAR.first, 4, late=False, reason="") for ref in there]
    made.stood["Before the committee"] = [(ref, 3) for ref in there]

    tables = paper(made, "Strathmore and Lomond").tables

    assert tables["decisions"].rows[0].cells == (20,)
    assert [tables[name].rows[0].cells[0] for name in ("steps", "stages")] == [told, told]


@pytest.mark.parametrize(("skipped", "told"), [(3, None), (5, 25), (0, 30)])
def test_a_step_does_not_tell_beside_the_summary_of_the_year_before_how_few_new_cases_did_not_come_to_it(
    skipped: int, told: int | None
) -> None:
    made = made_up([39], [], [])
    earlier = date(2025, 3, 1)  # nine that the year before told of as not decided
    made.cases = [
        replace(case, ref=f"X-{at}", opened_on=earlier if at < 9 else case.opened_on)
        for at, case in enumerate(made.cases)
    ]
    notified = [case.ref for case in made.cases[9 + skipped :]]
    made.steps = [Step(ref, "S0", "", None, YEAR.first, 4, late=False, reason="") for ref in notified]

    assert paper(made, "Strathmore and Lomond").tables["steps"].rows[0].cells[0] == told


def test_a_step_that_a_case_takes_several_times_tells_of_no_number_of_cases() -> None:
    made = made_up([25], [], [])
    made.cases = [replace(case, ref=f"X-{at}") for at, case in enumerate(made.cases)]
    asked = [case.ref for case in made.cases[:23]]
    made.steps = [Step(ref, "S0", "", None, YEAR.first, 4, late=False, reason="") for ref in (*asked, *asked)]

    assert paper(made, "Strathmore and Lomond").tables["steps"].rows[0].cells[0] == 46


@pytest.mark.parametrize(
    ("died", "both", "harmed", "told"), [(17, 0, 8, True), (17, 6, 2, False), (12, 3, 10, False), (10, 6, 9, True)]
)
def test_criteria_do_not_tell_of_few_cases_that_met_several_or_not_one(
    died: int, both: int, harmed: int, told: bool
) -> None:
    made = made_up([25], [], [])
    named = [("Died",)] * died + [("Died", "Harmed")] * both + [("Harmed",)] * harmed
    made.cases = [replace(made.cases[0], ref=f"X-{at}", grounds=grounds) for at, grounds in enumerate(named)]

    assert bool(paper(made, "Strathmore and Lomond").tables["grounds"].rows) is told


def test_a_small_year_has_its_number_of_cases_and_no_tables_of_its_own() -> None:
    found = paper(made_up([8, 7, 2, 6], [(2, 15), (30, 31)], [[9, 9, 9]]), "Strathmore and Lomond")

    assert found.opening[0] == "23 cases were considered from 1 April 2025 to 31 March 2026."
    assert "those of 2025-28 go with the summary of 2027-28" in found.opening[1]
    assert not any(table.rows for table in found.tables.values())


def three_years(*counts: list[int]) -> list[Summary]:
    years = together_with(YEAR)
    made = [replace(made_up(one, [(8, 6)], [[4, 3, 2]]), year=year) for one, year in zip(counts, years, strict=True)]
    for one in made:
        one.recommendations = [replace(found, ref=f"R{at}") for at, found in enumerate(one.recommendations)]
    made[0].recommendations.append(replace(made[0].recommendations[0], ref="R9"))
    return made


def test_three_small_years_are_told_together_in_three_groups() -> None:
    years = three_years([8, 7, 2], [5, 9], [7, 0, 3])

    found = paper(years[-1], "Strathmore and Lomond", years=years)

    assert found.tables["decisions"].caption == "What was decided, 2025-28"
    assert [row.cells for row in found.tables["decisions"].rows] == [(25,), (16,), (41,)]
    assert [(row.label, row.cells) for row in found.tables["steps"].rows] == [
        ("On time", (24,)),
        ("Late", (18,)),
        ("All steps", (42,)),
    ]
    assert [(row.label, row.cells) for row in found.tables["recommendations"].rows] == [
        ("Not yet said to be done", (10,)),
        ("All", (10,)),
    ]
    assert not paper(years[1], "Strathmore and Lomond", years=years).tables["decisions"].rows


@pytest.mark.parametrize("third", [[3], [20, 9]], ids=["too few", "a year with tables of its own"])
def test_three_years_are_not_told_together_where_one_of_them_would_be_told_by_the_others(third: list[int]) -> None:
    years = three_years([8, 7, 2], [5, 9], third)

    assert "2025-28" not in paper(years[-1], "Here", years=years).tables["decisions"].caption


@given(some.integers(1990, 2100))
def test_the_periods_of_three_years_never_overlap_and_leave_no_year_out(first: int) -> None:
    year = year_of(f"{first}-{(first + 1) % 100:02}")

    period = together_with(year)

    assert year in period
    assert all(together_with(one) == period for one in period)


def fact(stands: str, many: int, **facts: Any) -> list[Any]:
    return [replace(promise("L0", stands), **facts) for _ in range(many)]


def test_the_facts_beside_one_another_do_not_tell_how_few_are_said_to_be_done() -> None:
    made = made_up([30], [], [])
    verified: dict[str, Any] = {"done_on": YEAR.first, "fulfilled": "yes"}
    made.recommendations += fact("In progress", 20) + fact("Said to be done", 2, done_on=YEAR.first)
    made.recommendations += fact("Rejected", 8) + fact("Verified", 9, **verified)
    made.recommendations += fact("Impact assessed", 10, **verified, practice="Clear", outcomes="Emerging")

    published, inside = (paper(made, "Here", full=one).tables for one in (False, True))

    assert [(row.label, row.cells) for row in published["recommendations"].rows] == [
        ("Not yet said to be done", (28,)),
        ("Said to be done, or seen to be", (21,)),
        ("All", (49,)),
    ]
    assert "done" not in published
    assert [row.cells[0] for row in inside["done"].rows] == [28, 21, 49]


def test_a_fact_is_not_told_where_it_differs_by_few_from_another() -> None:
    made = made_up([30], [], [])
    verified: dict[str, Any] = {"done_on": YEAR.first, "fulfilled": "yes"}
    made.recommendations += fact("In progress", 20) + fact("Closed", 8, **verified)
    made.recommendations += fact("Closed", 2, done_on=YEAR.first) + fact("Closed", 9, **verified)

    published = paper(made, "Here").tables

    assert [row.cells[-1] for row in published["recommendations"].rows] == [19, 20, 39]
    assert [row.cells[0] for row in published["done"].rows] == [20, 19, 39]
    assert "fulfilled" not in published


@pytest.mark.parametrize(("unseen", "told"), [(3, False), (5, True), (0, True)])
def test_a_fact_does_not_tell_of_few_recommendations_that_stand_in_one_place_without_it(
    unseen: int, told: bool
) -> None:
    made = made_up([30], [], [])
    verified: dict[str, Any] = {"done_on": YEAR.first, "fulfilled": "yes"}
    made.recommendations += fact("In progress", 20) + fact("Closed", 9, **verified) + fact("Closed", unseen)

    assert ("fulfilled" in paper(made, "Here").tables) is told


def test_what_is_kept_back_has_its_sign_in_every_place() -> None:
    found = paper(made_up([6, 8, 20], [(10, 2), (30, 30)], [[3, 9, 9]]), "Strathmore and Lomond")

    assert [row.shown for row in found.tables["decisions"].rows] == [["20"], ["8"], ["6"], ["34"]]
    assert found.tables["steps"].rows[0].shown == ["12", KEPT_BACK, KEPT_BACK, KEPT_BACK, "5"]
    assert found.tables["steps"].rows[1].shown == ["60", "30", "30", "50%", "5"]
    assert not found.tables["delays"].rows
    assert any(KEPT_BACK in sentence for sentence in found.opening)


def test_days_are_neither_shortest_nor_longest_and_only_of_ten_or_more() -> None:
    made = made_up([30], [(9, 0), (9, 7)], [])
    made.steps += [Step("X", "S2", "", None, None, None, True, "")] * 6
    made.steps += [
        Step("X", "S2", "", None, YEAR.first, days, False, "") for days in (1, 13, 13, 13, 13, 14, 14, 14, 99)
    ]

    table = paper(made, "Here").tables["steps"]

    assert table.headings == ("Steps", "On time", "Late", "Share late", "Median days")
    assert [row.cells[-1] for row in table.rows] == [None, 5, None]


FREE = "a marker that only one case has"


def marked(text: str) -> Walk:
    """A review with a text of its own wherever anything can be written, under a reference of its own."""
    case = decided("proceed", decision_reasons=text)
    case.go("start_review", "2025-07-01").hold("2025-07-02").go("draft_report", "2025-12-01")
    case.enter("learning_point", "2026-01-11", kind="process", process_approach=["internal_qa"], point=text)
    case.enter("good_practice", "2026-01-12", description=text, for_whom=text, circumstances=text)
    deadlines = {
        key: one.but(late=True, late_reason=text, status="met", ended_on=date(2026, 1, 5), agency=text)
        for key, one in case.dossier.deadlines.items()
    }
    fields = {name: text if isinstance(value, str) else value for name, value in case.dossier.fields.items()}
    pauses = {key: one.but(reason=text, authority=text) for key, one in case.dossier.pauses.items()}
    case.dossier = case.dossier.but(deadlines=deadlines, pauses=pauses, fields={**fields, "decided_on": "2025-06-20"})
    return case


def everything(made: Paper) -> str:
    """All the words of a paper, in every form it is written as."""
    book = zipfile.ZipFile(io.BytesIO(spreadsheet(made)))
    page = docx.Document(io.BytesIO(word(made, TEMPLATES / "summary.docx")))
    pages = pypdf.PdfReader(io.BytesIO(pdf(made))).pages
    return "\n".join(
        [
            json.dumps(made.facts()),
            *(book.read(name).decode() for name in book.namelist() if name.endswith(".xml")),
            *(text.text or "" for text in page.element.body.iter() if text.tag.endswith("}t")),
            " ".join(" ".join(one.extract_text() for one in pages).split()),
        ]
    )


def test_free_words_are_published_only_where_five_cases_say_the_same(office: Office) -> None:
    few = [marked(FREE) for _ in range(4)]
    many = [marked("what five cases say") for _ in range(6)]
    advice = [recommended(text=FREE, addressee=FREE, themes=["childs_voice"]) for _ in range(6)]
    found = summed(office, *few, *many, *advice)

    published, inside = everything(paper(found, "Here")), everything(full(found))

    assert FREE not in published
    assert "marker" not in published
    assert published.lower().count("what five cases say") > 1
    assert inside.count(FREE) > 1
    assert "what five cases say" not in everything(paper(summed_few(found), "Here"))


def summed_few(found: Summary) -> Summary:
    """The same year with fewer than five of the cases that say the same."""
    four = {f"X-{number:04}" for number in range(1, 9)}
    kept_cases = [one for one in found.cases if one.ref in four]
    return replace(
        found,
        cases=kept_cases,
        steps=[one for one in found.steps if one.ref in four],
        learning=[one for one in found.learning if one.ref in four],
        practice=[one for one in found.practice if one.ref in four],
    )


@pytest.mark.parametrize(
    ("anchor", "entered", "ended", "days"),
    [
        ("2025-05-01", "2025-05-01", "2025-05-20", 19),
        ("2025-05-01", "2025-09-01", "2025-05-20", 19),
        ("2025-09-30", "2025-07-01", "2025-09-23", 84),
        ("2025-09-30", "2025-12-01", "2025-09-23", None),
    ],
    ids=["from the anchor", "entered afterwards", "planned beforehand", "planned, and entered afterwards"],
)
def test_days_are_never_fewer_than_none(anchor: str, entered: str, ended: str, days: int | None) -> None:
    assert taken({"anchor_on": anchor, "opened_on": entered}, date.fromisoformat(ended)) == days

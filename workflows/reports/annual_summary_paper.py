"""The year's summary as a paper: for the committee, with every case and every count, or for anybody.

What may be published is settled in `annual_summary_public`, by the rules of `states.suppression`, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from states.suppression import ListShown
from states.words import long_day, many
from workflows.papers import charts
from workflows.papers.paper import Cell, Paper, Row, Table
from workflows.reports.annual_summary import Summary, Timing
from workflows.reports.annual_summary_annex import annex
from workflows.reports.annual_summary_charts import charts_of
from workflows.reports.annual_summary_public import public_paper
from workflows.reports.annual_summary_recommendations import follow_tables
from workflows.reports.annual_summary_words import commonest, led_on, told
from workflows.reports.disclosure import rows_of, totalled

INSIDE = "For the {} only, not for publication: every case is listed by its reference, every count given in full."
DAYS_FROM = (
    "Days run from the day the step could begin; where it was to be done by a planned date, from the day that was "
    "entered. The days of a hold are among them. A step that is still owed counts as late and has no days; nor has one "
    "by a planned date that was entered after it was done."
)
STEP_COLUMNS = (
    "Step",
    "Steps",
    "On time",
    "Late",
    "Share late",
    "Median days",
    "Shortest",
    "Longest",
    "Commonest reason",
)


def paper(summary: Summary, committee: str, *, full: bool = False, years: Sequence[Summary] = ()) -> Paper:
    """The summary of a year, ready to be written; `full` is the committee's own, with every case and every count.

    `years` are the three a small year is published with, where this is the last of them.
    """
    if not full:
        return public_paper(summary, committee, years)
    tables = {**_case_tables(summary), **follow_tables(summary), **_learned_tables(summary)}
    return Paper(
        title=f"Summary of cases considered, {summary.year.name}",
        committee=summary.heading(committee),
        about=f"{long_day(summary.year.first)} to {long_day(summary.year.last)}",
        made_on=summary.made_on,
        warning=INSIDE.format(summary.office),
        opening=tuple(_opening(summary)),
        tables={**tables, **annex(summary)},
        told=told(summary),
        charts=charts_of(tables),
    )


def _opening(summary: Summary) -> Iterator[str]:
    year = summary.year
    yield f"{_said(len(summary.cases), 'case')} considered from {long_day(year.first)} to {long_day(year.last)}."
    if summary.made_on <= year.last:
        yield f"The year is not over: this counts what there was by {long_day(summary.made_on)}."
    if summary.cases:
        yield from led_on(summary, _said)
    total = len(summary.recommendations)
    yield f"{_said(total, 'recommendation')} before the {summary.office} or being followed through in the year."


def _said(count: int, noun: str, verb: str = "") -> str:
    number = f"{count:,}" if count else "No"
    return f"{number} {many(noun, count)} {verb or ('was' if count == 1 else 'were')}"


def _case_tables(summary: Summary) -> dict[str, Table]:
    several = "A case may meet several, so these do not add up."
    grounds = Table(
        "Criteria named when a case was decided", ("Criterion", "Cases"), rows_of(summary.grounds()), several
    )
    return {
        "decisions": _counted("What was decided", ("Decision", "Cases"), summary.decisions(), "All cases considered"),
        "grounds": grounds,
        "steps": _steps(summary),
        "delays": _counted("Why steps were late", ("Reason", "Late steps"), summary.delays(), "All late steps"),
        "stages": _stages(summary),
        "holds": _counted("Holds that ran in the year", ("Hold", "Holds"), summary.held(), "All holds"),
    }


def _counted(caption: str, columns: tuple[str, str], counts: Mapping[str, int], whole: str) -> Table:
    return totalled(caption, columns, ListShown(counts, sum(counts.values())), whole)


def _steps(summary: Summary) -> Table:
    """How long each step took and how many were late."""
    timings = summary.timings()
    rows = [
        Row(
            one.label, (*_punctual(one.count, one.late), *_days(one), commonest(summary, one.label) if one.late else "")
        )
        for one in timings
    ]
    if timings:
        whole = _punctual(sum(one.count for one in timings), sum(one.late for one in timings))
        rows.append(Row("All steps", (*whole, "", "", "", "")))
    caption = "Time taken at each step that ended in the year, or was late at its end"
    return Table(caption, STEP_COLUMNS, tuple(rows), DAYS_FROM, last_is_total=bool(rows))


def _punctual(count: int, late: int) -> tuple[Cell, ...]:
    """How many, how many on time, how many late and which share that is."""
    return count, count - late, late, f"{100 * late / count:.0f}%" if count else ""


def _stages(summary: Summary) -> Table:
    rows = (Row(one.label, (one.count, *_days(one))) for one in summary.stage_timings())
    columns = ("Stage", "Cases", "Median days", "Shortest", "Longest")
    return Table("Days that cases stood in each stage they left in the year", columns, tuple(rows))


def _days(one: Timing) -> tuple[Cell, Cell, Cell]:
    """The middle, the shortest and the longest."""
    if one.middle is None or one.shortest is None or one.longest is None:
        return "", "", ""
    return charts.number(one.middle), one.shortest, one.longest


def _learned_tables(summary: Summary) -> dict[str, Table]:
    """How much was learned of which kind, and how much good practice from which source."""
    points, good = (summary.learned_of(found) for found in (summary.learning, summary.practice))
    return {
        "learned": _counted("Learning points", ("Kind", "Learning points"), points, "All learning points"),
        "practised": _counted("Good practice", ("Source", "Examples"), good, "All examples"),
    }

"""The year's summary as a paper: for anybody, with small counts kept back, or for the committee, with every case.

What may be published is settled here, in `sight` and in `summary_words`, and nowhere else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from states.suppression import GridShown, ListShown, is_small
from states.words import long_day, many
from workflows.papers import charts
from workflows.papers.paper import Cell, Paper, Row, Table
from workflows.reports.annual_summary import Summary, Timing
from workflows.reports.annual_summary_annex import annex
from workflows.reports.annual_summary_recommendations import follow_tables
from workflows.reports.annual_summary_words import WORDS_KEPT, commonest, delays, learned_tables, told
from workflows.reports.disclosure import Sight, rows_of, totalled
from workflows.reports.secondary_suppression import grounds_kept_back, telling_counts, totals_tell

INSIDE = (
    "For the committee only, not for publication: every case is listed by its reference, every count given in full."
)
KEPT_BACK = (
    "[c] stands for a count from 1 to 4, or for one that is kept back so that such a count cannot be worked out, "
    "from this table or another."
)
DAYS_FROM = (
    "Days run from the day the step could begin; where it was to be done by a planned date, from the day that was "
    "entered. A step that is still owed counts as late and has no days."
)
ON_TIME, LATE = "On time", "Late"
STEP_COLUMNS = ("Step", "Cases", ON_TIME, LATE, "Share late", "Median days", "Shortest", "Longest", "Commonest reason")


def paper(summary: Summary, committee: str, *, full: bool = False) -> Paper:
    """The summary of a year, ready to be written; `full` is the committee's own, with every case and every count."""
    see = Sight(full)
    tables = {**_case_tables(summary, see), **follow_tables(summary, see), **learned_tables(summary, see)}
    return Paper(
        title=f"Summary of cases considered, {summary.year.name}",
        committee=committee,
        about=f"{long_day(summary.year.first)} to {long_day(summary.year.last)}",
        made_on=summary.made_on,
        warning=INSIDE if full else "",
        opening=(*_opening(summary, see), *_kept_back(tables, see)),
        tables={**tables, **(annex(summary) if full else {})},
        told=told(summary, see),
        charts=_charts(tables),
    )


def _opening(summary: Summary, see: Sight) -> Iterator[str]:
    decided = see.listed(summary.decisions())
    year = summary.year
    yield f"{_said(decided.total, 'case')} considered from {long_day(year.first)} to {long_day(year.last)}."
    parts = [decided.counts.get(label) for label in {case.decision for case in summary.cases if case.led_on}]
    if summary.cases and None not in parts:
        led = sum(part for part in parts if part is not None)
        yield f"{_said(led, 'case', 'led')} to a review or to learning in another way."
    many = len(summary.recommendations)
    total = see.listed({"all": many}).total
    yield f"{_said(total, 'recommendation')} before the committee or being followed through in the year."


def _kept_back(tables: Mapping[str, Table], see: Sight) -> Iterator[str]:
    if any(cell is None for table in tables.values() for row in table.rows for cell in row.cells):
        yield KEPT_BACK
    if not see.full and any(table.rows for table in tables.values()):
        yield WORDS_KEPT


def _said(count: int | None, noun: str, verb: str = "") -> str:
    if count is None:
        return f"Fewer than five {noun}s {verb or 'were'}"
    number = f"{count:,}" if count else "No"
    return f"{number} {many(noun, count)} {verb or ('was' if count == 1 else 'were')}"


def _case_tables(summary: Summary, see: Sight) -> dict[str, Table]:
    decided = see.listed(summary.decisions())
    steps, late = _steps(summary, see, decided)
    reasons = see.listed(delays(summary, see), hide_total=late is None)
    grounds = rows_of(_grounds(summary, see, decided))
    several = "A case may meet several, so these do not add up."
    if not see.full:
        several += " Criteria of few cases, and others that would tell how few, are not listed."
    return {
        "decisions": totalled("What was decided", ("Decision", "Cases"), decided, "All cases considered"),
        "grounds": Table("Criteria named when a case was decided", ("Criterion", "Cases"), grounds, several),
        "steps": steps,
        "delays": totalled("Why steps were late", ("Reason", "Late steps"), reasons, "All late steps"),
        "stages": _stages(summary, see, decided),
        "holds": totalled("Holds that ran in the year", ("Hold", "Holds"), see.listed(summary.held()), "All holds"),
    }


def _steps(summary: Summary, see: Sight, decided: ListShown) -> tuple[Table, int | None]:
    """How long each step took and how many were late; and the number of late steps, where it may be seen."""
    timings = summary.timings()
    near = telling_counts(summary, decided, _cases_by((one.label, one.ref) for one in summary.steps))
    counts = {one.label: {ON_TIME: one.count - one.late, LATE: one.late} for one in timings}
    few = any(is_small(number) for row in counts.values() for number in row.values())
    by_rows = not see.full and (few or totals_tell(summary, decided))
    grid = see.apart(counts, near) if by_rows else see.gridded(counts, near)
    rows = [
        Row(
            one.label,
            (
                *_punctual(grid, one.label),
                *_days(one, see, told=grid.rows[one.label] is not None or see.hides_for(one.count, near)),
                commonest(summary, one.label, see) if grid.counts[one.label][LATE] else "",
            ),
        )
        for one in timings
        if one.label in grid.rows
    ]
    late = grid.columns.get(LATE, 0)
    if timings:
        whole = (grid.total, grid.columns[ON_TIME], late, _share(late, grid.total))
        rows.append(Row("All steps", (*whole, "", "", "", "")))
    caption = "Time taken at each step that ended in the year, or was late at its end"
    return Table(caption, STEP_COLUMNS, tuple(rows), DAYS_FROM, last_is_total=bool(rows)), late


def _punctual(grid: GridShown, label: str) -> tuple[Cell, ...]:
    """How many, how many on time, how many late and which share that is."""
    count, late = grid.rows[label], grid.counts[label][LATE]
    return count, grid.counts[label][ON_TIME], late, _share(late, count)


def _stages(summary: Summary, see: Sight, decided: ListShown) -> Table:
    timings = summary.stage_timings()
    left = ((label, ref) for label, stood in summary.stood.items() for ref, _ in stood)
    near = telling_counts(summary, decided, _cases_by(left))
    counts = see.alone({one.label: one.count for one in timings}, near)
    seen = {one.label: counts[one.label] is not None or see.hides_for(one.count, near) for one in timings}
    rows = (Row(one.label, (counts[one.label], *_days(one, see, told=seen[one.label]))) for one in timings)
    columns = ("Stage", "Cases", "Median days", "Shortest", "Longest")
    return Table("Days that cases stood in each stage they left in the year", columns, tuple(rows))


def _grounds(summary: Summary, see: Sight, decided: ListShown) -> Mapping[str, int | None]:
    kept_back = set() if see.full else grounds_kept_back(summary, decided)
    return {one: number for one, number in summary.grounds().items() if one not in kept_back}


def _cases_by(found: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """References of cases by what they are counted under."""
    cases: dict[str, list[str]] = defaultdict(list)
    for label, ref in found:
        cases[label].append(ref)
    return cases


def _charts(tables: Mapping[str, Table]) -> dict[str, charts.Drawing]:
    """Charts of what the tables show, and of no more."""
    standings = tables["recommendations"]
    levels = list(zip(standings.headings, standings.rows[-1].cells, strict=True))[:-1] if standings.rows else []
    steps = [_span(row) for row in tables["steps"].rows[:-1]]
    found = {
        "decisions": charts.bars("What was decided", _counts(tables["decisions"], 0), "Cases"),
        "steps": charts.spans("Days taken at each step", [span for span in steps if span.high is not None]),
        "levels": charts.bars("Recommendations by level", _numbers(levels), "Recommendations"),
        "standings": charts.bars("Where recommendations stand", _counts(standings, -1), "Recommendations"),
    }
    return {name: drawing for name, drawing in found.items() if len(drawing.shapes) > 1}


def _span(row: Row) -> charts.Span:
    middle, low, high = row.cells[4:7]
    if isinstance(middle, str) and isinstance(low, int) and isinstance(high, int):
        return charts.Span(row.label, low, float(middle.replace(",", "")), high)
    return charts.Span(row.label, None, None, None)


def _counts(table: Table, column: int) -> list[tuple[str, int | None]]:
    return _numbers([(row.label, row.cells[column]) for row in table.rows[:-1]])


def _numbers(found: list[tuple[str, Cell]]) -> list[tuple[str, int | None]]:
    return [(label, cell) for label, cell in found if cell is None or isinstance(cell, int)]


def _days(one: Timing, see: Sight, *, told: bool) -> tuple[Cell, Cell, Cell]:
    """The middle, the shortest and the longest, where they may be told: not of a few that were measured."""
    if one.middle is None or one.shortest is None or one.longest is None:
        return "", "", ""
    told = told and (see.full or not is_small(one.measured))
    return (charts.number(one.middle), one.shortest, one.longest) if told else (None, None, None)


def _share(part: int | None, whole: int | None) -> str | None:
    if part is None or whole is None:
        return None
    return f"{100 * part / whole:.0f}%" if whole else ""

"""The year's summary for anybody: what of the year may be published.

A year of at least 25 cases has tables of its own, each in the finest detail in which no count is small. A smaller one
has its number of cases; its tables are published in three groups over three years that never overlap, with the last of
them, and never beside tables of a single one of these years. The rules are in docs/decisions/0016.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain

from states.suppression import (
    DAYS_FROM,
    LEAST,
    WORDS_FROM,
    ListShown,
    alone,
    is_small,
    listed,
    may_divide,
    may_stand,
    rounded_days,
)
from states.words import long_day, many
from workflows.papers.paper import Cell, Paper, Row, Table
from workflows.reports.annual_summary import Summary, Timing
from workflows.reports.annual_summary_charts import charts_of
from workflows.reports.annual_summary_recommendations import (
    coarse_standings,
    last_seen,
    published_follow_tables,
    stages,
)
from workflows.reports.annual_summary_words import WORDS_KEPT, delays, learned_by_several, led_on, reasons_by_many
from workflows.reports.case_files import Year
from workflows.reports.disclosure import Decisions, decisions, groups, rows_of, splitting, totalled

SMALL_YEAR = 25
"""A year of fewer cases has no tables of its own."""

YEARS_TOGETHER = 3
KEPT_BACK = (
    "[c] stands for what is kept back, so that no count from 1 to 4 can be worked out, from this table or another."
)
DAYS_FROM_TO = (
    "Days run from the day the step could begin; where it was to be done by a planned date, from the day that was "
    "entered. They are at the middle of at least ten that were measured, to the nearest five."
)
FEW = (
    "Fewer than 25 cases were considered, so no tables of this year alone are published: those of {years} go with the "
    "summary of {last}, if enough cases were considered in each of these years."
)
TOGETHER = "Fewer than 25 cases a year were considered, so the tables tell of {years} together and of no single year."
APART = (
    "No tables are published of {years}: in one of these years too few cases, or enough for tables, were considered."
)
ON_TIME, LATE = "On time", "Late"
PUNCTUAL = ("Step", "Steps", ON_TIME, LATE, "Share late", "Median days")
STEPS = "Time taken at each step that ended in the year, or was late at its end"
GROUNDS = "Criteria named when a case was decided"
STAGES = "Days that cases stood in each stage they left in the year"


OF_CASES = ("decisions", "grounds", "steps", "delays", "stages", "holds")
NOTHING = dict.fromkeys((*OF_CASES, "recommendations", "themes", "learned", "practised"), Table("", ("",), ()))
"""Every table there may be, without a line: a small year has most of them so."""


def together_with(year: Year) -> tuple[Year, Year, Year]:
    """The three years with which a small year is published: fixed, so that no two such periods overlap."""
    first = year.first.year - year.first.year % YEARS_TOGETHER
    begins = (first, first + 1, first + 2)
    one, two, three = (Year(date(number, 4, 1), date(number + 1, 3, 31)) for number in begins)
    return one, two, three


def public_paper(summary: Summary, committee: str, years: Sequence[Summary] = ()) -> Paper:
    """The summary of a year for anybody; `years` are those of its three years, where this is the last of them."""
    small = len(summary.cases) < SMALL_YEAR
    decided = decisions(summary)
    tables = NOTHING | (_of_years(summary, years) if small else _of_year(summary, decided))
    opening = [_number(summary), *(_of_small(summary, years) if small else _of_large(summary, decided))]
    if any(cell is None for table in tables.values() for row in table.rows for cell in row.cells):
        opening.append(KEPT_BACK)
    if summary.cases:
        opening.append(WORDS_KEPT.format(summary.office))
    reasons = reasons_by_many(summary) if decided.in_full and not small else {}
    return Paper(
        title=f"Summary of cases considered, {summary.year.name}",
        committee=summary.heading(committee),
        about=f"{long_day(summary.year.first)} to {long_day(summary.year.last)}",
        made_on=summary.made_on,
        opening=tuple(opening),
        tables=tables,
        told={**learned_by_several(summary), **reasons},
        charts=charts_of(tables),
    )


def is_last_of_three(year: Year) -> bool:
    """Whether the tables of three small years are published with this one."""
    return year == together_with(year)[-1]


def _number(summary: Summary) -> str:
    year = summary.year
    counted = _said(len(summary.cases), "case")
    return f"{counted} considered from {long_day(year.first)} to {long_day(year.last)}."


def _of_large(summary: Summary, decided: Decisions) -> Iterator[str]:
    if decided.shown.in_parts:
        yield from led_on(summary, _said)
    total = len(summary.recommendations)
    yield f"{_said(total, 'recommendation')} before the {summary.office} or being followed through in the year."


def _of_small(summary: Summary, years: Sequence[Summary]) -> Iterator[str]:
    if not summary.cases:
        return
    name, last = _period(summary.year), together_with(summary.year)[-1]
    if summary.year != last:
        yield FEW.format(years=name, last=last.name)
    else:
        yield (TOGETHER if _may_be_together(years) else APART).format(years=name)


def _period(year: Year) -> str:
    """The three years a year is told with, by their name: 2025-28."""
    years = together_with(year)
    return Year(years[0].first, years[-1].last).name


def _said(count: int, noun: str, verb: str = "") -> str:
    if is_small(count):
        return f"Fewer than five {noun}s {verb or 'were'}"
    number = f"{count:,}" if count else "No"
    return f"{number} {many(noun, count)} {verb or 'were'}"


# ---------------------------------------------------------------------------------------- a year with tables of its own


def _of_year(summary: Summary, decided: Decisions) -> dict[str, Table]:
    steps = _steps(summary, decided)
    return {
        "decisions": totalled("What was decided", ("Decision", "Cases"), decided.shown, "All cases considered"),
        "grounds": _grounds(summary, decided),
        "steps": Table(STEPS, PUNCTUAL, tuple(row for row, _ in steps), DAYS_FROM_TO),
        "delays": _delays(summary, known=all(known for _, known in steps)),
        "stages": _stages(summary, decided),
        "holds": totalled("Holds that ran in the year", ("Hold", "Holds"), listed(summary.held()), "All holds"),
        **published_follow_tables(summary),
        **_learned(summary),
    }


def shown_steps(summary: Summary) -> tuple[tuple[Row, ...], bool]:
    """The lines of the published table of steps, and whether nothing in it is kept back."""
    found = _steps(summary, decisions(summary))
    return tuple(row for row, _ in found), all(known and None not in row.cells[:-1] for row, known in found)


def _grounds(summary: Summary, decided: Decisions) -> Table:
    """Criteria add up to the decisions they were named with, so they stand only beside all of those.

    Of how many cases they were named is told by that; so they stand where no criterion was left out in few cases, and
    where no few cases met several.
    """
    found = summary.grounds()
    named = sum(1 for case in summary.cases if case.grounds)
    telling = any(not may_divide(number, named) for number in found.values()) or is_small(sum(found.values()) - named)
    shown = rows_of(found) if decided.in_full and not telling else ()
    return Table(GROUNDS, ("Criterion", "Cases"), shown, "A case may meet several, so these do not add up.")


def _steps(summary: Summary, decided: Decisions) -> list[tuple[Row, bool]]:
    """How long each step took and how many were late; and whether all of that is shown."""
    telling = splitting(summary, decided, _cases_by((one.label, one.ref) for one in summary.steps))
    return [_step(one, hidden=one.label in telling or is_small(one.count)) for one in summary.timings()]


def _step(one: Timing, *, hidden: bool) -> tuple[Row, bool]:
    if hidden:
        return Row(one.label, (None,) * (len(PUNCTUAL) - 1)), False
    days = _days(one)
    on_time = one.count - one.late
    if not may_stand((on_time, one.late)):
        return Row(one.label, (one.count, None, None, None, days)), False
    share = f"{100 * one.late / one.count:.0f}%"
    return Row(one.label, (one.count, on_time, one.late, share, days)), True


def _days(one: Timing) -> int | None:
    """The middle of enough that were measured, rounded; neither the shortest nor the longest, which are one child's."""
    return rounded_days(one.middle) if one.middle is not None and one.measured >= DAYS_FROM else None


def _delays(summary: Summary, *, known: bool) -> Table:
    """Reasons add up to the late steps, so they stand only where lateness is shown at every step.

    A reason that is named was given ten times or more: of a smaller total, that a few other reasons are kept back would
    tell how few.
    """
    found = listed(*delays(summary), from_total=WORDS_FROM + LEAST - 1) if known else ListShown({}, 0)
    shown = found if found.in_parts else ListShown({}, 0)
    return totalled("Why steps were late", ("Reason", "Late steps"), shown, "All late steps")


def _stages(summary: Summary, decided: Decisions) -> Table:
    left = ((label, ref) for label, stood in summary.stood.items() for ref, _ in stood)
    telling = splitting(summary, decided, _cases_by(left))
    timings = summary.stage_timings()
    counts = alone({one.label: one.count for one in timings if one.label not in telling})
    rows = (Row(one.label, _stage(one, counts.get(one.label))) for one in timings)
    return Table(STAGES, ("Stage", "Cases", "Median days"), tuple(rows))


def _stage(one: Timing, count: int | None) -> tuple[Cell, ...]:
    return (count, _days(one)) if count is not None else (None, None)


def _learned(summary: Summary) -> dict[str, Table]:
    """How much was learned of which kind, and how much good practice from which source: of all kinds, or of none.

    What at least five cases say stands in words beside it, so a sum alone would tell how few say something else.
    """
    points, good = (_in_parts(summary.learned_of(found)) for found in (summary.learning, summary.practice))
    return {
        "learned": totalled("Learning points", ("Kind", "Learning points"), points, "All learning points"),
        "practised": totalled("Good practice", ("Source", "Examples"), good, "All examples"),
    }


def _in_parts(counts: dict[str, int]) -> ListShown:
    shown = listed(counts)
    return shown if shown.in_parts else ListShown({}, 0)


def _cases_by(found: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """References of cases by what they are counted under."""
    cases: dict[str, list[str]] = defaultdict(list)
    for label, ref in found:
        cases[label].append(ref)
    return cases


# --------------------------------------------------------------------------------------------------- three small years


def _of_years(summary: Summary, years: Sequence[Summary]) -> dict[str, Table]:
    """Coarse tables over three years; none where a year would be told by what is left of the three."""
    if not is_last_of_three(summary.year) or not _may_be_together(years):
        return {}
    name = _period(summary.year)
    cases, recommendations = listed(groups(years)), listed(stages(last_seen(years)))
    lateness = listed(_lateness(years))
    counted = "A case considered in two of the years is counted in both."
    decided = totalled(f"What was decided, {name}", ("Decision", "Cases"), cases, "All cases considered")
    steps = totalled(f"Steps that ended, {name}", ("Step", "Steps"), lateness, "All steps")
    return {
        "decisions": Table(decided.caption, decided.columns, decided.rows, counted, last_is_total=True),
        "steps": steps,
        "recommendations": coarse_standings(recommendations, summary),
    }


def _may_be_together(years: Sequence[Summary]) -> bool:
    """Whether three years may be told together: all small, and none so small that the others would tell of it."""
    counts = [len(one.cases) for one in years]
    return len(counts) == YEARS_TOGETHER and may_stand(counts) and max(counts) < SMALL_YEAR


def _lateness(years: Sequence[Summary]) -> dict[str, int]:
    ended = [step for step in chain.from_iterable(one.steps for one in years) if step.ended_on is not None]
    late = sum(step.late for step in ended)
    return {name: number for name, number in ((ON_TIME, len(ended) - late), (LATE, late)) if number}

"""The tables of the year's summary about recommendations and themes, for the committee and for anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from states.suppression import GridShown, ListShown, alone, gridded, in_full, is_small, listed, may_divide
from states.words import long_day
from workflows.papers.paper import Row, Table
from workflows.reports.annual_summary import Summary
from workflows.reports.disclosure import totalled
from workflows.reports.recommendation_figures import NOT_YET, Followed

FACTS = {
    "done": ("Done: recommendations said to be done", "Done"),
    "fulfilled": ("Fulfilled: how far, seen on evidence by somebody other than the owner", "Fulfilled"),
    "practice": ("A difference to practice", "Difference"),
    "outcomes": ("A difference to outcomes{whom}", "Difference"),
}
"""The facts about a recommendation: the caption of the table of each, and the heading of its lines."""

UNRECORDED = ("Not yet", NOT_YET)
CAPTION = "Recommendations by level and by where they stand"
THEMES = "Themes that came up more than once"
SEVERAL = "A case may have several themes, so these do not add up."
ENDED, CLAIMED, TO_DO = "Ended", "Said to be done, or seen to be", "Not yet said to be done"


def follow_tables(summary: Summary) -> dict[str, Table]:
    """Recommendations by level and by where they stand; the three facts about them, apart; repeated themes."""
    facts = {name: ListShown(counts, sum(counts.values())) for name, counts in summary.facts().items()}
    themes = tuple(Row(theme, found) for theme, found in summary.repeated().items())
    return {
        "recommendations": _standings(summary, in_full(summary.standings())),
        **_facts(summary, facts),
        "themes": Table(THEMES, ("Theme", "Cases", "Recommendations"), themes, SEVERAL),
    }


def published_follow_tables(summary: Summary) -> dict[str, Table]:
    """The same for anybody: in the finest detail in which no count is small.

    The facts stand beside where recommendations stand, so they are shown only where that is shown.
    """
    grid = gridded(summary.standings())
    shown = bool(grid.rows) and None not in grid.rows.values()
    tables = _facts(summary, _facts_shown(summary)) if shown else {}
    coarse = listed(stages(summary.recommendations))
    standing = _standings(summary, grid) if shown else coarse_standings(coarse, summary)
    return {"recommendations": standing, **tables, "themes": _themes(summary)}


def stages(recommendations: Iterable[Followed]) -> dict[str, int]:
    """Recommendations in three groups."""
    found = Counter(map(_stage, recommendations))
    return {name: found[name] for name in (TO_DO, CLAIMED, ENDED) if found[name]}


def last_seen(summaries: Iterable[Summary]) -> Iterable[Followed]:
    """The recommendations of some years, each as it stood in the last of them."""
    return {one.ref: one for summary in summaries for one in summary.recommendations}.values()


def coarse_standings(found: ListShown, summary: Summary) -> Table:
    """Where recommendations stand, in three groups; how many there are where those are not shown."""
    made = totalled(CAPTION, ("Where they stand", "All"), found, "All")
    return Table(made.caption, made.columns, made.rows, _stood(summary), last_is_total=made.last_is_total)


def _stage(one: Followed) -> str:
    return ENDED if one.closed_on else CLAIMED if one.done_on else TO_DO


def _facts(summary: Summary, found: dict[str, ListShown]) -> dict[str, Table]:
    whom = " for children" if summary.office == "committee" else ""
    return {
        name: totalled(caption.format(whom=whom), (heading, "Recommendations"), found[name], "All recommendations")
        for name, (caption, heading) in FACTS.items()
        if name in found
    }


def _facts_shown(summary: Summary) -> dict[str, ListShown]:
    """The facts that may be shown beside one another, and beside where recommendations stand.

    Each rests on the one before it, so the difference of two may be a small count: then the later is not shown. Nor is
    one that is recorded of few of those that stand in one place, or of all but few.
    """
    seen: dict[str, ListShown] = {}
    known: list[int] = []
    at_each = [summary.facts(stands) for stands in summary.standings()]
    for name, counts in summary.facts().items():
        shown, recorded = listed(counts), _recorded(counts)
        apart = all(may_divide(_recorded(there[name]), sum(there[name].values())) for there in at_each)
        if shown.in_parts and apart and not any(is_small(abs(recorded - other)) for other in known):
            known.append(recorded)
            seen[name] = shown
    return seen


def _recorded(counts: Mapping[str, int]) -> int:
    """Of how many recommendations a fact is recorded."""
    return sum(number for kind, number in counts.items() if kind not in UNRECORDED)


def _standings(summary: Summary, grid: GridShown) -> Table:
    across = None not in grid.columns.values()
    columns = tuple(grid.columns) if across else ()
    rows = [Row(stand, (*(row.values() if across else ()), grid.rows[stand])) for stand, row in grid.counts.items()]
    whole = [Row("All", (*(grid.columns.values() if across else ()), grid.total))] if grid.total else []
    headings = ("Where they stand", *columns, "All")
    return Table(CAPTION, headings, (*rows, *whole), _stood(summary), last_is_total=bool(whole))


def _stood(summary: Summary) -> str:
    as_it_stood = f"As they stood on {long_day(summary.stood_on)}."
    return f"{as_it_stood} Those that others lead are never late for the {summary.office}."


def _themes(summary: Summary) -> Table:
    repeated = summary.repeated()
    cases = alone({theme: found[0] for theme, found in repeated.items()})
    urged = alone({theme: found[1] for theme, found in repeated.items()})
    known = sorted(theme for theme in repeated if cases[theme] or urged[theme])
    rows = tuple(Row(theme, (cases[theme], urged[theme])) for theme in known)
    return Table(THEMES, ("Theme", "Cases", "Recommendations"), rows, f"{SEVERAL} Those of few are not listed.")

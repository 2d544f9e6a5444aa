"""The tables of the year's summary about recommendations and themes."""

from __future__ import annotations

from collections.abc import Callable

from states.suppression import GridShown, ListShown, is_small
from states.words import long_day
from workflows.papers.paper import Row, Table
from workflows.reports.annual_summary import Summary
from workflows.reports.disclosure import Sight, totalled
from workflows.reports.recommendation_figures import NOT_YET, Followed

FACTS = {
    "done": ("Done: recommendations said to be done", "Done"),
    "fulfilled": ("Fulfilled: how far, seen on evidence by somebody other than the owner", "Fulfilled"),
    "practice": ("A difference to practice", "Difference"),
    "outcomes": ("A difference to outcomes for children", "Difference"),
}
"""The facts about a recommendation: the caption of the table of each, and the heading of its lines."""

RECORDED: dict[str, Callable[[Followed], bool]] = {
    "done": lambda one: bool(one.done_on),
    "fulfilled": lambda one: bool(one.fulfilled),
    "practice": lambda one: bool(one.practice),
    "outcomes": lambda one: bool(one.outcomes),
}
UNRECORDED = ("Not yet", NOT_YET)


def follow_tables(summary: Summary, see: Sight) -> dict[str, Table]:
    """Recommendations by level and by where they stand; the three facts about them, apart; repeated themes."""
    grid = see.gridded(summary.standings())
    found = _facts_shown(summary, see, grid)
    three = {
        name: totalled(caption, (heading, "Recommendations"), found[name], "All recommendations")
        for name, (caption, heading) in FACTS.items()
        if found[name].counts
    }
    return {"recommendations": _standings(summary, grid), **three, "themes": _themes(summary, see)}


def _facts_shown(summary: Summary, see: Sight, grid: GridShown) -> dict[str, ListShown]:
    """The facts as they may be shown beside one another and beside where recommendations stand.

    Each fact rests on the one before it, so the difference of two may be a small count. Where one is, or where a fact
    tells how many stand where that is kept back, nothing of it is shown but how many recommendations there are.
    """
    seen: dict[str, ListShown] = {}
    known: list[int] = []
    for name, counts in sorted(summary.facts().items(), key=lambda fact: fact[0] == "done"):  # it tells the least
        shown, recorded = see.listed(counts), sum(number for kind, number in counts.items() if kind not in UNRECORDED)
        close = any(is_small(abs(recorded - other)) for other in known)
        if not see.full and (close or _tells_standing(summary, name, grid)):
            shown = ListShown({}, shown.total)
        else:
            known.append(recorded)
        seen[name] = shown
    return seen


def _tells_standing(summary: Summary, name: str, grid: GridShown) -> bool:
    """Whether how many have a fact tells anything of how many stand where the grid keeps that back.

    It does where some of those that are kept back have it, and others have it not.
    """
    kept_back = [one for one in summary.recommendations if grid.rows.get(one.stands) is None]
    return len({RECORDED[name](one) for one in kept_back}) > 1


def _standings(summary: Summary, grid: GridShown) -> Table:
    rows = [Row(stand, (*row.values(), grid.rows[stand])) for stand, row in grid.counts.items()]
    whole = [Row("All", (*grid.columns.values(), grid.total))] if grid.total != 0 else []
    note = f"As they stood on {long_day(summary.stood_on)}. Those that others lead are never late for the committee."
    return Table(
        "Recommendations by level and by where they stand",
        ("Where they stand", *grid.columns, "All"),
        (*rows, *whole),
        note,
        last_is_total=bool(whole),
    )


def _themes(summary: Summary, see: Sight) -> Table:
    repeated = summary.repeated()
    cases = see.alone({theme: found[0] for theme, found in repeated.items()})
    urged = see.alone({theme: found[1] for theme, found in repeated.items()})
    return Table(
        "Themes that came up more than once",
        ("Theme", "Cases", "Recommendations"),
        tuple(Row(theme, (cases[theme], urged[theme])) for theme in (repeated if see.full else sorted(repeated))),
        "A case may have several themes, so these do not add up.",
    )

"""The tables of the year's summary about recommendations and themes."""

from __future__ import annotations

from workflows.papers import Row, Table, long_day
from workflows.sight import Sight, totalled
from workflows.summary import Summary

FACTS = {
    "done": "Done: recommendations said to be done",
    "fulfilled": "Fulfilled: how far, seen on evidence by somebody other than the owner",
    "practice": "A difference to practice",
    "outcomes": "A difference to outcomes for children",
}


def follow_tables(summary: Summary, see: Sight) -> dict[str, Table]:
    """Recommendations by level and by where they stand; the three facts about them, apart; repeated themes."""
    facts = summary.facts()
    three = {
        name: totalled(caption, ("", "Recommendations"), see.listed(facts[name]), "All recommendations")
        for name, caption in FACTS.items()
    }
    return {"recommendations": _standings(summary, see), **three, "themes": _themes(summary, see)}


def _standings(summary: Summary, see: Sight) -> Table:
    grid = see.gridded(summary.standings())
    rows = [Row(stand, (*row.values(), grid.rows[stand])) for stand, row in grid.counts.items()]
    whole = [Row("All", (*grid.columns.values(), grid.total))] if rows else []
    note = f"As they stood on {long_day(summary.made_on)}. Those that others lead are never late for the committee."
    return Table(
        "Recommendations by level and by where they stand",
        ("Where they stand", *grid.columns, "All"),
        (*rows, *whole),
        note,
        last_is_total=bool(rows),
    )


def _themes(summary: Summary, see: Sight) -> Table:
    repeated = summary.repeated()
    cases = see.alone({theme: found[0] for theme, found in repeated.items()})
    urged = see.alone({theme: found[1] for theme, found in repeated.items()})
    return Table(
        "Themes that came up more than once",
        ("Theme", "Cases", "Recommendations"),
        tuple(Row(theme, (cases[theme], urged[theme])) for theme in repeated),
        "A case may have several themes, so these do not add up.",
    )

"""The charts of the year's summary: of what its tables show, and of no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflows.papers import charts
from workflows.papers.paper import Cell, Row, Table

NOTHING = Table("", ("",), ())


def charts_of(tables: Mapping[str, Table]) -> dict[str, charts.Drawing]:
    """Charts of decisions, of the days steps took (where a table has them) and of recommendations."""
    decisions, steps, standings = (tables.get(name, NOTHING) for name in ("decisions", "steps", "recommendations"))
    levels = list(zip(standings.headings, standings.rows[-1].cells, strict=True))[:-1] if standings.rows else []
    spans = [_span(row) for row in steps.rows[:-1]] if "Shortest" in steps.columns else []
    found = {
        "decisions": charts.bars("What was decided", _counts(decisions, 0), "Cases"),
        "steps": charts.spans("Days taken at each step", [span for span in spans if span.high is not None]),
        "levels": charts.bars("Recommendations by level", _numbers(levels), "Recommendations"),
        "standings": charts.bars("Where recommendations stand", _counts(standings, -1), "Recommendations"),
    }
    return {name: drawing for name, drawing in found.items() if len(drawing.shapes) > 1}


def _span(row: Row) -> charts.DaysSpan:
    middle, low, high = row.cells[4:7]
    if isinstance(middle, str) and isinstance(low, int) and isinstance(high, int):
        return charts.DaysSpan(row.label, low, float(middle.replace(",", "")), high)
    return charts.DaysSpan(row.label, None, None, None)


def _counts(table: Table, column: int) -> list[tuple[str, int | None]]:
    return _numbers((row.label, row.cells[column]) for row in table.rows[:-1])


def _numbers(found: Iterable[tuple[str, Cell]]) -> list[tuple[str, int | None]]:
    return [(label, cell) for label, cell in found if cell is None or isinstance(cell, int)]

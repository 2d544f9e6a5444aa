"""A paper, whatever it is written as: sentences, tables, lists of words and charts, each under a name of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from states.words import long_day
from workflows.papers.charts import Drawing

Cell = str | int | date | None

KEPT_BACK = "[c]"
"""What stands for a count that is kept back. The sign is the one the Government Statistical Service uses."""


@dataclass(frozen=True)
class Row:
    """A line of a table: what it is about, and what stands in its columns."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def shown(self) -> list[str]:
        """The cells as they are read."""
        return [shown(cell) for cell in self.cells]


@dataclass(frozen=True)
class Table:
    """A table with its caption; `columns` begins with the heading of the labels. `words` says its cells are text."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    words: bool = False
    last_is_total: bool = False

    @property
    def heading(self) -> str:
        """The heading of the labels."""
        return self.columns[0]

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of the cells."""
        return self.columns[1:]


@dataclass(frozen=True)
class Told:
    """Something told in words, under what it belongs to, and what is known besides."""

    under: str
    text: str
    more: str = ""


@dataclass(frozen=True)
class Paper:
    """A paper ready to be written. `warning` stands on its first page."""

    title: str
    committee: str
    about: str
    made_on: date
    warning: str = ""
    opening: tuple[str, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    told: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)
    charts: Mapping[str, Drawing] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """The paper as JSON holds it; a count that is kept back is null."""
        found = asdict(self)
        found.pop("charts")
        for table in found["tables"].values():
            for row in table["rows"]:
                row["cells"] = tuple(long_day(cell) if isinstance(cell, date) else cell for cell in row["cells"])
        return {**found, "made_on": self.made_on.isoformat()}


HEADINGS = {
    "reasons": "Why cases were decided as they were",
    "learning": "Learning points",
    "practice": "Good practice",
}
"""The headings over what is told, by its name; what has none here stands under the headings of its own groups."""


def shown(cell: Cell) -> str:
    """A cell as it is read."""
    if isinstance(cell, date):
        return long_day(cell)
    return KEPT_BACK if cell is None else f"{cell:,}" if isinstance(cell, int) else cell


def grouped(told: Sequence[Told]) -> list[tuple[str, list[Told]]]:
    """What is told, under its headings in the order they come up."""
    found: dict[str, list[Told]] = {}
    for one in told:
        found.setdefault(one.under, []).append(one)
    return list(found.items())

"""Where the records of a sheet are: its title, its rows of headings, its records, and what stands below them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from states.errors import BadAnswer
from workflows.importing.sheet import Sheet, Workbook
from workflows.importing.targets import GROUPS, plain_heading, target_of

DEEPEST = 30
"""Headings stand among the first rows."""
FEWEST = 2
MOST_READ = 3_000_000
"""Each record is read at every column, filled or not: so many of both together."""
TOO_WIDE = (
    "The sheet {name!r} has more rows and columns than any register: "
    "save the rows and columns that matter as a file of their own."
)
TOTAL = re.compile(r"(grand )?totals?\b", re.IGNORECASE)
KEY = re.compile(r"(key|legend|rag)\s*:", re.IGNORECASE)
MEANS = re.compile(r"([a-z ]+?)\s*=\s*([^,;=]+)", re.IGNORECASE)
NO_HEADINGS = (
    "No row of headings was found in the file: name the columns in one row, as the templates do, "
    "or say the sheet that holds the register."
)


@dataclass(frozen=True)
class Column:
    """A column of a register: where it is, what it is called, and what stands over its heading."""

    number: int
    heading: str
    group: str = ""

    @cached_property
    def name(self) -> str:
        """What it is called, with the heading over it where that says more."""
        plain = plain_heading(self.heading)
        return f"{self.group}: {self.heading}" if self.group and plain_heading(self.group) != plain else self.heading


@dataclass(frozen=True)
class Layout:
    """A sheet by its rows: the columns, the records, and every other row with what it is taken for."""

    sheet: Sheet
    header: int
    columns: tuple[Column, ...]
    records: tuple[int, ...]
    others: tuple[tuple[int, str], ...]
    colours: dict[str, str]
    """What colours mean by the key of the sheet: green, done."""


def laid_out(book: Workbook, wanted: str = "") -> Layout:
    """The sheet that holds the register: the one named, or the first that is shown and has headings.

    Raises BadAnswer where there is none.
    """
    named = [one for one in book.sheets if one.name.casefold() == wanted.strip().casefold()]
    if wanted and not named:
        known = ", ".join(one.name for one in book.sheets)
        raise BadAnswer(f"The file has no sheet {wanted[:60]!r}: its sheets are {known}.")
    for sheet in named or [one for one in book.sheets if not one.hidden]:
        header = _header(sheet)
        if header:
            return _layout(sheet, header)
    raise BadAnswer(NO_HEADINGS)


def _header(sheet: Sheet) -> int:
    """The row with the most headings that are known; 0 where no row has two."""
    best, found = FEWEST - 1, 0
    for row in sheet.rows[:DEEPEST]:
        words = {cell.words for _, cell in sheet.row(row) if cell.kind == "text" and not cell.merged}
        known = sum(1 for one in words if target_of(one))
        if known > best:
            best, found = known, row
    return found


def _layout(sheet: Sheet, header: int) -> Layout:
    over = max((row for row in sheet.rows if row < header), default=0)
    groups = {column: cell.words for column, cell in sheet.row(over)} if over else {}
    grouped = bool(groups.keys() and any(plain_heading(one) in GROUPS for one in groups.values()))
    columns = tuple(
        Column(column, cell.words, groups.get(column, "") if grouped else "") for column, cell in sheet.row(header)
    )
    if len(sheet.rows) * len(columns) > MOST_READ:
        raise BadAnswer(TOO_WIDE.format(name=sheet.name))
    records, others = list[int](), list[tuple[int, str]]()
    colours: dict[str, str] = {}
    for row in sheet.rows:
        what = _taken_for(sheet, row, header, columns)
        if what:
            others.append((row, what))
            if what == "key":
                said = " ".join(cell.words for _, cell in sheet.row(row))
                colours |= {one.strip().casefold(): of.strip() for one, of in MEANS.findall(said.partition(":")[2])}
        else:
            records.append(row)
    return Layout(sheet, header, columns, tuple(records), tuple(others), colours)


def _taken_for(sheet: Sheet, row: int, header: int, columns: tuple[Column, ...]) -> str:
    """What a row is that is no record; empty for a record."""
    if row < header:
        return "title"
    if row == header:
        return "headings"
    cells = [cell for _, cell in sheet.row(row)]
    first = next((cell.words for cell in cells if not cell.merged), "")
    if TOTAL.match(first):
        return "totals"
    if KEY.match(first):
        return "key"
    if {cell.words for cell in cells} <= {one.heading for one in columns} and len(cells) >= FEWEST:
        return "headings"
    under = {cell.words for cell in cells}
    return "section" if len(under) == 1 and len(cells) > FEWEST else ""

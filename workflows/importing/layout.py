"""Finds the parts of a sheet: title, rows of headings, records, and what stands below them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from states.errors import BadAnswer
from workflows.importing.sheet import Cell, Sheet, Workbook, address
from workflows.importing.targets import GROUPS, plain_heading, target_of

DEEPEST = 30
"""Headings stand among the first rows."""
FEWEST = 2
NO_HEADING = ("", "review.child")
MOST_READ = 3_000_000
"""Each record is read at every column, filled or not: so many of both together."""
TOO_WIDE = (
    "The sheet {name!r} has more rows and columns than any register: "
    "save the rows and columns that matter as a file of their own."
)
TOTAL = re.compile(r"(grand |sub[- ]?)?totals?\b", re.IGNORECASE)
TOTAL_OF = re.compile(r".*\b(total|count|average)", re.IGNORECASE)
"""What a spreadsheet writes into a row of subtotals by itself: LR-2024-0003 Total."""
KEY = re.compile(r"(key|legend|rag)\s*:", re.IGNORECASE)
MEANS = re.compile(r"([a-z ]+?)\s*=\s*([^,;=]+)", re.IGNORECASE)
TWO_TABLES = (
    "Row {row} of the sheet {name!r} has headings of its own, and others than row {header}: two tables stand on one "
    "sheet. Put each on a sheet of its own, and import one after the other."
)
BESIDE = (
    "The heading {heading!r} stands twice in row {header} of the sheet {name!r}: two tables stand beside each other. "
    "Put each on a sheet of its own, and import one after the other."
)
NO_HEADINGS = (
    "No row of headings was found in the file: name the columns in one row, as the templates do, "
    "or say the sheet that holds the register."
)


@dataclass(frozen=True)
class RegisterColumn:
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
    columns: tuple[RegisterColumn, ...]
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


def other_registers(book: Workbook, read: Sheet) -> tuple[str, ...]:
    """The names of the other sheets of a file that have headings as a register has."""
    return tuple(one.name for one in book.sheets if one is not read and _header(one))


def _header(sheet: Sheet) -> int:
    """The row whose headings mean the most things that are known; 0 where no row means two."""
    best, found = FEWEST - 1, 0
    for row in sheet.rows[:DEEPEST]:
        words = (cell.words for _, cell in sheet.row(row) if cell.kind == "text" and not cell.merged)
        known = len({meant for one in words if (meant := target_of(one))})
        if known > best:
            best, found = known, row
    return found


def _layout(sheet: Sheet, header: int) -> Layout:
    over = max((row for row in sheet.rows if row < header), default=0)
    groups = dict(sheet.row(over)) if over else {}
    grouped = any(plain_heading(cell.words) in GROUPS for cell in groups.values())
    second = _second_row(sheet, header)
    columns = _columns(sheet, header, second, groups, grouped=grouped)
    if len(sheet.rows) * len(columns) > MOST_READ:
        raise BadAnswer(TOO_WIDE.format(name=sheet.name))
    records, others = list[int](), list[tuple[int, str]]()
    colours: dict[str, str] = {}
    for row in sheet.rows:
        what = "headings" if row == second else _taken_for(sheet, row, header, columns)
        if what:
            others.append((row, what))
            if what == "key":
                said = "; ".join(cell.words for _, cell in sheet.row(row) if not cell.merged)
                colours |= {one.strip().casefold(): of.strip() for one, of in MEANS.findall(said.partition(":")[2])}
        else:
            records.append(row)
    return Layout(sheet, header, columns, tuple(records), tuple(others), colours)


def _second_row(sheet: Sheet, header: int) -> int:
    """The row below the headings, where all of its words go on with the heading above (Target / date); 0 for none."""
    below = next((row for row in sheet.rows if row > header), 0)
    said = [(column, cell) for column, cell in sheet.row(below) if not cell.merged] if below else []
    joined = [_joined(sheet.at(header, column).words, cell.words) for column, cell in said if cell.kind == "text"]
    known = [one for one in joined if target_of(one) not in NO_HEADING]
    return below if len(joined) == len(said) and all(joined) and len(known) >= FEWEST else 0


def _joined(above: str, below: str) -> str:
    """Two parts of one heading, where together they are one that is known."""
    both = f"{above} {below}"
    return both if above and below and target_of(both) else ""


def _heading(sheet: Sheet, header: int, second: int, number: int, above: str) -> str:
    """What a column is called: by its heading, by that and what goes on with it, or by a heading in the row above."""
    words = sheet.at(header, number).words
    if second and (whole := _joined(words, sheet.at(second, number).words)):
        return whole
    if words:
        return words if target_of(words) else _joined(above, words) or words
    return above if target_of(above) else ""


def _columns(
    sheet: Sheet, header: int, second: int, over: dict[int, Cell], *, grouped: bool
) -> tuple[RegisterColumn, ...]:
    """Every column that says something: one without a heading, or with that of another, is called by its letters."""
    own = {column: "" if cell.merged else cell.words for column, cell in over.items()}
    places = {column for column, _ in sheet.row(header)} | own.keys()
    headings = {
        number: said for number in places if (said := _heading(sheet, header, second, number, own.get(number, "")))
    }
    groups = {
        number: cell.words for number, cell in over.items() if grouped and cell.words not in headings.get(number, "")
    }
    below = {column for row in sheet.rows if row > header for column, _ in sheet.row(row)}
    found, taken = list[RegisterColumn](), set[str]()
    for number in sorted(headings.keys() | below):
        letters = address((1, number))[:-1]
        column = RegisterColumn(number, headings.get(number, f"Column {letters}"), groups.get(number, ""))
        if column.name in taken:
            if target_of(column.heading) == "review.reference":
                raise BadAnswer(BESIDE.format(heading=column.heading, header=header, name=sheet.name))
            column = RegisterColumn(number, f"{column.heading} ({letters})", column.group)
        taken.add(column.name)
        found.append(column)
    return tuple(found)


def _check_alone(sheet: Sheet, row: int, header: int, columns: tuple[RegisterColumn, ...]) -> None:
    """Raise BadAnswer for a row of headings that are others than those of the table, or stand elsewhere."""
    headings = {one.number: one.heading for one in columns}
    said = {number: cell.words for number, cell in sheet.row(row) if cell.kind == "text" and not cell.merged}
    references = [number for number, heading in headings.items() if target_of(heading) == "review.reference"]
    meant = {number: target_of(one) for number, one in said.items()}
    known = {one for one in meant.values() if one not in NO_HEADING}  # words about a child are in records, too
    table = any(meant.get(number, "") not in NO_HEADING for number in references)
    if table and len(known) >= FEWEST and not said.items() <= headings.items():
        raise BadAnswer(TWO_TABLES.format(row=row, name=sheet.name, header=header))


def _taken_for(sheet: Sheet, row: int, header: int, columns: tuple[RegisterColumn, ...]) -> str:
    """What a row is that is no record; empty for a record."""
    if row < header:
        return "title"
    if row == header:
        return "headings"
    cells = [cell for _, cell in sheet.row(row)]
    first = next((cell.words for cell in cells if not cell.merged), "")
    figures = all(cell.kind in {"number", "percent", "not_worked_out"} or cell.words.isdecimal() for cell in cells[1:])
    if TOTAL.match(first) or (TOTAL_OF.fullmatch(first) and figures):
        return "totals"
    if KEY.match(first):
        return "key"
    _check_alone(sheet, row, header, columns)
    if {cell.words for cell in cells} <= {one.heading for one in columns} and len(cells) >= FEWEST:
        return "headings"
    under = {cell.words for cell in cells}
    return "section" if len(under) == 1 and len(cells) > FEWEST else ""

"""What a file has besides the records that are read, each in a sentence: nothing is left behind unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from states.words import many
from workflows.importing.layout import Layout, other_registers
from workflows.importing.sheet import UNSEEN, Workbook, address
from workflows.importing.statuses import hue_of
from workflows.importing.targets import LEFT_OUT

MOST_NAMED = 8
"""So many cells, rows or columns are named in a sentence."""


def not_taken(book: Workbook, layout: Layout, columns: Mapping[str, str]) -> Iterator[str]:
    """What is hidden and read all the same, and what is no record, no value or no register."""
    yield from _hidden(layout)
    yield from _titles(layout)
    for row, what in layout.others:
        if row > layout.header:
            said = f" ({_words(layout, row)[:100]})" if what == "section" else ""
            yield f"Row {row} is taken for {what}{said}, and is no record."
    yield from _comments(layout, columns)
    yield from _colours(layout, columns)
    yield from _unseen(layout)
    yield from _other_sheets(book, layout)


def _words(layout: Layout, row: int) -> str:
    return " / ".join(cell.words for _, cell in layout.sheet.row(row) if not cell.merged)


def _titles(layout: Layout) -> Iterator[str]:
    kept = {words for one in layout.columns for words in (one.heading, one.group)}
    titles = [cell for row, what in layout.others if what == "title" for _, cell in layout.sheet.row(row)]
    said = " / ".join(cell.words for cell in titles if not cell.merged and cell.words not in kept)
    if said:
        yield f"Above the headings stands, and is not kept: {said[:300]}."


def _hidden(layout: Layout) -> Iterator[str]:
    rows = sorted(layout.sheet.hidden_rows & set(layout.records))
    if rows:
        yield f"Hidden in the sheet, and read all the same: {many('row', len(rows))} {', '.join(map(str, rows))}."
    shown = [row for row in layout.records if row not in layout.sheet.hidden_rows]
    columns = [
        one
        for one in layout.columns
        if (cells := [cell for row in shown if not (cell := layout.sheet.at(row, one.number)).empty])
        and all(cell.hidden for cell in cells)
    ]
    if columns:
        named = ", ".join(repr(one.name) for one in columns)
        yield f"Hidden in the sheet, and read all the same: {many('column', len(columns))} {named}."


def _comments(layout: Layout, columns: Mapping[str, str]) -> Iterator[str]:
    kept = {one.number for one in layout.columns if columns[one.name] not in {LEFT_OUT, "review.child"}}
    records = set(layout.records)
    lost = [place for place, cell in layout.sheet.cells.items() if cell.comments and not cell.merged]
    lost = sorted(place for place in lost if place[0] not in records or place[1] not in kept)
    if lost:
        yield f"Comments that are of no record, or of a column that is left out, are not kept: {_named(lost)}."


def _colours(layout: Layout, columns: Mapping[str, str]) -> Iterator[str]:
    """Colours are asked about where a status has no words: of all others it is said that they are not read."""
    status = {one.number for one in layout.columns if columns[one.name] == "action.status"}
    found = [
        (row, one.number)
        for row in layout.records
        for one in layout.columns
        if hue_of((cell := layout.sheet.at(row, one.number)).fill) and not (one.number in status and cell.empty)
    ]
    if found:
        yield f"What a colour means is not read where a cell has words, or is no status: {_named(found)}."


def _unseen(layout: Layout) -> Iterator[str]:
    found = {place: signs for place, cell in layout.sheet.cells.items() if (signs := UNSEEN.findall(cell.value))}
    if found:
        which = ", ".join(sorted({f"U+{ord(sign):04X}" for signs in found.values() for sign in signs}))
        yield f"Signs that nobody sees ({which}) were taken off: {_named(sorted(found))}."


def _other_sheets(book: Workbook, layout: Layout) -> Iterator[str]:
    registers = other_registers(book, layout.sheet)
    for name in registers:
        yield f"The sheet {name!r} has headings of a register too, and was not read: name the sheet to import it."
    others = [one.name for one in book.sheets if one is not layout.sheet and one.name not in registers and one.rows]
    if others:
        named = ", ".join(map(repr, others))
        yield f"Not read, for no headings of a register stand in {'it' if len(others) == 1 else 'them'}: {named}."


def _named(places: list[tuple[int, int]]) -> str:
    more = len(places) - MOST_NAMED
    named = ", ".join(map(address, places[:MOST_NAMED]))
    return f"{named} and {more} more" if more > 0 else named

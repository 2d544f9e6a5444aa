"""Papers as spreadsheets and as CSV. Texts stay texts: one that begins like a formula or a link does nothing."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, time
from math import ceil
from typing import TYPE_CHECKING, Any

from states.words import long_day
from workflows.papers.paper import HEADINGS, KEPT_BACK, Cell, Paper, Table, Told, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet can hold."""

LONGEST_NAME = 31
LONGEST_HEADER = 200
FRONT_WIDTH, TOLD_WIDTHS = 100, (24, 60, 60)
"""Letters across a column."""

A4 = 9
"""The number that a spreadsheet has for the size of paper."""

LINE_PT, TALLEST_PT = 15.0, 405.0
WIDEST, NARROWEST = 60, 10
CHARTED = ("decisions", "recommendations", "fulfilled")
FIGURE = re.compile(r"(\d[\d,]*(?:\.\d)?)(%?)")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, in its wide forms too."""


def spreadsheet(paper: Paper) -> bytes:
    """A paper as a spreadsheet: a sheet that says what it is, one for each table and each list of words."""
    import xlsxwriter  # type: ignore[import-untyped]

    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    about = {"title": paper.title[:255], "author": paper.committee[:255], "comments": paper.warning}
    book.set_properties({**about, "created": datetime.combine(paper.made_on, time(12))})
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#E6EDF2", "bottom": 1, "text_wrap": True}),
        "total": book.add_format({"bold": True, "top": 1}),
        "share": book.add_format({"num_format": "0%", "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "d mmm yyyy", "valign": "top", "align": "left"}),
        "title": book.add_format({"bold": True, "font_size": 16}),
    }
    _front(book.add_worksheet("About"), paper, styles)
    for name, table in paper.tables.items():
        if table.rows:
            _table(book, name, table, styles)
    for name, told in paper.told.items():
        if told:
            _told(book.add_worksheet(_sheet_name(f"{name} in words")), HEADINGS.get(name, name), told, styles)
    book.close()
    return kept.getvalue()


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Rows as CSV for a spreadsheet: a text that begins like a formula gets an apostrophe before it."""
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(columns)
    writer.writerows([harmless(shown(cell)) for cell in row] for row in rows)
    return kept.getvalue()


def harmless(text: str) -> str:
    """A cell as text: an apostrophe keeps a spreadsheet from running what somebody typed."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _front(sheet: Any, paper: Paper, styles: dict[str, Any]) -> None:
    sheet.set_column(0, 0, FRONT_WIDTH, styles["text"])
    sheet.write_string(0, 0, paper.title, styles["title"])
    made = f"Made on {long_day(paper.made_on)}."
    lines = (paper.committee, paper.about, made, paper.warning, *paper.opening)
    sheets = (f"{_sheet_name(name)}: {table.caption}" for name, table in paper.tables.items() if table.rows)
    for number, line in enumerate((*filter(None, lines), *sheets), start=1):
        sheet.set_row(number, _height((line,), (FRONT_WIDTH,)))
        sheet.write_string(number, 0, line[:LONGEST_CELL], styles["text"])
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)


def _table(book: Any, name: str, table: Table, styles: dict[str, Any]) -> None:
    """A sheet of a table: its header row first, so that a filter, a pivot or a program finds the columns."""
    sheet = book.add_worksheet(_sheet_name(name))
    widths = [_width(table, place) for place in range(len(table.columns))]
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column, styles["head"])
        sheet.set_column(place, place, widths[place])
    for number, row in enumerate(table.rows, start=1):
        last = table.last_is_total and number == len(table.rows)
        cells = (row.label, *row.cells)
        sheet.set_row(number, _height(cells, widths))
        for place, cell in enumerate(cells):
            known = cell if table.words or not place else _figure(cell)
            share = "share" if isinstance(cell, str) and cell.endswith("%") and not isinstance(known, str) else ""
            _cell(sheet, number, place, known, styles, share or ("total" if last else "text"))
    rows = len(table.rows) - int(table.last_is_total)
    if rows:
        sheet.autofilter(0, 0, rows, len(table.columns) - 1)
    if table.note:
        sheet.write_string(len(table.rows) + 2, 0, table.note)
    _for_print(sheet, table.caption)
    sheet.freeze_panes(1, 1)
    if name in CHARTED and rows:
        _chart(book, sheet, table, _sheet_name(name), rows)


def _for_print(sheet: Any, caption: str) -> None:
    """A4 across, as wide as the page, the header row on every page, the caption and the page number on each."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{caption[:LONGEST_HEADER].replace('&', '&&')}")
    sheet.set_footer("&RPage &P of &N")


def _height(cells: Sequence[Cell], widths: Sequence[int]) -> float:
    """Points for a row whose texts wrap in their columns."""
    lines = (
        sum(max(1, ceil(len(line) / width)) for line in shown(cell).split("\n"))
        for cell, width in zip(cells, widths, strict=True)
    )
    return min(LINE_PT * max(lines, default=1), TALLEST_PT)


def _figure(cell: Cell) -> Cell | float:
    """A cell as a number where it is one that was written as it is read: a middle with a half, or a share."""
    found = FIGURE.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        return cell
    number = float(found[1].replace(",", ""))
    return number / 100 if found[2] else number


def _cell(sheet: Any, number: int, place: int, cell: Cell | float, styles: dict[str, Any], style: str = "text") -> None:
    if isinstance(cell, date):
        sheet.write_datetime(number, place, datetime(cell.year, cell.month, cell.day), styles["day"])  # noqa: DTZ001 - a day has no zone
    elif isinstance(cell, int | float):
        sheet.write_number(number, place, cell, styles[style])
    elif cell == "":
        sheet.write_blank(number, place, None, styles[style])
    else:
        sheet.write_string(number, place, KEPT_BACK if cell is None else cell[:LONGEST_CELL], styles[style])


def _chart(book: Any, sheet: Any, table: Table, name: str, rows: int) -> None:
    """A chart that can be edited, of the last column; what is kept back has no bar."""
    column = len(table.columns) - 1
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": table.columns[column],
            "categories": [name, 1, 0, rows, 0],
            "values": [name, 1, column, rows, column],
            "fill": {"color": "#4A6572"},
            "data_labels": {"value": True},
        }
    )
    chart.set_title({"name": table.caption, "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    sheet.insert_chart(len(table.rows) + 4, 0, chart, {"description": table.caption})


def _told(sheet: Any, caption: str, told: Sequence[Told], styles: dict[str, Any]) -> None:
    for place, heading in enumerate(("Under", "What", "Besides")):
        sheet.write_string(0, place, heading, styles["head"])
    for number, one in enumerate(told, start=1):
        texts = (one.under, one.text, one.more)
        sheet.set_row(number, _height(texts, TOLD_WIDTHS))
        for place, text in enumerate(texts):
            sheet.write_string(number, place, text[:LONGEST_CELL], styles["text"])
    for place, width in enumerate(TOLD_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.autofilter(0, 0, len(told), 2)
    _for_print(sheet, caption)
    sheet.freeze_panes(1, 0)


def _width(table: Table, place: int) -> int:
    texts = [table.columns[place], *(shown((row.label, *row.cells)[place]) for row in table.rows[:200])]
    return min(max(max(map(len, texts)) + 2, NARROWEST), WIDEST)


def _sheet_name(name: str) -> str:
    return name.replace("_", " ").capitalize()[:LONGEST_NAME]

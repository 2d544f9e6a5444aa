"""Registers to fill in: a workbook with its lists to choose from and a sheet of notes, or a table in text.

What is filled in as the notes say comes in without a question.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.procedure import Procedure
from states.words import first_up
from workflows.importing.describing import describing
from workflows.importing.register_maker import RECOMMENDED, STANDS
from workflows.importing.sheet import address
from workflows.importing.statuses import STATUSES

ROWS = 2000
"""So many rows have their lists to choose from."""
DAYS = "A true day of the spreadsheet, or a day such as 2026-03-02."
NO_NAMES = "Give no names."
SEVERAL = "Several with a semicolon between them, from: {}."
REGISTER = (
    ("Review reference", "In every row. As your committee writes it, such as LR-2024-0003."),
    ("Date notified", f"{DAYS} Leave empty what is not known, here and everywhere."),
    ("Date of decision", DAYS),
    ("Start date", DAYS),
    ("Date completed", f"The day the report was complete. {DAYS}"),
    ("Date published", DAYS),
    ("Date closed", DAYS),
    ("Review status", "Where the review stands now."),
    ("Agencies involved", "Several with a semicolon between them."),
    ("Lead officer", "By name."),
)
WORK = (
    ("Recommendation no", "Its number within the review."),
    ("Recommendation", f"In every row of it, in the same words. {NO_NAMES}"),
    ("Recommendation agreed", DAYS),
    ("Recommendation status", "Where it stands now."),
    ("Addressed to", ""),
    ("Action", f"What is to be done, one a row. {NO_NAMES}"),
    ("Lead agency", "One; for several write a row for each."),
    ("Action owner", "A person or post."),
    ("Due date", DAYS),
    ("Action status", ""),
    ("Action completed", DAYS),
    ("Update", f"What was done. {NO_NAMES}"),
)
ABOUT = (
    "One row for each action; a review or a recommendation without one has a row of its own.",
    "What is not known stays empty: nothing is filled in by anybody else.",
    "No row and no name of this file names anybody whom a review is about.",
    "Nobody is written to when it comes in, and nothing that has gone by is chased.",
)


@dataclass(frozen=True)
class Head:
    """A column of a template: its heading, what to write in it, whether it holds days, and what there is to choose."""

    name: str
    note: str
    is_day: bool = False
    choices: tuple[str, ...] = ()
    several: bool = False


def heads_of(editions: Sequence[Procedure], kind: str) -> tuple[Head, ...]:
    """The columns of a template: `register` with recommendations and actions, `reviews` with what describes each."""
    shared = tuple(map(_head, REGISTER))
    if kind == "register":
        return (*shared, *map(_head, WORK))
    fields = describing(editions).values()
    described = tuple(
        Head(one.label, _how(one), choices=tuple(each.label for each in one.choices), several=one.kind == "choices")
        for one in fields
    )
    return (*shared, *described)


def _head(told: tuple[str, str]) -> Head:
    name, note = told
    labels = {"Review status": STANDS, "Recommendation status": RECOMMENDED, "Action status": STATUSES[:-1]}
    choices = tuple(first_up(words) for _, words in labels.get(name, ()))
    return Head(name, note, is_day=note.endswith(DAYS) or DAYS in note, choices=choices)


def _how(field: Any) -> str:
    if field.kind == "choices":
        return SEVERAL.format("; ".join(one.label for one in field.choices))
    return {"choice": "One of the list.", "number": "A whole number."}.get(field.kind, NO_NAMES)


def template_as_text(heads: Sequence[Head]) -> bytes:
    """A template as a table in text."""
    kept = io.StringIO()
    csv.writer(kept).writerow([one.name for one in heads])
    return kept.getvalue().encode("utf-8-sig")


def template_as_workbook(heads: Sequence[Head]) -> bytes:
    """A template as a workbook: the register, notes on each column, and what there is to choose from."""
    import xlsxwriter  # type: ignore[import-untyped]

    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    head, wrap = (
        book.add_format({"bold": True, "bg_color": "#E6EDF2", "bottom": 1}),
        book.add_format({"text_wrap": True}),
    )
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet, notes, lists = (book.add_worksheet(name) for name in ("Register", "Notes", "Lists"))
    lists.hide()
    for column, one in enumerate(heads):
        sheet.write_string(0, column, one.name, head)
        sheet.set_column(column, column, max(len(one.name) + 2, 14), day if one.is_day else None)
        _choices(sheet, lists, column, one)
    sheet.freeze_panes(1, 1)
    notes.set_column(0, 0, 30)
    notes.set_column(1, 1, 90, wrap)
    lines = [*(("", said) for said in ABOUT), ("", ""), *((one.name, one.note) for one in heads)]
    for row, (name, said) in enumerate(lines):
        notes.write_string(row, 0, name, head if name else None)
        notes.write_string(row, 1, said, wrap)
    book.close()
    return kept.getvalue()


def _choices(sheet: Any, lists: Any, column: int, one: Head) -> None:
    if one.is_day:
        wrong = {"error_type": "warning", "error_message": DAYS}
        first = date(1990, 1, 1)
        sheet.data_validation(1, column, ROWS, column, {"validate": "date", "criteria": ">=", "value": first, **wrong})
    if not one.choices or one.several:
        return
    for row, words in enumerate(one.choices):
        lists.write_string(row, column, words)
    letters = address((1, column + 1)).rstrip("1")
    source = f"=Lists!${letters}$1:${letters}${len(one.choices)}"
    sheet.data_validation(1, column, ROWS, column, {"validate": "list", "source": source})

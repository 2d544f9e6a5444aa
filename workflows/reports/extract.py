"""A retrospective extract: every report of reviews completed in a period, with the data items analysed of them.

The Care Inspectorate looked back so at reviews completed from 1 April 2012 to 31 March 2015.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from config.bodies import heading
from states.errors import BadAnswer
from states.words import long_day, many
from workflows.papers.paper import Cell, Paper, Row, Table
from workflows.reports.case_figures import Considered, newest_decision
from workflows.reports.case_files import AsAt, File
from workflows.reports.data_items import (
    NOT_RECORDED,
    Answer,
    DataItem,
    ShortAnswers,
    completed_with,
    in_words,
    items_of,
    themes,
    typed,
)
from workflows.reports.file_reading import files
from workflows.reports.inspectorate_pack import known_of


@dataclass(frozen=True)
class Extract:
    """The reviews completed in a period, first and last day included: what each item is, and what is held of it.

    `themes` are those of every review, one at a time, with its reference; `known_on` is the day after which nothing
    that was recorded counts (None: all of it does); `bodies` are those who decided the cases.
    """

    first: date
    last: date
    made_on: date
    items: tuple[DataItem, ...]
    rows: tuple[tuple[Answer, ...], ...]
    themes: tuple[tuple[str, str], ...] = ()
    known_on: date | None = None
    bodies: frozenset[str] = frozenset()

    @property
    def keys(self) -> tuple[str, ...]:
        """The name of each item for machines."""
        return tuple(item.key for item in self.items)

    @property
    def columns(self) -> tuple[str, ...]:
        """What each item is called."""
        return tuple(item.label for item in self.items)

    def facts(self) -> list[dict[str, object]]:
        """Each review as JSON holds it: days as ISO dates, numbers as numbers, several answers as a list."""
        return [dict(zip(self.keys, map(_plain, row), strict=True)) for row in self.rows]

    def table(self) -> list[tuple[str, ...]]:
        """Each review as CSV holds it; what is not held is empty."""
        return [tuple(map(_cell, row)) for row in self.rows]

    def dictionary(self) -> dict[str, object]:
        """What each column is, for machines (a Table Schema of the Frictionless standard)."""
        return {"fields": [_described(item) for item in self.items], "primaryKey": "reference", "missingValues": [""]}


def _plain(answer: Answer) -> object:
    if isinstance(answer, date):
        return answer.isoformat()
    return list(answer) if isinstance(answer, ShortAnswers) else answer


def _cell(answer: Answer) -> str:
    if answer is None:
        return ""
    return answer.between.join(answer) if isinstance(answer, ShortAnswers) else str(_plain(answer))


TYPES = {"text": "string", "date": "date", "number": "integer", "days": "integer", "list": "array"}


def _described(item: DataItem) -> dict[str, object]:
    return {
        "name": item.key,
        "title": item.label,
        "type": TYPES[item.kind],
        "description": item.about,
        "takenFrom": list(item.takes),
    }


def extract(tx: Connection, first: date, last: date, today: date, as_at: date | None = None) -> Extract:
    """Find the reviews completed in a period, oldest first, each with the decision that led to it.

    What describes them is as it is known, or as it was at the end of a day. Raises BadAnswer where the period ends
    before it begins.
    """
    if last < first:
        raise BadAnswer(f"The period ends ({long_day(last)}) before it begins ({long_day(first)}): check the dates.")
    items, known_on = items_of("extract", "review"), min(as_at or today, today)
    found = files(tx, "case", as_at=AsAt(known_on, known_on))
    completed = sorted(
        ((done, file) for file in found if (done := completed_with(file)) and first <= done[1] <= last),
        key=lambda one: (one[0][1], one[1].ref),
    )
    known = [known_of(tx, file, _led_to(file, done)) for (done, _), file in completed]
    rows = tuple(tuple(typed(one, item) for item in items) for one in known)
    found_themes = tuple((one.file.ref, theme) for one in known for theme in themes(one))
    bodies = frozenset(one.file.reading.body for one in known)
    return Extract(first, last, today, items, rows, found_themes, known_on if as_at else None, bodies)


def _led_to(file: File, completed: int) -> Considered | None:
    """The decision that led to a report: the newest before it was complete."""
    return newest_decision(file, completed) or newest_decision(file)


def paper(found: Extract, committee: str) -> Paper:
    """An extract for a spreadsheet: a line for each review, one for each of its themes, and what each column is."""
    rows = tuple(Row(str(row[0]), tuple(map(_in_sheet, row[1:]))) for row in found.rows)
    themes = tuple(Row(ref, (theme,)) for ref, theme in found.themes)
    columns = tuple(Row(one.key, (one.label, TYPES[one.kind], one.about, ", ".join(one.takes))) for one in found.items)
    heads = ("Key", "Column", "Type", "What it is", "Taken from")
    tables = {
        "reviews": Table("Reviews completed", found.columns, rows, words=True),
        "themes": Table("Themes", ("Reference", "Theme"), themes, words=True),
        "columns": Table("What each column is", heads, columns, words=True),
    }
    return _paper(found, committee, tables)


def _in_sheet(answer: Answer) -> Cell:
    return answer if isinstance(answer, int | date) else _cell(answer)


def one_by_one(found: Extract, committee: str) -> Paper:
    """An extract as a table for each review, to be read on paper and on the screen."""
    return _paper(found, committee, {str(row[0]): _review(found.columns, row) for row in found.rows})


def _review(columns: Sequence[str], row: Sequence[Answer]) -> Table:
    said = (in_words(answer) or NOT_RECORDED for answer in row[1:])
    lines = tuple(Row(label, (answer,)) for label, answer in zip(columns[1:], said, strict=True))
    return Table(str(row[0]), ("Item", "Answer"), lines, words=True)


def _paper(found: Extract, committee: str, tables: Mapping[str, Table]) -> Paper:
    count = len(found.rows)
    known = f", as it was known on {long_day(found.known_on)}" if found.known_on else ""
    number = f"{f'{count:,}' if count else 'No'} {many('review', count)} completed in the period."
    return Paper(
        title="Reviews completed in a period",
        committee=heading(committee, *found.bodies),
        about=f"{long_day(found.first)} to {long_day(found.last)}{known}",
        made_on=found.made_on,
        warning="Not for publication: it describes single cases.",
        opening=(number,),
        tables=tables,
    )

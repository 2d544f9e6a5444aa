"""A retrospective extract: every report of reviews completed in a period, with the data items analysed of them.

The Care Inspectorate looked back so at reviews completed from 1 April 2012 to 31 March 2015.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from states.errors import BadAnswer
from states.words import long_day, many
from workflows.papers.paper import Paper, Row, Table
from workflows.reports.case_figures import Considered, newest_decision
from workflows.reports.case_files import AsAt, File, files
from workflows.reports.data_items import NOT_RECORDED, answers, completed_with, items_of
from workflows.reports.inspectorate_pack import known_of


@dataclass(frozen=True)
class Extract:
    """The reviews completed in a period, first and last day included: what each item is called, and what it is."""

    first: date
    last: date
    made_on: date
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def facts(self) -> list[dict[str, str]]:
        """Each review as JSON holds it."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


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
    rows = [
        tuple(answer or NOT_RECORDED for _, answer in answers(known_of(tx, file, _led_to(file, done)), items))
        for (done, _), file in completed
    ]
    return Extract(first, last, today, tuple(item.label for item in items), tuple(rows))


def _led_to(file: File, completed: int) -> Considered | None:
    """The decision that led to a report: the newest before it was complete."""
    return newest_decision(file, completed) or newest_decision(file)


def paper(found: Extract, committee: str) -> Paper:
    """An extract as one table, a line for each review: for a spreadsheet."""
    rows = tuple(Row(row[0], row[1:]) for row in found.rows)
    return _paper(found, committee, {"reviews": Table("Reviews completed", found.columns, rows, words=True)})


def one_by_one(found: Extract, committee: str) -> Paper:
    """An extract as a table for each review, to be read on paper and on the screen."""
    return _paper(found, committee, {row[0]: _review(found.columns, row) for row in found.rows})


def _review(columns: Sequence[str], row: Sequence[str]) -> Table:
    lines = tuple(Row(label, (answer,)) for label, answer in zip(columns[1:], row[1:], strict=True))
    return Table(row[0], ("Item", "Answer"), lines, words=True)


def _paper(found: Extract, committee: str, tables: Mapping[str, Table]) -> Paper:
    count = len(found.rows)
    number = f"{f'{count:,}' if count else 'No'} {many('review', count)} completed in the period."
    return Paper(
        title="Reviews completed in a period",
        committee=committee,
        about=f"{long_day(found.first)} to {long_day(found.last)}",
        made_on=found.made_on,
        warning="Not for publication: it describes single cases.",
        opening=(number,),
        tables=tables,
    )

"""The day that a cell says: as the file holds it, or as its words name it; asked where either is in doubt."""

from __future__ import annotations

from datetime import date

from states.words import long_day
from workflows.importing.days_in_words import CENTURY, FIRST_YEAR, LAST_YEAR, orders_of, written_day
from workflows.importing.layout import RegisterColumn
from workflows.importing.questions_asked import AS_WORDS
from workflows.importing.register_reading import RegisterReading, kind_of
from workflows.importing.sheet import Cell

ORDERS = (("day_first", "the day first"), ("month_first", "the month first"))
FIRST_OF_TWO_FIGURES = 1930
"""Spreadsheets take a year of two figures from 30 on for one of the century before."""
TURNED = (("kept", "they are right as they stand"), ("turned", "day and month are exchanged in them"))


def look_at_days(reading: RegisterReading) -> None:
    """See which comes first, day or month, in the columns of days, before any of their cells is read."""
    for column in reading.layout.columns:
        if kind_of(reading.columns[column.name]) == "day":
            cells = [reading.layout.sheet.at(row, column.number) for row in reading.layout.records]
            shown = orders_of(cell.words for cell in cells if cell.kind == "text")
            reading.orders[column.number] = shown
            if shown == {"day_first"} and _can_be_turned(cells):  # days that cannot be read month first stayed words
                reading.may_be_turned.add(column.number)


def _can_be_turned(cells: list[Cell]) -> bool:
    """Whether each day that the file holds can be read with day and month exchanged, and some would be another so."""
    days = [date.fromisoformat(cell.value[:10]) for cell in cells if cell.kind in {"day", "moment"}]
    return all(day.day <= 12 for day in days) and any(day.day != day.month for day in days)  # noqa: PLR2004  months


def day_in(reading: RegisterReading, column: RegisterColumn, cell: Cell, place: str) -> date | None:
    """The day that a cell says; None where it says none, or only words."""
    if cell.empty:
        return None
    if cell.ask or cell.kind not in {"day", "moment", "text"}:
        asks = f"{cell.ask}." if cell.ask else "It stands among days, and is none."
        return _answered(reading.asker.ask(f"cell:{place}={cell.value}", asks, place, cell.proposal))
    if cell.kind != "text":
        return _likely(reading, _turned(reading, column, date.fromisoformat(cell.value[:10]), place), cell, place)
    return _worded(reading, column, cell, place)


def _worded(reading: RegisterReading, column: RegisterColumn, cell: Cell, place: str) -> date | None:
    """The day that words name."""
    found = written_day(cell.words)
    proposal = found.proposal.isoformat() if found.proposal else AS_WORDS if found.stays else ""
    shown = reading.orders[column.number]
    if found.orders and found.ask and len(shown) > 1:
        asks = f"{found.ask} The column {column.name!r} has days of either kind."
        return _answered(reading.asker.ask(f"cell:{place}={cell.words}", asks, place))
    if found.orders and found.ask:
        first = next(iter(shown), None)
        why = f" Other days of the column show it: {dict(ORDERS)[first]}." if first else ""
        asks = f"Days of the column {column.name!r} are written in figures: which comes first?{why}"
        order = reading.asker.ask(f"order:{column.name}", asks, place, first or "day_first", ORDERS)
        found = written_day(cell.words, order)  # type: ignore[arg-type]
    if found.ask:
        return _answered(reading.asker.ask(f"cell:{place}={cell.words}", f"{found.ask}.", place, proposal))
    return _likely(reading, found.day, cell, place) if found.day else None


def _turned(reading: RegisterReading, column: RegisterColumn, day: date, place: str) -> date:
    """A day that the file holds, or the one with day and month exchanged where that is said of its column."""
    if column.number not in reading.may_be_turned:
        return day
    asks = (
        f"All days that the file holds for the column {column.name!r} could be read the other way round, and those "
        "that could not are words there: a program may have taken the month for the day. Are they right?"
    )
    answer = reading.asker.ask(f"turned:{column.name}", asks, place, "", TURNED)
    return date(day.year, day.day, day.month) if answer == "turned" else day


def _likely(reading: RegisterReading, day: date, cell: Cell, place: str) -> date | None:
    """A day of a year that a register may be about; any other is asked about."""
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return day
    proposal = day.replace(year=day.year + CENTURY) if FIRST_OF_TWO_FIGURES <= day.year < FIRST_YEAR else None
    asks = f"It says {long_day(day)}: which year is meant?"
    key = f"cell:{place}={cell.words if cell.kind == 'text' else cell.value}"
    return _answered(reading.asker.ask(key, asks, place, proposal.isoformat() if proposal else ""))


def _answered(answer: str) -> date | None:
    found = written_day(answer, "day_first") if answer and answer != AS_WORDS else None
    return found.day if found else None

"""The financial years a committee has cases in, and what of each was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from records.cases import CASES
from workflows.reports.case_files import Year, year_of
from workflows.reports.publication import published


@dataclass(frozen=True)
class YearLine:
    """A financial year, whether it is over, and when its summary was published last (None: it was not)."""

    year: Year
    over: bool
    published_at: datetime | None


def years_of(tx: Connection, today: date) -> tuple[YearLine, ...]:
    """The years from the first case to today, the newest first."""
    first = tx.execute(select(func.min(CASES.c.opened_on)).where(CASES.c.kind == "case")).scalar() or today
    starts = range(_begins(today), _begins(first) - 1, -1)
    return tuple(_line(tx, year_of(f"{start}-{(start + 1) % 100:02}"), today) for start in starts)


def _begins(day: date) -> int:
    """The calendar year in which the financial year of a day begins."""
    return day.year if day >= date(day.year, 4, 1) else day.year - 1


def _line(tx: Connection, year: Year, today: date) -> YearLine:
    kept = published(tx, year)
    return YearLine(year, today > year.last, kept.recorded_at if kept else None)
